"""Saved prompts in process: saved from an answer, filled in, run, versioned, shared."""

import base64
import json
import re
import zlib

import pytest
from streamlit.testing.v1 import AppTest

from components.markdown.writing import CUT
from components.samples import samples
from gemini.history.sharing import SharedPreset, for_sharing, to_json, to_link
from gemini.request import Request
from pages.prompts.state import PromptsState
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked, click

PAGE = "../pages/prompts/page.py"
STRUCTURED = "../pages/structured/page.py"
PICTURE = {"inline_data": {"mime_type": "image/png", "data": b"\x89PNG"}}


def fill(at: AppTest, label: str, text: str) -> AppTest:
    fields = [*at.text_area, *at.text_input]
    next(f for f in fields if f.label == label).set_value(text)
    return at


def texts(at: AppTest) -> str:
    found = [
        *at.markdown,
        *at.text,
        *at.caption,
        *at.info,
        *at.warning,
        *at.error,
        *at.success,
        *at.code,
    ]
    return "\n".join(str(element.value) for element in found)


def state(at: AppTest) -> PromptsState:
    return at.session_state["prompts"]


def opened(at: AppTest, label: str) -> AppTest:
    """Open one of the popovers of the prompt."""
    at.session_state[f"prompts-{state(at).number}-{label}"] = True
    return checked(at.run())


def save(at: AppTest, name: str, text: str) -> AppTest:
    """Save the request of the chat's first answer from its inspector."""
    chat = at.session_state["chat-chat"]
    turn = chat.conversation.path()[0]
    assert turn.run
    chat.inspected.add(turn.id)
    at.session_state[f"inspector-{turn.id}"] = "Request"
    key = f"save-{turn.run.id}"
    at.session_state[key] = True
    checked(at.run())
    next(t for t in at.text_input if t.key == f"{key}-name").set_value(name)
    next(t for t in at.text_area if t.key == f"{key}-text").set_value(text)
    return click(at, "Save")


@pytest.fixture
def saved(app: Open, fake: FakeGemini) -> AppTest:
    """The page, after "Greet" was saved from the chat, with `{{who}}` in it."""
    at = app()
    at.chat_input[0].set_value("Greet Ann").run()
    save(checked(at), "Greet", "Greet {{who}}")
    assert "Saved, which asks for who" in texts(at)
    fake.seen.clear()
    return checked(app(PAGE))


def choose(at: AppTest, name: str = "Greet") -> AppTest:
    at.selectbox(key="prompts-choice").set_value(name)
    return checked(at.run())


def link_of(template: Request, name: str = "Shared") -> str:
    return to_link(for_sharing(name, "chat", template))


def open_link(app: Open, link: str) -> AppTest:
    at = app(PAGE)
    at.query_params["prompt"] = link
    return checked(at.run())


TEMPLATE = Request(
    "gemini-2.5-flash",
    [{"role": "user", "parts": [{"text": "Translate {{text}}."}, PICTURE]}],
    {"temperature": 0.0},
)


def test_an_empty_page_has_samples_that_run_at_a_click(app: Open, fake: FakeGemini) -> None:
    at = checked(app(PAGE))
    assert at.selectbox(key="prompts-choice").disabled
    for number, sample in enumerate(samples("prompts")["samples"]):
        click(at, sample["label"])
        sent = fake.generated[number].body["contents"][0]["parts"][0]["text"]
        assert "{{" not in sent
        assert all(value in json.dumps(fake.generated[number].body) for value in
                   sample["values"].values())  # fmt: skip
        click(at, "Close")
        assert state(at).opened is None


def test_a_request_is_saved_filled_in_and_run(saved: AppTest, fake: FakeGemini) -> None:
    fake.replies = [answer("Hello Bob!")]
    at = choose(saved)
    click(fill(at, "who", "Bob"), "Run")
    assert fake.generated[0].body["contents"][0]["parts"] == [{"text": "Greet Bob"}]
    assert "Hello Bob!" in texts(at)
    assert any(tab.label == "Code" for tab in at.tabs)


