"""The structured-output page in process: the four ways in step, what is refused, what is sent."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.structured.answer_table import to_json
from gemini.structured.gallery import SchemaSample, gallery
from gemini.structured.text import write_text
from pages.structured.state import StructuredState
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.on_page import Open, checked, click

PAGE = "../pages/structured/page.py"
SAMPLES = {sample.key: sample for sample in gallery()}
BOMB = {"type": "array", "items": {"type": "integer"}, "minItems": 5, "maxItems": 2}


@pytest.fixture
def page(app: Open) -> AppTest:
    return checked(app(PAGE))


def task(at: AppTest) -> StructuredState:
    return at.session_state["structured"]


def schema(at: AppTest) -> Any:
    return task(at).draft.now.schema


def open_tab(at: AppTest, name: str) -> AppTest:
    at.session_state["schema-tabs"] = name
    return checked(at.run())


def write(at: AppTest, label: str, text: str) -> AppTest:
    next(a for a in at.text_area if a.label == label).set_value(text)
    return checked(at.run())


def write_schema(at: AppTest, text: str) -> AppTest:
    return write(open_tab(at, "JSON Schema"), "JSON Schema", text)


def edit(at: AppTest, **edits: Any) -> AppTest:
    """What somebody does in the table, on top of what was done since it was drawn anew."""
    key = f"schema-table-{task(at).draft.version}"
    at.session_state[key] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | edits
    return checked(at.run())


def send(at: AppTest, prompt: str = "Go") -> AppTest:
    write(at, "Prompt", prompt)
    return click(at, "Send")


def sent(fake: FakeGemini) -> Any:
    return fake.generated[-1].body


def texts(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info, *at.code]
    return "\n".join(str(element.value) for element in elements)


def tree(at: AppTest) -> Any:
    return json.loads(at.main.json[0].value)


@pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.key)
def test_a_sample_fills_all_and_its_answer_fits(
    page: AppTest, fake: FakeGemini, sample: SchemaSample
) -> None:
    at = click(page, sample.title)
    assert schema(at) == sample.schema
    enum = sample.key == "sentiment"
    fake.replies = [answer(sample.example if enum else to_json(sample.example))]
    at = click(at, "Send")
    config = sent(fake)["generationConfig"]
    assert config["responseMimeType"] == ("text/x.enum" if enum else "application/json")
    words = sent(fake)["contents"][0]["parts"][0]["text"]
    assert words == f"{sample.prompt}\n\n{sample.input}"
    assert "Fits the schema" in texts(at)
    if not enum:
        assert tree(at) == sample.example


@pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.key)
def test_a_look_at_each_way_changes_nothing(page: AppTest, sample: SchemaSample) -> None:
    at = click(page, sample.title)
    for name in ("JSON Schema", "From an example", "Pydantic", "Table"):
        open_tab(at, name)
        assert schema(at) == sample.schema
    assert len(task(at).draft.past) == 1


def test_the_table_and_the_text_are_one(page: AppTest) -> None:
    edit(page, added_rows=[{"path": "born", "type": "integer", "required": False}])
    at = open_tab(page, "JSON Schema")
    text = next(a for a in at.text_area if a.label == "JSON Schema").value
    assert text == write_text(schema(at))
    assert schema(at)["properties"]["born"] == {"type": "integer"}
    assert schema(at)["required"] == ["answer"]
    write_schema(at, '{"type": "object", "properties": {"a": {"type": "number"}}}')
    open_tab(at, "Table")
    assert list(at.data_editor[0].value["path"]) == ["a"]


def test_edits_add_up_while_the_table_stays(page: AppTest) -> None:
    rows = [{"path": "born", "type": "integer"}]
    edit(page, added_rows=rows)
    edit(page, added_rows=rows, edited_rows={0: {"description": "Short"}})
    edit(page, added_rows=rows, deleted_rows=[0])
    assert list(schema(page)["properties"]) == ["born"]
    click(page, "Undo")
    assert schema(page)["properties"]["answer"]["description"] == "Short"


def test_a_renamed_object_takes_its_fields_along(page: AppTest) -> None:
    at = click(page, "Invoice")
    row = next(n for n, r in enumerate(task(at).draft.now.rows) if r["path"] == "seller")
    edit(at, edited_rows={row: {"path": "vendor"}})
    names = list(SAMPLES["invoice"].schema["properties"])
    expected = ["vendor" if name == "seller" else name for name in names]
    assert list(schema(at)["properties"]) == expected
    assert "address" in schema(at)["properties"]["vendor"]["properties"]


def test_a_table_that_makes_no_sense_says_where_and_is_kept(page: AppTest) -> None:
    before = schema(page)
    at = edit(page, added_rows=[{"path": "seller.name", "type": "string"}])
    assert "There is no field “seller” to hold it" in at.error[0].value
    assert schema(at) == before
    open_tab(at, "JSON Schema")
    open_tab(at, "Table")
    assert list(at.data_editor[0].value["path"]) == ["answer", "seller.name"]
    assert at.button(key="structured-send").disabled


def test_an_error_in_the_text_has_its_line_and_blocks_sending(page: AppTest) -> None:
    before = schema(page)
    at = write_schema(page, '{"type": "object",\n "properties": {,}}')
    assert "Line 2, column 17" in at.error[0].value
    assert at.button(key="structured-send").disabled
    assert schema(at) == before
    write_schema(at, '{"type": "object", "properties": {"a": {"type": "string"}}}')
    assert not at.error
    assert not at.button(key="structured-send").disabled


def test_the_kind_of_the_answer(page: AppTest) -> None:
    kind = next(w for w in page.main.get("button_group") if w.label == "The answer is")
    kind.set_value("A list of objects")
    at = checked(page.run())
    assert schema(at)["type"] == "array"
    kind = next(w for w in at.main.get("button_group") if w.label == "The answer is")
    kind.set_value("One of a list of words")
    at = checked(at.run())
    at.multiselect[0].set_value(["yes"])
    checked(at.run())
    assert schema(at) == {"type": "string", "enum": ["yes"]}


def test_the_first_click_makes_a_schema_of_what_was_just_typed(page: AppTest) -> None:
    at = open_tab(page, "From an example")
    assert not at.button(key="schema-infer").disabled  # it would be, until the field is left
    at = click(at, "Make the schema from this example")
    assert "There is nothing here yet" in texts(at)


def test_a_schema_from_an_example(page: AppTest) -> None:
    at = open_tab(page, "From an example")
    write(at, "Example of an answer, as JSON", '{"name": "Ada", "born": 1815}')
    assert "doesn't fit the schema" in texts(at)
    at = click(at, "Make the schema from this example")
    assert list(schema(at)["properties"]) == ["name", "born"]
    assert "The example fits the schema" in texts(at)
    write(at, "Example of an answer, as JSON", '{"name": ')
    at = click(at, "Make the schema from this example")
    assert "Line 1" in at.error[0].value


def test_a_schema_from_pydantic_that_is_never_run(page: AppTest) -> None:
    source = (
        "import os\nos.abort()\n"
        "class Item(BaseModel):\n    price: float\n"
        "class Order(BaseModel):\n    items: list[Item]\n"
    )
    at = write(open_tab(page, "Pydantic"), "Pydantic classes", source)
    assert schema(at)["title"] == "Order"
    at.selectbox(key="schema-model").set_value("Item")
    checked(at.run())
    assert schema(at)["title"] == "Item"
    write(at, "Pydantic classes", "class Order(BaseModel):\n    items: list[Item\n")
    assert "Line 2" in at.error[0].value
    click(at, "Undo")
    assert schema(at)["title"] == "Item"


def test_an_impossible_schema_is_refused_with_its_reason(page: AppTest, fake: FakeGemini) -> None:
    at = write_schema(page, json.dumps({"type": "object", "properties": {"a": BOMB}}))
    assert "minItems 5 is more than maxItems 2" in at.error[0].value
    assert "`$.properties.a.minItems`" in at.error[0].value
    assert at.button(key="structured-send").disabled
    assert not fake.generated


@pytest.mark.parametrize(
    "text",
    [
        '{"$ref": "#"}',
        '{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}',
        '{"type": "array", "minItems": 99999999999}',
        '{"type": 3, "properties": 5}',
        '{"properties": {"": {"type": "string"}}}',
        '{"type": "integer", "minimum": 1' + "0" * 400 + "}",
        "[" * 5000,
        '{"items":' * 200 + "{}" + "}" * 200,
    ],
)
def test_what_would_break_it_is_refused_on_every_tab(page: AppTest, text: str) -> None:
    at = write_schema(page, text)
    for name in ("Table", "From an example", "Pydantic", "JSON Schema"):
        open_tab(at, name)
    if at.button(key="structured-send").disabled:
        assert at.error


def test_recursion_and_many_fields_work(page: AppTest, fake: FakeGemini) -> None:
    node = {
        "$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}}},
        "$ref": "#/$defs/n",
    }
    at = write_schema(page, json.dumps(node))
    assert not at.error
    many = {f"f{n}": {"type": "string"} for n in range(200)}
    at = write_schema(at, json.dumps({"type": "object", "properties": many}))
    at = open_tab(at, "Table")
    assert len(at.data_editor[0].value) == 200
    fake.replies = [answer(json.dumps(dict.fromkeys(many, "x")))]
    at = send(at)
    assert "Fits the schema" in texts(at)


def test_keywords_the_api_does_not_take_are_marked_and_left_out(
    page: AppTest, fake: FakeGemini
) -> None:
    field = {"type": "string", "pattern": "^a"}
    at = write_schema(page, json.dumps({"type": "object", "properties": {"a": field}}))
    assert "`$.properties.a.pattern`" in texts(at)
    fake.replies = [answer('{"a": "b"}')]
    at = send(at)
    assert "pattern" not in json.dumps(sent(fake)["generationConfig"])
    assert "1 violation of the schema, none of which was sent" in texts(at)
    assert "doesn't match the pattern ^a" in texts(at)


def test_the_empty_schema_takes_any_json(page: AppTest, fake: FakeGemini) -> None:
    at = write_schema(page, "{}")
    fake.replies = [answer("[1, 2]")]
    at = send(at)
    assert tree(at) == [1, 2]


def test_violations_have_path_and_reason(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "Invoice")
    wrong = SAMPLES["invoice"].example | {"total": "189.60"}
    fake.replies = [answer(to_json(wrong))]
    at = click(at, "Send")
    assert "`$.total`: should be a number, but is the string" in texts(at)


def test_a_cut_answer_is_salvaged_and_marked(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "Invoice")
    half = to_json(SAMPLES["invoice"].example)[:300]
    fake.replies = [Reply([chunk(half, finish="MAX_TOKENS")])]
    at = click(at, "Send")
    assert "incomplete" in texts(at)
    assert "raise it in the settings" in texts(at)
    assert tree(at)["invoice_number"] == "2026-0417"


def test_a_cut_answer_has_no_second_verdict(page: AppTest, fake: FakeGemini) -> None:
    at = write_schema(page, '{"type": "object", "properties": {"a": {"type": "string"}}}')
    fake.replies = [Reply([chunk('{"a": "b', finish="MAX_TOKENS")])]
    at = send(at)
    assert "incomplete" in texts(at)
    assert "the schema" not in texts(at).partition("incomplete")[2]
    fake.replies = [Reply([chunk('{"a": "b"}', finish="MAX_TOKENS")])]
    at = send(at)
    assert "The JSON is complete" in texts(at)
    assert "Fits the schema" in texts(at)


def test_an_answer_that_is_no_json_is_shown_as_it_is(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [answer("Sorry, I can't.")]
    at = send(page)
    assert "There's no JSON in the answer" in texts(at)
    assert "Sorry, I can't." in texts(at)


def test_a_word_that_is_no_choice(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "Sentiment")
    fake.replies = [answer("great")]
    at = click(at, "Send")
    assert "isn't one of the choices" in texts(at)
    at.toggle(key="structured-enum").set_value(False)
    checked(at.run())
    fake.replies = [answer('"positive"')]
    at = click(at, "Send")
    assert sent(fake)["generationConfig"]["responseMimeType"] == "application/json"
    assert "Fits the schema" in texts(at)


def test_a_list_of_objects_is_a_table(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "Invoice")
    fake.replies = [answer(to_json(SAMPLES["invoice"].example))]
    at = click(at, "Send")
    view = next(w for w in at.main.get("button_group") if w.label == "View")
    view.set_value("Table")
    at = checked(at.run())
    frame = next(d.value for d in at.dataframe if d.editing_mode == "read_only")
    assert list(frame["amount"]) == [60, 90, 8]
    labels = [b.proto.label for b in at.main.get("download_button")]
    assert labels == ["JSON", "CSV", "Pydantic"]


def test_a_file_goes_before_the_words(page: AppTest, fake: FakeGemini) -> None:
    page.main.file_uploader[0].upload("note.txt", b"Ada Lovelace").run()
    send(checked(page), "Who?")
    parts = sent(fake)["contents"][0]["parts"]
    assert parts[0]["inlineData"]["mime_type"] == "text/plain"
    assert parts[1] == {"text": "Who?"}


def test_a_large_file_is_stored_first(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["attachments-structured"].travel = "files"
    page.main.file_uploader[0].upload("note.txt", b"Ada Lovelace").run()
    fake.replies = [answer('{"answer": "Ada"}')]
    at = send(checked(page), "Who?")
    parts = sent(fake)["contents"][0]["parts"]
    assert parts[0]["fileData"]["file_uri"] == next(iter(fake.stored.values()))["uri"]
    assert parts[1] == {"text": "Who?"}
    assert "Fits the schema" in texts(at)


def test_a_file_that_cannot_be_stored_is_said_and_the_prompt_kept(
    page: AppTest, fake: FakeGemini
) -> None:
    page.session_state["attachments-structured"].travel = "files"
    page.main.file_uploader[0].upload("note.txt", b"Ada Lovelace").run()
    fake.file_states = ["FAILED"]
    at = send(checked(page), "Who?")
    assert at.error
    assert not fake.generated
    assert task(at).prompt == "Who?"


def test_nothing_to_send_is_said(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "Send")
    assert "Write a prompt first" in texts(at)
    assert not fake.generated


def test_two_sessions_know_nothing_of_each_other(app: Open, fake: FakeGemini) -> None:
    first, second = app(PAGE), app(PAGE)
    click(first, "Invoice")
    second.run()
    assert list(schema(second)["properties"]) == ["answer"]
    assert task(second).prompt == ""


@pytest.mark.parametrize("key", ["invoice", "sentiment"])
def test_the_address_brings_back_question_and_answer(
    page: AppTest, fake: FakeGemini, key: str
) -> None:
    sample = SAMPLES[key]
    enum = key == "sentiment"
    fake.replies = [answer(sample.example if enum else to_json(sample.example))]
    at = click(click(page, sample.title), "Send")
    schema_request = task(at).request
    assert schema_request
    for name in (
        "structured",
        "page-run-structured",
        "attachments-structured",
    ):  # as after a reload
        del at.session_state[name]
    at = checked(at.run())
    assert "Fits the schema" in texts(at)
    again = task(at).request
    assert again
    assert (again.words, again.choices) == (schema_request.words, schema_request.choices)
    assert next(a for a in at.text_area if a.label == "Prompt").value == schema_request.words
    fake.replies = [answer("{}")]
    body = sent(fake)
    at = click(at, "Send")
    assert sent(fake) == body
