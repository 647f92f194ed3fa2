"""Widgets' callbacks run to their end, whatever is clicked meanwhile.

Streamlit 1.67 looks at every access of the session state, in callbacks as well, whether the browser
has sent a newer request, and gives up what it is doing for it. The newer request finds the widgets
unchanged and doesn't call again what was given up: a text is gone that was typed just before a
click on Send, or what a click had half done stays so. (`ScriptRunner._run_script` and
`SessionState._call_callbacks` there.) Here the newer request waits until the callbacks have ended.
"""

import threading
from functools import wraps
from typing import Any

from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state import SafeSessionState

_thread = threading.local()


def finish_callbacks() -> None:
    """Have callbacks run to their end, from now on in the whole process. Once is enough."""
    take, pending = SafeSessionState.on_script_will_rerun, ScriptRequests.on_scriptrunner_yield
    if hasattr(take, "__wrapped__"):
        return

    @wraps(take)
    def take_whole(self: SafeSessionState, *args: Any, **named: Any) -> None:
        _thread.calling = True
        try:
            take(self, *args, **named)
        finally:
            _thread.calling = False

    @wraps(pending)
    def pending_later(self: ScriptRequests) -> ScriptRequest | None:
        return None if getattr(_thread, "calling", False) else pending(self)

    SafeSessionState.on_script_will_rerun = take_whole
    ScriptRequests.on_scriptrunner_yield = pending_later
