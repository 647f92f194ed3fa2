"""The emulator is asked by the playground's own ways: its runs, and the code it writes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import launch
from gemini.api.connect import NO_KEY, Connection, Target
from gemini.codegen.interactions import interaction_curl, interaction_python
from gemini.filling import fill
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT, Request, text_of
from gemini.run import Run

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff"
    "ff7f0009fb03fd2a86e38a0000000049454e44ae426082"
)
SERVER = {"name": "files", "streamable_http_transport": {
    "url": "https://mcp.test", "headers": {"Authorization": "[hidden]"}}}  # fmt: skip


@pytest.fixture
def target(echo: launch.Emulator) -> Target:
    return Target("emulator", base_url=echo.url, timeout=30)


@pytest.fixture
def ask(target: Target) -> Iterator[Callable[[Request], Run]]:
    """Sends a request the page's way and waits for its end."""
    connection = Connection(target)

    def ask(request: Request) -> Run:
        values = {("https://mcp.test", "authorization"): "Bearer sesame"}
        live = fill(connection, Run(request), values)
        assert live.ended.wait(30)
        return live.run

    yield ask
    connection.close()


def request(*parts: dict[str, Any], method: str = CREATE_INTERACTION, **config: Any) -> Request:
    return Request("gemini-3.8-flash", [{"role": "user", "parts": list(parts)}], config, method)


REQUESTS = {
    "a text": request({"text": "Say `tea` for $2"}, system_instruction="Be brief.\nAlways."),
    "an image": request(
        {"inline_data": {"mime_type": "image/png", "data": PNG}}, {"text": "What is it?"}
    ),
    "json": request(
        {"text": "A list"},
        response_mime_type="application/json",
        response_json_schema={"type": "array", "items": {"type": "string"}},
        store=False,
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("language", ["python", "async"])
def test_code_of_an_interaction_gets_what_the_page_gets(
    target: Target, ask: Callable[[Request], Run], tmp_path: Path, name: str, language: str
) -> None:
    asked = REQUESTS[name]
    run = ask(asked)
    assert run.problem is None
    code = interaction_python(asked, target, asynchronous=language == "async")
    (tmp_path / "image-1.png").write_bytes(PNG)
    shown = output([sys.executable, "-c", code], target, tmp_path)
    assert shown == text_of(run.candidates[0].parts) + "\n"


def test_curl_of_an_interaction_that_goes_on_from_another(
    target: Target, ask: Callable[[Request], Run], tmp_path: Path
) -> None:
    first = ask(request({"text": "My name is Ann"}, store=True))
    asked = request({"text": "And then?"}, store=True, previous_interaction_id=first.response_id)
    assert ask(asked).problem is None
    events = output(["bash", "-c", interaction_curl(asked, target)], target, tmp_path)
    assert '"event_type":"interaction.completed"' in events.replace(" ", "")


@pytest.mark.parametrize("method", [GENERATE_CONTENT, CREATE_INTERACTION])
@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"tools": [{"mcp_servers": [SERVER]}]}, "MCP servers"),
        ({"audio_transcription_config": {"diarization": True}}, "transcription by words"),
    ],
)
def test_what_is_not_here_is_refused_by_name(
    ask: Callable[[Request], Run], method: str, config: dict[str, Any], words: str
) -> None:
    run = ask(request({"text": "Hi"}, method=method, **config))
    assert run.problem is not None
    assert words in run.problem.detail + run.problem.cause
    assert "sesame" not in repr(run)


def output(command: list[str], target: Target, folder: Path) -> str:
    own = {"GOOGLE_GEMINI_BASE_URL": str(target.base_url), "GEMINI_API_KEY": NO_KEY}
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **own}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