def test_a_reload_opens_the_same_prompt_again(saved: AppTest, app: Open) -> None:
    at = choose(saved)
    assert at.query_params["name"] == "Greet"
    again = app(PAGE)
    again.query_params["name"] = "Greet"
    assert state(checked(again.run())).saved_name == "Greet"
    click(again, "Close")
    assert state(again).opened is None
    assert "name" not in again.query_params
    again.query_params["name"] = "Nothing like it"
    checked(again.run())
    assert "name" not in again.query_params


def after_a_reload(app: Open, at: AppTest) -> AppTest:
    again = app(PAGE)
    for name in ("name", "run", "prompt"):
        if name in at.query_params:
            again.query_params[name] = at.query_params[name]
    return checked(again.run())


def test_a_reload_in_the_middle_of_an_answer_finds_it_and_what_was_filled_in(
    saved: AppTest, app: Open, fake: FakeGemini
) -> None:
    fake.replies = [answer("Hello Bob!")]
    at = click(fill(choose(saved), "who", "Bob"), "Run")
    again = after_a_reload(app, at)
    assert "Hello Bob!" in texts(again)
    assert next(t.value for t in again.text_area if t.label == "who") == "Bob"
    click(again, "Run")
    assert fake.generated[1].body == fake.generated[0].body


