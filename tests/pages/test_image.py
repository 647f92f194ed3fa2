"""The image page in process: what is added, shown, asked and sent."""

import base64
import gc
import io
import weakref
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from gemini.api import http, urls
from gemini.conversation import Turn
from gemini.resources import files
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.on_page import Open, click, said

PAGE = "../pages/image/page.py"
SAMPLES = Path(__file__).parents[2] / "samples" / "media"
SIGN = (SAMPLES / "sign.png").read_bytes()
CAT = (SAMPLES / "cat.jpg").read_bytes()
INPUTS = Path(__file__).parents[1] / "inputs" / "media"
REPORT = (SAMPLES / "report.pdf").read_bytes()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(files, "FIRST_LOOK", 0.01)


def upload(at: AppTest, name: str, data: bytes, *more: tuple[str, bytes]) -> AppTest:
    uploader = next(u for u in at.file_uploader if "import" not in (u.key or ""))
    for one_name, one_data in [(name, data), *more]:
        uploader.upload(one_name, one_data)
    at.run()
    assert not at.exception
    return at


def field(at: AppTest) -> Any:
    return next(f for f in at.chat_input if not f.disabled)


def test_an_svg_is_to_be_exported_as_png(app: Open) -> None:
    at = upload(app(PAGE), "vec.svg", (INPUTS / "vec.svg").read_bytes())
    assert "Export it as PNG" in at.error[0].value


def test_a_name_is_shown_letter_by_letter(app: Open) -> None:
    at = upload(app(PAGE), "a *b* %22c%22 __d__.png", SIGN)
    line = next(m.value for m in at.markdown if "inline" in m.value)
    assert line.startswith(r'a \*b\* "c" \_\_d\_\_.png')


def test_deep_grey_pictures_are_shown(app: Open) -> None:
    names = ["ramp16_1500.png", "ramp16_3000a.png", "ramp16_13000.png"]
    files = [(name, (INPUTS / name).read_bytes()) for name in names]
    at = upload(app(PAGE), *files[0], *files[1:])
    said = [c.value for c in at.caption]
    assert len([words for words in said if "caled to 8 bits" in words]) == 3
    assert not [words for words in said if "can't be shown" in words]
    assert not at.error


def test_the_place_of_a_photo_stays_here_unless_it_is_wanted(app: Open, fake: FakeGemini) -> None:
    data = (INPUTS / "exif1_gps.jpg").read_bytes()
    at = upload(app(PAGE), "a.jpg", data)
    assert "Its location removed." in [c.value.partition(": ")[2] for c in at.caption]
    at.toggle(key="keep-location").set_value(True).run()
    upload(at, "a.jpg", data)
    ask(at, "Where is it?")
    first, second, _ = fake.generated[-1].body["contents"][0]["parts"]
    assert base64.urlsafe_b64decode(second["inlineData"]["data"]) == data
    assert len(first["inlineData"]["data"]) < len(second["inlineData"]["data"])


def test_a_preview_that_fails_is_a_note_on_its_picture(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_one: object, _side: int) -> bytes:
        raise ValueError("image has wrong mode")

    monkeypatch.setattr("components.files.previews.preview", fail)
    at = upload(app(PAGE), "sign.png", SIGN, ("cat.jpg", CAT))
    said = [c.value for c in at.caption if "can't be shown" in c.value]
    assert len(said) == 2
    assert "sign.png" in said[0]
    assert field(at)


def ask(at: AppTest, text: str) -> AppTest:
    field(at).set_value(text).run()
    assert not at.exception
    return at


def texts(at: AppTest) -> list[str]:
    return said(at)


def parts(fake: FakeGemini, number: int = -1, turn: int = 0) -> list[Any]:
    return fake.generated[number].body["contents"][turn]["parts"]


def inline(part: Any) -> bytes:
    return base64.urlsafe_b64decode(part["inlineData"]["data"])


def state(at: AppTest) -> Any:
    return at.session_state["attachments-image"]


def listed(at: AppTest) -> list[str]:
    """The names in the list of attachments."""
    lines = [m.value.partition("  \n")[0] for m in at.markdown if "  \n:small" in m.value]
    return [line.rpartition("** ")[2].replace("\\", "") for line in lines]


def test_an_empty_page_says_what_it_is_for(app: Open) -> None:
    at = app(PAGE)
    assert at.title[0].value == "Image"
    assert "Read a sign" in [b.label for b in at.button]
    assert not at.exception


