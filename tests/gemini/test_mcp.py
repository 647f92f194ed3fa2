"""MCP servers as a tool: set, sent with the session's headers, and never kept with them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Connection, Target
from gemini.codegen.curl import curl
from gemini.codegen.javascript import javascript
from gemini.codegen.python import python
from gemini.filling import fill
from gemini.interactions.request import create_arguments, for_api
from gemini.models.capabilities import unknown
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT, Request
from gemini.run import Run
from gemini.run_json import exchanges_to_json
from gemini.settings.checks import validate
from gemini.settings.config import build_config, values_of
from gemini.tools.mcp import (
    HeaderValues,
    McpServer,
    header_trouble,
    lacking_headers,
    server_trouble,
    servers_of,
    variables,
    with_headers,
)
from tests.fake_gemini import FakeGemini, Reply, answer
from tests.gemini.test_codegen_javascript import modules
from tests.gemini.test_codegen_javascript import run as run_modules

__all__ = ["modules"]  # a fixture

SECRET = "Bearer sesame-4711"
FILES = McpServer("files", "https://mcp.test/x", ("Authorization",), ("read",))
CAPS = unknown("gemini-3.8-flash")
VALUES: HeaderValues = {("https://mcp.test/x", "authorization"): SECRET}
USER: list[dict[str, Any]] = [{"role": "user", "parts": [{"text": "Hi"}]}]


def request(method: str = CREATE_INTERACTION) -> Request:
    config = build_config({"mcp_servers": (FILES,), "api": method}, CAPS)
    return Request("gemini-3.8-flash", USER, config, method)


def test_a_request_holds_no_value_and_comes_back_as_it_was_set() -> None:
    sent = request()
    assert SECRET not in repr(sent)
    assert Request.from_json(sent.to_json()) == sent
    assert values_of(sent)["mcp_servers"] == (FILES,)
    assert servers_of({"tools": [{"mcp_servers": [{"name": "x"}, 1]}, 3]}) == ()


def test_both_apis_send_the_server_with_its_headers(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.replies = [answer("ok")]
    fake.others = {"POST interactions": [Reply([{"event_type": "interaction.completed"}])]}
    lives = [fill(connection, Run(request(m)), VALUES) for m in (GENERATE_CONTENT,)]
    assert lives[0].ended.wait(30)
    assert lives[0].run.outcome == "done"
    assert fake.seen[-1].body["tools"] == [{"mcpServers": [{
        "name": "files",
        "streamable_http_transport": {"url": FILES.url, "headers": {"Authorization": SECRET}},
    }]}]  # fmt: skip
    lives.append(fill(connection, Run(request()), VALUES))
    assert lives[1].ended.wait(30)
    assert fake.seen[-1].body["tools"] == [{
        "type": "mcp_server", "name": "files", "url": FILES.url,
        "headers": {"Authorization": SECRET},
        "allowed_tools": [{"mode": "auto", "tools": ["read"]}],
    }]  # fmt: skip
    for live in lives:
        assert SECRET not in repr(live.run)
        body = live.run.exchanges[0].body.decode()
        assert "sesame" not in body
        assert "[hidden]" in body


@pytest.mark.parametrize("value", [SECRET, "abc", 'Bearer "q"uote\\d-secret'])
def test_what_a_server_repeats_is_not_shown(
    fake: FakeGemini, connection: Connection, value: str
) -> None:
    told = {"error": {"code": "invalid_request", "message": f"{value} was refused"}}
    fake.others = {"POST interactions": [Reply(status=400, body=told)]}
    live = fill(connection, Run(request()), {(FILES.url, "authorization"): value})
    assert live.ended.wait(30)
    assert live.run.problem is not None
    exchange = live.run.exchanges[0]
    shown = [exchange.body.decode()]
    if len(value) > 3:  # a short one is hidden where it is a text of its own
        kept = repr(exchanges_to_json([exchange]))
        shown += [kept, repr(exchange.events()), repr(live.run.problem)]
    assert not [text for text in shown if value in text.replace("\\\\", "\\").replace('\\"', '"')]


def test_a_request_to_another_url_gets_no_header() -> None:
    stranger = {"name": "files", "streamable_http_transport": {
        "url": "https://stranger.test", "headers": {"Authorization": "[hidden]"}}}  # fmt: skip
    config = {"tools": [{"mcp_servers": [stranger]}]}
    assert with_headers(config, VALUES)["tools"][0]["mcp_servers"][0][
        "streamable_http_transport"] == {"url": "https://stranger.test", "headers": {}}  # fmt: skip
    assert lacking_headers(config, VALUES) == [("files at https://stranger.test", "Authorization")]
    assert lacking_headers(request().config, VALUES) == []


def test_generate_content_cannot_limit_the_tools_and_that_is_said() -> None:
    other, names = for_api(request(), GENERATE_CONTENT)
    assert names == ["allowed_tools"]
    assert "allowed_tools" not in repr(other)
    back, names = for_api(other, CREATE_INTERACTION)
    assert names == []
    assert create_arguments(back)["tools"][0]["url"] == FILES.url
    warnings = validate({"mcp_servers": (FILES,)}, CAPS)
    assert any("files" in warning and "allowed" in warning for warning in warnings)
    assert not validate({"mcp_servers": (FILES,), "api": CREATE_INTERACTION}, CAPS)


def test_a_variable_is_named_for_each_header() -> None:
    nameless = {"streamable_http_transport": {"url": "https://a.test", "headers": {"X-Key": "k"}}}
    config = {"tools": [{"mcp_servers": [FILES.to_tool(limited=False), nameless]}]}
    assert variables(config) == ["MCP_FILES_AUTHORIZATION", "MCP_A_TEST_X_KEY"]


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("", "https://a.test", "name"),
        ("files", "https://a.test", "already"),
        ("x", "http://a.test", "https://"),
        ("x", "https://", "https://"),
        ("x", "https://me:pw@a.test", "header"),
        ("x", "https://[", "URL"),
        ("x", "https://a.test/mcp", ""),
    ],
)
def test_what_is_wrong_with_a_server_is_said(name: str, url: str, words: str) -> None:
    trouble = server_trouble(name, url, {"files": FILES})
    assert words in trouble
    assert bool(trouble) == bool(words)


def test_a_header_is_one_of_http() -> None:
    assert header_trouble("X-Key", "a b") == ""
    assert header_trouble("X Key", "a")
    assert header_trouble("", "a")
    assert header_trouble("X-Key", "a\r\nHost: b")
    assert header_trouble("X-Key", "schlüssel")


@pytest.mark.parametrize("language", ["python", "async", "curl", "javascript"])
def test_code_for_generate_content_reads_the_header_from_the_environment(
    fake: FakeGemini, connection: Connection, tmp_path: Path, modules: Path, language: str
) -> None:
    asked = request(GENERATE_CONTENT)
    fake.replies = [answer("ok"), answer("ok")]
    assert fill(connection, Run(asked), VALUES).ended.wait(30)
    page = fake.generated[-1].body
    target = Target("server", "secret-key", base_url=fake.url)
    own = {
        "GOOGLE_GEMINI_BASE_URL": fake.url,
        "GEMINI_API_KEY": "k",
        "MCP_FILES_AUTHORIZATION": SECRET,
    }
    if language == "javascript":
        assert run_modules([javascript(asked, target)], tmp_path, modules, **own) == [None]
    else:
        code = curl(asked, target) if language == "curl" else python(
            asked, target, asynchronous=language == "async")  # fmt: skip
        command = ["bash", "-c", code] if language == "curl" else [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, **own}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    assert len(fake.generated) == 2
    assert by_one_spelling(fake.generated[-1].body) == by_one_spelling(page)


def by_one_spelling(body: Any) -> Any:
    """A body with this one name as JSON of protobuf has it; the API reads both."""
    return json.loads(
        json.dumps(body).replace("streamable_http_transport", "streamableHttpTransport")
    )


def test_curl_says_which_variable_is_missing() -> None:
    code = curl(request(GENERATE_CONTENT), Target("gemini"))
    own = {"PATH": os.environ["PATH"], "GEMINI_API_KEY": "k"}
    done = subprocess.run(
        ["bash", "-c", f"curl() {{ cat; }}\n{code}"], env=own, capture_output=True, check=False
    )
    assert "MCP_FILES_AUTHORIZATION" in done.stderr.decode()
