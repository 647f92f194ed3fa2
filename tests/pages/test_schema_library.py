"""The library of schemas on Structured output: one's own and the team's; files; batches by one."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.history import current_history, opened_history
from gemini.history.presets import SCHEMA
from pages.structured.library import SchemaLibrary
from tests.batch_replies import listed, operation
from tests.fake_gemini import FakeGemini, Reply, answer
from tests.on_page import Open, checked, click

PAGE = "../pages/structured/page.py"
NUMBER = {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}
TEXT = {"type": "object", "properties": {"a": {"type": "string"}, "$bytes": {"type": "string"}}}


def unfolded(at: AppTest) -> AppTest:
    at.session_state["schema-library-popover"] = True
    return checked(at.run())


def opened(app: Open) -> AppTest:
    return unfolded(app(PAGE))


def library(at: AppTest) -> SchemaLibrary:
    return at.session_state["structured"].library


def schema(at: AppTest) -> Any:
    return library(at).draft.now.schema


def write(at: AppTest, value: Any) -> AppTest:
    at.session_state["schema-tabs"] = "JSON Schema"
    checked(at.run())
    text = value if isinstance(value, str) else json.dumps(value)
    next(a for a in at.text_area if a.label == "JSON Schema").set_value(text)
    return checked(at.run())


def name(at: AppTest, text: str) -> AppTest:
    return checked(next(t for t in at.text_input if t.label == "Name").set_value(text).run())


def save(at: AppTest, value: Any, called: str) -> AppTest:
    return click(name(write(at, value), called), "schema-library-save")


def bring(at: AppTest, called: str, data: bytes) -> AppTest:
    field = next(f for f in at.file_uploader if f.label == "Open a JSON Schema file")
    return checked(field.upload(called, data).run())


def captions(at: AppTest) -> list[str]:
    return [each.value for each in at.caption]


def entries(at: AppTest) -> list[str]:
    titles = ("schema-library-Yours", "schema-library-The team's")
    return [b.label for b in at.button if (b.key or "").startswith(titles)]


def labels(at: AppTest) -> list[str]:
    return [b.label for b in at.button]


def versions(at: AppTest) -> list[str]:
    return next(s for s in at.selectbox if s.label == "Version").options


@pytest.fixture
def as_person(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server for several people, of whom none but an operator called root may remove."""

    def turn_to(person: str) -> None:
        monkeypatch.setattr("components.people.is_set_up", lambda: True)
        monkeypatch.setattr("components.people.is_operator", lambda: person == "root")
        monkeypatch.setattr("components.people.person_name", lambda _owner: person)

    return turn_to


def team(at: AppTest) -> AppTest:
    at.segmented_control(key="schema-library-part").set_value("Team")
    return checked(at.run())


def test_a_library_that_cannot_be_read_is_not_called_empty(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "oracle://nowhere/x")
    shown = captions(opened(app))
    assert any("Nothing can be saved just now." in each for each in shown)
    assert "Nothing saved yet." not in shown


def test_a_schema_is_saved_changed_and_gone_back_to(app: Open) -> None:
    at = opened(app)
    assert "Nothing saved yet." in captions(at)
    save(at, NUMBER, "Score")
    assert "Score · version 1" in captions(at)
    assert at.button(key="schema-library-save").disabled
    write(at, TEXT)
    assert "Score · version 1 · :orange[unsaved changes]" in captions(at)
    click(at, "schema-library-save")
    assert "Score · version 2" in captions(at)
    checked(next(s for s in at.selectbox if s.label == "Version").set_value(1).run())
    assert schema(at) == NUMBER
    click(at, "Undo")
    assert schema(at) == TEXT


def test_another_session_opens_it_as_it_was_and_a_reload_finds_it(app: Open) -> None:
    save(opened(app), TEXT, "Odd names")
    at = click(opened(app), "Odd names")
    assert schema(at) == TEXT
    assert at.query_params["schema"] == "Odd names"
    again = app(PAGE)
    again.query_params["schema"] = "Odd names"
    assert schema(checked(again.run())) == TEXT
    click(again, "Invoice")  # a sample takes its place
    assert "schema" not in again.query_params
    assert library(again).name == ""


def test_a_reload_after_sending_keeps_the_schema_open(app: Open, fake: FakeGemini) -> None:
    whole = NUMBER | {"$comment": "Not sent"}
    fake.replies = [answer('{"a": 1}')]
    at = save(opened(app), whole, "Score")
    next(a for a in at.text_area if a.label == "Prompt").set_value("Go")
    click(checked(at.run()), "Send")
    again = app(PAGE)
    again.query_params["schema"] = "Score"
    again.query_params["run"] = at.query_params["run"]
    checked(again.run())
    assert library(again).version == 1
    assert schema(again) == whole