def test_a_sample_runs_at_a_click(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("PIER 7")]
    at = click(app(PAGE), "Read a sign")
    media, text = parts(fake)
    assert inline(media) == SIGN
    assert media["inlineData"]["mime_type"] == "image/png"
    assert "What does this sign say?" in text["text"]
    assert texts(at)[-1] == "PIER 7"


def test_pictures_are_asked_about_and_asked_again(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("A sign and a cat."), answer("Seven.")]
    at = upload(app(PAGE), "sign.png", SIGN, ("cat.jpg", CAT))
    assert not fake.generated
    ask(at, "What is this?")
    assert [inline(p) for p in parts(fake)[:2]] == [SIGN, CAT]
    assert parts(fake)[2] == {"text": "What is this?"}
    ask(at, "Which pier?")
    contents = fake.generated[-1].body["contents"]
    assert [c["role"] for c in contents] == ["user", "model", "user"]
    assert len(contents[0]["parts"]) == 3
    assert contents[2]["parts"] == [{"text": "Which pier?"}]
    assert texts(at)[-1] == "Seven."


def test_a_picture_added_later_goes_with_the_next_question(app: Open, fake: FakeGemini) -> None:
    at = ask(upload(app(PAGE), "sign.png", SIGN), "What is this?")
    ask(upload(at, "cat.jpg", CAT), "And this?")
    assert inline(parts(fake, turn=0)[0]) == SIGN
    assert inline(parts(fake, turn=2)[0]) == CAT


def test_the_same_picture_is_there_once(app: Open) -> None:
    at = upload(app(PAGE), "sign.png", SIGN, ("again.png", SIGN))
    assert listed(at) == ["sign.png"]
    assert [each.value for each in at.warning] == ["again.png is already there."]


def test_removing_a_picture_begins_anew_and_loses_nothing(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Two."), answer("One.")]
    at = ask(upload(app(PAGE), "sign.png", SIGN, ("cat.jpg", CAT)), "How many?")
    click(at, "Remove")
    assert listed(at) == ["cat.jpg"]
    ask(at, "How many now?")
    assert [inline(p) for p in parts(fake)[:-1]] == [CAT]
    assert texts(at) == ["How many now?", "One."]
    click(at, "Earlier")
    assert texts(at) == ["How many?", "Two."]
    assert listed(at) == ["sign.png", "cat.jpg"]


def test_pictures_are_put_in_order(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN, ("cat.jpg", CAT))
    menu = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    menu.set_value("Move to the front")
    at.run()
    ask(at, "Which is first?")
    assert [inline(p) for p in parts(fake)[:2]] == [CAT, SIGN]


def test_quick_prompts(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN)
    assert "Compare" not in [b.label for b in at.button]
    click(at, "Read the text")
    assert "Read all text" in parts(fake)[1]["text"]
    upload(at, "cat.jpg", CAT)
    assert "Compare" in [b.label for b in at.button]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.png", b"", "empty.png is empty"),
        ("cut.png", SIGN[:900], "cut.png is a damaged image"),
        ("report.png", REPORT, "report.png is a PDF. Add it on the Document page."),
        ("a.docx", b"PK\3\4\0\0", "export it as one"),
    ],
)
def test_what_can_not_be_used_is_told(app: Open, name: str, data: bytes, said: str) -> None:
    at = upload(app(PAGE), name, data, ("sign.png", SIGN))
    assert said in at.error[0].value
    assert listed(at) == ["sign.png"]


def test_a_question_without_a_picture_is_given_back(app: Open, fake: FakeGemini) -> None:
    at = ask(app(PAGE), "What is this?")
    assert not fake.generated
    assert "Add an image first" in at.error[0].value


def test_what_is_pasted_into_the_field_is_added_and_asked(app: Open, fake: FakeGemini) -> None:
    at = app(PAGE)
    field(at).set_value("What is this?").upload("pasted.png", SIGN, "image/png").run()
    assert not at.exception
    assert inline(parts(fake)[0]) == SIGN
    assert listed(at) == ["pasted.png"]


def test_a_converted_picture_says_so(app: Open) -> None:
    target = io.BytesIO()
    Image.new("RGB", (10, 10), "red").save(target, "BMP")
    at = upload(app(PAGE), "a.bmp", target.getvalue())
    assert any("Converted from BMP" in c.value for c in at.caption)


