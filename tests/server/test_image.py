"""The lines of the Dockerfile that run the playground, run here: not as root, in a folder that
can't be written to, with secrets from files and a database that isn't there yet.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.fake_gemini import FakeGemini
from tests.postgresql import Cluster, running

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "deploy" / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
USER = "10001"
KEY = "a-key-that-nobody-may-see"
TOKEN = "what Prometheus sends"


@dataclass
class Container:
    """A process as the image would have it."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    check: list[str]
    environment: dict[str, str]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        asked = urllib.request.Request(self.url + path, headers=headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=10) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> list[str]:
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [child for task in tasks for child in (task / "children").read_text().split()]


def command(instruction: str) -> list[str]:
    """The last command of an instruction in exec form."""
    return json.loads(re.findall(rf"^{instruction}.*?(\[.*\])$", LINES, re.MULTILINE)[-1])


def in_place(text: str, folder: Path, port: int) -> str:
    """A text of the Dockerfile with the paths and the port that are used here."""
    text = text.replace("/venv", str(ROOT / ".venv")).replace("8501", str(port))
    return text.replace("/data", str(folder / "data")).replace("$PATH", os.environ["PATH"])


def unprivileged() -> list[str]:
    """What runs a command as the image's user, where that can be done and can read the code."""
    if os.getuid() or shutil.which("setpriv") is None:
        return []
    prefix = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    python = str((ROOT / ".venv" / "bin" / "python").absolute())
    can = subprocess.run([*prefix, python, "-c", ""], capture_output=True, check=False)
    return prefix if can.returncode == 0 else []


def until(reached: Callable[[], bool], said: Callable[[], str], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running() as made:
        made.folder.chmod(0o755)
        yield made


@pytest.fixture(scope="module")
def container(cluster: Cluster) -> Iterator[Container]:
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    fake, as_user = FakeGemini(), unprivileged()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        for sources, target in re.findall(r"^COPY (?!--from|requirements)(.+) (\S+)$", LINES, re.M):
            for source in sources.split():
                _copy(ROOT / source, folder / "playground" / target)
        subprocess.run(["chmod", "-R", "a-w", folder / "playground"], check=True)
        (folder / "data").mkdir()
        (folder / "log").touch()
        secrets = {"key": KEY, "database": cluster.url("late"), "token": TOKEN}
        for name, secret in secrets.items():
            (folder / name).write_text(f"{secret}\n")
        if as_user:
            shutil.chown(folder / "data", int(USER), int(USER))
        (settings,) = re.findall(r"^ENV (.*)$", LINES, re.MULTILINE)
        environment = dict(pair.split("=", 1) for pair in settings.split())
        environment = {k: in_place(v, folder, port) for k, v in environment.items()}
        environment |= {
            "GEMINI_API_KEY_FILE": str(folder / "key"),
            "DATABASE_URL_FILE": str(folder / "database"),
            "PLAYGROUND_METRICS_TOKEN_FILE": str(folder / "token"),
            "GOOGLE_GEMINI_BASE_URL": fake.url,
        }
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*as_user, *(in_place(word, folder, port) for word in command("CMD"))],
                cwd=folder / "playground",
                env=environment,
                stdout=log,
                stderr=log,
            )
        check = [in_place(word, folder, port) for word in command("HEALTHCHECK")]
        made = Container(f"http://127.0.0.1:{port}", process, folder / "log", check, environment)
        yield made
        process.kill()
        process.wait()
    finally:
        fake.close()
        subprocess.run(["chmod", "-R", "u+w", folder], check=False)
        shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "making"))
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target / source.name)


def test_it_answers_before_its_database_is_there_and_stores_from_then_on(
    container: Container, cluster: Cluster
) -> None:
    def healthy() -> bool:
        assert container.process.poll() is None, container.log.read_text()
        done = subprocess.run(
            container.check, env=container.environment, capture_output=True, check=False
        )
        return done.returncode == 0

    until(healthy, container.log.read_text)
    status, body = container.get("/readyz")
    assert (status, json.loads(body)) == (
        503,
        {"draining": "ok", "database": "failing", "answering": "ok"},
    )
    assert container.get("/readyz?only=draining,answering")[0] == 200
    said = [line["message"] for line in container.lines() if line["level"] == "error"]
    assert len(said) == 1
    assert 'database "late" does not exist' in said[0]

    cluster.execute("CREATE DATABASE late")
    until(lambda: container.get("/readyz")[0] == 200, container.log.read_text)


def test_with_a_key_no_emulator_runs(container: Container) -> None:
    assert container.children() == []


def test_figures_are_for_its_own_machine_and_who_has_the_token(container: Container) -> None:
    through_proxy = {"X-Forwarded-For": "203.0.113.7"}
    for path in ("/metrics", "/_stcore/metrics"):
        assert container.get(path)[0] == 200
        assert container.get(path, **through_proxy)[0] == 404
        assert container.get(path, Authorization="Bearer guessed", **through_proxy)[0] == 404
    status, body = container.get("/metrics", Authorization=f"Bearer {TOKEN}", **through_proxy)
    assert status == 200
    assert "playground_history_up 1.0" in body
    assert "playground_answers_running 0.0" in body


def test_a_request_is_in_the_log_by_its_id_and_without_its_query(container: Container) -> None:
    container.get("/?prompt=nobodys-business", **{"X-Request-Id": "the-proxys-id"})
    until(
        lambda: any(line.get("request_id") == "the-proxys-id" for line in container.lines()),
        container.log.read_text,
    )
    whole = container.log.read_text()
    assert "nobodys-business" not in whole
    assert KEY not in whole
    container.get("/", **{"X-Request-Id": 'a"b\x7f' + "x" * 300})  # not to be trusted: a new one
    assert "x" * 100 not in container.log.read_text()


def test_nothing_is_uploaded_without_the_token_of_the_page(container: Container) -> None:
    status, body = container.get("/_stcore/upload_file/session/file", "PUT")
    assert status == 403
    assert "XSRF" in body


def test_it_ends_when_it_is_told_to(container: Container) -> None:
    container.process.terminate()
    container.process.wait(15)
    written = {path.name for path in container.log.parent.iterdir()}
    assert written == {"playground", "data", "log", "key", "database", "token"}
