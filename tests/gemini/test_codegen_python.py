"""Generated Python sends what the page sends. It is run, and compared on the wire."""

import ast
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from google.genai import types
from hypothesis import given
from hypothesis import strategies as st

from gemini.api.connect import Connection, Target
from gemini.codegen.bundle import bundle, notebook
from gemini.codegen.curl import curl
from gemini.codegen.fields import CLIENT_SIDE
from gemini.codegen.javascript import javascript
from gemini.codegen.layout import python_string, python_text
from gemini.codegen.python import python
from gemini.request import Request
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.gemini.codegen_sending import (
    KEY,
    page_sends,
    put_media,
    sent_by_page,
    vertex,
)
from tests.gemini.codegen_table import MODEL, REQUESTS, asked, media, text, user

GEMINI = Target("gemini")
EMULATOR = Target("emulator", base_url="http://127.0.0.1:1")
PROJECT = Target("vertex", project="my-project", location="us-central1", api_version="v1beta1")
HARD = "\"'\\\n\r\t a{$`\ud800"
"""Letters that mean something in code; texts of nothing else are tried too."""

REFUSED = {
    "routing_config",
    "model_selection_config",
    "audio_timestamp",
    "model_armor_config",
    "generation_output_config",
}
"""Settings that the SDK refuses outside Vertex AI."""


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that code runs in."""
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(code: str) -> None:
    exec(compile(code, "request.py", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("name", REQUESTS)
def test_code_sends_what_the_page_sends(
    name: str, fake: FakeGemini, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, request = page_sends()[name], REQUESTS[name]
    put_media(request, here)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    for number, asynchronous in enumerate((False, True), 1):
        fake.replies = [answer("ok")]
        run(python(request, EMULATOR, asynchronous=asynchronous))
        assert len(fake.generated) == number
        sent = fake.generated[-1]
        assert sent.body == page.body
        assert sent.path == page.path
        assert sent.headers["x-goog-api-key"] == page.headers["x-goog-api-key"]


def test_code_for_vertex_sends_what_the_page_sends(
    fake: FakeGemini, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = REQUESTS["an image"]
    put_media(request, here)
    connection = Connection(vertex(fake))
    page = sent_by_page(fake, connection, request)
    connection.close()
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    monkeypatch.delenv("GEMINI_API_KEY")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", fake.url)
    run(python(request, vertex(fake)))
    assert fake.generated[-1].path == page.path
    assert fake.generated[-1].body == page.body


def test_every_setting_of_the_gemini_api_is_tried() -> None:
    tried = {name for request in REQUESTS.values() for name in request.config}
    assert tried >= types.GenerateContentConfig.model_fields.keys() - CLIENT_SIDE - REFUSED


def test_every_kind_of_part_is_tried() -> None:
    parts = [p for r in REQUESTS.values() for c in r.contents for p in c["parts"]]
    assert {name for part in parts for name in part} == types.Part.model_fields.keys()


def test_code_is_as_ruff_would_have_it(tmp_path: Path) -> None:
    for number, (request, way) in enumerate(product(REQUESTS.values(), (False, True))):
        for target in (GEMINI, EMULATOR, PROJECT):
            path = tmp_path / f"request_{target.backend}_{number}.py"
            path.write_text(python(request, target, asynchronous=way), encoding="utf-8", newline="")
    ruff = [sys.executable, "-m", "ruff"]
    formatted = subprocess.run(
        [*ruff, "format", "--isolated", "--diff", tmp_path],
        capture_output=True,
        check=False,
        text=True,
    )
    assert formatted.returncode == 0, formatted.stdout[:5000] + formatted.stderr[:2000]
    rules = ["--select=F,I,E7,E9,W6,SIM,PTH,UP,B,RUF", "--ignore=RUF001,RUF003"]
    checked = subprocess.run(
        [*ruff, "check", "--isolated", *rules, tmp_path],
        capture_output=True,
        check=False,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout[:5000]


@given(st.text(st.characters()) | st.text(HARD, max_size=12))
def test_any_text_is_quoted_as_it_is(value: str) -> None:
    for literal in (python_string(value), python_text(value)):
        assert ast.literal_eval(literal) == value
        assert all(c == "\n" or c.isprintable() for c in literal)
    assert "\n" not in python_string(value)


def test_the_shortest_form_is_written() -> None:
    assert python(asked(text("Hi"), temperature=0.5), GEMINI) == (
        """\
# pip install google-genai

from google import genai
from google.genai import types

# The key is read from the environment variable GEMINI_API_KEY.
client = genai.Client(http_options=types.HttpOptions(api_version="v1beta"))

