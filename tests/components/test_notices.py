"""What is said once is drawn until the browser must have it."""

import pytest
from streamlit.testing.v1 import AppTest

from components import notices
from components.notices import Notices


def page() -> None:
    import streamlit as st

    from components.notices import notices as notices_of

    said = notices_of("place")
    if st.button("Add"):
        said.say("*a*.png isn't an image.")
    said.draw()


def later(said: Notices, seconds: float) -> None:
    assert said.drawn is not None
    said.drawn -= seconds


def test_a_sentence_outlasts_a_run_that_follows_at_once_and_no_more() -> None:
    at = AppTest.from_function(page).run()
    at.button[0].click().run()
    for _ in range(3):
        assert [e.value for e in at.error] == [r"\*a\*.png isn't an image."]
        at.run()
    later(at.session_state["notices-place"], notices.ARRIVES + 1)
    assert not at.run().error


def test_another_sentence_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(notices, "DRAW", {"error": lambda text, icon: drawn.append(text)})
    said = Notices()
    said.say("One.")
    said.draw()
    said.say("Two.")  # at once: the first may not have come
    said.draw()
    assert drawn == ["One.", "One.", "Two."]
    later(said, notices.ARRIVES + 1)
    said.say("Three.")
    drawn.clear()
    said.draw()
    said.draw()
    assert drawn == ["Three.", "Three."]
