"""Where requests go is read from the environment, and the client is set up for it."""

import asyncio
import threading
from base64 import b64encode
from dataclasses import replace

import pytest
from google.genai import types

from gemini.api import http
from gemini.api.call import begin
from gemini.api.connect import (
    DEFAULT_API_VERSION,
    DEFAULT_TIMEOUT,
    NO_KEY,
    VERTEX_API_VERSION,
    Connection,
    Target,
    TargetError,
    from_environment,
)
from gemini.codegen.curl import curl
from gemini.request import Request
from tests.fake_gemini import FakeGemini, error

KEY = {"GEMINI_API_KEY": "gemini-key"}
VERTEX = {"GOOGLE_GENAI_USE_VERTEXAI": "true"}
PROJECT = {"GOOGLE_CLOUD_PROJECT": "acme"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"GEMINI_API_KEY": "  "}, None),
        (KEY, Target("gemini", "gemini-key")),
        ({"GOOGLE_API_KEY": "google-key"}, Target("gemini", "google-key")),
        ({**KEY, "GOOGLE_API_KEY": "google-key"}, Target("gemini", "google-key")),
        ({**KEY, "GOOGLE_API_KEY": ""}, Target("gemini", "gemini-key")),
        ({"GEMINI_API_KEY": " gemini-key\n"}, Target("gemini", "gemini-key")),
        (
            {"GOOGLE_GEMINI_BASE_URL": "http://box:8642"},
            Target("server", NO_KEY, base_url="http://box:8642"),
        ),
        (
            {**KEY, "GOOGLE_GEMINI_BASE_URL": "http://box:8642"},
            Target("server", "gemini-key", base_url="http://box:8642"),
        ),
        (PROJECT, None),
        ({**KEY, **PROJECT}, Target("gemini", "gemini-key")),
        (
            {**VERTEX, **PROJECT},
            Target("vertex", None, "acme", "global", api_version=VERTEX_API_VERSION),
        ),
        (
            {**VERTEX, **PROJECT, "GOOGLE_CLOUD_LOCATION": "europe-west4"},
            Target("vertex", None, "acme", "europe-west4", api_version=VERTEX_API_VERSION),
        ),
        (
            {**VERTEX, **PROJECT, **KEY},
            Target("vertex", None, "acme", "global", api_version=VERTEX_API_VERSION),
        ),
        ({**VERTEX, **KEY}, Target("vertex", "gemini-key", api_version=VERTEX_API_VERSION)),
        (
            {**VERTEX, **KEY, "GOOGLE_VERTEX_BASE_URL": "http://box"},
            Target("vertex", "gemini-key", base_url="http://box", api_version=VERTEX_API_VERSION),
        ),
        (
            {"GOOGLE_GENAI_USE_ENTERPRISE": "1", **PROJECT},
            Target("vertex", None, "acme", "global", api_version=VERTEX_API_VERSION),
        ),
        ({"GOOGLE_GENAI_USE_VERTEXAI": "TRUE", **KEY, **PROJECT}, "vertex"),
        ({"GOOGLE_GENAI_USE_VERTEXAI": "yes", **KEY}, "gemini"),
        ({"GOOGLE_GENAI_USE_ENTERPRISE": "false", **VERTEX, **KEY}, "gemini"),
        (
            {"GOOGLE_GENAI_USE_ENTERPRISE": "true", "GOOGLE_GENAI_USE_VERTEXAI": "0", **KEY},
            "vertex",
        ),
        (
            {**KEY, "GOOGLE_GENAI_API_VERSION": "v1"},
            Target("gemini", "gemini-key", api_version="v1"),
        ),
        ({**KEY, "GEMINI_TIMEOUT": "2.5"}, Target("gemini", "gemini-key", timeout=2.5)),
    ],
)
def test_the_target_that_the_environment_names(
    environ: dict[str, str], expected: Target | str | None
) -> None:
    target = from_environment(environ)
    if isinstance(expected, str):
        assert target is not None
        assert target.backend == expected
    else:
        assert target == expected


def test_defaults() -> None:
    target = from_environment(KEY)
    assert target is not None
    assert target.api_version == DEFAULT_API_VERSION == "v1beta"
    assert target.timeout == DEFAULT_TIMEOUT


@pytest.mark.parametrize("timeout", ["soon", "0", "-3", "nan", "inf", "1e9"])
def test_a_timeout_that_is_none_is_refused(timeout: str) -> None:
    with pytest.raises(TargetError, match="GEMINI_TIMEOUT"):
        from_environment({**KEY, "GEMINI_TIMEOUT": timeout})


def test_vertex_without_a_project_says_what_to_set() -> None:
    with pytest.raises(TargetError, match="GOOGLE_CLOUD_PROJECT"):
        from_environment(VERTEX)


