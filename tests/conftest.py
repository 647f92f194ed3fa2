"""What every layer of the tests shares: a clean environment and the fake server."""

import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from httpx2._transports import default as transports
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner

from components.runtime import draw_states_at_once
from gemini.api.connect import Connection, Target
from gemini.history.database import open_history
from tests.fake_gemini import FakeGemini

SDK_VARIABLES = (
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_GENAI_USE_VERTEXAI",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    "GOOGLE_GENAI_API_VERSION",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_VERTEX_BASE_URL",
    "GEMINI_TIMEOUT",
    "DATABASE_URL",
)

# A busy machine is slow to make examples, and to try them.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Each AppTest looks through all installed packages for components, which takes it half a second.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# What `app.py` does, which no page in process is started by.
draw_states_at_once()

# Each client reads the certificates of all authorities three times, which takes it 70 ms.
ssl.create_default_context = cache(ssl.create_default_context)
transports.create_ssl_context = cache(transports.create_ssl_context)

LONGEST = ("test_emulator_sdk_suite.py", "/browser/", "/emulator/", "/pages/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest starts first, so that two workers end at about the same time."""
    items.sort(key=lambda item: _rank(item.path.as_posix()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the first try of a journey failed on; the second one may fail on something else."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"first try of {report.nodeid}", "-")
        terminalreporter.line(report.longreprtext)


def _rank(path: str) -> int:
    return next((n for n, part in enumerate(LONGEST) if part in path), len(LONGEST))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the key, the settings or the history of the machine it runs on."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "data"))
    for name in SDK_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def fake() -> Iterator[FakeGemini]:
    server = FakeGemini()
    yield server
    server.close()


@pytest.fixture
def connection(fake: FakeGemini) -> Iterator[Connection]:
    made = Connection(Target("server", "test-key-123456", base_url=fake.url, timeout=2))
    yield made
    made.close()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of the newest schema, to be copied: making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("sqlite")
    open_history(data_dir=folder).close()
    return folder / "history.db"
