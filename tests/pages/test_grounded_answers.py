"""Answers with Google's tools, in process: what is switched on, sent and shown."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, answer
from tests.grounded_replies import (
    SUGGESTIONS,
    called_tools,
    found_places,
    grounded,
    ran_code,
    read_pages,
)
from tests.on_page import Open, unfold

STRUCTURED = "../pages/structured/page.py"
FIRST_MARK = ":small[\u202f[\\[1\\]](https://vertexaisearch.cloud.google.com/"


@pytest.fixture
def chat(app: Open, gemini_api: None) -> AppTest:
    """The chat with a server that isn't the emulator, so that Google's tools are offered."""
    return app()


def ask(at: AppTest, text: str = "Who won?") -> AppTest:
    at.chat_input[0].set_value(text).run()
    assert not at.exception
    return at


def switch(at: AppTest, label: str) -> AppTest:
    at = unfold(at, "Tools")
    next(t for t in at.toggle if t.label == label).set_value(True).run()
    assert not at.exception
    return at


def said(at: AppTest) -> list[str]:
    kinds = {"markdown", "text"}
    return [e.value for message in at.chat_message for e in message if e.type in kinds]


def captions(at: AppTest) -> list[str]:
    return [c.value for message in at.chat_message for c in message.caption]


def frames(at: AppTest) -> list[Any]:
    return [c for c in at.get("bidi_component") if c.proto.component_name == "search_suggestions"]


def sent(fake: FakeGemini) -> Any:
    return fake.generated[-1].body


# Switches


def test_switches_are_sent(chat: AppTest, fake: FakeGemini) -> None:
    for label in ("Google Search", "Google Maps", "Code execution"):
        chat = switch(chat, label)
    latitude, longitude = (
        next(n for n in chat.number_input if n.label == label)
        for label in ("Latitude", "Longitude")
    )
    latitude.set_value(52.3676)
    longitude.set_value(-4.9041).run()
    ask(chat)
    assert sent(fake)["tools"] == [
        {"googleSearch": {}},
        {"googleMaps": {}},
        {"codeExecution": {}},
    ]
    assert sent(fake)["toolConfig"] == {
        "retrievalConfig": {"lat_lng": {"latitude": 52.3676, "longitude": -4.9041}}
    }


def test_a_place_is_asked_for_with_maps_only(chat: AppTest) -> None:
    assert "Latitude" not in [n.label for n in chat.number_input]
    assert "Latitude" in [n.label for n in switch(chat, "Google Maps").number_input]


def test_nothing_is_sent_until_it_is_switched_on(chat: AppTest, fake: FakeGemini) -> None:
    ask(chat)
    assert not sent(fake).keys() & {"tools", "toolConfig"}


def test_they_work_on_a_page_that_reads_the_answer_itself(chat: AppTest, fake: FakeGemini) -> None:
    at = switch(chat, "Google Search").switch_page(STRUCTURED).run()
    fake.replies = [grounded()]
    for label in ("Invoice", "Send"):
        next(b for b in at.button if b.label == label).click().run()
        assert not at.exception
    assert sent(fake)["tools"] == [{"googleSearch": {}}]
    assert sent(fake)["generationConfig"]["responseMimeType"] == "application/json"
    assert len(frames(at)) == 1
    assert any("1. [uefa.com](" in m.value for m in at.markdown)


def test_the_emulator_says_that_it_has_none(app: Open) -> None:
    at = unfold(app(), "Tools")
    assert "Google Search" not in [t.label for t in at.toggle]
    assert any("doesn't support Google Search, URL context" in c.value for c in at.sidebar.caption)


# Answers


def test_sources_are_numbered_and_listed(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [grounded()]
    at = ask(chat)
    text = "\n".join(said(at))
    assert f"2–1 in the final.{FIRST_MARK}" in text
    assert "a record.:small[\u202f[\\[2\\]](" in text
    assert "titles = 4\n```\n\nSource: :small[" in text
    assert "1. [uefa.com](https://vertexaisearch" in text
    assert "DeF%281%29" in text
    assert ":material/search: Searched for: euro 2024 winner · spain titles" in captions(at)


def test_suggestions_are_shown_as_they_came(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [grounded()]
    (frame,) = frames(ask(chat))
    assert json.loads(frame.proto.json) == {"html": SUGGESTIONS}


def test_a_plain_answer_has_nothing_more(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [answer("One. ", "Two.")]
    at = ask(chat)
    assert said(at) == ["Who won?", "One. Two."]
    assert frames(at) == []


def test_sources_come_back_with_the_history(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [grounded(), answer("Berlin.")]
    at = ask(ask(chat), "Where?")
    assert any("[uefa.com](" in text for text in said(at))
    assert len(frames(at)) == 1
    assert FIRST_MARK not in str(sent(fake)["contents"])


def test_a_dangerous_source_is_no_link(chat: AppTest, fake: FakeGemini) -> None:
    sources = [{"web": {"uri": "javascript:alert(1)", "title": "[x](http://evil) **b**"}}]
    fake.replies = [grounded(groundingChunks=sources)]
    text = "\n".join(said(ask(chat)))
    assert "javascript" not in text
    assert r"1. \[x\](http\://evil) \*\*b\*\*" in text


def test_many_sources_are_folded(chat: AppTest, fake: FakeGemini) -> None:
    sources = [{"web": {"uri": f"https://s{n}.example", "title": f"S{n}"}} for n in range(12)]
    fake.replies = [grounded(groundingChunks=sources)]
    at = ask(chat)
    assert "4 more sources" in [e.label for e in at.expander]


def test_code_its_output_and_its_picture_in_order(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [ran_code()]
    at = ask(chat)
    last = at.chat_message[-1]
    kinds = [element.type for element in last if element.type in {"markdown", "code", "image"}]
    assert kinds == ["markdown", "code", "code", "image", "markdown"]
    assert [(c.value, c.language) for c in last.code] == [
        ("print(sum(primes))", "python"),
        ("5117", "plaintext"),
    ]
    assert ":material/output: Output" in captions(at)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("OUTCOME_FAILED", "The code failed"),
        ("OUTCOME_DEADLINE_EXCEEDED", "The code ran too long and was stopped"),
        ("OUTCOME_UNSPECIFIED", "OUTCOME_UNSPECIFIED"),
    ],
)
def test_how_code_ended_is_said(chat: AppTest, fake: FakeGemini, outcome: str, words: str) -> None:
    fake.replies = [ran_code(outcome, "")]
    at = ask(chat)
    assert any(words in caption for caption in captions(at))
    assert "(nothing was printed)" in [c.value for c in at.code]


def test_pages_and_how_reading_them_went(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [read_pages()]
    text = said(ask(chat))[-1].splitlines()
    assert r"[https\://a.example/cake](https://a.example/cake) :small[:gray[read]]" in text[0]
    assert "behind a paywall, not read" in text[1]
    assert "judged unsafe, not read" in text[2]


def test_places_name_google_maps(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [found_places()]
    text = said(ask(chat))
    place = "1. [Café Zoë](https://maps.google.com/?cid=123) :small[:gray[Google Maps]]"
    assert text[-1].splitlines()[-1] == place


def test_calls_of_the_servers_tools(chat: AppTest, fake: FakeGemini) -> None:
    fake.replies = [called_tools()]
    at = ask(chat)
    labels = [s.label for s in at.status]
    assert labels == ["Google search web: called", "Google search web: answered"]
