"""What was asked on any page is found on the history page."""

import io
import json
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from gemini.history.database import open_history
from gemini.request import Request
from gemini.run import Run
from gemini.run_json import run_to_json
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.interaction_replies import interaction, text
from tests.on_page import Open, checked, click, said

PAGE = "../pages/history/page.py"


def ask(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text).run()
    assert not at.exception
    return at


def prompts(at: AppTest) -> list[str]:
    assert not at.exception
    return at.dataframe[0].value["Prompt"].tolist() if at.dataframe else []


def pick(at: AppTest, *rows: int) -> AppTest:
    """Pick runs in the list by their rows."""
    key = at.dataframe[0].key
    assert key
    at.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return checked(at.run())


def texts(at: AppTest) -> str:
    return "\n".join(
        str(e.value) for e in [*at.markdown, *at.text, *at.caption, *at.info, *at.error]
    )


def tables(at: AppTest) -> list[list[list[str]]]:
    return [table.value.values.tolist() for table in at.table]


def test_an_empty_history_says_what_comes_there(app: Open) -> None:
    at = checked(app(PAGE))
    assert "No runs yet" in at.info[0].value
    assert not [each for each in at.text_input if each.label == "Search"]
    click(at, "Ask something in Chat")
    assert at.chat_input


def test_where_nothing_is_like_that_the_filters_are_cleared_at_a_click(app: Open) -> None:
    ask(app(), "Hi")
    at = app(PAGE)
    at.text_input(key="history-text").set_value("heron")
    at.toggle(key="history-starred").set_value(True).run()
    assert at.info[0].value == "No runs match these filters."
    click(at, "Clear the filters")
    assert prompts(at) == ["Hi"]


def test_a_run_is_run_again_recorded_and_compared(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("The cat *sat* down."), answer("The [dog] sat down.")]
    ask(app(), "Who sat?")
    at = click(pick(app(PAGE), 0), "Run again")
    assert fake.generated[0].body == fake.generated[1].body
    assert fake.generated[0].path == fake.generated[1].path
    assert prompts(at) == ["Who sat?", "Who sat?"]
    assert "Model and settings are the same." in texts(at)
    removed, added = r"~~cat \*sat\*~~", r"**\[dog\] sat**"
    assert f"The :red-background[{removed}] :green-background[{added}] down." in texts(at)
    summaries = at.dataframe[0].value
    assert summaries["Page"].tolist() == ["chat", "chat"]
    assert at.session_state["history-picked"] != []  # still the same run, now in the second row
    assert [b.label for b in at.button].count("Run again") == 1


def test_it_runs_with_the_sidebars_settings_too(app: Open, fake: FakeGemini) -> None:
    ask(app(), "Hi")
    at = pick(app(PAGE), 0)
    at.session_state["run_settings"].values["temperature"] = 0.25
    click(checked(at.run()), "Run with the sidebar's settings")
    assert fake.generated[1].body["generationConfig"] == {"temperature": 0.25}
    assert fake.generated[1].body["contents"] == fake.generated[0].body["contents"]
    assert [["temperature", "not set", "0.25"]] in tables(at)


def test_it_runs_by_the_other_api_and_is_compared(app: Open, fake: FakeGemini) -> None:
    fake.replies, fake.others = [answer("One.")], {"POST interactions": [interaction(text("Un."))]}
    at = app()
    at.session_state["run_settings"].values["top_k"] = 5
    ask(at, "Count")
    at = pick(app(PAGE), 0)
    by_other = next(b for b in at.button if b.label == "Run by Interactions")
    assert "top_k" in by_other.proto.help
    at = click(at, "Run by Interactions")
    model = fake.seen[-1].body["model"]
    assert fake.seen[-1].body == {"model": model, "input": "Count", "stream": True}
    assert [["API", "generateContent", "Interactions"], ["top_k", "5", "not set"]] in tables(at)
    assert prompts(at) == ["Count", "Count"]


def test_the_list_says_in_words_what_went_wrong(app: Open, fake: FakeGemini) -> None:
    fake.replies = [error(401, "UNAUTHENTICATED", "API key not valid.")]
    ask(app(), "Hi")
    assert app(PAGE).dataframe[0].value["Answer"].tolist() == ["The API key was refused"]


def test_a_rerun_that_fails_says_why_and_can_be_tried_again(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("fine"), error(400, "INVALID_ARGUMENT", "No such thing"), answer("ok")]
    ask(app(), "Hi")
    at = click(pick(app(PAGE), 0), "Run again")
    assert "No such thing" in "\n".join(e.value for e in at.error)
    click(at, "Run again")
    assert not at.error
    assert len(prompts(at)) == 3


def test_what_is_no_answer_of_a_model_is_run_again_as_it_was(app: Open) -> None:
    """Other methods take none of the sidebar's settings."""
    history = open_history()
    contents = [{"role": "user", "parts": [{"text": "heron"}]}]
    request = Request("gemini-embedding-001", contents, {}, "embed_content")
    history.of().record(Run(request, "gemini", outcome="done", result={"embeddings": []}), "x")
    history.close()
    at = pick(app(PAGE), 0)
    labels = [b.label for b in at.button]
    assert "Run again" in labels
    assert "Run with the sidebar's settings" not in labels


def test_two_runs_are_compared(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("<b>One</b>\n\n- $1"), answer("Two\n\n- $1")]
    ask(ask(app(), "First"), "Second")
    at = pick(app(PAGE), 0, 1)
    assert [["contents", "1 turn", "3 turns"]] in tables(at)
    assert r":red-background[~~First~~] :green-background[**Second**]" in texts(at)
    assert r":red-background[~~\<b>One\</b>~~]" in texts(at)
    assert "- \\$1" in texts(at)  # shown as it is: neither a formula nor a list


