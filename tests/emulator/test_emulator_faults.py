"""The fault lab: each fault as an application sees it, and the three ways to have one."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from emulator.faults.table import HEADER, faults

ROOT = Path(__file__).parents[2]
KEY = {"x-goog-api-key": "any-key"}
MODEL = "gemini-3.8-flash"
PROMPT = {"contents": [{"parts": [{"text": "A rather long prompt that is echoed in pieces."}]}]}


@pytest.fixture(scope="module")
def lab() -> Iterator[launch.Emulator]:
    """An emulator that takes its time, so that pieces are sent one by one."""
    with launch.start("echo", echo_delay=0.01) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def api(lab: launch.Emulator, connect) -> genai.Client:
    return connect(lab.url)


def config(fault: str) -> dict[str, Any]:
    return {"http_options": types.HttpOptions(headers={HEADER: fault})}


def ask(api: genai.Client, fault: str) -> types.GenerateContentResponse:
    return api.models.generate_content(model=MODEL, contents="Hello there", config=config(fault))


def stream(api: genai.Client, fault: str) -> Iterator[types.GenerateContentResponse]:
    text = "A rather long prompt that is echoed in pieces."
    return api.models.generate_content_stream(model=MODEL, contents=text, config=config(fault))


ERRORS = {"429": 429, "500": 500, "503": 503, "retired-model": 404, "expired-file": 403}


@pytest.mark.parametrize(("fault", "code"), [*ERRORS.items(), ("wrong-key", 400)])
def test_an_error_has_its_status_whole_or_streamed(
    api: genai.Client, fault: str, code: int
) -> None:
    for call in (lambda: ask(api, fault), lambda: next(stream(api, fault))):
        with pytest.raises(errors.APIError) as caught:
            call()
        assert caught.value.code == code
        assert caught.value.message
    if fault == "429":
        details = caught.value.details["error"]["details"]
        assert details[-1]["retryDelay"] == "2s"
    if fault == "retired-model":
        assert f"models/{MODEL} is not found" in caught.value.message


REASONS = {
    "blocked-answer": ("SAFETY", True),
    "recitation": ("RECITATION", True),
    "max-tokens": ("MAX_TOKENS", True),
    "malformed-function-call": ("MALFORMED_FUNCTION_CALL", False),
    "empty": ("STOP", False),
    "broken-json": ("STOP", True),
}


@pytest.mark.parametrize(("fault", "ending"), REASONS.items())
def test_an_answer_ends_for_its_reason(
    api: genai.Client, fault: str, ending: tuple[str, bool]
) -> None:
    reason, has_text = ending
    whole = ask(api, fault)
    assert whole.candidates[0].finish_reason == reason
    assert bool(whole.text) == has_text
    *before, last = stream(api, fault)
    assert last.candidates[0].finish_reason == reason
    assert bool("".join(c.text or "" for c in [*before, last])) == has_text
    assert len(before) == faults()[fault].pieces
    if fault == "broken-json":
        with pytest.raises(json.JSONDecodeError):
            json.loads(whole.text)


def test_a_blocked_prompt_has_no_candidates(api: genai.Client) -> None:
    for response in (ask(api, "blocked-prompt"), *stream(api, "blocked-prompt")):
        assert response.prompt_feedback.block_reason == "SAFETY"
        assert not response.candidates


@pytest.mark.parametrize(("fault", "error"), [
    ("cut-stream", httpx2.RemoteProtocolError),
    ("hang", httpx2.ReadTimeout),
    ("rubbish", errors.UnknownApiResponseError),
])  # fmt: skip
def test_a_stream_breaks_after_some_words(
    lab: launch.Emulator, connect, fault: str, error: type[Exception]
) -> None:
    options = types.HttpOptions(base_url=lab.url, timeout=1_000)
    with genai.Client(api_key="any-key", http_options=options) as api:
        answer = stream(api, fault)
        assert next(answer).text
        with pytest.raises(error):
            list(answer)
        with pytest.raises((error, ValueError)):
            ask(api, fault)


def test_the_first_word_is_late(api: genai.Client) -> None:
    begun = time.monotonic()
    assert ask(api, "slow-first-token").text
    assert time.monotonic() - begun >= faults()["slow-first-token"].seconds


def post(lab: launch.Emulator, path: str, body: dict[str, Any], fault: str) -> httpx2.Response:
    headers = KEY | {HEADER: fault}
    return httpx2.post(f"{lab.url}/v1beta/{path}", json=body, headers=headers, timeout=30)


@pytest.mark.parametrize(("fault", "ends"), [
    ("blocked-prompt", ("failed", "content_filter")),
    ("blocked-answer", ("failed", "content_filter")),
    ("max-tokens", ("incomplete", "length")),
    ("empty", ("completed", "stop")),
])  # fmt: skip
def test_the_other_apis_have_it_in_their_own_words(
    lab: launch.Emulator, fault: str, ends: tuple[str, str]
) -> None:
    interaction = {"model": MODEL, "input": "Hello there, this is long enough.", "stream": True}
    events = post(lab, "interactions", interaction, fault).text
    kind = "error" if ends[0] == "failed" else f'"status":"{ends[0]}"'
    assert kind in events.rsplit("data: {", 1)[1]
    chat = {"model": MODEL, "messages": [{"role": "user", "content": "Hello there"}]}
    choice = post(lab, "openai/chat/completions", chat, fault).json()["choices"][0]
    assert choice["finish_reason"] == ends[1]
    chunks = post(lab, "openai/chat/completions", chat | {"stream": True}, fault).text
    assert f'"finish_reason":"{ends[1]}"' in chunks


@pytest.mark.parametrize("path", ["interactions", "openai/chat/completions"])
def test_the_other_apis_break_too(lab: launch.Emulator, path: str) -> None:
    body = {"model": MODEL, "stream": True, "input": "Hello"}
    if "openai" in path:
        body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    assert post(lab, path, body, "429").status_code == 429
    with pytest.raises(httpx2.RemoteProtocolError):
        post(lab, path, body, "cut-stream")
    assert "502 Bad Gateway" in post(lab, path, body, "rubbish").text


def test_one_that_is_armed_is_for_the_next_requests_to_a_model(
    lab: launch.Emulator, api: genai.Client
) -> None:
    url = f"{lab.url}/emulator/faults"
    known = httpx2.get(url, headers=KEY).json()
    assert {row["name"] for row in known["faults"]} == set(faults())
    assert known["armed"] == []
    for name, count in (("503", 2), ("max-tokens", 1)):
        httpx2.post(url, json={"name": name, "count": count}, headers=KEY).raise_for_status()
    api.models.count_tokens(model=MODEL, contents="Hello")
    list(api.models.list())
    hello = {"model": MODEL, "contents": "Hello there"}
    for _ in range(2):
        with pytest.raises(errors.ServerError):
            api.models.generate_content(**hello)
    assert api.models.embed_content(model="gemini-embedding-001", contents="Hi").embeddings
    assert api.models.generate_content(**hello).candidates[0].finish_reason == "MAX_TOKENS"
    assert api.models.generate_content(**hello).candidates[0].finish_reason == "STOP"
    httpx2.post(url, json={"name": "500"}, headers=KEY)
    assert httpx2.delete(url, headers=KEY).json() == {"armed": []}
    assert api.models.generate_content(**hello).text


@pytest.mark.parametrize(
    "body", [{"name": "flood"}, {"name": 429}, {"name": "429", "count": 0}, {"count": 1}]
)
def test_one_that_there_isn_t_is_told(
    lab: launch.Emulator, api: genai.Client, body: dict[str, Any]
) -> None:
    url = f"{lab.url}/emulator/faults"
    assert httpx2.post(url, json=body, headers=KEY).status_code == 400
    assert httpx2.post(url, json={"name": "429"}).status_code == 403  # nobody without a key
    with pytest.raises(errors.ClientError, match=r"no fault called 'flood'.*cut-stream"):
        ask(api, "flood")
    assert httpx2.get(url, headers=KEY).json()["armed"] == []


def test_the_command_line_arms_them(connect) -> None:
    command = [sys.executable, "-m", "emulator", "--engine", "echo", "--port", "0"]
    refused = subprocess.run(
        [*command, "--fault", "429:x"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "the count is a number" in refused.stderr
    command += ["--fault", "429:2", "--fault", "empty", "--parent-pipe"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        url = process.stdout.readline().split()[3]
        armed = httpx2.get(f"{url}/emulator/faults", headers=KEY).json()["armed"]
        process.stdin.close()
    assert armed == [{"name": "429", "count": 2}, {"name": "empty", "count": 1}]
    assert process.returncode == 0


def test_nothing_is_written_but_that_a_reply_was_cut(lab: launch.Emulator) -> None:
    assert "Traceback" not in lab.log()


@pytest.mark.parametrize("fault", faults().values(), ids=faults())
def test_each_says_what_it_is_and_where_that_stands(fault: Any) -> None:
    assert fault.title
    assert fault.sees.endswith(".")
    assert fault.do.endswith(".")
    assert fault.source.startswith("https://ai.google.dev/")