def test_a_reload_finds_the_answer_to_a_sample(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Made of a sample.")]
    at = click(checked(app(PAGE)), samples("prompts")["samples"][0]["label"])
    again = after_a_reload(app, at)
    assert "Made of a sample." in texts(again)
    click(again, "Run")
    assert fake.generated[1].body == fake.generated[0].body
    click(again, "Close")
    assert "run" not in again.query_params


def test_the_address_names_the_prompt_again_after_another_page(saved: AppTest) -> None:
    at = choose(saved)
    checked(at.switch_page("../pages/history/page.py").run())
    at = checked(at.switch_page(PAGE).run())
    assert at.query_params["name"] == "Greet"


def test_what_is_missing_is_named_and_nothing_is_sent(saved: AppTest, fake: FakeGemini) -> None:
    at = click(choose(saved), "Run")
    assert "Fill in who first" in texts(at)
    assert not fake.generated


def test_it_runs_with_the_sidebars_settings_too(saved: AppTest, fake: FakeGemini) -> None:
    at = choose(saved)
    at.session_state["run_settings"].values["temperature"] = 0.5
    number = state(at).number
    at.toggle(key=f"prompts-{number}-sidebar").set_value(True)
    click(fill(at, "who", "Bob"), "Run")
    assert fake.generated[0].body["generationConfig"] == {"temperature": 0.5}


def test_versions_are_seen_and_restored(saved: AppTest) -> None:
    at = opened(choose(saved), "Edit")
    click(fill(at, "Prompt", "Praise {{whom}}"), "Save as a new version")
    assert "version 2 of 2" in texts(at)
    opened(at, "Versions")
    at.radio(key=f"prompts-{state(at).number}-version").set_value(1)
    checked(at.run())
    assert "version 1 of 2 (an older one)" in texts(at)
    assert "Greet {{who}}" in texts(at)
    click(opened(at, "Versions"), "Restore this version")
    assert "version 3 of 3" in texts(at)
    assert [a.label for a in at.text_area if a.label in {"who", "whom"}] == ["who"]


def test_it_is_renamed_and_deleted(saved: AppTest) -> None:
    at = opened(choose(saved), "Rename")
    click(fill(at, "Name", "Welcome"), "Rename")
    assert state(at).saved_name == "Welcome"
    assert at.selectbox(key="prompts-choice").value == "Welcome"
    click(opened(at, "Delete"), "Yes, delete it")
    assert at.selectbox(key="prompts-choice").disabled


def test_a_name_that_is_taken_is_refused_for_another_prompt(saved: AppTest, app: Open) -> None:
    at = choose(saved)
    state(at).open_shared(for_sharing("Other", "chat", TEMPLATE))
    click(opened(checked(at.run()), "Save"), "Save to my prompts")
    at = opened(choose(at), "Rename")
    click(fill(at, "Name", "Other"), "Rename")
    assert "There is a prompt called Other already" in texts(at)
    assert state(at).saved_name == "Greet"


def test_saving_under_a_name_again_makes_the_next_version(saved: AppTest, app: Open) -> None:
    at = app()
    at.chat_input[0].set_value("Greet Ann").run()
    save(checked(at), "Greet", "Hello {{who}}")
    assert "Saved as version 2" in texts(at)
    assert "version 2 of 2" in texts(choose(app(PAGE)))


def test_the_link_opens_what_was_shared_and_asks_before_it_runs(
    saved: AppTest, app: Open, fake: FakeGemini
) -> None:
    shared = opened(choose(saved), "Share")
    found = re.search(r"prompt=([\w-]+)", texts(shared))
    assert found
    at = open_link(app, found[1])
    assert "Someone shared this prompt" in texts(at)
    assert "Greet {{who}}" in texts(at)
    assert not fake.generated
    click(fill(at, "who", "Eve"), "Run")
    assert fake.generated[0].body["contents"][0]["parts"] == [{"text": "Greet Eve"}]
    click(opened(at, "Save"), "Save to my prompts")
    assert "version 2 of 2" in texts(at)
    assert "prompt" not in at.query_params


def test_a_variable_may_be_called_like_anything_on_the_page(app: Open, fake: FakeGemini) -> None:
    names = ["sidebar", "form", "Share", "Save", "close", "edit", "name"]
    text = " ".join(f"{{{{{name}}}}}" for name in names)
    contents = [{"role": "user", "parts": [{"text": text}]}]
    at = open_link(app, link_of(Request("gemini-2.5-flash", contents)))
    for name in names:
        fill(at, name, name.upper())
    click(at, "Run")
    sent = fake.generated[0].body["contents"][0]["parts"][0]["text"]
    assert sent == " ".join(name.upper() for name in names)


def test_a_prompt_is_written_from_nothing(app: Open, fake: FakeGemini) -> None:
    at = checked(app(PAGE))
    at.session_state["prompts-0-New prompt"] = True
    checked(at.run())
    click(at, "Save")
    assert "Add a name and a prompt." in texts(at)
    for name, text in (("name", "Mine"), ("instruction", "Be {{tone}}"), ("text", "Greet {{who}}")):
        fields = [*at.text_input, *at.text_area]
        next(f for f in fields if f.key == f"prompts-0-new-{name}").set_value(text)
    click(at, "Save")
    assert at.selectbox(key="prompts-choice").value == "Mine"
    assert {t.label for t in at.text_area} >= {"tone", "who"}


def test_what_is_no_variable_is_said(app: Open) -> None:
    contents = [{"role": "user", "parts": [{"text": "Hi {{name}}, {{user.name}}"}]}]
    at = open_link(app, link_of(Request("gemini-2.5-flash", contents)))
    assert "Sent as typed: `{{user.name}}`." in texts(at)


def test_a_prompt_of_thousands_of_parts_is_drawn_in_part(app: Open) -> None:
    parts = [{"text": f"x{{{{v{n}}}}}"} for n in range(3000)]
    template = Request("gemini-2.5-flash", [{"role": "user", "parts": parts}])
    at = app(PAGE)
    at.file_uploader[0].upload("prompt.json", file_of(template))
    checked(at.run())
    assert "And 2,950 more texts." in texts(at)
    assert "This prompt has 3,000 variables." in texts(at)
    assert len(at.code) < 60
    assert len(at.text_area) < 10


def test_half_a_character_in_what_was_shared_becomes_whole(app: Open) -> None:
    contents = [{"role": "user", "parts": [{"text": "half \ud83d of it {{name}}"}]}]
    at = app(PAGE)
    at.file_uploader[0].upload("p.json", file_of(Request("m", contents), name="half \ud83d"))
    checked(at.run())
    key = "prompts-1-Share"
    at.session_state[key] = True
    checked(at.run())
    assert at.header[0].value == "half \ufffd"


def file_of(template: Request, name: str = "Shared") -> bytes:
    return json.dumps(to_json(SharedPreset(name, "chat", template))).encode()


def test_media_are_not_shared_and_that_is_said(app: Open) -> None:
    link = link_of(TEMPLATE)
    at = open_link(app, link)
    assert "1 file was left out" in texts(at)
    assert '"temperature": 0.0' in texts(at)


@pytest.mark.parametrize(
    "link",
    [
        "rubbish",
        "%%%",
        base64.urlsafe_b64encode(zlib.compress(b'{"format": "other"}')).decode(),
        link_of(TEMPLATE)[:-20],
    ],
)
def test_rubbish_in_a_link_is_explained_and_the_page_works(
    app: Open, fake: FakeGemini, link: str
) -> None:
    at = open_link(app, link)
    assert "This link can't be opened: " in at.error[0].value
    click(at, samples("prompts")["samples"][0]["label"])
    assert len(fake.generated) == 1
    assert not at.error


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (json.dumps(to_json(for_sharing("Mine", "chat", TEMPLATE))).encode(), "Someone shared"),
        (b"\x89PNG", "it isn't JSON"),
        (b"[" * 100_000, "can't be opened"),
        (b"{}", "this isn't a saved prompt"),
    ],
)
def test_a_file_is_opened_or_explained(app: Open, data: bytes, said: str) -> None:
    at = checked(app(PAGE))
    at.file_uploader[0].upload("prompt.json", data)
    checked(at.run())
    assert said in texts(at)


