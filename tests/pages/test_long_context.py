"""The long-context page in process: a folder chosen, laid out, sent, changed; what is refused."""

import base64
import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from gemini.media.folder import folder_of
from pages.long_context.state import LongContextState
from tests.fake_gemini import FakeGemini, answer, error
from tests.on_page import Open, checked

PAGE = "../pages/long_context/page.py"
FILES = {
    "site/a.py": b"print('one')\n",
    "site/b.md": b"# Two\n",
    "site/uv.lock": b"locked\n",
    "site/logo.png": b"\x89PNG\0",
}


@pytest.fixture
def page(app: Open) -> AppTest:
    """The page with a folder on it."""
    at = checked(app(PAGE))
    state(at).open(folder_of("site", FILES.items()))
    return checked(at.run())


def state(at: AppTest) -> LongContextState:
    return at.session_state["long-context"]


def ask(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text)
    return checked(at.run())


def sent_text(fake: FakeGemini, turn: int = -1) -> str:
    """The folder's text as it went over the wire, in the first part of the first content."""
    part = fake.generated[turn].body["contents"][0]["parts"][0]
    return base64.urlsafe_b64decode(part["inlineData"]["data"]).decode()


def test_the_first_turn_carries_the_folder_and_the_question_comes_last(
    page: AppTest, fake: FakeGemini
) -> None:
    at = ask(page, "What is it?")
    assert sent_text(fake) == (
        'The folder "site": 2 files.\nsite/a.py\nsite/b.md\n\n'
        "=== site/a.py ===\nprint('one')\n\n=== site/b.md ===\n# Two\n"
    )
    assert fake.generated[-1].body["contents"][0]["parts"][1] == {"text": "What is it?"}
    ask(at, "And then?")
    contents = fake.generated[-1].body["contents"]
    assert [content["role"] for content in contents] == ["user", "model", "user"]
    assert contents[2]["parts"] == [{"text": "And then?"}]


def test_every_file_says_why_it_is_left_out(page: AppTest) -> None:
    table = page.dataframe[0].value
    assert dict(zip(table["File"], table["Left out"], strict=True)) == {
        "site/a.py": "",
        "site/b.md": "",
        "site/logo.png": "not text",
        "site/uv.lock": "lock file",
    }
    assert any("2 files" in text.value and "2 left out" in text.value for text in page.markdown)


def test_patterns_and_rules_choose(page: AppTest, fake: FakeGemini) -> None:
    page.text_input(key="long-context-only").set_value("*.py, *.lock")
    at = checked(page.run())
    state(at).lift(["lock file"])
    ask(at, "Go")
    assert sent_text(fake).startswith('The folder "site": 2 files.\nsite/a.py\nsite/uv.lock\n')


def test_a_choice_by_hand_is_stronger_than_rules_but_not_than_facts(
    page: AppTest, fake: FakeGemini
) -> None:
    state(page).choose({"site/uv.lock": True, "site/a.py": False, "site/logo.png": True})
    at = ask(checked(page.run()), "Go")
    assert sent_text(fake).startswith('The folder "site": 2 files.\nsite/b.md\nsite/uv.lock\n')
    assert "=== site/uv.lock ===\nlocked" in sent_text(fake)
    reasons = {file.path: file.reason for file in state(at).listed}
    assert (reasons["site/a.py"], reasons["site/logo.png"]) == ("by hand", "not text")


def test_a_pattern_that_is_none_is_said_and_changes_nothing(page: AppTest) -> None:
    page.text_input(key="long-context-leave-out").set_value("a\\")
    at = checked(page.run())
    assert any("A pattern can't be read" in c.value for c in at.caption)
    assert len([f for f in state(at).listed if not f.reason]) == 2


def test_a_changed_folder_begins_another_conversation(page: AppTest, fake: FakeGemini) -> None:
    at = ask(page, "First")
    at.text_input(key="long-context-leave-out").set_value("*.md")
    at = checked(at.run())
    assert any("starts a new conversation" in info.value for info in at.info)
    at = ask(at, "Second")
    assert len(fake.generated[-1].body["contents"]) == 1
    assert "b.md" not in sent_text(fake)
    assert not any("starts a new conversation" in info.value for info in at.info)


def test_a_new_chat_has_the_folder_still(page: AppTest, fake: FakeGemini) -> None:
    at = ask(page, "First")
    at.button(key="chat-clear").click()
    at = ask(checked(at.run()), "Second")
    assert len(fake.generated[-1].body["contents"]) == 1
    assert "site/a.py" in sent_text(fake)


def test_more_than_the_model_reads_is_said(app: Open, fake: FakeGemini) -> None:
    small = {**fake.models["models"][1], "inputTokenLimit": 10}
    fake.models = {"models": [small]}
    at = checked(app(PAGE))
    state(at).open(folder_of("site", FILES.items()))
    at = checked(at.run())
    assert any("more than the 10 that" in warning.value for warning in at.warning)


def test_a_sample_asks_about_the_source(app: Open, fake: FakeGemini) -> None:
    at = checked(app(PAGE))
    at.button(key="sample-long-context-0").click()
    checked(at.run())
    assert "=== formats.py ===" in sent_text(fake)


def test_the_uploader_takes_a_zip_and_refuses_a_trick(app: Open, fake: FakeGemini) -> None:
    at = checked(app(PAGE))
    at.segmented_control(key="long-context-from").set_value("Zip")
    at = checked(at.run())
    at.file_uploader[0].set_value(("bad.zip", zipped({"../x.txt": b"x"}), "application/zip"))
    at = checked(at.run())
    assert any("points outside the folder" in e.value for e in at.error)
    at.file_uploader[0].set_value(("site.ZIP", zipped(FILES), "application/zip"))
    at = checked(at.run())
    folder = state(at).folder
    assert folder is not None
    assert folder.name == "site"
    ask(at, "Go")
    assert "site/a.py" in sent_text(fake)


def test_a_file_can_be_read_in_another_encoding(page: AppTest, fake: FakeGemini) -> None:
    state(page).open(folder_of("s", [("a.txt", "Grüße".encode("cp1252"))]))
    at = checked(page.run())
    state(at).read_file_as("a.txt", "KOI8-R")
    ask(checked(at.run()), "Go")
    assert "Grüße".encode("cp1252").decode("koi8_r") in sent_text(fake)


def test_a_question_without_a_folder_is_kept(app: Open, fake: FakeGemini) -> None:
    at = ask(checked(app(PAGE)), "What is it?")
    assert any("Add a folder" in e.value for e in at.error)
    assert state(at).empty
    assert not fake.generated


def test_a_failure_keeps_the_folder_and_the_next_try_works(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "Too much"), answer("fine")]
    at = ask(page, "Go")
    assert any("Too much" in e.value for e in at.main.error)
    at = ask(at, "Again")
    assert any(text.value == "fine" for text in at.markdown)


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()
