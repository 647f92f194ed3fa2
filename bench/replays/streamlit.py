"""Streamlit's pages: protobuf messages over one WebSocket.

One thing differs between sessions: a chat box may carry the id of its conversation, so the
prompt's frame names the box that the session itself was sent.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.browser import Visitor
from bench.paces import prompt
from bench.sessions import Replay
from bench.text import mark


@dataclass(frozen=True)
class StreamlitVisit:
    """What one page sent."""

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


@dataclass
class StreamlitSession:
    """A page that has loaded."""

    visit: StreamlitVisit
    socket: ClientConnection
    chat_input: str

    async def ask(self) -> None:
        """Send the prompt and wait for the first text."""
        await self.socket.send(self.visit.submit_with(self.chat_input))
        while self.visit.first not in await _receive(self.socket):
            pass

    async def read_on(self) -> None:
        """Take what comes."""
        while True:
            await self.socket.recv(decode=False)


async def record(guest: Visitor, pace: str) -> Replay:
    """Ask once, and keep the frames."""
    frames = guest.sent.frames
    load = [frame for _, frame in frames]
    answer = await guest.ask(pace)
    sent = prompt(pace, answer.tag).encode()
    submit = next(frame for _, frame in frames[len(load) :] if sent in frame)
    return partial(opened, StreamlitVisit(load, submit, sent, mark(answer.tag, 0).encode()))


@asynccontextmanager
async def opened(visit: StreamlitVisit, url: str) -> AsyncIterator[StreamlitSession]:
    """A session at the server's URL, its page loaded."""
    stream = url.replace("http", "ws", 1) + "/_stcore/stream"
    protocols = [Subprotocol("streamlit")]
    async with connect(
        stream, subprotocols=protocols, max_size=None, compression=None, ping_interval=None
    ) as socket:
        yield StreamlitSession(visit, socket, await _load(socket, visit.load))


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
