"""A picture that a model drew on the way to its answer stands among its thoughts."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from components.answer.answer import AnswerDrawer
    from tests.made_replies import png

    drawer = AnswerDrawer(st.container())
    draft = {"inline_data": {"mime_type": "image/png", "data": png("red")}, "thought": True}
    final = {"inline_data": {"mime_type": "image/png", "data": png("blue")}}
    thoughts = [{"text": "First a draft.", "thought": True}, draft]
    for part in [*thoughts, {"text": "Now better.", "thought": True}, {"text": "Here."}, final]:
        drawer.add(part)
    drawer.close()


def test_a_draft_is_among_the_thoughts_and_the_answer_is_not() -> None:
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    (status,) = at.status
    assert [m.value for m in status.markdown] == ["First a draft.", "Now better."]
    assert len(status.get("image")) == 1
    assert len(at.main.get("image")) == 2
    assert at.main.markdown[-1].value == "Here."
