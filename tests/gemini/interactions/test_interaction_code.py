"""The code of an interaction runs, and sends what the page sends."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Connection, Target
from gemini.codegen.bundle import bundle
from gemini.codegen.files import media_files
from gemini.codegen.interactions import (
    interaction_curl,
    interaction_javascript,
    interaction_python,
    known,
)
from gemini.filling import fill
from gemini.request import Request
from gemini.run import Run
from gemini.tools import mcp
from tests.fake_gemini import FakeGemini, Reply, Seen
from tests.gemini.test_codegen_javascript import modules, run
from tests.made_replies import generated, generated_file

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


WITH_SERVER = request(
    {"text": "List ${MCP_FILES_AUTHORIZATION}"},
    tools=[{"google_search": {}}, {"mcp_servers": [
        {"name": "files", "allowed_tools": ["read", "list"], "streamable_http_transport": {
            "url": "https://mcp.test",
            "headers": {"Authorization": "[hidden]", "X-Team": "[hidden]"}}},
        {"name": "open", "streamable_http_transport": {"url": "https://open.test"}}]}],
)  # fmt: skip
HEADERS = {
    ("https://mcp.test", "authorization"): "Bearer tea-$HOME-secret",
    ("https://mcp.test", "x-team"): "tea",
}
VARIABLES = {
    "MCP_FILES_AUTHORIZATION": "Bearer tea-$HOME-secret",
    "MCP_FILES_X_TEAM": "tea",
    "GEMINI_API_KEY": "of-the-environment",
}
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
    "an agent": Request(
        "deep-research-preview-04-2026",
        [{"role": "user", "parts": [{"text": "The history of tea"}]}],
        {"background": True, "store": True,
         "agent_config": {"type": "deep-research", "collaborative_planning": True}},
        "interactions.create",
    ),
    "a server of tools": WITH_SERVER,
    "speech": request(
        {"inline_data": {"mime_type": "audio/mp3", "data": b"ID3 not whole"}},
        audio_transcription_config={"language_codes": ["en-GB"], "word_timestamp": True,
                                    "diarization": True},
    ),
    "a video": Request(
        "gemini-omni-1.2-flash",
        [{"role": "user", "parts": [{"text": "Night"}]}],
        {"response_format": {"type": "video", "delivery": "uri", "duration": "5s"},
         "video_config": {"task": "edit"}, "previous_interaction_id": "v1_x", "background": True},
        "interactions.create",
    ),
    "a song": Request(
        "lyria-3.5", [{"role": "user", "parts": [{"text": "A waltz"}]}], {}, "interactions.create"
    ),
    "spoken": request(
        {"text": "Hi", "speech_metadata": {"style": "softly"}},
        response_modalities=["AUDIO"],
        speech_config={"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}},
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


def sent_by_page(fake: FakeGemini, connection: Connection, asked: Request) -> Seen:
    """What the page's own way sends, where the session knows the headers."""
    fake.others = {"POST interactions": [DONE]}
    live = fill(connection, Run(asked), HEADERS)
    assert live.ended.wait(30)
    problem = live.run.problem
    assert problem is None or problem.title == "Nothing was generated", problem
    return fake.seen[-1]


def put_media(asked: Request, folder: Path) -> None:
    for media in media_files(known(asked), {}).values():
        (folder / media.name).write_bytes(media.data)


