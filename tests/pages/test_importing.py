"""What people have elsewhere is pasted or uploaded, read, compared, opened and sent."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.api.connect import Target
from gemini.codegen.curl import curl
from gemini.request import Request
from tests.fake_gemini import FakeGemini, answer
from tests.gemini.importing.imported_files import KEY, imported_file
from tests.on_page import Open, checked, click, said

SAME = "Same request: the playground sends exactly this."
SCHEMA = {"type": "object", "properties": {"fish": {"type": "string"}}}
DOCS = {
    "systemInstruction": {"parts": [{"text": "You are a cat. Your name is Neko."}], "role": "user"},
    "contents": [{"role": "user", "parts": [{"text": "Hello there, what's up?"}]}],
    "generationConfig": {"stopSequences": ["Title"], "temperature": 0.5, "topP": 0.8},
}
"""What the command of the docs sends, as the SDK puts it on the wire."""


def paste(at: AppTest, text: str, page: str = "chat") -> AppTest:
    click(at, f"import-{page}")
    field = next(t for t in at.text_area if "import-text" in (t.key or ""))
    return checked(field.set_value(text).run())


def upload(at: AppTest, name: str, data: bytes, page: str = "chat") -> AppTest:
    click(at, f"import-{page}")
    importer = next(u for u in at.file_uploader if "import-file" in (u.key or ""))
    return checked(importer.upload(name, data).run())


def send(at: AppTest) -> AppTest:
    """Send the prompt that waits."""
    return click(at, next(str(b.key) for b in at.button if (b.key or "").startswith("send-")))


def messages(at: AppTest) -> str:
    kinds = (at.success, at.info, at.warning, at.error, at.caption, at.markdown)
    return "\n".join(str(e.value) for elements in kinds for e in elements)


def body(fake: FakeGemini) -> dict[str, Any]:
    return fake.generated[-1].body


def test_a_pasted_command_is_the_same_request_and_is_sent(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Meow.")]
    at = paste(app(), imported_file("docs_curl.sh").decode())
    assert SAME in [e.value for e in at.success]
    assert not fake.generated  # reading sends nothing
    click(at, "Open in Chat")
    assert at.sidebar.slider[0].value == 0.5
    assert "Not sent yet." in messages(at)
    send(at)
    assert body(fake) == DOCS
    assert said(at) == ["Hello there, what's up?", "Meow."]


def test_what_no_run_setting_can_say_goes_along_and_can_be_left_out(
    app: Open, fake: FakeGemini
) -> None:
    fake.replies = [answer("{}"), answer("{}"), answer("ok")]
    config = {"response_mime_type": "application/json", "response_json_schema": SCHEMA}
    contents = [{"role": "user", "parts": [{"text": "A fish"}]}]
    request = Request("gemini-2.5-flash", contents, config)
    at = paste(app(), curl(request, Target("gemini")))
    assert SAME in [e.value for e in at.success]
    click(at, "Open in Chat")
    send(at)
    assert body(fake)["generationConfig"]["responseJsonSchema"] == SCHEMA
    at.chat_input[0].set_value("Another").run()
    assert body(fake)["generationConfig"]["responseJsonSchema"] == SCHEMA
    click(at, "Leave it out")
    at.chat_input[0].set_value("And in words?").run()
    assert "generationConfig" not in body(fake)


def test_a_difference_is_named_in_words(app: Open) -> None:
    command = imported_file("docs_curl.sh").decode()
    at = paste(app(), command.replace("gemini-2.5-flash", "gemini-9-nobody"))
    told = "\n".join(e.value for e in at.info)
    assert "Not the same request" in told
    assert "`model` is `gemini-9-nobody` in the call and `" in told
    assert "gemini-9-nobody" in at.table[0].value.to_string()


def test_a_default_that_is_not_sent_is_called_so(app: Open) -> None:
    command = imported_file("docs_curl.sh").decode().replace("0.5", "1.0")
    at = paste(app(), command)
    assert "`temperature` is left out: 1 is the model's default anyway." in messages(at)


def test_an_ai_studio_prompt_is_opened_and_goes_on(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Herring.")]
    at = upload(app(), "Ship's cook.json", imported_file("ai_studio.json"))
    assert "in Google Drive (id 1AbCdEfG)" in messages(at)
    assert "doesn't take this here: Google Search." in messages(at)
    click(at, "Open in Chat")
    assert at.sidebar.text_area[0].value == "Answer like a ship's cook."
    assert "And for dinner?" in said(at)
    send(at)
    sent = body(fake)
    assert sent["contents"][-1]["parts"] == [{"text": "Which fish?"}]
    assert sent["contents"][1]["role"] == "model"
    assert sent["generationConfig"] == {"temperature": 0.4, "topP": 0.9, "maxOutputTokens": 2048}
    assert "Herring." in said(at)


def test_a_waiting_prompt_is_edited_first(app: Open, fake: FakeGemini) -> None:
    at = paste(app(), imported_file("docs_curl.sh").decode())
    click(at, "Open in Chat")
    click(at, "Edit")
    field = next(t for t in at.text_area if (t.key or "").startswith("edit-"))
    field.set_value("Hello, cat").run()
    click(at, next(b.key for b in at.button if (b.key or "").startswith("edit-") and
                   (b.key or "").endswith("-send")) or "")  # fmt: skip
    assert body(fake)["contents"][-1]["parts"] == [{"text": "Hello, cat"}]


def test_of_several_chats_one_is_opened_and_all_are_kept(app: Open) -> None:
    chats = json.loads(imported_file("open_webui.json"))
    other = json.loads(json.dumps(chats[0]).replace("Sums", "More <b>sums</b>"))
    at = upload(app(), "export.json", json.dumps([*chats, other]).encode())
    box = next(s for s in at.selectbox if "import-chosen" in (s.key or ""))
    checked(box.select_index(1).run())
    click(at, "Open in Chat")
    assert said(at)[0] == "What is 15 * 17?"
    assert "gemma3:4b, which answered last, isn't available here." in at.toast[0].value
    at = app("history")
    assert at.dataframe[0].value["Prompt"].tolist() == ["What is 15 * 17?"] * 2


def test_from_history_it_is_opened_in_chat(app: Open) -> None:
    at = upload(app("history"), "x.json", imported_file("librechat.json"), "history")
    click(at, "Open in Chat")
    assert "Three hours." in said(at)


@pytest.mark.parametrize("page", ["chat", "history"])
def test_hostile_files_get_a_word_and_nothing_is_lost(app: Open, page: str) -> None:
    at = app(page)
    for name, data in {
        "deep.json": b"[" * 10_000,
        "wide.json": b"[" * 1_500_000,
        "binary.har": bytes(range(256)) * 50,
        "script.json": b'<script>alert("x")</script>',
    }.items():
        at = upload(at, name, data, page)
        assert at.error[0].value.startswith("Not imported: ")
        assert not any(b.label.startswith("Open") for b in at.button)


def test_a_key_is_taken_out_and_said(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("ok")]
    at = paste(app(), imported_file("ai_studio_curl.sh").decode() + f"\n# {KEY}")
    assert "A key was in it and was taken out." in messages(at)
    click(at, "Open in Chat")
    send(at)
    assert KEY not in repr(body(fake))
    assert KEY not in at.session_state["chat-chat"].export()


def test_what_was_sent_is_there_after_a_reload(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Meow.")]
    at = send(click(paste(app(), imported_file("docs_curl.sh").decode()), "Open in Chat"))
    other = app()
    other.query_params["c"] = at.session_state["chat-chat"].conversation.id
    assert said(checked(other.run())) == ["Hello there, what's up?", "Meow."]
