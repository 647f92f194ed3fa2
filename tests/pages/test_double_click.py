"""What a double click begins is begun once: it would be sent, and paid for, twice."""

from datetime import timedelta
from typing import Any

import pytest

from components import session
from components.navigation import page_file
from gemini.tools.results import calls_in
from pages.tools.state import ToolsState
from tests.batch_replies import listed, operation
from tests.fake_gemini import FakeGemini, Reply, answer
from tests.made_replies import generated, speech_answer
from tests.on_page import Open, checked, click

NAMES = ["gemini-2.5-flash-preview-tts", "gemini-omni-1.2-flash", "lyria-3.5"]


@pytest.fixture(autouse=True)
def slow_hands(quick_hands: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second click belongs to the first one, however busy the machine is."""
    monkeypatch.setattr(session, "DOUBLE_CLICK", 60.0)


@pytest.fixture
def api(fake: FakeGemini, gemini_api: None) -> FakeGemini:
    """An API with models that make media, which makes anything."""
    fake.models = {"models": [*fake.models["models"], *({"name": f"models/{n}"} for n in NAMES)]}
    fake.others = {"POST interactions": [generated("audio/mp3", data=b"sound")]}
    return fake


def begun(fake: FakeGemini) -> list[Any]:
    return [seen for seen in fake.seen if seen.method == "POST"]


@pytest.mark.parametrize(
    ("page", "field", "button"),
    [
        ("structured", "Prompt", "structured-send"),
        ("compare", "Prompt", "compare-send"),
        ("speech", "Text", "speech-make"),
        ("create-music", "Prompt", "create-music-make"),
    ],
)
def test_a_second_click_sends_nothing_more(
    page: str, field: str, button: str, app: Open, api: FakeGemini
) -> None:
    made = speech_answer if page == "speech" else lambda: answer('{"answer": "one"}')
    api.replies = [made() for _ in range(4)]
    at = checked(app(page_file(page)))
    next(t for t in at.text_area if t.label == field).set_value("Words")
    at = click(checked(at.run()), button)
    once = len(begun(api))
    assert once
    at = click(at, button)
    assert len(begun(api)) == once
    next(t for t in at.text_area if t.label == field).set_value("Other words")
    click(checked(at.run()), button)
    assert len(begun(api)) == 2 * once


@pytest.mark.parametrize("page", ["chat", "image", "tools"])
def test_a_sample_is_asked_once(page: str, app: Open, api: FakeGemini) -> None:
    at = checked(app(page_file(page)))
    sample = next(b for b in at.main.button if str(b.key).startswith("sample-"))
    at = click(at, str(sample.key))
    chat = at.session_state[f"chat-{page}"]
    [turn] = chat.conversation.path()
    chat.send(turn.prompt)  # the button is gone by now; its click may come late
    assert chat.conversation.path() == [turn]
    assert len(api.generated) == 1


@pytest.mark.parametrize(("seconds", "sent"), [(9.5, 1), (1.0, 2)])
def test_a_second_click_may_wait_until_the_answer_has_ended(
    app: Open, api: FakeGemini, monkeypatch: pytest.MonkeyPatch, seconds: float, sent: int
) -> None:
    monkeypatch.setattr(session, "DOUBLE_CLICK", 5.0)
    at = checked(app(page_file("chat")))
    chat = click(at, "sample-chat-0").session_state["chat-chat"]
    run = chat.conversation.path()[-1].run
    run.created -= timedelta(seconds=10)
    run.timing.end = seconds
    chat.send(chat.conversation.path()[-1].prompt)
    assert len(chat.conversation.path()) == sent


def test_a_job_and_a_cache_are_made_once(app: Open, fake: FakeGemini) -> None:
    fake.others = {
        "GET batches": [listed()],
        "POST models/": [Reply(body=operation("PENDING"))],
        "GET cachedContents": [Reply(body={"cachedContents": []})],
        "POST cachedContents": [Reply(body={"name": "cachedContents/one"})],
    }
    for page, button in (("batches", "sample-batches-0"), ("caches", "sample-caches-0")):
        at = checked(app(page_file(page)))
        at = click(at, button)
        once = len(begun(fake))
        at = click(at, button)
        assert len(begun(fake)) == once


def test_results_of_calls_are_given_once(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = {"functionCall": {"name": "unknown_function", "args": {}}}
    content = {"content": {"role": "model", "parts": [call]}, "finishReason": "STOP"}
    fake.replies = [Reply([{"candidates": [content]}])]
    at = checked(app(page_file("tools")))
    at.chat_input[0].set_value("Call it").run()
    state, chat = at.session_state["tools"], at.session_state["chat-tools"]
    turn = chat.conversation.path()[-1]
    at.text_area(key=f"result-{turn.id}-0").set_value("done")
    at = click(checked(at.run()), f"give-{turn.id}")
    assert len(chat.conversation.path()) == 2
    monkeypatch.setattr(ToolsState, "chat", chat)
    state.give(turn, calls_in(turn.answer))
    assert len(chat.conversation.path()) == len(fake.generated) == 2


def test_the_same_typed_again_is_sent_again(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One."), answer("Another.")]
    at = checked(app())
    for _ in range(2):
        at = checked(at.chat_input[0].set_value("Hi").run())
    assert len(fake.generated) == 2
