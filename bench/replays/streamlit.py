"""Streamlit's pages: protobuf messages over one WebSocket.

What differs between sessions: a chat box may carry the id of its conversation, so the prompt's
frame names the box that the session itself was sent; and each session is a browser of its own, with
the cookies that it is given with the page.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import ChatInputValue, FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.browser import Visitor
from bench.paces import PACES, prompt
from bench.sessions import Replay
from bench.text import mark

TIMEOUT = 60.0  # seconds
XSRF = "_streamlit_xsrf"  # a cookie, and a header of uploads says the same


class ShownError(RuntimeError):
    """The page shows an error."""


@dataclass(frozen=True)
class StreamlitVisit:
    """What one page sent."""

    path: str  # of the page
    load: list[bytes]  # until the page rested
    submit: bytes  # when Enter was pressed
    prompt: bytes  # the text it sent
    first: bytes  # what its answer's first chunk ends in
    last: bytes


@dataclass
class StreamlitSession:
    """A page that has loaded.

    `chat_input` is the id of its chat box, `fragment` what that belongs to. `query` is behind the
    "?" of its address. `loaded` is all that came until the page rested, `frame` the last that came.
    """

    visit: StreamlitVisit
    browser: httpx.AsyncClient
    socket: ClientConnection
    query: str = ""
    id: str = ""
    chat_input: str = ""
    fragment: str = ""
    loaded: bytes = b""
    frame: bytes = b""

    async def ask(self) -> None:
        """Send the prompt and wait for the first text."""
        self.frame = b""
        await self.socket.send(self._submit().SerializeToString())
        await self._comes(self.visit.first)

    async def answered(self) -> None:
        """Wait for the last text."""
        await self._comes(self.visit.last)

    async def read_on(self) -> None:
        """Take what comes."""
        while True:
            await self.socket.recv(decode=False)

    async def load(self) -> None:
        """Load the page; at the address `query`, if there is one."""
        for frame in self.visit.load:
            message = BackMsg.FromString(frame)
            if self.query and message.HasField("rerun_script"):
                message.rerun_script.query_string = self.query
            self.loaded += await self._run(message)
        assert self.chat_input, "the page has no chat box"

    async def say(self, text: str, file: Path | None = None) -> bytes:
        """Send a prompt of one's own, with a file; all that came until the page rested.

        Raises:
            ShownError: the page shows an error.
        """
        message = self._submit(text)
        if file:
            value = ChatInputValue(data=text)
            value.file_uploader_state.uploaded_file_info.append(await self._upload(file))
            for widget in message.rerun_script.widget_states.widgets:
                if widget.id == self.chat_input:
                    widget.chat_input_value.CopyFrom(value)
        return await self._run(message)

    def _submit(self, text: str = "") -> BackMsg:
        """The prompt's message for this session's own chat box; another text may be put in."""
        message = BackMsg.FromString(self.visit.submit)
        state = message.rerun_script
        state.query_string = self.query or state.query_string
        if state.fragment_id and self.fragment:
            state.fragment_id = self.fragment
        for widget in state.widget_states.widgets:
            if self.visit.prompt in widget.SerializeToString():
                widget.id = self.chat_input
                if text:
                    widget.chat_input_value.data = text
        return message

    async def _upload(self, file: Path) -> UploadedFileInfo:
        """Put a file where the server says, as a page does while its prompt is written."""
        message = BackMsg()
        request = message.file_urls_request
        request.request_id, request.session_id = "upload", self.id
        request.file_names.append(file.name)
        await self.socket.send(message.SerializeToString())
        answer = ForwardMsg()
        while not answer.HasField("file_urls_response"):
            answer = self._note(await _receive(self.socket))
        urls: FileURLs = answer.file_urls_response.file_urls[0]
        data = file.read_bytes()
        response = await self.browser.put(
            urls.upload_url,
            files={file.name: (file.name, data)},
            headers={"X-Xsrftoken": self.browser.cookies.get(XSRF) or ""},
        )
        response.raise_for_status()
        return UploadedFileInfo(
            name=file.name, size=len(data), file_id=urls.file_id, file_urls=urls
        )

    async def _run(self, message: BackMsg) -> bytes:
        """Send a message; all that came until the script it began, if it does, has ended."""
        await self.socket.send(message.SerializeToString())
        came, finished = [], not message.HasField("rerun_script")
        while not finished:
            came.append(await _receive(self.socket))
            answer = self._note(came[-1])
            again = ForwardMsg.FINISHED_EARLY_FOR_RERUN
            finished = answer.HasField("script_finished") and answer.script_finished != again
        return b"".join(came)

    def _note(self, frame: bytes) -> ForwardMsg:
        """Note what a page must know of a message."""
        message = ForwardMsg.FromString(frame)
        self.id = message.new_session.initialize.session_id or self.id
        if message.HasField("page_info_changed"):
            self.query = message.page_info_changed.query_string
        element = message.delta.new_element
        if element.HasField("chat_input"):
            self.chat_input = element.chat_input.id
            self.fragment = message.delta.fragment_id
        if element.HasField("exception"):
            raise ShownError(element.exception.message)
        if element.HasField("alert") and element.alert.format == element.alert.ERROR:
            raise ShownError(element.alert.body)
        return message

    async def _comes(self, what: bytes) -> None:
        while what not in self.frame:
            self.frame = await _receive(self.socket)


async def record(guest: Visitor, pace: str) -> Replay:
    """Ask once, and keep the frames."""
    return partial(opened, await recorded(guest, pace))


async def recorded(guest: Visitor, pace: str) -> StreamlitVisit:
    """The same, as it is kept."""
    frames = guest.sent.frames
    load = [frame for _, frame in frames]
    path = urlsplit(guest.page.url).path
    answer = await guest.ask(pace)
    sent = prompt(pace, answer.tag).encode()
    submit = next(frame for _, frame in frames[len(load) :] if sent in frame)
    first, last = mark(answer.tag, 0).encode(), mark(answer.tag, PACES[pace].chunks - 1).encode()
    return StreamlitVisit(path, load, submit, sent, first, last)


@asynccontextmanager
async def opened(visit: StreamlitVisit, url: str) -> AsyncIterator[StreamlitSession]:
    """A session at the server's URL, in a browser of its own; its page loaded."""
    async with (
        httpx.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=False) as browser,
        page(visit, browser) as session,
    ):
        yield session


@asynccontextmanager
async def page(
    visit: StreamlitVisit, browser: httpx.AsyncClient, query: str = ""
) -> AsyncIterator[StreamlitSession]:
    """A page in a browser, loaded; `query` is behind the "?" of its address."""
    for path in (visit.path, "/_stcore/health"):
        (await browser.get(path, headers={"Accept": "text/html, */*"})).raise_for_status()
    stream = f"{browser.base_url}".rstrip("/").replace("http", "ws", 1) + "/_stcore/stream"
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    async with connect(
        stream,
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookies},
        max_size=None,
        compression=None,
        ping_interval=None,
    ) as socket:
        session = StreamlitSession(visit, browser, socket, query)
        await session.load()
        yield session


async def _receive(socket: ClientConnection) -> bytes:
    frame = await socket.recv(decode=False)
    assert isinstance(frame, bytes)
    return frame
