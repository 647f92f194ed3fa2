"""Many sessions at once, without as many browsers: the browser's own messages, replayed.

Thirty pages of Chromium would take the machine's cores from the server they measure. So one
real page is opened and asked once, and the WebSocket frames it sends are kept: those of the
page's load and the one of the prompt. Each session is then a bare WebSocket that sends the
load's frames, waits for the script's end as the page does, and sends the prompt's frame when
all the others do. Time runs until the frame that carries the answer's first mark arrives. What
is left out is the browser's drawing; what the server does is the same, because the frames are.

One thing differs between sessions: a chat box may carry the id of its conversation, so the
prompt's frame names the box that the session itself was sent.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from playwright.async_api import Browser
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.browser import WRITING_SECONDS, visitor
from bench.paces import prompt
from bench.peers import Mock, Peer
from bench.text import mark

ROUND_SECONDS = 120


@dataclass(frozen=True)
class RecordedVisit:
    """What one browser page sent."""

    load: list[bytes]  # until the page rested
    submit: bytes  # when Enter was pressed
    prompt: bytes  # the text it sent
    first: bytes  # what its answer's first chunk ends in

    def submit_with(self, chat_input: str) -> bytes:
        """The prompt's frame for the session whose chat box has the id `chat_input`."""
        message = BackMsg.FromString(self.submit)
        for widget in message.rerun_script.widget_states.widgets:
            if self.prompt in widget.SerializeToString():
                widget.id = chat_input
        return message.SerializeToString()


async def record(browser: Browser, peer: Peer, url: str, mock: Mock, pace: str) -> RecordedVisit:
    """Open one page, ask once for an answer at `pace`, and keep the frames."""
    async with visitor(browser, peer, url, mock) as guest:
        load = list(guest.sent)
        answer = await guest.ask(pace)
        sent = prompt(pace, answer.tag).encode()
        submit = next(frame for frame in guest.sent[len(load) :] if sent in frame)
    return RecordedVisit(load, submit, sent, mark(answer.tag, 0).encode())


async def at_once(recording: RecordedVisit, url: str, count: int) -> list[float]:
    """Milliseconds from the prompt to the first answer text, for each of `count` sessions."""
    gate = asyncio.Barrier(count)
    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        sessions = [group.create_task(_session(recording, url, gate)) for _ in range(count)]
    return [session.result() for session in sessions]


async def _session(recording: RecordedVisit, url: str, gate: asyncio.Barrier) -> float:
    stream = url.replace("http", "ws", 1) + "/_stcore/stream"
    protocol = Subprotocol("streamlit")
    async with connect(
        stream, subprotocols=[protocol], max_size=None, compression=None, ping_interval=None
    ) as socket:
        submit = recording.submit_with(await _load(socket, recording.load))
        await gate.wait()
        await asyncio.sleep(WRITING_SECONDS)
        start = time.perf_counter()
        await socket.send(submit)
        while recording.first not in await _receive(socket):
            pass
        first_ms = (time.perf_counter() - start) * 1000
        # The others are still waiting: this one reads on, as an open page would.
        reading = asyncio.create_task(_read_on(socket))
        await gate.wait()
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
    return first_ms


async def _load(socket: ClientConnection, frames: list[bytes]) -> str:
    """Load the page and return the id of its chat box."""
    chat_input = ""
    for frame in frames:
        await socket.send(frame)
        finished = not BackMsg.FromString(frame).HasField("rerun_script")
        while not finished:
            message = ForwardMsg.FromString(await _receive(socket))
            finished = message.HasField("script_finished")
            chat_input = message.delta.new_element.chat_input.id or chat_input
    assert chat_input, "the page has no chat box"
    return chat_input


async def _receive(socket: ClientConnection) -> bytes:
    frame = await socket.recv(decode=False)
    assert isinstance(frame, bytes)
    return frame


async def _read_on(socket: ClientConnection) -> None:
    while True:
        await socket.recv(decode=False)