@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, language) for name in REQUESTS for language in ("python", "curl")),
     ("lines", "async"), ("an image", "async"), ("a server of tools", "async")],
)  # fmt: skip
def test_the_code_sends_what_the_page_sends(
    fake: FakeGemini, connection: Connection, tmp_path: Path, name: str, language: str
) -> None:
    asked = REQUESTS[name]
    page = sent_by_page(fake, connection, asked)
    target = Target("server", "secret-key", base_url=fake.url)
    put_media(asked, tmp_path)
    if language == "curl":
        code, command = interaction_curl(asked, target), "bash"
    else:
        code = interaction_python(asked, target, asynchronous=language == "async")
        command = sys.executable
    assert "secret-key" not in code
    (tmp_path / "code").write_text(code, encoding="utf-8")
    own = {"GOOGLE_GEMINI_BASE_URL": fake.url, **VARIABLES}
    done = subprocess.run([command, "code"], cwd=tmp_path, env={**os.environ, **own},
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert b"Tea." in done.stdout or name == "spoken"  # only sound is awaited
    sent = fake.seen[-1]
    assert sent is not page
    assert (sent.method, sent.path, sent.body) == (page.method, page.path, page.body)


def test_the_modules_send_what_the_page_sends(
    fake: FakeGemini, connection: Connection, tmp_path: Path, modules: Path
) -> None:
    target = Target("server", "secret-key", base_url=fake.url)
    for asked in REQUESTS.values():
        sent_by_page(fake, connection, asked)
        put_media(asked, tmp_path)
    pages = [seen.body for seen in fake.seen]
    sources = [interaction_javascript(asked, target) for asked in REQUESTS.values()]
    own = {"GOOGLE_GEMINI_BASE_URL": fake.url, **VARIABLES}
    assert run(sources, tmp_path, modules, **own) == [None] * len(sources)
    assert [seen.body for seen in fake.seen[len(pages) :]] == pages


def test_a_header_is_a_variable_of_the_environment() -> None:
    for code in (interaction_python, interaction_javascript, interaction_curl):
        text = code(WITH_SERVER, Target("gemini", "k"))
        assert "MCP_FILES_AUTHORIZATION" in text
        assert "hidden" not in text
    literal = {"name": "m", "streamable_http_transport": {
        "url": "https://m", "headers": {"Authorization": "Bearer abc"}}}  # fmt: skip
    asked = request({"text": "Hi"}, tools=[{"mcp_servers": [literal]}])
    for code in (interaction_python, interaction_javascript, interaction_curl):
        assert "Bearer abc" not in code(asked, Target("gemini", "k"))


@pytest.mark.parametrize("name", ["an image", "a server of tools"])
def test_the_notebook_and_the_zip_send_the_same(
    fake: FakeGemini, connection: Connection, tmp_path: Path, name: str
) -> None:
    asked = REQUESTS[name]
    page = sent_by_page(fake, connection, asked)
    target = Target("server", "secret-key", base_url=fake.url)
    with zipfile.ZipFile(io.BytesIO(bundle(asked, target))) as archive:
        archive.extractall(tmp_path)
    cells = json.loads((tmp_path / "request.ipynb").read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    (tmp_path / "cells.py").write_text("\n\n".join(sources[1:]), encoding="utf-8")
    own = {**os.environ, "GOOGLE_GEMINI_BASE_URL": fake.url, **VARIABLES}
    programs = [[sys.executable, "cells.py"], [sys.executable, "request.py"],
                [sys.executable, "request_async.py"], ["bash", "request.sh"]]  # fmt: skip
    for command in programs:
        done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert b"Tea." in done.stdout or name == "spoken"  # only sound is awaited
        assert fake.seen[-1].body == page.body
    assert "ai.interactions.create(" in (tmp_path / "request.mjs").read_text("utf-8")
    asked_for = {"GEMINI_API_KEY", *mcp.variables(asked.config)}
    assert all(variable in sources[1] for variable in asked_for)


LEFT = generated("video/mp4", uri="https://x/v1beta/files/clip1:download?alt=media")


@pytest.mark.parametrize(
    ("name", "reply", "file", "is_async"),
    [
        ("a video", generated("video/mp4", data=b"V"), "answer.mp4", False),
        ("a video", LEFT, "answer.mp4", False),
        ("a video", LEFT, "answer.mp4", True),
        ("a song", generated("audio/mp3", data=b"V", text="La"), "answer.mp3", False),
        ("spoken", generated("audio/l16", data=b"VV"), "answer.wav", True),
    ],
)
def test_the_code_saves_what_comes(
    fake: FakeGemini, tmp_path: Path, *, name: str, reply: Reply, file: str, is_async: bool
) -> None:
    looks = generated_file("clip1", b"V", "ACTIVE")
    fake.others = {"POST interactions": [reply], **looks}
    target = Target("server", "secret-key", base_url=fake.url)
    code = interaction_python(REQUESTS[name], target, asynchronous=is_async)
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    own = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "of-the-environment"}
    done = subprocess.run([sys.executable, "code.py"], cwd=tmp_path, env={**os.environ, **own},
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    saved = (tmp_path / file).read_bytes()
    assert saved == b"V" if file != "answer.wav" else saved.endswith(b"VV")


def test_the_module_saves_a_video_that_is_a_file(
    fake: FakeGemini, tmp_path: Path, modules: Path
) -> None:
    fake.others = {"POST interactions": [LEFT], **generated_file("clip1", b"V", "ACTIVE")}
    target = Target("server", "secret-key", base_url=fake.url)
    own = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "of-the-environment"}
    sources = [interaction_javascript(REQUESTS["a video"], target)]
    assert run(sources, tmp_path, modules, **own) == [None]
    assert [file.read_bytes() for file in tmp_path.rglob("answer.mp4")] == [b"V"]