@pytest.mark.parametrize(
    ("target", "label"),
    [
        (Target("gemini", "k"), "Gemini API"),
        (Target("emulator", "k", base_url="http://127.0.0.1:1"), "Local emulator"),
        (Target("server", "k", base_url="http://box:1"), "Gemini API at http://box:1"),
        (Target("vertex", None, "acme", "global"), "Vertex AI (acme/global)"),
        (Target("vertex", "k"), "Vertex AI (API key)"),
    ],
)
def test_what_answers_in_a_few_words(target: Target, label: str) -> None:
    assert target.label == label


def test_the_key_is_in_no_representation() -> None:
    target = Target("gemini", "a-secret-key")
    assert "a-secret-key" not in f"{target!r} {target!s} {target.label}"


def counted(connection: Connection) -> None:
    begin(
        connection, "models.count_tokens", {"model": "gemini-2.5-flash", "contents": "Hello"}
    ).result()


def test_the_client_goes_where_the_target_says(fake: FakeGemini, connection: Connection) -> None:
    counted(connection)
    seen = fake.seen[0]
    assert seen.path == "/v1beta/models/gemini-2.5-flash:countTokens"
    assert seen.headers["x-goog-api-key"] == "test-key-123456"


def test_a_client_with_a_key_for_vertex(fake: FakeGemini) -> None:
    target = Target("vertex", "express-key", base_url=fake.url, api_version=VERTEX_API_VERSION)
    made = Connection(target)
    try:
        assert made.client.vertexai
        counted(made)
        assert fake.seen[0].path.endswith("publishers/google/models/gemini-2.5-flash:countTokens")
        assert fake.seen[0].path.startswith("/v1beta1/")
    finally:
        made.close()


def test_the_pool_is_wide_enough_for_200_streams() -> None:
    assert (http.OPTIONS["limits"].max_connections or 0) >= 200


def test_a_connection_runs_coroutines_and_closes_twice() -> None:
    made = Connection(Target("gemini", "k"))

    async def work() -> str:
        return "done"

    assert made.submit(work()).result(5) == "done"
    made.close()
    made.close()


def test_closing_ends_what_still_runs(fake: FakeGemini) -> None:
    made = Connection(Target("server", "k", base_url=fake.url))

    started = threading.Event()

    async def forever() -> None:
        started.set()
        await asyncio.sleep(3600)

    future = made.submit(forever())
    assert started.wait(5)
    made.close()
    assert future.cancelled()


def test_the_timeout_is_handed_over_in_milliseconds() -> None:
    made = Connection(Target("gemini", "k", timeout=1.5))
    try:
        options = made.client._api_client._http_options
        assert isinstance(options, types.HttpOptions)
        assert options.timeout == 1500
    finally:
        made.close()


def test_a_password_in_the_base_url_reaches_the_server_and_nothing_else(fake: FakeGemini) -> None:
    fake.others["GET models"] = [error(400, "INVALID_ARGUMENT", "Basic pass%word is not known")]
    base = fake.url.replace("//", "//user:pass%25word@")
    target = from_environment({"GOOGLE_GEMINI_BASE_URL": base})
    assert target
    made = Connection(target)
    call = begin(made, "models.list").result(20)
    made.close()
    basic = b64encode(b"user:pass%word").decode()
    assert fake.seen[0].headers["authorization"] == f"Basic {basic}"
    assert target.label == f"Gemini API at {fake.url}"
    sent = [(e.url, e.headers) for e in call.exchanges]
    code = curl(Request(model="m", contents=[{"parts": [{"text": "Hi"}]}]), target)
    shown = (repr(target), code, repr(sent), repr(call.problem))
    for text in shown:
        assert "pass%" not in text
        assert basic not in text
    assert replace(target, api_key="other").login == target.login


def test_the_generated_clients_do_not_retry_on_top_of_ours(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.001)
    fake.others["POST interactions"] = [error(503, "UNAVAILABLE", "Overloaded.")]
    arguments = {"model": "gemini-3.8-flash", "input": "Hi"}
    call = begin(connection, "interactions.create", arguments).result(10)
    assert len(fake.seen) == len(call.exchanges) == http.ATTEMPTS
    assert call.problem is not None
    assert call.problem.kind == "overloaded"


def test_a_dead_server_is_offline_for_the_generated_clients_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.001)
    connection = Connection(Target("server", "key", base_url="http://127.0.0.1:9"))
    call = begin(connection, "interactions.get", {"id": "v1_abc"}).result(10)
    connection.close()
    assert len(call.exchanges) == http.ATTEMPTS
    assert call.problem is not None
    assert call.problem.kind == "offline"
