"""The code of an interaction runs, and sends what the page sends."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Connection, Target
from gemini.codegen.files import media_files
from gemini.codegen.interactions import (
    interaction_curl,
    interaction_javascript,
    interaction_python,
    known,
)
from gemini.live_run import start
from gemini.request import Request
from tests.fake_gemini import FakeGemini, Reply
from tests.gemini.test_codegen_javascript import modules, run

__all__ = ["modules"]  # a fixture

PNG = b"\x89PNG\r\n\x1a\n not whole"
WEIGHT = {
    "name": "weigh",
    "description": "Weighs `$x`.",
    "parameters_json_schema": {"type": "object", "properties": {"of": {"type": "string"}}},
}


def request(*parts: dict[str, Any], **config: Any) -> Request:
    contents = [{"role": "user", "parts": list(parts)}]
    return Request("gemini-3.8-flash", contents, config, "interactions.create")


REQUESTS = {
    "a text": request({"text": "Hi \"you\" 'there' `x` $HOME ${y}"}),
    "lines": request({"text": "One\n  two\n"}, system_instruction="Be\nbrief", temperature=0.5),
    "an image": request(
        {"inline_data": {"mime_type": "image/png", "data": PNG}}, {"text": "What is it?"}
    ),
    "tools": request(
        {"text": "Weigh tea"},
        tools=[{"function_declarations": [WEIGHT]}, {"google_search": {}}],
        thinking_config={"thinking_level": "LOW", "include_thoughts": True},
    ),
    "json": request(
        {"text": "A list"},
        response_mime_type="application/json",
        response_json_schema={"type": "array", "items": {"type": "string"}},
        store=False,
    ),
    "turns": Request(
        "gemini-3.8-flash",
        [
            {"role": "user", "parts": [{"text": "Hi"}]},
            {"role": "model", "parts": [
                {"text": "Hm", "thought": True},
                {"text": "", "thought": True, "thought_signature": b"signed"},
                {"function_call": {"id": "c", "name": "f", "args": {"a": [1, None, True]}}}]},
            {"role": "user", "parts": [
                {"function_response": {"id": "c", "name": "f", "response": {"result": 1}}}]},
        ],
        {"previous_interaction_id": "v1_x"},
        "interactions.create",
    ),
}  # fmt: skip
DONE = Reply([
    {"event_type": "interaction.created", "interaction": {"id": "v1_a", "status": "in_progress"}},
    {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
    {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "Tea."}},
    {"event_type": "step.stop", "index": 0},
    {"event_type": "interaction.completed", "interaction": {"id": "v1_a", "status": "completed"}},
    b"event: done\r\ndata: [DONE]\r\n\r\n",
])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, language) for name in REQUESTS for language in ("python", "curl")),
     ("lines", "async"), ("an image", "async")],
)  # fmt: skip
def test_the_code_sends_what_the_page_sends(
    fake: FakeGemini, connection: Connection, tmp_path: Path, name: str, language: str
) -> None:
    asked = REQUESTS[name]
    fake.others = {"POST interactions": [DONE]}
    assert start(connection, asked).ended.wait(30)
    page = fake.seen[-1]
    target = Target("server", "secret-key", base_url=fake.url)
    for media in media_files(known(asked), {}).values():
        (tmp_path / media.name).write_bytes(media.data)
    if language == "curl":
        code, command = interaction_curl(asked, target), "bash"
    else:
        code = interaction_python(asked, target, asynchronous=language == "async")
        command = sys.executable
    assert "secret-key" not in code
    (tmp_path / "code").write_text(code, encoding="utf-8")
    own = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "of-the-environment"}
    done = subprocess.run([command, "code"], cwd=tmp_path, env={**os.environ, **own},
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert b"Tea." in done.stdout
    sent = fake.seen[-1]
    assert sent is not page
    assert (sent.method, sent.path, sent.body) == (page.method, page.path, page.body)


def test_the_modules_send_what_the_page_sends(
    fake: FakeGemini, connection: Connection, tmp_path: Path, modules: Path
) -> None:
    fake.others = {"POST interactions": [DONE]}
    target = Target("server", "secret-key", base_url=fake.url)
    for asked in REQUESTS.values():
        assert start(connection, asked).ended.wait(30)
        for media in media_files(known(asked), {}).values():
            (tmp_path / media.name).write_bytes(media.data)
    pages = [seen.body for seen in fake.seen]
    sources = [interaction_javascript(asked, target) for asked in REQUESTS.values()]
    own = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "of-the-environment"}
    assert run(sources, tmp_path, modules, **own) == [None] * len(sources)
    assert [seen.body for seen in fake.seen[len(pages) :]] == pages


def test_a_tool_that_carries_a_secret_is_no_code() -> None:
    server = {"name": "m", "streamable_http_transport": {
        "url": "https://m", "headers": {"Authorization": "Bearer abc"}}}  # fmt: skip
    asked = request({"text": "Hi"}, tools=[{"mcp_servers": [server]}])
    for code in (interaction_python, interaction_javascript, interaction_curl):
        with pytest.raises(ValueError, match="headers"):
            code(asked, Target("gemini", "k"))
