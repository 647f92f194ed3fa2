"""Chainlit's pages: Socket.IO over a WebSocket, https://socket.io/docs/v4/socket-io-protocol/.

A page is known to the server by an id that it makes itself; each session makes its own. A page says
it, and some more, in posts before it changes over to the socket; a session says all on the socket.
"""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from bench.browser import Visitor
from bench.paces import PACES
from bench.sessions import Replay
from bench.text import mark

OPEN, PING, PONG, EVENT = "0", "2", "3", "42"  # how packets begin
CONNECT = "40"
SEPARATOR = "\x1e"  # of packets in a post
SESSION = "sessionId"  # in what a page connects with


@dataclass(frozen=True)
class ChainlitVisit:
    """What one page sent."""

    path: str  # of the socket
    connect: dict[str, object]
    load: list[str]  # until the page rested
    submit: str  # when Enter was pressed
    first: str  # what its answer's first chunk ends in
    last: str


@dataclass
class ChainlitSession:
    """A page that has loaded."""

    visit: ChainlitVisit
    socket: ClientConnection
    packet: str = ""  # the last that came

    async def ask(self) -> None:
        """Send the prompt and wait for the first text."""
        await self.socket.send(self.visit.submit)
        await self._comes(self.visit.first)

    async def answered(self) -> None:
        """Wait for the last text."""
        await self._comes(self.visit.last)

    async def read_on(self) -> None:
        """Take what comes."""
        while True:
            await receive(self.socket)

    async def _comes(self, what: str) -> None:
        while what not in self.packet:
            self.packet = await receive(self.socket)


async def record(guest: Visitor, pace: str) -> Replay:
    """Ask once, and keep the packets."""
    frames = guest.sent.frames
    url = urlsplit(next(url for url, _ in frames if "/socket.io/" in url))
    posted = [(post.post_data or "").split(SEPARATOR) for post in guest.sent.posts]
    load = [*chain.from_iterable(posted), *(frame.decode() for _, frame in frames)]
    before = len(frames)
    answer = await guest.ask(pace)
    later = [frame.decode() for _, frame in frames[before:]]
    submit = next(packet for packet in later if answer.tag in packet)
    hello = next(packet for packet in load if packet.startswith(CONNECT))
    visit = ChainlitVisit(
        path=f"{url.path}?EIO=4&transport=websocket",
        connect=json.loads(hello.removeprefix(CONNECT)),
        load=[packet for packet in load if packet.startswith(EVENT)],
        submit=submit,
        first=mark(answer.tag, 0),
        last=mark(answer.tag, PACES[pace].chunks - 1),
    )
    return partial(opened, visit)


@asynccontextmanager
async def opened(visit: ChainlitVisit, url: str) -> AsyncIterator[ChainlitSession]:
    """A session at the server's URL, its page loaded."""
    stream = url.replace("http", "ws", 1) + visit.path
    async with connect(stream, max_size=None, compression=None, ping_interval=None) as socket:
        assert (await receive(socket)).startswith(OPEN)
        own = visit.connect | {SESSION: str(uuid.uuid4())}
        await socket.send(CONNECT + json.dumps(own))
        assert (await receive(socket)).startswith(CONNECT)
        for packet in visit.load:
            await socket.send(packet)
        yield ChainlitSession(visit, socket)


async def receive(socket: ClientConnection) -> str:
    """The next packet; the server's pings are answered."""
    while True:
        packet = await socket.recv()
        assert isinstance(packet, str)
        if packet != PING:
            return packet
        await socket.send(PONG)