def test_tokens_are_estimated_and_counted_on_demand(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN)
    assert not [s for s in fake.seen if "countTokens" in s.path]
    click(at, "Count")
    assert [s for s in fake.seen if "countTokens" in s.path]
    assert [c.call.response.total_tokens for c in state(at).counts.values() if c.call] == [42]


def test_a_large_request_goes_through_the_files_api(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN, ("cat.jpg", CAT))
    state(at).limit = 40_000  # the sign alone is too large for that
    ask(at, "What is this?")
    assert fake.uploaded == {"files/f0": SIGN}
    stored, inlined, _ = parts(fake)
    assert stored["fileData"]["file_uri"].endswith("files/f0")
    assert inline(inlined) == CAT
    ask(at, "Again?")
    assert len(fake.uploaded) == 1


def test_everything_through_the_files_api_when_asked(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN)
    state(at).travel = "files"
    ask(at, "What is this?")
    assert "fileData" in parts(fake)[0]
    assert any("Files API, stored until" in m.value for m in at.markdown)


def test_a_file_that_is_gone_is_stored_again(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN)
    state(at).travel = "files"
    ask(at, "What is this?")
    files._stored_files.clear()
    ask(at, "And again?")
    assert parts(fake)[0]["fileData"]["file_uri"].endswith("files/f1")


def test_what_is_asked_again_is_stored_again(app: Open, fake: FakeGemini) -> None:
    at = upload(app(PAGE), "sign.png", SIGN)
    state(at).travel = "files"
    ask(at, "What is this?")
    files._stored_files.clear()
    menu = next(w for w in at.main if getattr(w, "type", "") == "menu_button")
    menu.set_value("Regenerate")
    assert not at.run().exception
    assert len(fake.generated) == 2
    assert parts(fake)[0]["fileData"]["file_uri"].endswith("files/f1")
    assert parts(fake)[1] == {"text": "What is this?"}
    assert not field(at).value


def test_a_failed_upload_gives_the_question_back(app: Open, fake: FakeGemini) -> None:
    fake.file_states = ["FAILED"]
    at = upload(app(PAGE), "sign.png", SIGN)
    state(at).travel = "files"
    ask(at, "What is this?")
    assert any("couldn't be processed" in e.value for e in at.error)
    assert not fake.generated
    assert field(at).value == "What is this?"
    ask(at, "Once more?")
    assert texts(at)[-1] == "ok"


@pytest.mark.parametrize(
    "reply",
    [
        error(400, "INVALID_ARGUMENT", "Unable to process input image"),
        Reply([chunk("half ")], then="cut"),
    ],
)
def test_a_failure_keeps_the_media(app: Open, fake: FakeGemini, reply: Reply) -> None:
    fake.replies = [reply, answer("Better.")]
    at = ask(upload(app(PAGE), "sign.png", SIGN), "What is this?")
    assert at.error or at.warning
    ask(at, "Again?")
    assert texts(at)[-1] == "Better."


def test_an_address_is_fetched(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "components.attachments.adding.fetch", lambda url: urls.Fetched("from_web.png", SIGN)
    )
    at = app(PAGE)
    at.session_state["add-image"] = "URL"
    at.run()
    at.text_input[0].set_value("https://example.com/from_web.png")
    click(at, "Fetch")
    assert listed(at) == ["from_web.png"]


def test_a_private_address_is_refused(app: Open) -> None:
    at = app(PAGE)
    at.session_state["add-image"] = "URL"
    at.run()
    at.text_input[0].set_value("http://127.0.0.1/secret.png")
    click(at, "Fetch")
    assert "isn't on the public internet" in at.error[0].value


def test_bytes_are_let_go_with_the_conversation(app: Open) -> None:
    at = ask(upload(app(PAGE), "sign.png", SIGN), "What is this?")
    click(at, "New chat")
    assert listed(at) == []
    assert state(at).sent._sent == {}
    assert at.title[0].value == "Image"


def test_two_sessions_have_media_of_their_own(app: Open) -> None:
    first, second = upload(app(PAGE), "sign.png", SIGN), app(PAGE)
    assert listed(first) == ["sign.png"]
    assert listed(second.run()) == []


def test_an_imported_conversation_shows_its_pictures(app: Open, fake: FakeGemini) -> None:
    at = ask(upload(app(PAGE), "sign.png", SIGN), "What is this?")
    exported = at.session_state["chat-image"].export().encode()
    other = upload(app(PAGE), "cat.jpg", CAT)
    click(other, "import-image")
    importer = next(u for u in other.file_uploader if "import-file" in (u.key or ""))
    importer.upload("conversation.json", exported).run()
    click(other, "Open")
    assert not other.exception
    assert "sign.png" in listed(other)
    assert texts(other) == ["What is this?", "ok"]


