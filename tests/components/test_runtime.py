"""What Streamlit does in another way: each change is one, and says when it is no longer needed."""

import asyncio
import socket
import time
from unittest.mock import MagicMock

import pytest
import streamlit as st
from streamlit import config
from streamlit.elements.lib import mutable_status_container
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime import runtime as streamlit_runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.state import SafeSessionState
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_server import _bind_socket
from streamlit.web.server.starlette.starlette_server_config import WEBSOCKET_MAX_SEND_QUEUE_SIZE
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from components import runtime
from components.runtime import (
    answer_without_delay,
    begin_with_words,
    draw_states_at_once,
    finish_callbacks,
    keep_caches,
    keep_replies,
    keep_theme,
    run_page_for_missing_fragment,
    send_together,
    write_together,
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

    from components.runtime import uninterrupted

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


def test_a_theme_is_made_once_until_the_configuration_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        made.append(section)
        msg.primary_color = section

    def theme(section: str) -> str:
        msg = CustomThemeConfig()
        app_session._populate_theme_msg(msg, section)
        return msg.primary_color

    monkeypatch.setattr(app_session, "_populate_theme_msg", populate)
    keep_theme()
    assert [theme("theme"), theme("theme.dark"), theme("theme")] == ["theme", "theme.dark", "theme"]
    assert made == ["theme", "theme.dark"]
    config._on_config_parsed.send()
    assert theme("theme") == "theme"
    assert made == ["theme", "theme.dark", "theme"]


def test_what_is_answered_leaves_at_once() -> None:
    def delayed(connected: socket.socket) -> bool:
        return not connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    answer_without_delay()

    async def ask() -> tuple[bool, bool]:
        loop, listening = asyncio.get_running_loop(), _bind_socket("127.0.0.1", 0, 1)
        seen = asyncio.Queue[tuple[bool, bool]]()

        class Accepting(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                connected = transport.get_extra_info("socket")
                before = delayed(connected)
                AutoHTTPProtocol.connection_made(MagicMock(**{"logger.level": 30}), transport)
                seen.put_nowait((before, delayed(connected)))

        async with await loop.create_server(Accepting, sock=listening) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            said = await seen.get()
            writer.close()
        return said

    assert asyncio.run(ask()) == (True, False)  # the first is of Streamlit: else this can go


def _session(*kinds: str, fragment: str = "chat", run: str = "1") -> MagicMock:
    """A session that has begun a run, with these messages after the one that says so."""
    began = ForwardMsg()
    began.new_session.SetInParent()
    began.metadata.run.script_run_id = run
    began.metadata.run.fragment_ids.extend([fragment] if fragment else [])
    session = MagicMock(_browser_queue=ForwardMsgQueue())
    session._browser_queue.enqueue(began)
    for kind in kinds:
        session._browser_queue.enqueue(_message(kind))
    return session


def _message(kind: str) -> ForwardMsg:
    message = ForwardMsg()
    if kind == "script_finished":
        message.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    else:
        getattr(message.delta.new_element, kind).SetInParent()
        message.metadata.delta_path.extend([0, len(kind)])
    return message


def test_what_a_prompts_run_begins_with_leaves_with_its_first_words() -> None:
    begin_with_words()

    async def flushed() -> list[int]:
        session = _session("text")
        counts = [len(AppSession.flush_browser_queue(session))]
        session._browser_queue.enqueue(_message("markdown"))
        counts.append(len(AppSession.flush_browser_queue(session)))
        session._browser_queue.enqueue(_message("text"))
        return [*counts, len(AppSession.flush_browser_queue(session))]

    assert asyncio.run(flushed()) == [0, 3, 1]


def test_words_are_not_waited_for_longer_than_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    begin_with_words()
    monkeypatch.setattr(runtime, "WORDS_WITHIN", 0.02)

    async def flushed() -> list[int]:
        session = _session("text")
        counts = [len(AppSession.flush_browser_queue(session))]
        told = asyncio.Event()
        session._message_enqueued_callback.side_effect = told.set
        await asyncio.wait_for(told.wait(), 10)
        counts.append(len(AppSession.flush_browser_queue(session)))
        second = _session("text", run="2")
        session._browser_queue = second._browser_queue
        return [*counts, len(AppSession.flush_browser_queue(session))]

    assert asyncio.run(flushed()) == [0, 2, 0]  # a later run waits as well


@pytest.mark.parametrize(
    "session", [_session("text", "script_finished"), _session("text", fragment="")]
)
def test_a_run_that_has_ended_and_that_of_a_whole_page_wait_for_no_words(
    session: MagicMock,
) -> None:
    begin_with_words()
    assert AppSession.flush_browser_queue(session)[0].WhichOneof("type") == "new_session"


def test_the_loop_rests_as_long_as_usual_only_where_it_has_sent_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []

    async def note(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(streamlit_runtime, "asyncio", asyncio)
    send_together()
    monkeypatch.setattr("components.runtime.asyncio.sleep", note)

    async def rest(sent: int) -> None:
        for _ in range(sent):
            await vars(streamlit_runtime)["asyncio"].sleep(0)
        await vars(streamlit_runtime)["asyncio"].sleep(0.005)

    for sent in (2, 0, 1):
        asyncio.run(rest(sent))
    assert slept == [0.005, runtime.SHORT_REST, 0.005]


def test_messages_go_out_together_but_not_more_than_a_page_may_have_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streamlit_runtime, "asyncio", asyncio)
    send_together()

    async def sent_before_others_had_a_turn() -> int:
        sleep = vars(streamlit_runtime)["asyncio"].sleep
        await sleep(0.001)  # as the loop does before it waits for more
        turn, sent = asyncio.Event(), 0
        asyncio.get_running_loop().call_soon(turn.set)
        while not turn.is_set():
            await sleep(0)  # as it does after each message
            sent += 1
        return sent

    sent = asyncio.run(sent_before_others_had_a_turn())
    assert sent == runtime.TOGETHER
    assert sent < WEBSOCKET_MAX_SEND_QUEUE_SIZE / 2


def test_what_a_turn_of_the_loop_has_for_a_page_is_written_in_one_piece() -> None:
    write_together()
    assert AutoWebSocketsProtocol is WebSocketsSansIOProtocol  # else another one is used
    written, transport = [], MagicMock()
    transport.write.side_effect = written.append
    transport.close.side_effect = lambda: written.append("closed")

    async def write() -> None:
        protocol = MagicMock(loop=asyncio.get_running_loop(), **{"logger.level": 30})
        WebSocketsSansIOProtocol.connection_made(protocol, transport)
        protocol.transport.write(b"a")
        protocol.transport.write(b"b")
        assert written == []
        await asyncio.sleep(0)
        protocol.transport.write(b"c")
        await asyncio.sleep(0)
        protocol.transport.write(b"the last words")
        protocol.transport.close()
        await asyncio.sleep(0)

    asyncio.run(write())
    assert written == [b"ab", b"c", b"the last words", "closed"]


def test_the_addresses_for_a_file_reach_the_page_though_a_script_begins_just_then() -> None:
    def waiting(*, fragments: list[str] | None = None, lifecycle: bool = True) -> list[str | None]:
        queue = ForwardMsgQueue()
        for kind in ("script_finished", "delta", "file_urls_response"):
            msg = ForwardMsg()
            if kind == "script_finished":
                msg.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
            else:
                getattr(msg, kind).SetInParent()
            queue.enqueue(msg)
        queue.clear(lifecycle, fragments)
        return [msg.WhichOneof("type") for msg in queue.flush()]

    keep_replies()
    assert waiting() == ["file_urls_response", "script_finished"]
    assert waiting(fragments=["one"]).count("file_urls_response") == 1
    assert waiting(lifecycle=False) == []