def test_nobody_sees_the_prompts_of_others(
    app: Open, saved: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    assert app(PAGE).selectbox(key="prompts-choice").disabled


def test_a_page_that_is_no_chat_has_the_same_way_to_save(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer('{"answer": "x"}')]
    at = checked(app(STRUCTURED))
    click(fill(at, "Prompt", "Tell {{me}}"), "Send")
    run = at.session_state["page-run-structured"].live.run
    at.session_state["inspector-structured"] = "Request"
    at.session_state[f"save-{run.id}"] = True
    checked(at.run())
    next(t for t in at.text_input if t.key == f"save-{run.id}-name").set_value("Told")
    click(at, "Save")
    at = choose(app(PAGE), "Told")
    click(fill(at, "me", "him"), "Run")
    body = fake.generated[-1].body
    assert body["contents"][0]["parts"] == [{"text": "Tell him"}]
    assert body["generationConfig"]["responseMimeType"] == "application/json"


def test_the_team_has_a_library_that_says_who_saved_what(
    saved: AppTest, app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = [c for c in saved.segmented_control if c.label == "Library"]
    assert not libraries  # there is nobody to share with on one's own machine
    monkeypatch.setattr("pages.prompts.libraries.has_team", lambda: True)
    monkeypatch.setattr("pages.prompts.actions.has_team", lambda: True)
    monkeypatch.setattr("components.people.is_operator", lambda: False)
    monkeypatch.setattr("components.people.person_name", lambda _owner: "ann@x.org")
    at = opened(choose(checked(app(PAGE))), "Copy to the team")
    click(at, "Save to the team's")
    assert "The team has it now." in texts(at)

    monkeypatch.setattr("components.people.person_name", lambda _owner: "bob@x.org")
    at = checked(app(PAGE))
    at.segmented_control(key="prompts-library").set_value("Team")
    checked(at.run())
    assert at.query_params["library"] == "Team"
    at = opened(choose(at), "Edit")
    assert not [p for p in at.get("popover") if p.proto.popover.label in {"Rename", "Delete"}]
    click(fill(at, "Prompt", "Greet {{who}} warmly"), "Save as a new version")
    at = opened(at, "Versions")
    options = at.radio(key=f"prompts-{state(at).number}-version").options
    authors = [option.rpartition(", ")[2].replace(CUT, "") for option in options]
    assert authors == ["bob@x.org", "ann@x.org"]

    at = choose(checked(app(PAGE)))  # one's own is as it was
    assert "Greet {{who}} warmly" not in texts(at)


def test_history_opens_a_run_as_it_was_sent(saved: AppTest, app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Hello Bob!")]
    run = click(fill(choose(saved), "who", "Bob"), "Run").query_params["run"]
    other = app(PAGE)
    other.query_params["run"] = run
    checked(other.run())
    assert {"Hello Bob!", "Greet Bob"} <= set(texts(other).splitlines())
    assert "as it was sent" in texts(other)
    click(other, "Close")
    assert "run" not in other.query_params
    assert len(fake.generated) == 1
