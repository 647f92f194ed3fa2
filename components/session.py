"""What a browser's session keeps between two runs of the script, and the widgets that show it.

Their callbacks run to their end, whatever is clicked meanwhile (`finish_callbacks`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial, wraps
from types import SimpleNamespace
from typing import Any, Literal, TypeVar

import streamlit as st
from streamlit.elements.lib import mutable_status_container
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state import SafeSessionState

State = TypeVar("State")
Default = Literal["value", "default", "index"]
DOUBLE_CLICK = 1.0  # seconds; what is begun twice within them is meant once
_thread = threading.local()


def state(key: str, make: Callable[[], State]) -> State:
    """What the session keeps under `key`, a page's name mostly; made at the first call."""
    if key not in st.session_state:
        st.session_state[key] = make()
    return st.session_state[key]


def bound(
    key: str,
    value: object,
    store: Callable[[Any], object],
    given: Default | None = "value",
    options: Sequence[object] = (),
) -> dict[str, Any]:
    """The arguments of a widget that shows `value`, which outlasts it: another page, a folded form.

    `store` takes what somebody changes it to. Streamlit tells the browser once of a value that was
    put into the session state. Where that message is lost (a script that is interrupted as it
    begins) the widget would show something else, and send that: so the value is given as the
    widget's own default, too. `given` is the name of that argument: "index" goes with `options`;
    None is for a widget that can be cleared, which a default would prevent. A selectbox is told its
    value each time: the browser knows it by its label only, which may be another one by now.
    """
    if given == "index" or st.session_state.get(key, ...) != value:
        st.session_state[key] = value
    arguments = {"key": key, "on_change": lambda: store(st.session_state[key])}
    if given == "index":
        arguments["index"] = list(options).index(value) if value in options else 0
    elif given:
        arguments[given] = value
    return arguments


def bound_field(
    state: object,
    name: str,
    page: str,
    given: Default | None = "value",
    options: Sequence[object] = (),
) -> dict[str, Any]:
    """The same for a widget that shows an attribute of a page's state."""
    return bound(
        f"{page}-{name}",
        getattr(state, name),
        partial(setattr, state, name),
        given,
        options,
    )


def is_second_click(first: datetime) -> bool:
    """Whether what is to begin now is the second half of a double click.

    `first` is when the same was begun before. It would be sent, and paid for, twice.
    """
    return (datetime.now(UTC) - first).total_seconds() < DOUBLE_CLICK


def finish_callbacks() -> None:
    """Have callbacks run to their end, from now on in the whole process. Once is enough.

    Streamlit 1.67 looks at every access of the session state, in callbacks as well, whether the
    browser has sent a newer request, and gives up what it is doing for it. The newer request finds
    the widgets unchanged and doesn't call again what was given up: a text is gone that was typed
    just before a click on Send, or what a click had half done stays so.
    (`ScriptRunner._run_script` and `SessionState._call_callbacks` there.) Here the newer request
    waits until the callbacks have ended.
    """
    take, pending = SafeSessionState.on_script_will_rerun, ScriptRequests.on_scriptrunner_yield
    if hasattr(take, "__wrapped__"):
        return

    @wraps(take)
    def take_whole(self: SafeSessionState, *args: Any, **named: Any) -> None:
        with uninterrupted():
            take(self, *args, **named)

    @wraps(pending)
    def pending_later(self: ScriptRequests) -> ScriptRequest | None:
        return None if getattr(_thread, "calling", False) else pending(self)

    SafeSessionState.on_script_will_rerun = take_whole
    ScriptRequests.on_scriptrunner_yield = pending_later


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Have what a script does here done to its end, as a callback is.

    For what must not stay half done: a prompt that leaves the form and is sent, the answer of the
    API that is taken in. Nothing in it may wait for long.
    """
    before = getattr(_thread, "calling", False)
    _thread.calling = True
    try:
        yield
    finally:
        _thread.calling = before


def run_page_for_missing_fragment() -> None:
    """Have the whole page run where a browser asks for a fragment that isn't there, from now on.

    Streamlit 1.67 drops such a request with all that it brings (`AppSession.request_rerun`). So a
    prompt was lost that was sent as a page came from a process that had ended, and this one had
    not drawn it yet.
    """
    request = AppSession.request_rerun
    if hasattr(request, "__wrapped__"):
        return

    @wraps(request)
    def request_page(self: AppSession, client_state: ClientState | None) -> None:
        if client_state and not (
            client_state.is_auto_rerun or self.has_fragment(client_state.fragment_id)
        ):
            client_state.fragment_id = ""
        request(self, client_state)

    AppSession.request_rerun = request_page


def draw_states_at_once() -> None:
    """Have `st.status` not wait 50 ms each time one is drawn, from now on.

    Streamlit 1.67 waits so that a browser shows a state although another one follows at once
    (`StatusContainer` in `streamlit/elements/lib/mutable_status_container.py`). Here a state that
    is followed at once need not be seen, and a conversation with thoughts in twelve of its turns,
    each of which has one, would wait 0.6 s with each prompt.
    """
    mutable_status_container.time = SimpleNamespace(sleep=lambda _seconds: None)  # pyright: ignore


def keep_caches() -> None:
    """Let no browser clear what all sessions share: connections, the history, from now on.

    Streamlit's developer menu can, which isn't drawn here; its message is taken from anybody, and
    would end everyone's answers.
    """
    AppSession._handle_clear_cache_request = lambda _: None  # pyright: ignore