stream = client.models.generate_content_stream(
    model="gemini-2.5-flash",
    contents="Hi",
    config=types.GenerateContentConfig(temperature=0.5),
)
for chunk in stream:
    print(chunk.text or "", end="", flush=True)
print()
"""
    )


def test_long_texts_and_media_read_well() -> None:
    request = asked(media(), text('Is it "red"?\nOr blue?'), system_instruction="One\nword.")
    code = python(request, GEMINI)
    assert 'prompt = """Is it "red"?\nOr blue?"""\n' in code
    assert 'system_instruction = """One\nword."""\n' in code
    assert "        prompt,\n" in code
    assert "system_instruction=system_instruction" in code
    assert 'data=Path("image-1.png").read_bytes(),' in code


def test_settings_come_in_the_order_people_write_them() -> None:
    request = asked(tools=[{"url_context": {}}], top_k=3, temperature=0.0, system_instruction="Hi")
    code = python(request, GEMINI)
    names = ["model=", "contents=", "system_instruction=", "temperature=", "top_k=3,", "tools="]
    assert sorted(names, key=code.index) == names


def test_no_key_address_or_project_gets_into_code() -> None:
    secrets = ("secret-key", "secret-project", "secret.example", "secret-header")
    targets = [
        Target("gemini", "secret-key"),
        Target("server", "secret-key", base_url="http://secret.example"),
        Target("vertex", "secret-key", base_url="http://secret.example"),
        Target("vertex", None, "secret-project", "global"),
    ]
    request = asked(http_options={"headers": {"x": "secret-header"}}, temperature=1)
    for target in targets:
        code = python(request, target)
        assert not any(secret in code for secret in secrets)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_pictures_speech_thoughts_and_calls_are_shown(
    asynchronous: bool,
    fake: FakeGemini,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    parts = [
        {"text": "Hm", "thought": True},
        {"functionCall": {"name": "f", "args": {"a": 1}}},
        {"executableCode": {"code": "1 + 1"}},
        {"codeExecutionResult": {"output": "two"}},
        {"inlineData": {"mimeType": "image/png", "data": "aGk="}},
        {"text": "done"},
    ]
    body = chunk(content={"role": "model", "parts": parts}, finish="STOP")
    whole = Reply([body])
    request = asked(
        response_modalities=["TEXT", "IMAGE"],
        thinking_config={"include_thoughts": True},
        tools=[{"code_execution": {}}, {"function_declarations": [{"name": "f"}]}],
    )
    fake.replies = [whole]
    run(python(request, EMULATOR, asynchronous=asynchronous))
    shown = capsys.readouterr().out
    assert shown == "Thought: Hm\nf {'a': 1}\n1 + 1\ntwo\ndone\n"
    assert (here / "answer-1.png").read_bytes() == b"hi"

    body = chunk(content={"parts": [{"inlineData": {"mimeType": "audio/L16", "data": "AAE="}}]})
    fake.replies = [Reply([body, body])]
    run(python(REQUESTS["speech"], EMULATOR, asynchronous=asynchronous))
    frames = b"\0\1" * 2
    assert (here / "answer.wav").read_bytes()[44:] == frames
    capsys.readouterr()

    body = chunk(content={"parts": [{"audioTranscription": {"text": "Welcome"}}]})
    fake.replies = [Reply([body])]
    run(python(asked(audio_transcription_config={"diarization": True}), EMULATOR,
               asynchronous=asynchronous))  # fmt: skip
    assert capsys.readouterr().out == "Welcome\n"


def test_functions_beside_other_tools_bring_no_warning(
    fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    fake.replies = [Reply([chunk("Hi", finish="STOP")])]
    tools = [{"google_search": {}}, {"function_declarations": [{"name": "f"}]}]
    run(python(asked(tools=tools), EMULATOR))
    assert [record.message for record in caplog.records if "google_genai" in record.name] == []


def test_a_request_that_the_sdk_cannot_read_is_refused() -> None:
    with pytest.raises(ValueError, match="temperatur"):
        python(Request(MODEL, [user(text())], {"temperatur": 1}), GEMINI)


def test_secrets_of_tools_get_into_no_code() -> None:
    maps = {"google_maps": {"auth_config": {"api_key": "secret"}}}
    transport = {"url": "https://a.test", "headers": {"authorization": "secret-token"}}
    server = {"mcp_servers": [{"name": "a", "streamable_http_transport": transport}]}
    for generate in (python, curl, javascript, notebook, bundle):
        with pytest.raises(ValueError, match="signs it in elsewhere"):
            generate(asked(tools=[maps]), GEMINI)
        code = generate(asked(tools=[server]), GEMINI)
        assert "secret-token" not in str(code)
        assert isinstance(code, bytes) or "MCP_A_AUTHORIZATION" in code
