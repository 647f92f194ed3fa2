"""The list of recent chats on the pages with turns: what it costs, and what can be done in it."""

import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.conversation.current import NO_CHAT
from components.conversation.recent_list import NO_MATCH, NOTHING
from gemini.conversation import Conversation
from gemini.history.database import open_history
from gemini.history.engine import HistoryError
from gemini.history.store import HistoryStore
from tests.fake_gemini import FakeGemini, answer
from tests.gemini.history.sample_runs import running
from tests.on_page import Open, checked, click, said

WITH_TURNS = (
    *("chat", "agents", "image", "document", "audio", "video", "long-context", "tools"),
    "create-image",
)
DRAWING = {
    "name": "models/gemini-3.1-flash-image",
    "supportedGenerationMethods": ["generateContent"],
}
HOSTILE = "[](x) **b** <script>alert(1)</script> :material/home: $x$ שלום"


def opened(at: AppTest, page: str = "chat") -> AppTest:
    """Open the list."""
    number = at.session_state[f"recent-{page}"].number
    at.session_state[f"recent-{page}-{number}"] = True
    return checked(at.run())


def ask(at: AppTest, text: str) -> AppTest:
    return checked(at.chat_input[0].set_value(text).run())


def chats(at: AppTest) -> list[str]:
    """The labels of the rows."""
    return [b.label for b in at.button if "-open-" in str(b.key)]


def press(at: AppTest, title: str) -> AppTest:
    """Open a chat of the list."""
    row = next(b for b in at.button if b.label == title and "-open-" in str(b.key))
    return checked(row.click().run())


def choose(at: AppTest, title: str, action: str) -> AppTest:
    """Choose something from the menu of a row."""
    menus: list[Any] = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    menu = next(w for w in menus if w.label == f"More about {title}")
    return checked(menu.set_value(action).run())


def captions(at: AppTest) -> list[str]:
    return [c.value for c in at.caption]


@pytest.fixture
def two(app: Open) -> AppTest:
    """The page with "Second" open, and "First" before it."""
    at = ask(app("chat"), "First")
    return ask(click(at, "New chat"), "Second")


