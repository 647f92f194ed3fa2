"""Callbacks of widgets are not given up half-way for a click that comes just then."""

import time
from unittest.mock import MagicMock

import pytest
import streamlit as st
from streamlit.elements.lib import mutable_status_container
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state import SafeSessionState
from streamlit.testing.v1 import AppTest

from components.session import (
    draw_states_at_once,
    finish_callbacks,
    keep_caches,
    run_page_for_missing_fragment,
)


def _page() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    def store() -> None:
        context = get_script_run_ctx()
        assert context
        assert context.script_requests
        context.script_requests.request_rerun(RerunData())  # a click, while this is running
        st.session_state.stored = st.session_state.field

    st.text_area("Prompt", key="field", on_change=store)


def test_a_text_is_stored_though_a_click_comes_just_then() -> None:
    finish_callbacks()
    page = AppTest.from_function(_page).run()
    page.text_area[0].input("Go").run()
    assert page.session_state.stored == "Go"


def _sending() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    from components.session import uninterrupted

    if "began" not in st.session_state:
        st.session_state.began = True
        with uninterrupted():
            context = get_script_run_ctx()
            assert context
            assert context.script_requests
            context.script_requests.request_rerun(RerunData())  # a click, while this is running
            st.session_state.sent = st.session_state.began
    st.text(str(st.session_state.get("sent")))


def test_what_is_sent_by_a_script_is_sent_though_a_click_comes_just_then() -> None:
    finish_callbacks()
    page = AppTest.from_function(_sending).run()
    assert page.session_state.sent
    assert page.text[0].value == "True"


def test_once_is_enough() -> None:
    finish_callbacks()
    before = SafeSessionState.on_script_will_rerun
    finish_callbacks()
    assert SafeSessionState.on_script_will_rerun is before


def test_a_browser_clears_nothing_that_all_sessions_share() -> None:
    keep_caches()
    cached = st.cache_resource(lambda: [])
    before = cached()
    AppSession._handle_clear_cache_request(MagicMock())
    assert cached() is before


def test_a_state_is_drawn_and_followed_by_another_without_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(mutable_status_container, "time", time)  # as Streamlit has it, afterwards

    def page() -> None:
        import streamlit as st

        st.status("Thinking", state="running").update(label="Thoughts", state="complete")

    def drawn() -> int:
        before = len(slept)
        (status,) = AppTest.from_function(page).run().status
        assert (status.label, status.state) == ("Thoughts", "complete")
        return slept[before:].count(0.05)

    assert drawn()  # else Streamlit no longer waits, and nothing need be done about it
    draw_states_at_once()
    assert not drawn()


def _ran(*, there: bool, by_timer: bool = False) -> list[str | None]:
    """The fragments that are run (None: the whole page) where a browser asks for one."""
    session = MagicMock(_scriptrunner=None)
    session.has_fragment.side_effect = lambda fragment_id: there and fragment_id == "one"
    AppSession.request_rerun(session, ClientState(fragment_id="one", is_auto_rerun=by_timer))
    return [call.args[0].fragment_id for call in session._create_scriptrunner.call_args_list]


def test_what_is_sent_from_a_fragment_that_is_not_there_runs_the_page() -> None:
    run_page_for_missing_fragment()
    assert _ran(there=False) == [None]
    assert _ran(there=True) == ["one"]
    assert _ran(there=False, by_timer=True) == []
