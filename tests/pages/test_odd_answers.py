"""Answers with parts that can't be drawn: named in their place, on every page."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply, chunk
from tests.on_page import Open, checked, click

INPUTS = Path(__file__).parents[1] / "inputs" / "render"
ANSWERS = {
    "r18.sse": "Nice 😀 work",
    "ecallsur.json": '"�"',
    "e32b.json": "no type",
    "eimgbad.json": "This image (image/png, 9 bytes) can't be shown.",
    "eimgempty.json": "This image (image/png, 0 bytes) can't be shown.",
    "eimgsvg.json": "image/svg",
}


def reply(name: str) -> Reply:
    """The answer in a file of inputs: its events as they are."""
    text = (INPUTS / name).read_text("utf-8")
    if name.endswith(".json"):
        return Reply(json.loads(text))
    return Reply([f"{event.strip()}\n\n".encode() for event in text.split("---PAUSE---")])


def said(at: AppTest) -> str:
    """All the text of the page."""
    shown = [str(e.value) for e in [*at.markdown, *at.text, *at.caption, *at.json]]
    return "\n".join([*shown, *(status.label for status in at.status)]).replace("\\", "")


def write(at: AppTest, label: str, text: str) -> AppTest:
    next(a for a in at.text_area if a.label == label).set_value(text)
    return checked(at.run())


@pytest.mark.parametrize("name", ANSWERS)
def test_chat_shows_the_rest_and_goes_on(app: Open, fake: FakeGemini, name: str) -> None:
    fake.replies = [reply(name)]
    at = checked(app())
    checked(at.chat_input[0].set_value("Hi").run())
    assert ANSWERS[name] in said(at)
    checked(at.run())
    assert ANSWERS[name] in said(at)
    assert len(fake.generated) == 1
    checked(at.chat_input[0].set_value("And now?").run())
    assert len(fake.generated) == 2


@pytest.mark.parametrize("name", ANSWERS)
def test_compare_and_history_show_it_too(app: Open, fake: FakeGemini, name: str) -> None:
    fake.replies = [reply(name), reply(name)]
    at = checked(app("../pages/compare/page.py"))
    at.text_area(key="compare-prompt").set_value("Go")
    at.button(key="compare-send").click()
    checked(at.run())
    assert said(at).count(ANSWERS[name]) >= 2
    at = checked(app("../pages/history/page.py"))
    key = at.dataframe[0].key
    assert key
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    assert ANSWERS[name] in said(checked(at.run()))


def test_half_a_character_in_a_call_leaves_the_tools_alive(app: Open, fake: FakeGemini) -> None:
    fake.replies = [Reply([(INPUTS / "surr.1.sse").read_bytes()])]
    at = checked(app("../pages/tools/page.py"))
    checked(at.chat_input[0].set_value("Open it").run())
    assert "�" in said(at)
    checked(at.run())


def test_half_a_character_in_a_structured_answer_is_shown(app: Open, fake: FakeGemini) -> None:
    fake.replies = [Reply([(INPUTS / "s_surr.sse").read_bytes()])]
    at = checked(app("../pages/structured/page.py"))
    click(at, "Receipt")
    at = click(at, "Send")
    assert json.loads(at.main.json[0].value) == {"a": "x�", "b": "😀 y"}


def test_half_a_character_in_a_list_is_a_table(app: Open, fake: FakeGemini) -> None:
    rows = '{"rows": [{"na\\ud83dme": "x\\ud83d"}, {"na\\ud83dme": "y"}]}'
    fake.replies = [Reply([chunk(rows, finish="STOP")])]
    at = checked(app("../pages/structured/page.py"))
    click(at, "Receipt")
    at = click(at, "Send")
    is_view = re.compile("structured-.+-view").fullmatch
    view = next(each for each in at.main if is_view(str(getattr(each, "key", ""))))
    view.set_value("Table")
    at = checked(at.run())
    assert at.dataframe[-1].value.to_dict("records") == [{"na�me": "x�"}, {"na�me": "y"}]


def test_half_a_character_in_a_schema_and_in_declarations(app: Open) -> None:
    at = checked(app("../pages/structured/page.py"))
    at.session_state["schema-tabs"] = "JSON Schema"
    schema = '{"type": "object", "properties": {"a\\ud83d": {"type": "string"}}}'
    at = write(checked(at.run()), "JSON Schema", schema)
    at.session_state["schema-tabs"] = "Table"
    assert list(checked(at.run()).data_editor[0].value["path"]) == ["a�"]
    at = checked(app("../pages/tools/page.py"))
    at.session_state["tools-tabs"] = "JSON"
    declaration = '[{"name": "f", "description": "\\ud83d", "parametersJsonSchema": %s}]'
    write(checked(at.run()), "Function declarations as JSON", declaration % schema)


def test_half_a_character_in_a_row_of_a_batch(app: Open, fake: FakeGemini) -> None:
    fake.others = {"GET batches": [Reply(body={})]}
    at = checked(app("../pages/batches/page.py"))
    at.session_state["batch-ways"] = "Paste"
    at = checked(at.run())
    at.text_area(key="batch-paste").set_value((INPUTS / "surr.jsonl").read_text()).run()
    at = checked(at.button(key="batch-take-paste").click().run())
    assert "x�" in at.dataframe[0].value.to_string()


def test_a_broken_picture_leaves_the_gallery_alive(
    app: Open, fake: FakeGemini, gemini_api: None
) -> None:
    model = {"name": "models/gemini-3.1-flash-image"}
    fake.models = {"models": [{**model, "supportedGenerationMethods": ["generateContent"]}]}
    fake.replies = [reply("eimgbad.json")]
    at = checked(app("../pages/create_image/page.py"))
    checked(at.chat_input[0].set_value("A heron").run())
    assert "can't be shown" in said(at)
    at.session_state["create-image-gallery"] = True
    assert said(checked(at.run())).count("can't be shown") >= 1
