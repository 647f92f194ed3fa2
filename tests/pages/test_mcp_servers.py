"""MCP servers among the run settings: set by hand, sent, and their headers nowhere to be seen."""

import io
import json
import logging
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.conversation.state import Chat
from components.history import close_history
from gemini.api.connect import Target
from gemini.codegen.bundle import bundle
from gemini.history.database import open_history
from gemini.history.engine import data_folder
from gemini.history.sharing import for_sharing, from_link, to_json, to_link
from gemini.interactions.request import for_api
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT
from tests.fake_gemini import FakeGemini, answer
from tests.interaction_replies import interaction, text
from tests.on_page import Open, checked, click, said, unfold

TARGET = Target("gemini")
SECRET = "Bearer sesame-4711"
URL = "https://mcp.test/x"
CALL = {"type": "mcp_server_tool_call", "id": "1", "server_name": "files", "name": "list",
        "arguments": {"folder": "tea"}}  # fmt: skip
RESULT = {"type": "mcp_server_tool_result", "call_id": "1", "server_name": "files", "name": "list",
          "result": "green.txt"}  # fmt: skip
ANSWER = text("One file.")


@pytest.fixture(autouse=True)
def key(gemini_api: None) -> None:
    """A server that is taken for the Gemini API: the emulator has no such tools."""


def type_into(at: AppTest, label: str, text: str) -> None:
    next(t for t in at.text_input if t.label == label).set_value(text)


def with_server(at: AppTest, value: str = SECRET) -> AppTest:
    """Add a server with one header, as a person does."""
    at = unfold(at, "Tools")
    type_into(at, "Name", "files")
    type_into(at, "URL", URL)
    at = click(at, "Add")
    type_into(at, "Value", value)
    return click(at, "Set the header")


def by_interactions(at: AppTest) -> AppTest:
    at = unfold(at, "Service")
    return checked(at.segmented_control(key="setting-api-2").set_value(CREATE_INTERACTION).run())


def ask(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text)
    return checked(at.run())


def on_screen(at: AppTest) -> bytes:
    """All that the browser was sent last."""

    def protos(node: Any) -> Iterator[bytes]:
        if (proto := getattr(node, "proto", None)) is not None:
            yield proto.SerializeToString()
        for child in getattr(node, "children", {}).values():
            yield from protos(child)

    return b"".join(protos(at._tree))


def in_history() -> bytes:
    """The history's files, and what is compressed in them."""
    close_history()
    raw = b"".join(path.read_bytes() for path in data_folder().iterdir() if path.is_file())
    database = sqlite3.connect(data_folder() / "history.db")
    for table, column in (("run_data", "data"), ("run_data", "wire"), ("turns", "data")):
        for (packed,) in database.execute(f"SELECT {column} FROM {table}"):
            raw += zlib.decompress(packed) if packed else b""
    database.close()
    return raw


def unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def archived() -> bytes:
    """What the history exports of all its runs."""
    history, target = open_history(), io.BytesIO()
    history.of().export(target)
    history.close()
    return unzipped(target.getvalue())


def link_content(link: str) -> bytes:
    """What a link to a prompt carries."""
    return json.dumps(from_link(link).template.to_json()).encode()