def test_it_is_renamed_and_deleted_with_a_question(app: Open) -> None:
    at = save(opened(app), NUMBER, "Score")
    click(name(at, "Grade"), "Rename")
    assert entries(at) == ["Grade"]
    assert at.query_params["schema"] == "Grade"
    click(at, "Delete")
    assert entries(at) == ["Grade"]
    click(at, "Delete it")
    assert entries(at) == []
    assert schema(at) == NUMBER


def test_what_is_no_schema_yet_is_not_saved(app: Open) -> None:
    at = write(opened(app), "{")
    assert "schema-library-save" not in [b.key for b in at.button]
    assert any("isn't a schema yet, so it can't be saved" in c for c in captions(at))


def test_a_name_of_a_prompt_is_refused(app: Open) -> None:
    at = save(opened(app), NUMBER, "Score")
    history = current_history()
    assert history is not None
    history.save_preset("Taken", "chat", history.presets(SCHEMA)[0].template)
    save(at, TEXT, "Taken")
    assert "Taken is the name of a saved prompt" in at.warning[0].value
    assert history.preset_names() == {"Taken": 1}
    assert app("prompts").selectbox(key="prompts-choice").options == ["Taken"]


def test_it_is_taken_along_as_a_file_and_brought_back(app: Open) -> None:
    at = save(opened(app), TEXT, "Odd names")
    assert at.get("download_button")[0].proto.label == "Download as JSON"
    at = opened(app)
    file = ("\ufeff" + json.dumps(NUMBER)).encode()
    bring(at, "Score.json", file)
    assert schema(at) == NUMBER
    assert library(at).name == "Score"
    assert entries(at) == ["Odd names"]  # it isn't saved by that
    before = schema(at)
    bring(at, "other.json", b'{"type": ')
    assert "can't be read" in at.error[0].value
    assert schema(at) == before
    click(at, "Undo")
    assert not at.error


def test_the_team_has_schemas_that_say_who_saved_which_version(app: Open, as_person: Any) -> None:
    as_person("ann@x.org")
    at = save(team(opened(app)), NUMBER, "Score")
    assert "Score · team's · version 1" in captions(at)
    assert at.query_params["library"] == "Team"
    assert not {"Rename", "Delete"} & set(labels(at))

    as_person("bob@x.org")
    at = opened(app)
    assert entries(at) == []
    click(team(at), "Score")
    assert schema(at) == NUMBER
    click(write(at, TEXT), "Save as a new version")
    assert [each.rpartition(", ")[2] for each in versions(at)] == ["bob@x.org", "ann@x.org"]
    history = opened_history()
    assert history is not None
    actions = [(each.action, each.detail) for each in history.people.audit()]
    assert actions[:2] == [("Team schema saved", "Score")] * 2

    as_person("root")
    again = app(PAGE)
    again.query_params["schema"], again.query_params["library"] = "Score", "Team"
    again = unfolded(again)
    assert schema(again) == TEXT
    click(name(again, "Grade"), "Rename")
    click(click(again, "Delete"), "Delete it")
    assert entries(again) == []
    assert history.people.audit()[0].action == "Team schema deleted"


def test_one_s_own_is_copied_to_the_team_by_saving_it_there(app: Open, as_person: Any) -> None:
    as_person("ann@x.org")
    at = team(save(opened(app), NUMBER, "Score"))
    assert next(t for t in at.text_input if t.label == "Name").value == "Score"
    click(at, "Save")
    assert entries(at) == ["Score"]
    assert "Score · team's · version 1" in captions(at)


def test_others_do_not_see_one_s_own(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    save(opened(app), NUMBER, "Score")
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    again = app(PAGE)
    again.query_params["schema"] = "Score"
    again = unfolded(again)
    assert entries(again) == []
    assert "schema" not in again.query_params


def test_a_batch_s_answers_keep_to_a_saved_schema(
    app: Open, fake: FakeGemini, as_person: Any
) -> None:
    create = "POST models/gemini-3.8-flash:batchGenerateContent"
    fake.others = {"GET batches": [listed()], create: [Reply(body=operation("PENDING"))]}
    as_person("ann@x.org")
    save(team(save(opened(app), NUMBER, "Score")), TEXT, "Words")
    at = app("../pages/batches/page.py")
    choice = next(s for s in at.selectbox if s.key == "batch-schema")
    assert choice.options == ["Score", "Words (team's)"]
    checked(choice.select("Score").run())
    at.session_state["batch-ways"] = "Paste"
    at.run()
    at.text_area(key="batch-paste").set_value("one\ntwo").run()
    checked(at.button(key="batch-take-paste").click().run())
    checked(at.button(key="batch-send").click().run())
    body = next(s for s in fake.seen if ":batchGenerateContent" in s.path).body
    config = body["batch"]["inputConfig"]["requests"]["requests"][0]["request"]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"] == NUMBER