def test_a_run_is_named_as_it_was_typed_but_for_the_spaces_around(app: Open) -> None:
    ask(app(), "Hi")
    at = pick(app(PAGE), 0)
    field = next(f for f in at.text_input if f.label == "Name")
    at = checked(field.set_value("  A heron  ").run())
    assert prompts(at) == ["A heron"]


def test_several_runs_are_deleted_at_once(app: Open) -> None:
    ask(ask(ask(app(), "1"), "2"), "3")
    at = click(pick(app(PAGE), 0, 1, 2), "Delete 3 runs")
    at = click(at, "Cancel")
    assert len(prompts(at)) >= 3
    at = click(click(at, "Delete 3 runs"), "Delete it")
    assert prompts(at) == []


def test_a_conversation_is_filtered_by_and_renamed(app: Open) -> None:
    ask(app(), "Other")
    ask(ask(app(), "About herons"), "More")
    at = click(pick(app(PAGE), 0), "Only this conversation")
    assert prompts(at) == ["More", "About herons"]
    field = next(t for t in at.text_input if t.label == "Title of the conversation")
    assert field.value == "About herons"
    field.set_value("Birds").run()
    assert "Birds" in at.selectbox(key="history-conversation").options
    at.selectbox(key="history-conversation").set_value("Any").run()
    assert len(prompts(at)) == 3


def test_runs_are_listed_searched_and_filtered(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("The heron waits."), Reply([chunk("Half")], then="cut")]
    ask(ask(app(), "Which bird waits?"), "And which one sings?")
    at = app(PAGE)
    assert prompts(at) == ["And which one sings?", "Which bird waits?"]
    at.text_input(key="history-text").set_value("heron").run()
    assert prompts(at) == ["Which bird waits?"]
    at.text_input(key="history-text").set_value("").run()
    at.selectbox(key="history-outcome").set_value("failed").run()
    assert prompts(at) == ["And which one sings?"]


def test_a_conversation_is_reopened_by_its_address(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("First answer."), answer("Second answer.")]
    first = ask(app(), "First")
    address = first.query_params["c"]
    again = app()
    again.query_params["c"] = address
    again.run()
    texts = said(again)
    assert texts == ["First", "First answer."]
    ask(again, "Second")
    assert len(fake.generated[-1].body["contents"]) == 3


def test_what_could_not_be_imported_is_named(app: Open) -> None:
    lines = [json.dumps(run_line(page=page)) for page in ("chat", "/evil.example")]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", '{"format": "gemini-playground/history", "version": 1}')
        archive.writestr("runs.jsonl", "\n".join(lines))
    at = checked(app(PAGE))
    at.file_uploader[0].upload("export.zip", file.getvalue())
    checked(at.run())
    assert "1 run imported" in at.toast[0].value
    assert at.warning[0].value.splitlines()[-1] == "- Run 2: its page is unknown."
    assert prompts(at) == ["Hello"]


def run_line(page: str) -> dict[str, object]:
    """A line of an exported history."""
    run = Run(Request("gemini-x", [{"role": "user", "parts": [{"text": "Hello"}]}]), "gemini")
    marks = {"name": "", "starred": False, "cut": False, "conversation": None}
    return {"run": run_to_json(run), "wire": [], "page": page, **marks}


def test_an_unknown_address_begins_anew(app: Open) -> None:
    at = app()
    at.query_params["c"] = "0" * 32
    at.run()
    assert not at.exception
    assert not at.chat_message


def test_on_a_server_for_many_nobody_sees_the_others_runs(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    first = ask(app(), "Mine alone")
    assert "c" not in first.query_params  # a reload would be somebody else
    assert any("cookie can't be used" in c.value for c in first.sidebar.caption)
    other = app(PAGE)
    assert prompts(other) == []
    assert any("deleted within a day" in i.value for i in other.info)
    thief = app()
    thief.query_params["c"] = first.session_state["chat-chat"].conversation.id
    thief.run()
    assert not thief.chat_message


def test_nothing_is_kept_where_that_is_said(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_HISTORY", "off")
    ask(app(), "Off the record")
    at = app(PAGE)
    assert any("runs aren't stored" in w.value for w in at.warning)
    assert not any("stored as it streams" in m.value for m in at.markdown)
    assert prompts(at) == []


def test_a_history_that_cannot_be_opened_says_why_and_the_chat_works(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "oracle://nowhere/x")
    at = ask(app(), "Hi")
    assert "ok" in said(at)
    assert any("Runs aren't stored" in w.value and "oracle" in w.value for w in at.warning)
    assert "c" not in at.query_params
    assert "oracle" in app(PAGE).warning[0].value


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "history.db until you delete them."),
        ({"PLAYGROUND_HISTORY_DAYS": "30"}, "history.db for 30 days."),
        ({"PLAYGROUND_HISTORY_MEGABYTES": "500"}, "past 500 MB in all the oldest are deleted."),
    ],
)
def test_it_says_where_runs_are_stored_and_for_how_long(
    app: Open, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (stored,) = [c.value for c in app(PAGE).caption if "Runs are stored" in c.value]
    assert words in stored
    assert stored.endswith("Export or delete all of them below.")


def test_others_are_told_no_folder_of_the_server(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    monkeypatch.setattr("components.owner.is_passing", lambda: False)
    words = texts(app(PAGE))
    assert "Runs are stored on this server for you alone until you delete them." in words
    assert "history.db" not in words
