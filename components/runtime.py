"""What the app has Streamlit's runtime do in another way, in the whole process.

Each of these is of Streamlit 1.67, and says which part of it; what it changes is tested with that.
It is made once, however often it is called.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from streamlit import config
from streamlit.elements.lib import mutable_status_container
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state import SafeSessionState
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

TOGETHER = 50  # messages; a page that has 500 waiting at once is taken for one that doesn't read
SHORT_REST = 0.001  # seconds
WORDS_WITHIN = 0.03  # seconds; nobody sees that a prompt appears so much later
REPLIES = {"file_urls_response", "backend_operation_response", "heartbeat_ack"}  # messages
_thread = threading.local()


def adapt_streamlit() -> None:
    """Make all the changes. Once is enough."""
    finish_callbacks()
    run_page_for_missing_fragment()
    answer_without_delay()
    draw_states_at_once()
    keep_caches()
    keep_replies()
    keep_theme()
    begin_with_words()
    send_together()
    write_together()


@cache
def finish_callbacks() -> None:
    """Have callbacks run to their end, from now on in the whole process.

    Streamlit 1.67 looks at every access of the session state, in callbacks as well, whether the
    browser has sent a newer request, and gives up what it is doing for it. The newer request finds
    the widgets unchanged and doesn't call again what was given up: a text is gone that was typed
    just before a click on Send, or what a click had half done stays so.
    (`ScriptRunner._run_script` and `SessionState._call_callbacks` there.) Here the newer request
    waits until the callbacks have ended.
    """
    take, pending = SafeSessionState.on_script_will_rerun, ScriptRequests.on_scriptrunner_yield

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


@cache
def run_page_for_missing_fragment() -> None:
    """Have the whole page run where a browser asks for a fragment that isn't there, from now on.

    Streamlit 1.67 drops such a request with all that it brings (`AppSession.request_rerun`). So a
    prompt was lost that was sent as a page came from a process that had ended, and this one had
    not drawn it yet.
    """
    request = AppSession.request_rerun

    @wraps(request)
    def request_page(self: AppSession, client_state: ClientState | None) -> None:
        if client_state and not (
            client_state.is_auto_rerun or self.has_fragment(client_state.fragment_id)
        ):
            client_state.fragment_id = ""
        request(self, client_state)

    AppSession.request_rerun = request_page


@cache
def answer_without_delay() -> None:
    """Have what is answered leave at once, from now on.

    TCP keeps a small piece back until the one before has arrived (RFC 896), and who gets that says
    so 40 ms later. asyncio switches it off where a socket says that it is of TCP. That of
    Streamlit 1.67 doesn't (`_bind_socket` in `web/server/starlette/starlette_server.py`): each of
    the hundred files of a page took 44 ms, and a second message as well.
    """
    connect = AutoHTTPProtocol.connection_made

    @wraps(connect)
    def connection_made(self: asyncio.Protocol, transport: asyncio.BaseTransport) -> None:
        if connected := transport.get_extra_info("socket"):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connect(self, transport)

    AutoHTTPProtocol.connection_made = connection_made


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


@cache
def keep_replies() -> None:
    """Have what a page has asked the server for reach it though a script begins just then.

    Streamlit 1.67 drops what waits to be sent as a script of the whole page begins, all but some
    kinds of message (`ForwardMsgQueue.clear`). The addresses for a file that was just chosen aren't
    among these: the browser waits for them for good, and the file is never uploaded.
    """
    clear = ForwardMsgQueue.clear

    @wraps(clear)
    def clear_but_replies(
        self: ForwardMsgQueue,
        retain_lifecycle_msgs: bool = False,
        fragment_ids_this_run: list[str] | None = None,
    ) -> None:
        waiting = self._queue if retain_lifecycle_msgs else []
        replies = [msg for msg in waiting if msg.WhichOneof("type") in REPLIES]
        clear(self, retain_lifecycle_msgs, fragment_ids_this_run)
        others = [msg for msg in self._queue if msg.WhichOneof("type") not in REPLIES]
        self._queue = [*replies, *others]

    ForwardMsgQueue.clear = clear_but_replies


@cache
def keep_theme() -> None:
    """Have the theme for the browser made once, not at the begin of each run of a script.

    It is the same until the configuration is read again, and took more of a processor than all else
    that the server's loop does for a prompt: 5 ms, in which it sends nobody anything
    (`_populate_theme_msg` in `streamlit/runtime/app_session.py`).
    """
    populate = app_session._populate_theme_msg
    themes: dict[str, CustomThemeConfig] = {}

    @wraps(populate)
    def populate_kept(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in themes:
            theme = CustomThemeConfig()
            populate(theme, section)
            themes[section] = theme
        msg.MergeFrom(themes[section])

    app_session._populate_theme_msg = populate_kept
    config.on_config_parsed(themes.clear, force_connect=True)


@cache
def begin_with_words() -> None:
    """Have what a prompt's run begins with leave together with its first words, if these come soon.

    A browser draws anew all that stands on the page as a run begins, then the prompt and the words,
    each with what is around them: 17, 4 and 13 ms, one after the other. What comes together it
    draws once. Where words don't come within `WORDS_WITHIN`, all that there is leaves.
    """
    flush = AppSession.flush_browser_queue
    begun: WeakKeyDictionary[AppSession, tuple[str, float]] = WeakKeyDictionary()

    @wraps(flush)
    def flush_with_words(self: AppSession) -> list[ForwardMsg]:
        run = _run_without_words(self._browser_queue._queue)
        if run and begun.get(self, ("",))[0] != run:
            begun[self] = run, time.monotonic()
            if self._message_enqueued_callback:
                look = self._message_enqueued_callback
                asyncio.get_running_loop().call_later(WORDS_WITHIN + SHORT_REST, look)
        if run and time.monotonic() - begun[self][1] < WORDS_WITHIN:
            return []
        return flush(self)

    AppSession.flush_browser_queue = flush_with_words


def _run_without_words(messages: list[ForwardMsg]) -> str:
    """The run of a fragment that these begin; "" where it has ended, or there is text to read."""
    if not messages or messages[0].WhichOneof("type") != "new_session":
        return ""
    run = messages[0].metadata.run
    said = any(
        message.WhichOneof("type") == "script_finished"
        or message.delta.new_element.WhichOneof("type") == "markdown"
        for message in messages
    )
    return run.script_run_id if run.fragment_ids and not said else ""


def send_together() -> None:
    """Have the messages that are there sent together, not one in each turn of the server's loop.

    At the end of a turn the loop asks the system what has come, which lets other threads have
    Python's lock: with thirty sessions it got it back after 2 ms, and the hundreds of messages of
    their pages went out only when nothing else was to do (`Runtime._loop_coroutine`). When it has
    sent nothing it needs no rest before it looks again.
    """
    sent, rests = 0, False

    async def sleep(seconds: float) -> None:
        nonlocal sent, rests
        sent += 1
        if seconds or sent >= TOGETHER:
            await asyncio.sleep(seconds if rests else min(seconds, SHORT_REST))
            sent = 0
        rests = not seconds

    runtime.asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})  # pyright: ignore


class _Together:
    """A transport that writes what one turn of the loop has for it in one piece."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._write)
        self._waiting.append(data)

    def close(self) -> None:
        self._write()
        self._transport.close()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._transport.write(b"".join(waiting))


@cache
def write_together() -> None:
    """Have the messages that a page gets in one turn of the loop written in one piece.

    Each piece is a call of the system, which lets other threads have Python's lock, and what comes
    in one piece the browser mostly draws at once (uvicorn 0.54, `WebSocketsSansIOProtocol`).
    """
    connect = WebSocketsSansIOProtocol.connection_made

    @wraps(connect)
    def connection_made(self: WebSocketsSansIOProtocol, transport: asyncio.BaseTransport) -> None:
        connect(self, transport)
        self.transport = _Together(self.transport, self.loop)  # pyright: ignore

    WebSocketsSansIOProtocol.connection_made = connection_made
