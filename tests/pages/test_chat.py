"""The chat page in process: what is asked, what is shown, what is sent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from components import notices
from components.conversation.state import Chat
from components.files.uploaded import know_missing_files
from gemini.api import http
from gemini.live_run import LiveRun
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.on_page import Open, checked, click, fold, said, unfold

INPUTS = Path(__file__).parents[1] / "inputs" / "chat"
SIGN = (Path(__file__).parents[2] / "samples" / "media" / "sign.png").read_bytes()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)


def ask(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text).run()
    assert not at.exception
    return at


def texts(at: AppTest) -> list[str]:
    return said(at)


def sent(fake: FakeGemini, number: int = -1) -> Any:
    return fake.generated[number].body


def menu(at: AppTest, number: int, action: str) -> AppTest:
    menus = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    menus[number].set_value(action)
    return at.run()


def test_an_empty_page_offers_samples(app: Open) -> None:
    at = app()
    assert at.title[0].value == "Chat"
    labels = [b.label for b in at.button]
    assert "Explain a black hole" in labels


def test_a_question_is_answered(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Hello ", "**there**.")]
    at = ask(app(), "Hi")
    assert texts(at) == ["Hi", "Hello **there**."]
    assert sent(fake)["contents"] == [{"role": "user", "parts": [{"text": "Hi"}]}]
    assert "generationConfig" not in sent(fake)


def test_the_second_question_goes_with_the_first(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One", "."), answer("Two.")]
    at = ask(ask(app(), "First"), "Second")
    assert sent(fake)["contents"] == [
        {"role": "user", "parts": [{"text": "First"}]},
        {"role": "model", "parts": [{"text": "One."}]},
        {"role": "user", "parts": [{"text": "Second"}]},
    ]
    assert texts(at) == ["First", "One.", "Second", "Two."]


def test_a_sample_is_asked_at_a_click(app: Open, fake: FakeGemini) -> None:
    at = app()
    next(b for b in at.button if b.label == "Draft an email").click().run()
    assert "email" in sent(fake)["contents"][0]["parts"][0]["text"]
    assert texts(at)[-1] == "ok"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (error(400, "INVALID_ARGUMENT", "API key not valid."), "The API key was refused"),
        (error(404, "NOT_FOUND", "models/x is not found"), "Model not found"),
        (error(403, "PERMISSION_DENIED", "denied"), "Not allowed"),
        (Reply(body=b"<html>hello</html>"), "The reply couldn't be read"),
        (Reply([chunk("half ")], then="cut"), "The answer was cut off"),
        (Reply([{"promptFeedback": {"blockReason": "SAFETY"}}]), "The prompt was blocked"),
    ],
)
def test_a_failure_is_explained_and_the_next_try_works(
    app: Open, fake: FakeGemini, reply: Reply, said: str
) -> None:
    fake.replies = [reply, answer("Better.")]
    at = ask(app(), "Hi")
    shown = [e.value for e in [*at.error, *at.warning]]
    assert any(said in text for text in shown)
    assert texts(at)[0] == "Hi"
    ask(at, "Again")
    assert texts(at)[-1] == "Better."


def test_what_came_before_a_cut_is_kept(app: Open, fake: FakeGemini) -> None:
    fake.replies = [Reply([chunk("Half an answer")], then="cut")]
    assert "Half an answer" in texts(ask(app(), "Hi"))


def test_settings_off_their_default_are_sent_and_the_others_not(
    app: Open, fake: FakeGemini
) -> None:
    at = app()
    at.sidebar.slider[0].set_value(0.0).run()
    at.sidebar.text_area[0].set_value("Be brief.").run()
    ask(at, "Hi")
    assert sent(fake)["generationConfig"] == {"temperature": 0.0}
    assert sent(fake)["systemInstruction"]["parts"] == [{"text": "Be brief."}]


def test_folded_settings_are_not_drawn_and_keep_their_values(app: Open) -> None:
    def penalty(at: AppTest) -> list[float]:
        return [each.value for each in at.slider if each.label.startswith("Presence penalty")]

    at = app()
    assert not penalty(at)
    at = unfold(at, "Sampling")
    next(s for s in at.slider if s.label.startswith("Presence penalty")).set_value(0.4).run()
    assert penalty(at) == [0.4]  # and still unfolded
    assert not penalty(fold(at, "Sampling"))
    assert penalty(unfold(at, "Sampling")) == [0.4]


def test_reset_puts_the_settings_back(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.sidebar.slider[0].set_value(0.3).run()
    at.sidebar.button(key="settings-reset").click().run()
    ask(at, "Hi")
    assert "generationConfig" not in sent(fake)
    assert at.sidebar.slider[0].value == 1.0


def test_thinking_is_offered_as_the_model_takes_it(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.sidebar.selectbox(key="run_settings_model").set_value("gemini-2.5-flash").run()
    control = at.sidebar.get("button_group")[0]
    control.set_value("off").run()
    ask(at, "Hi")
    assert sent(fake)["generationConfig"] == {"thinkingConfig": {"thinking_budget": 0}}


def test_dollars_stay_dollars(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("From $5 to $10")]
    assert texts(ask(app(), "Price?"))[-1] == r"From \$5 to \$10"


def test_two_sessions_know_nothing_of_each_other(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("For one.")]
    first, second = app(), app()
    first.sidebar.slider[0].set_value(0.1).run()
    ask(first, "Secret")
    second.run()
    assert not second.chat_message
    assert second.sidebar.slider[0].value == 1.0


def test_regenerating_keeps_the_old_answer_beside_the_new(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Old."), answer("New.")]
    at = ask(app(), "Hi")
    menu(at, 0, "Regenerate")
    assert texts(at) == ["Hi", "New."]
    at.button(
        key=next(b.key for b in at.button if "version-Earlier" in (b.key or ""))
    ).click().run()
    assert texts(at) == ["Hi", "Old."]


def test_a_turn_is_edited_and_sent_again(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Cat."), answer("Dog.")]
    at = ask(app(), "Cat?")
    menu(at, 0, "Edit and resend")
    field = next(t for t in at.main.text_area if t.key.startswith("edit-"))
    field.set_value("Dog?").run()
    assert any("42 of 1,048,576 tokens would be sent" in c.value for c in at.caption)
    at.button(key=f"{field.key}-send").click().run()
    assert texts(at) == ["Dog?", "Dog."]
    assert sent(fake)["contents"] == [{"role": "user", "parts": [{"text": "Dog?"}]}]


def test_a_turn_is_deleted(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One."), answer("Two.")]
    at = ask(ask(app(), "First"), "Second")
    menu(at, 0, "Delete this turn")
    assert texts(at) == ["Second", "Two."]


def upload(at: AppTest, exported: bytes, page: str = "chat") -> AppTest:
    """Have the Import dialog read a file."""
    click(at, f"import-{page}")
    importer = next(u for u in at.file_uploader if "import-file" in (u.key or ""))
    return checked(importer.upload("conversation.json", exported).run())


def test_export_and_import_give_the_same_conversation(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Kept.")]
    at = ask(app(), "Keep this")
    exported = at.session_state["chat-chat"].export()
    assert json.loads(exported)["version"] == 1
    other = upload(app(), exported.encode())
    click(other, "Open in Chat")
    assert texts(other) == ["Keep this", "Kept."]


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b'{"format": 1}', b"[" * 100_000])
def test_rubbish_is_not_imported(app: Open, text: bytes) -> None:
    assert upload(app(), text).error[0].value.startswith("Not imported")


def test_two_hundred_turns_are_kept_and_the_latest_shown(app: Open, fake: FakeGemini) -> None:
    at = app()
    chat = at.session_state["chat-chat"]
    for number in range(200):
        turn = chat.conversation.add([{"text": f"Question {number}"}], chat.conversation.leaf)
        assert turn.text == f"Question {number}"
    at.run()
    assert texts(at)[-1] == "Question 199"
    assert len(at.chat_message) == 2 * 12
    next(b for b in at.button if b.label.startswith("Show 188")).click().run()
    assert len(at.chat_message) == 2 * 112


def test_without_any_connection_the_page_says_what_to_do(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = app()
    monkeypatch.delenv("EMULATOR_URL")
    at = app()
    ask(at, "Hi")
    assert any("No API key" in e.value for e in at.error)


def test_a_long_prompt_is_counted_before_it_is_sent(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.text_area(key="long-prompt-chat").set_value("Read this.\n\nThen answer.").run()
    assert any("42 of 1,048,576 tokens would be sent" in c.value for c in at.caption)
    at.button(key="long-prompt-chat-send").click().run()
    assert sent(fake)["contents"][0]["parts"] == [{"text": "Read this.\n\nThen answer."}]


def tabs(at: AppTest) -> dict[str, Any]:
    return {tab.label: tab for tab in at.tabs}


def test_the_inspector_shows_the_wire_and_no_key(app: Open, fake: FakeGemini) -> None:
    at = menu(ask(app(), "Hi"), 0, "Inspect")
    assert list(tabs(at)) == ["Answer", "Text", "Request", "Response", "Usage", "Code"]
    turn = at.session_state["chat-chat"].conversation.path()[0]
    shown = ""
    for name in ("Request", "Response", "Usage", "Code"):
        at.session_state[f"inspector-{turn.id}"] = name
        at.run()
        assert not at.exception
        shown += "".join(str(e.value) for e in [*at.code, *at.json, *at.table, *at.caption])
    assert "streamGenerateContent" in shown
    assert "HTTP 200" in shown
    assert "GEMINI_API_KEY" in shown or "genai.Client()" in shown
    assert "emulator'" not in shown


def test_a_turn_that_is_left_out_later_says_so(app: Open, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "no"), answer("Good.")]
    at = ask(app(), "Lost")
    caption_text = ":material/link_off: Not sent with later prompts: it has no answer."
    assert [c.value for c in at.caption].count(caption_text) == 1
    ask(at, "Again")
    assert [c.value for c in at.caption].count(caption_text) == 1
    assert sent(fake)["contents"] == [{"role": "user", "parts": [{"text": "Again"}]}]


def test_candidates_stand_side_by_side_and_one_goes_on(app: Open, fake: FakeGemini) -> None:
    both = [
        {"index": i, "content": {"parts": [{"text": t}]}, "finishReason": "STOP"}
        for i, t in enumerate(["Red.", "Blue."])
    ]
    fake.replies = [Reply([{"candidates": both}]), answer("Sky.")]
    at = ask(app(), "Colour?")
    second = next(b for b in at.button if b.key and b.key.endswith("-1") and "choose-" in b.key)
    second.click().run()
    ask(at, "Why?")
    assert sent(fake)["contents"][1] == {"role": "model", "parts": [{"text": "Blue."}]}


def test_log_probabilities_have_a_tab(app: Open, fake: FakeGemini) -> None:
    result = {
        "chosenCandidates": [{"token": "ok", "logProbability": -0.1}],
        "topCandidates": [{"candidates": [{"token": "no", "logProbability": -2.0}]}],
    }
    fake.replies = [Reply([chunk("ok", finish="STOP", logprobsResult=result)])]
    at = menu(ask(app(), "Hi"), 0, "Inspect")
    turn = at.session_state["chat-chat"].conversation.path()[0]
    at.session_state[f"inspector-{turn.id}"] = "Log probabilities"
    at.run()
    assert at.dataframe[0].value["Token"].tolist() == ["ok"]


def test_a_typed_key_is_used_by_this_session_only_and_kept_nowhere(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    at = app()
    at.sidebar.radio[0].set_value("own key").run()
    at.sidebar.text_input[0].set_value("typed-key-abcdef")
    next(b for b in at.sidebar.button if b.label == "Use this key").click().run()
    ask(at, "Hi")
    assert fake.generated[-1].headers["x-goog-api-key"] == "typed-key-abcdef"
    chat = at.session_state["chat-chat"]
    held = [chat.export(), chat.live.run, at.session_state["own_connection"].target]
    assert "typed-key-abcdef" not in repr(held)
    ask(app(), "Hello")
    assert fake.generated[-1].headers["x-goog-api-key"] != "typed-key-abcdef"


def test_the_presenter_view_hides_the_settings_and_can_be_left(app: Open) -> None:
    at = app()
    next(b for b in at.sidebar.button if b.label == "Presenter view").click().run()
    assert not at.sidebar.slider
    next(b for b in at.button if b.label == "Leave presenter view").click().run()
    assert at.sidebar.slider


def test_an_emulator_that_only_echoes_says_how_to_change_that(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMULATOR_ENGINE", "echo")
    at = app()
    assert any("It only echoes" in c.value for c in at.sidebar.caption)
    assert "requirements-local.txt" in at.sidebar.code[0].value


def test_an_emulator_that_asks_another_server_says_which(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMULATOR_MODEL", "gemma3:4b at localhost:11434")
    at = app()
    said = next(c.value for c in at.sidebar.caption if "Local emulator" in c.value)
    assert "gemma3" in said
    assert "often wrong" not in said


def test_a_setting_stands_at_its_value_even_where_the_browser_was_not_told(app: Open) -> None:
    at = app()
    assert at.sidebar.slider[0].label == "Temperature"
    assert list(at.sidebar.slider[0].proto.default) == [1.0]
    at.sidebar.slider[0].set_value(1.5).run()
    at.run()
    assert list(at.sidebar.slider[0].proto.default) == [1.5]


def attach(at: AppTest, text: str, data: bytes) -> AppTest:
    at.chat_input[0].set_value(text).upload("sign.png", data, "image/png").run()
    assert not at.exception
    return at


def test_large_files_go_through_the_files_api(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.session_state["attachments-chat"].limit = 1000
    attach(at, "What is this?", SIGN)
    image, text = sent(fake)["contents"][0]["parts"]
    assert image["fileData"]["file_uri"].endswith("files/f0")
    assert text == {"text": "What is this?"}
    assert fake.uploaded["files/f0"] == SIGN


def test_a_failed_upload_keeps_text_and_file(app: Open, fake: FakeGemini) -> None:
    fake.file_states = ["FAILED"]
    at = app()
    at.session_state["attachments-chat"].limit = 1000
    attach(at, "What is this?", SIGN)
    assert any("couldn't be processed" in e.value for e in at.error)
    assert any("sign.png: goes with the next prompt" in c.value for c in at.caption)
    assert not fake.generated
    at.button(key="leave-out-chat").click().run()
    ask(at, "Hello")
    assert sent(fake)["contents"][0]["parts"] == [{"text": "Hello"}]


def test_a_file_of_a_failed_turn_is_sent_when_it_is_attached_again(
    app: Open, fake: FakeGemini
) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "no")]
    at = attach(app(), "What is this?", SIGN)
    attach(at, "And now?", SIGN)
    (content,) = sent(fake)["contents"]
    assert [sorted(part) for part in content["parts"]] == [["inlineData"], ["text"]]


@pytest.mark.parametrize("text", ["Once more", ""])
def test_a_known_file_is_sent_again_with_words_or_without(
    app: Open, fake: FakeGemini, text: str
) -> None:
    at = attach(app(), "What is this?", SIGN)
    attach(at, text, SIGN)
    parts = sent(fake)["contents"][-1]["parts"]
    assert "inlineData" in parts[0]
    assert parts[1:] == ([{"text": text}] if text else [])


@pytest.mark.parametrize("page", ["chat", "tools", "create-image", "image"])
def test_the_address_names_the_conversation_before_the_answer_is_drawn(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    addresses = []

    def note(live: LiveRun, *_: Any, **_options: Any) -> None:
        addresses.append(st.query_params.get("c"))
        live.stop()

    image = {"name": "models/gemini-3.1-flash-image"}
    fake.models = {"models": [*fake.models["models"], image]}
    fake.replies = [Reply([chunk("Begun")], then="hang")]
    monkeypatch.setattr("components.conversation.turns.follow", note)
    at = app(page)
    at.chat_input[0].set_value("Hi").upload("sign.png", SIGN, "image/png").run()
    assert not at.exception
    assert addresses == [at.session_state[f"chat-{page}"].conversation.id]


def test_text_with_a_refused_file_comes_back_each_time(app: Open, fake: FakeGemini) -> None:
    at, keys = app(), set()
    for _ in range(2):
        at.chat_input[0].set_value("Read it").upload("a.docx", b"PK\3\4\0\0").run()
        assert at.chat_input[0].value == "Read it"
        assert any("a.docx" in e.value for e in at.error)
        keys.add(at.chat_input[0].key)  # the browser is not caption_text twice of one value
    assert len(keys) == 2
    assert not fake.generated


@pytest.mark.parametrize("page", ["chat", "tools", "image"])
def test_good_files_beside_a_bad_one_wait_for_the_next_prompt(
    app: Open, fake: FakeGemini, page: str
) -> None:
    at = app(page)
    at.chat_input[0].set_value("Look").upload("a.docx", b"PK\3\4\0\0")
    at.chat_input[0].upload("sign.png", SIGN, "image/png").run()
    assert any("a.docx" in e.value for e in at.error)
    assert any("sign.png: goes with the next prompt" in c.value for c in at.caption)
    assert not fake.generated
    ask(at, "Check again")
    image, text = sent(fake)["contents"][0]["parts"]
    assert "inlineData" in image
    assert text == {"text": "Check again"}
    assert not any("goes with the next" in c.value for c in at.caption)


def test_good_files_beside_a_bad_one_can_be_left_out(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.chat_input[0].set_value("").upload("a.docx", b"PK\3\4\0\0")
    at.chat_input[0].upload("sign.png", SIGN, "image/png").run()
    at.button(key="leave-out-held-chat").click().run()
    ask(at, "Hi")
    assert sent(fake)["contents"][0]["parts"] == [{"text": "Hi"}]


def test_a_long_prompt_outlasts_other_pages_and_prompts(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.text_area(key="long-prompt-chat").set_value("A long draft").run()
    ask(at, "Hi")
    at.switch_page("../pages/image/page.py").run()
    at.switch_page("../pages/chat/page.py").run()
    assert at.text_area(key="long-prompt-chat").value == "A long draft"
    at.button(key="long-prompt-chat-send").click().run()
    assert sent(fake)["contents"][-1]["parts"] == [{"text": "A long draft"}]
    assert at.text_area(key="long-prompt-chat").value == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("badpng", "Imported a conversation of 1 turn."),
        ("nodata", "Imported a conversation of 1 turn."),
        ("surrogate", "Imported a conversation of 1 turn."),
        ("textint", "Not imported: a prompt in it is damaged"),
        ("usage", "Not imported: a run in it is damaged"),
        ("dupid", "Not imported: two turns in it have the same id"),
    ],
)
@pytest.mark.parametrize("page", ["chat", "image"])
def test_a_damaged_export_is_taken_or_refused_in_words(
    app: Open, fake: FakeGemini, page: str, name: str, said: str
) -> None:
    at = app(page)
    if page != "chat":
        at.chat_input[0].set_value("Hi").upload("sign.png", SIGN, "image/png").run()
    upload(at, (INPUTS / f"imp_{name}.json").read_bytes(), page)
    if said.startswith("Imported"):
        click(at, "Open in Chat" if page == "chat" else "Open")
        assert at.toast[0].value.startswith(said)
    else:
        assert at.error[0].value.startswith(said)
    attach(at, "Still here?", SIGN)
    assert texts(at)[-1] == "ok"


def reopened(at: AppTest, other: AppTest, page: str = "chat") -> AppTest:
    """The conversation of one session in another one, by URL."""
    other.query_params["c"] = at.session_state[f"chat-{page}"].conversation.id
    other.run()
    assert not other.exception
    return other


def test_a_reopened_conversation_brings_its_model_and_settings(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.sidebar.selectbox(key="run_settings_model").set_value("gemini-2.5-flash").run()
    at.sidebar.slider[0].set_value(0.3).run()
    at.sidebar.text_area[0].set_value("Be brief.").run()
    ask(at, "Hi")
    other = app()
    other.sidebar.slider[0].set_value(1.5).run()
    at = reopened(at, other)
    assert at.toast[0].value == (
        "As in this conversation: Gemini 2.5 Flash, System instruction, Temperature."
    )
    assert at.sidebar.selectbox(key="run_settings_model").value == "gemini-2.5-flash"
    assert at.sidebar.slider[0].value == 0.3
    assert at.sidebar.text_area[0].value == "Be brief."
    ask(at, "Again")
    assert "gemini-2.5-flash" in fake.generated[-1].path
    assert sent(fake)["generationConfig"] == {"temperature": 0.3}
    assert sent(fake)["systemInstruction"]["parts"] == [{"text": "Be brief."}]


def test_a_reopened_conversation_says_that_its_model_is_not_offered(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = fake.models["models"]
    fake.models = {"models": [*listed, {**listed[0], "name": "models/my-own-model"}]}
    at = app()
    at.sidebar.selectbox(key="run_settings_model").set_value("my-own-model").run()
    ask(at, "Hi")
    fake.models = {"models": listed}
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    monkeypatch.setenv("GEMINI_API_KEY", "another-connection")
    st.cache_resource.clear()
    at = reopened(at, app())
    assert at.toast[0].value == "my-own-model, which answered last, isn't available here."
    ask(at, "Again")
    assert "my-own-model" not in fake.generated[-1].path


def test_nothing_is_said_where_nothing_changed(app: Open, fake: FakeGemini) -> None:
    at = reopened(ask(app(), "Hi"), app())
    assert not at.toast
    assert texts(at) == ["Hi", "ok"]


def test_a_deletion_can_be_undone_and_is_kept_so(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One."), answer("Two.")]
    at = ask(ask(app(), "First"), "Second")
    menu(at, 0, "Delete this turn")
    at.button(key="undo-chat").click().run()
    assert texts(at) == ["First", "One.", "Second", "Two."]
    assert "undo-chat" not in [b.key for b in at.button]
    assert texts(reopened(at, app())) == ["First", "One.", "Second", "Two."]


def test_deleting_an_edited_turn_shows_the_one_before_it(app: Open, fake: FakeGemini) -> None:
    at = ask(app(), "Cat?")
    menu(at, 0, "Edit and resend")
    field = next(t for t in at.main.text_area if t.key.startswith("edit-"))
    field.set_value("Dog?").run()
    at.button(key=f"{field.key}-send").click().run()
    ask(at, "And then?")
    menu(at, 0, "Delete this turn")
    assert texts(at) == ["Cat?", "ok", "And then?", "ok"]
    at.button(key="undo-chat").click().run()
    assert texts(at) == ["Dog?", "ok", "And then?", "ok"]


def test_a_prompt_and_the_names_of_its_files_are_shown_as_they_are(
    app: Open, fake: FakeGemini
) -> None:
    typed = "Why does __init__ run twice?\n# 3 is the loop\n1) first\n<b>raw</b> *args, $5 -> :x:"
    at = app()
    at.chat_input[0].set_value(typed).upload(":red[x] _a_.png", SIGN, "image/png").run()
    assert not at.exception
    assert [text.value for text in at.chat_message[0].text] == [typed]
    [picture] = at.chat_message[0].get("image")
    assert picture.proto.imgs[0].caption == r"\:red\[x\] \_a\_.png"
    parts = sent(fake)["contents"][0]["parts"]
    assert parts[-1] == {"text": typed}


def test_a_prompt_that_waits_for_its_upload_goes_to_no_other_conversation(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = app()
    at.session_state["attachments-chat"].limit = 1000
    with monkeypatch.context() as patch:
        patch.setattr("components.attachments.page.draw_uploads", lambda _: None)  # not ended yet
        attach(at, "What is this?", SIGN)
    assert at.session_state["attachments-chat"].sending.running
    at.session_state["chat-chat"] = Chat("chat")
    assert not at.run().exception
    assert at.chat_input[0].value == "What is this?"
    assert any("sign.png: goes with the next prompt" in c.value for c in at.caption)
    assert not fake.generated


def test_the_tables_of_an_answer_are_opened_below_it(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("| Fish | Price |\n|---|---|\n| Herring | 3 |"), answer("None.")]
    at = menu(ask(app(), "Prices?"), 0, "Tables")
    assert at.dataframe[0].value.to_dict("list") == {"Fish": ["Herring"], "Price": [3.0]}
    at = menu(at, 0, "Tables")
    assert not at.dataframe


def test_what_is_given_back_outlasts_a_run_that_follows_at_once(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "ARRIVES", 60.0)
    at = app()
    at = checked(
        at.chat_input[0].set_value("Read it").upload("a.png", b"\0\1\2", "image/png").run()
    )
    for _ in range(2):  # the first one's drawing may never have reached the browser
        assert at.error[0].value.startswith("a.png isn't an image")
        assert at.chat_input[0].value == "Read it"
        checked(at.run())
    chat = at.session_state["chat-chat"]
    chat.drawn -= 61
    assert not checked(at.run()).error
    assert (chat.draft, chat.complaints) == ("", [])


def test_the_latest_answer_is_copied_by_a_key(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("First."), answer("Second.")]
    at = ask(ask(app(), "One"), "Two")
    checked(at.button(key="latest-copy").click().run())
    chat = at.session_state["chat-chat"]
    assert chat.copying == chat.conversation.path()[-1].id
    assert not chat.copying_rich


def test_the_code_of_the_latest_answer_is_opened_and_closed_by_a_key(
    app: Open, fake: FakeGemini
) -> None:
    at = ask(app(), "Hi")
    for opened in (True, False, True):
        checked(at.button(key="latest-code").click().run())
        assert any("generate_content" in code.value for code in at.code) == opened


def test_the_keys_do_nothing_where_nothing_was_asked(app: Open) -> None:
    at = app()
    for key in ("latest-copy", "latest-code"):
        checked(at.button(key=key).click().run())
    chat = at.session_state["chat-chat"]
    assert (chat.copying, chat.inspected) == (None, set())


def test_the_browser_is_told_of_the_fields_also_of_one_that_was_given_back(
    app: Open, fake: FakeGemini
) -> None:
    at = ask(app(), "Hi")
    [field] = [c.proto for c in at.get("bidi_component") if c.proto.component_name == "field"]
    key = json.loads(field.json)["field"]
    assert at.chat_input(key=f"{key}-0")
    at.session_state["chat-chat"].give_back("Once more", ["no"])
    at.run()
    assert at.chat_input(key=f"{key}-1").value == "Once more"
    assert len(fake.generated) == 1


@pytest.fixture
def elsewhere(app: Open) -> Callable[[AppTest], tuple[AppTest, WidgetStates, Any]]:
    """A process that has never drawn a page which is open: there, what the browser sends with the
    first run of the script, and in that what was submitted in the field.
    """
    know_missing_files()

    def move(at: AppTest) -> tuple[AppTest, WidgetStates, Any]:
        there, states = app(), WidgetStates()
        there.query_params["c"] = at.query_params["c"]
        field = states.widgets.add(id=at.chat_input[0].proto.id)
        return there, states, field.chat_input_value

    return move


def test_a_prompt_from_the_field_of_a_process_that_has_ended_is_asked_once(
    app: Open, fake: FakeGemini, elsewhere: Callable[[AppTest], tuple[AppTest, WidgetStates, Any]]
) -> None:
    fake.replies = [answer("One."), answer("Two."), answer("Three.")]
    at, states, submitted = elsewhere(ask(app(), "First"))
    submitted.data = "Second"
    at = checked(at._run(states))
    assert texts(at) == ["First", "One.", "Second", "Two."]
    assert len(fake.generated) == 2
    assert texts(ask(at, "Third"))[-1] == "Three."
    assert len(fake.generated) == 3


def test_a_file_that_went_with_a_process_is_missed_before_the_prompt_is_sent(
    app: Open, fake: FakeGemini, elsewhere: Callable[[AppTest], tuple[AppTest, WidgetStates, Any]]
) -> None:
    at, states, submitted = elsewhere(ask(app(), "First"))
    submitted.data = "What is this?"
    submitted.file_uploader_state.uploaded_file_info.add(file_id="there", name="sign.png")
    submitted.audio_file_info.name = "voice.wav"
    at = checked(at._run(states))
    assert [error.value for error in at.error] == [
        f"{name} is no longer on the server. Attach it again." for name in ("sign.png", "voice.wav")
    ]
    assert at.session_state["chat-chat"].draft == "What is this?"
    assert len(fake.generated) == 1