def test_a_new_chat_gives_the_question_back_that_waits_for_uploads(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask(upload(app(PAGE), "sign.png", SIGN), "What is this?")
    state(at).travel = "files"
    with monkeypatch.context() as patch:
        patch.setattr("components.attachments.page.draw_uploads", lambda _: None)  # not ended yet
        ask(upload(at, "cat.jpg", CAT), "And that?")
    assert state(at).sending.running
    click(at, "New chat")
    assert not state(at).sending.running
    assert field(at).value == "And that?"
    assert "cat.jpg" in listed(at)
    assert len(fake.generated) == 1


def test_what_came_from_elsewhere_is_read_once(app: Open) -> None:
    """A BMP, which would be converted today, an empty file, an address; not mixed up with a text
    that holds the same address."""
    bmp = io.BytesIO()
    Image.new("RGB", (4, 3)).save(bmp, "BMP")
    address = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    parts = [
        {"inline_data": {"mime_type": "image/bmp", "data": bmp.getvalue()}},
        {"inline_data": {"mime_type": "image/png", "data": b""}},
        {"file_data": {"file_uri": address, "mime_type": "video/mp4"}},
        {"inline_data": {"mime_type": "text/plain", "data": address.encode()}},
    ]
    attachments = state(app(PAGE))
    turn = Turn(parts, None)
    first, second = attachments.media_of(turn), attachments.media_of(turn)
    assert [one.kind for one in first] == ["image", "image", "video", "text"]
    assert len({one.digest for one in first}) == 4
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_nothing_holds_on_to_what_is_no_longer_shown(app: Open) -> None:
    at = upload(app(PAGE), "sign.png", SIGN)
    held = weakref.ref(state(at).pending[0])
    ask(at, "What is this?")
    click(at, "New chat")
    at.run()
    gc.collect()
    assert held() is None


THOUGHT = {"content": {"parts": [{"text": "Hm.", "thought": True}]}, "finishReason": "STOP"}


@pytest.mark.parametrize(
    ("reply", "model"),
    [
        (error(400, "INVALID_ARGUMENT", "no"), None),
        (Reply([chunk("", finish="STOP")]), None),
        (Reply([{"candidates": [THOUGHT]}]), "gemini-2.5-flash"),
    ],
)
@pytest.mark.parametrize("again", [True, False])
def test_a_picture_whose_turn_is_not_sent_along_goes_with_the_next_one(
    app: Open, fake: FakeGemini, reply: Reply, model: str | None, again: bool
) -> None:
    fake.replies = [reply]
    at = ask(upload(app(PAGE), "sign.png", SIGN), "What is this?")
    if model:
        at.sidebar.selectbox(key="run_settings_model").set_value(model).run()
    if again:
        upload(at, "sign.png", SIGN)
    assert listed(at) == ["sign.png"]
    ask(at, "And now?")
    (content,) = fake.generated[-1].body["contents"]
    assert [inline(part) for part in content["parts"][:1]] == [SIGN]
    assert content["parts"][1:] == [{"text": "And now?"}]
    ask(at, "Once more?")
    assert fake.generated[-1].body["contents"][2]["parts"] == [{"text": "Once more?"}]


def test_a_stored_picture_of_a_failed_turn_is_not_stored_again(app: Open, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "no")]
    at = upload(app(PAGE), "sign.png", SIGN)
    state(at).travel = "files"
    ask(ask(at, "What is this?"), "And now?")
    assert "fileData" in parts(fake)[0]
    assert list(fake.uploaded) == ["files/f0"]


def test_asking_again_with_another_model_sends_the_picture(app: Open, fake: FakeGemini) -> None:
    fake.replies = [Reply([{"candidates": [THOUGHT]}])]
    at = ask(ask(upload(app(PAGE), "sign.png", SIGN), "What is this?"), "And now?")
    assert parts(fake, turn=2) == [{"text": "And now?"}]
    at.sidebar.selectbox(key="run_settings_model").set_value("gemini-2.5-flash").run()
    menus = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    next(m for m in menus[::-1] if str(m.key).startswith("menu-")).set_value("Regenerate")
    assert not at.run().exception
    (content,) = fake.generated[-1].body["contents"]
    assert inline(content["parts"][0]) == SIGN
    assert content["parts"][1:] == [{"text": "And now?"}]