@pytest.mark.parametrize("page", WITH_TURNS)
def test_each_page_with_turns_has_its_list_and_reads_it_only_when_opened(
    page: str,
    app: Open,
    fake: FakeGemini,
    gemini_api: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    recent = HistoryStore.recent

    def counting(store: HistoryStore, name: str, *rest: Any) -> Any:
        read.append(name)
        return recent(store, name, *rest)

    monkeypatch.setattr(HistoryStore, "recent", counting)
    fake.models = {"models": [*fake.models["models"], DRAWING]}
    at = checked(app(page))
    assert read == []
    at = opened(at, page)
    assert read == [page]
    assert NOTHING in captions(at)


def test_a_chat_is_opened_at_a_click(two: AppTest) -> None:
    at = opened(two)
    assert chats(at) == ["Second", "First"]
    assert "Today" in captions(at)
    at = press(at, "First")
    assert said(at) == ["First", "ok"]
    assert chats(at) == []  # the list is closed
    assert said(press(opened(at), "Second")) == ["Second", "ok"]


def test_chats_are_searched_and_tagged(two: AppTest) -> None:
    at = choose(opened(two), "First", "Title and tags")
    at = checked(at.multiselect[0].set_value(["lake"]).run())
    at = click(at, "Done")
    assert ":gray-badge[lake]" in [m.value for m in at.markdown]
    at = checked(at.text_input(key="recent-chat-0-text").set_value("second").run())
    assert chats(at) == ["Second"]
    at = checked(at.text_input(key="recent-chat-0-text").set_value("nothing like it").run())
    assert NO_MATCH in captions(at)
    at = checked(at.text_input(key="recent-chat-0-text").set_value("").run())
    at = checked(at.pills[0].set_value("lake").run())
    assert chats(at) == ["First"]


def test_a_title_is_shown_as_the_characters_it_is(two: AppTest, app: Open) -> None:
    at = choose(opened(two), "First", "Title and tags")
    field = next(t for t in at.text_input if t.label == "Title of the conversation")
    at = checked(field.set_value(HOSTILE * 9).run())
    label = chats(at)[1]
    assert "\\[\\](x)" in label
    assert "\\<script>" in label
    assert len(label) < 300
    other = opened(app("chat"))
    assert chats(other)[1] == label
    history = checked(app("history"))
    box = next(s for s in history.selectbox if s.label == "Conversation")
    assert HOSTILE[:20] in " ".join(box.options)


def test_what_is_pinned_stands_first_in_history_too(two: AppTest, app: Open) -> None:
    at = choose(opened(two), "First", "Pin")
    assert chats(at) == ["First", "Second"]
    assert "Pinned" in captions(at)
    box = next(s for s in checked(app("history")).selectbox if s.label == "Conversation")
    assert box.options[1:] == ["Pinned: First", "Second"]
    assert chats(choose(at, "First", "Unpin")) == ["Second", "First"]


def test_the_open_chat_is_deleted_and_brought_back(two: AppTest, fake: FakeGemini) -> None:
    at = choose(opened(two), "Second", "Delete")
    assert said(at) == []
    assert chats(at) == ["First"]
    assert "c" not in at.query_params
    at = click(at, "Undo")
    assert said(at) == ["Second", "ok"]
    assert chats(opened(at)) == ["Second", "First"]
    assert said(ask(at, "More")) == ["Second", "ok", "More", "ok"]
    assert len(fake.generated[-1].body["contents"]) == 3


def test_the_way_back_stays_when_the_list_is_closed(two: AppTest) -> None:
    at = choose(opened(two), "Second", "Delete")
    at.session_state["recent-chat-0"] = False
    at = checked(at.run())
    assert any("“Second” was deleted" in c for c in captions(at))
    assert said(click(at, "Undo")) == ["Second", "ok"]


def test_two_tabs_delete_the_same_chat(two: AppTest, app: Open) -> None:
    here, there = opened(two), opened(app("chat"))
    choose(here, "First", "Delete")
    there = choose(there, "First", "Delete")
    assert "deleted" in there.toast[0].value
    assert not any(b.label == "Undo" for b in there.button)
    assert chats(there) == ["Second"]
    assert chats(click(here, "Undo")) == ["Second", "First"]


def test_a_chat_that_was_deleted_elsewhere_is_not_opened(two: AppTest, app: Open) -> None:
    there = opened(app("chat"))
    choose(opened(two), "First", "Delete")
    there = press(there, "First")
    assert there.toast[0].value == NO_CHAT
    assert said(there) == []
    assert said(ask(there, "Third")) == ["Third", "ok"]


def test_a_chat_in_which_an_answer_is_being_written_says_so(app: Open) -> None:
    history, conversation = open_history(), Conversation()
    turn = conversation.add([{"text": "Long"}], None)
    turn.run = running("Long")
    history.of().record(turn.run, "chat", conversation=conversation)
    assert len(history.of().find().runs) == 1
    at = opened(app("chat"))
    assert chats(at) == ["Long :small[(running)]"]
    turn.run.outcome = "done"
    history.close()
    assert chats(checked(at.run())) == ["Long"]


def test_files_that_wait_go_along_to_the_chat_that_is_opened(
    two: AppTest, fake: FakeGemini
) -> None:
    two.chat_input[0].set_value("Look").upload("a.docx", b"PK\3\4\0\0")
    at = checked(two.chat_input[0].upload("note.txt", b"A heron", "text/plain").run())
    at = press(opened(at), "First")
    ask(at, "What is it?")
    parts = fake.generated[-1].body["contents"][-1]["parts"]
    assert [part.keys() for part in parts] == [{"inlineData"}, {"text"}]


def test_a_database_that_is_away_is_said_and_answers_go_on(
    two: AppTest, monkeypatch: pytest.MonkeyPatch, fake: FakeGemini
) -> None:
    def broken(*_: Any) -> Any:
        raise HistoryError("The history's database fails: disk I/O error.")

    with monkeypatch.context() as away:
        away.setattr(HistoryStore, "_read", broken)
        away.setattr(HistoryStore, "_write", broken)
        at = opened(two)
        assert any("disk I/O error" in c for c in captions(at))
        fake.replies = [answer("Still here.")]
        assert said(ask(at, "More"))[-1] == "Still here."
    at = click(at, "Try again")
    assert chats(at) == ["Second", "First"]


def test_a_deletion_that_fails_leaves_all_as_it_is(
    two: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise HistoryError("The history's database fails: disk I/O error.")

    at = opened(two)
    with monkeypatch.context() as away:
        away.setattr(HistoryStore, "_write", broken)
        at = choose(at, "Second", "Delete")
    assert "disk I/O error" in at.toast[0].value
    assert said(at) == ["Second", "ok"]


def test_many_chats_are_listed_a_step_at_a_time(app: Open) -> None:
    at = checked(app("chat"))
    for number in range(31):
        at = ask(click(at, "New chat"), f"Chat {number}")
    at = opened(at)
    assert len(chats(at)) == 30
    at = click(at, "Show more")
    assert len(chats(at)) == 31
    assert not any(b.label == "Show more" for b in at.button)


def test_a_new_chat_gets_its_title_without_a_request(app: Open, fake: FakeGemini) -> None:
    prompt = "**Explain** why herons stand so still. Mention what they eat, and at what depth."
    at = opened(ask(app("chat"), prompt))
    assert chats(at) == ["Explain why herons stand so still."]
    assert len(fake.generated) == 1


def test_the_model_writes_titles_where_that_is_switched_on(app: Open, fake: FakeGemini) -> None:
    at = opened(app("chat"))
    at = checked(next(t for t in at.toggle if "titles" in (t.key or "")).set_value(True).run())
    fake.replies = [answer("They wait for fish."), answer("**“Patient herons”**\n")]
    at = ask(at, "Why do herons stand still?")
    for thread in threading.enumerate():
        if thread.name == "chat-title":
            thread.join(10)
    assert chats(checked(at.run())) == ["Patient herons"]
    words = fake.generated[1].body["contents"][0]["parts"][0]["text"]
    assert "Why do herons stand still?" in words
    assert "They wait for fish." in words
    history = open_history()
    assert len(history.of().find().runs) == 2  # it is listed like any other
    history.close()
    ask(at, "And egrets?")
    assert len(fake.generated) == 3


def test_a_demo_lists_the_chats_of_its_visit_and_deletes_none(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DEMO", "on")
    monkeypatch.setenv("PLAYGROUND_DEMO_PAGES", "chat")
    at = opened(ask(app("chat"), "First"))
    assert chats(at) == ["First"]
    menu: Any = next(w for w in at.main if getattr(w, "label", "") == "More about First")
    assert "Delete" not in str(menu.options)
    assert not any("titles" in (t.key or "") for t in at.toggle)
    assert chats(opened(app("chat"))) == []