@pytest.mark.parametrize("method", [GENERATE_CONTENT, CREATE_INTERACTION])
def test_the_header_is_sent_and_seen_nowhere(
    app: Open, fake: FakeGemini, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.replies, fake.others = [answer("One file.")], {"POST interactions": [interaction(ANSWER)]}
    at = with_server(app())
    screens = on_screen(at)
    if method == CREATE_INTERACTION:
        at = by_interactions(at)
    at = ask(at, "List tea")
    assert said(at)[-1] == "One file."
    assert SECRET in json.dumps(fake.seen[-1].body)
    menu: Any = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    key = f"inspector-{menu.key.removeprefix('menu-')}"
    at.session_state[key] = "Request"
    at = checked(menu.set_value("Inspect").run())
    screens += on_screen(at)
    for tab in ("Response", "Code"):
        at.session_state[key] = tab
        at = checked(at.run())
        screens += on_screen(at)
    for language in ("Python, async", "curl", "JavaScript"):
        at = checked(next(c for c in at.segmented_control if c.label == "Language")
                     .set_value(language).run())  # fmt: skip
        assert "MCP_FILES_AUTHORIZATION" in " ".join(code.value for code in at.code)
        screens += on_screen(at)
    chat: Chat = at.session_state["chat-chat"]
    assert b"mcp.test" in screens  # so the search below would see it
    (run,) = (turn.run for turn in chat.conversation.path() if turn.run)
    places = {
        "screen": screens,
        "address": repr(at.query_params).encode(),
        "export": chat.export().encode(),
        "log": caplog.text.encode(),
        "history": in_history(),
    }
    for other in (GENERATE_CONTENT, CREATE_INTERACTION):
        places[f"zip {other}"] = unzipped(bundle(for_api(run.request, other)[0], TARGET))
    shared = for_sharing("Teas", "chat", run.request)
    places |= {"archive": archived(), "shared file": json.dumps(to_json(shared)).encode(),
               "shared link": link_content(to_link(shared))}  # fmt: skip
    assert [place for place, raw in places.items() if b"sesame" in raw] == []
    seen = {"history", "archive", "export", "shared file", "shared link"}
    assert [place for place in seen if b"mcp.test" not in places[place]] == []


def test_the_tools_of_a_server_are_steps(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(CALL, RESULT, ANSWER)]}
    at = ask(by_interactions(with_server(app())), "List tea")
    labels = [status.label for status in at.status]
    assert 'Files: list called: `folder="tea"`' in labels
    assert "Files: list answered: `green.txt`" in labels


def test_a_header_of_another_session_is_asked_for(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One file."), answer("Two files.")]
    at = ask(with_server(app()), "List tea")
    at.session_state["mcp-servers"].values.clear()
    at = ask(at, "Again")
    assert "A header of an MCP server is missing" in " ".join(e.value for e in at.error)
    assert len(fake.generated) == 1
    assert "Again" in said(at)
    type_into(at, "Value", SECRET)
    at = ask(click(at, "Set the header"), "Once more")
    assert said(at)[-1] == "Two files."


def test_what_is_typed_wrong_is_said_and_nothing_is_added(app: Open) -> None:
    at = unfold(app(), "Tools")
    type_into(at, "Name", "files")
    type_into(at, "URL", "http://mcp.test")
    at = click(at, "Add")
    assert "must begin with" in " ".join(e.value for e in at.error)
    assert next(t for t in at.text_input if t.label == "Name").value == "files"
    assert not at.session_state["run_settings"].values.get("mcp_servers")
    type_into(at, "URL", URL)
    at = click(at, "Add")
    type_into(at, "Header", "X Key")
    type_into(at, "Value", SECRET)
    at = click(at, "Set the header")
    assert "isn't a header name" in " ".join(e.value for e in at.error)
    assert at.session_state["run_settings"].values["mcp_servers"][0].headers == ()


def test_a_server_is_limited_and_removed(app: Open, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [interaction(ANSWER)]}
    at = by_interactions(with_server(app()))
    allowed = next(m for m in at.multiselect if m.label == "Allowed tools")
    at = ask(checked(allowed.set_value(["list"]).run()), "List tea")
    (tool,) = fake.seen[-1].body["tools"]
    assert tool["allowed_tools"] == [{"mode": "auto", "tools": ["list"]}]
    at = click(at, "Remove this server")
    assert not at.session_state["mcp-servers"].values
    assert not at.session_state["run_settings"].values["mcp_servers"]


def test_a_conversation_brings_no_server_that_was_not_added_here(
    app: Open, fake: FakeGemini
) -> None:
    fake.replies = [answer(words) for words in ("One.", "Two.", "Three.")]
    own = ask(with_server(app()), "First")
    address = own.query_params["c"]
    own = click(own, "New chat")
    own.session_state["run_settings"].reset()
    own.query_params["c"] = address
    ask(checked(own.run()), "Second")
    assert URL in json.dumps(fake.seen[-1].body)
    stranger = app()
    stranger.query_params["c"] = address
    stranger = checked(stranger.run())
    assert "files isn't sent" in " ".join(toast.value for toast in stranger.toast)
    ask(stranger, "Third")
    assert "tools" not in fake.seen[-1].body
