"""A fake Gemini server with scripted answers, for tests that need exactly this reply, and for the
benchmark, whose answers keep a pace.

It speaks just enough HTTP for the real SDK to talk to it over loopback, and can do what a real
server does on its bad days: hang, break off, answer rubbish.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """What the server does next.

    `chunks` are streamed as server-sent events (dictionaries as JSON, bytes as they are), with
    `pause` seconds after each, and none before it is `due`, in seconds from the request. `then`
    says how it goes on: "end" as it should, "cut" by dropping the connection, "hang" by staying
    silent. An event among the chunks holds back what comes after it until it is set; `held` holds
    back all.
    """

    chunks: list[Any] = field(default_factory=list)
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    due: Callable[[int], float] | None = None
    then: str = "end"
    held: threading.Event | None = None


@dataclass
class Seen:
    """A request that came in, and how the streamed answer to it went, in `time.time()` seconds.

    `sent` has a time for each chunk, just before it was written. `left` is when the client went
    before the answer was `finished`; `closed` is set when its connection was dropped.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    closed: threading.Event = field(default_factory=threading.Event)
    sent: list[float] = field(default_factory=list)
    finished: float | None = None
    left: float | None = None


def chunk(
    text: str | None = None, *, finish: str | None = None, usage: Any = None, **more: Any
) -> dict[str, Any]:
    """A response chunk with one text part; `more` goes into the candidate."""
    candidate: dict[str, Any] = {"index": 0, **more}
    if text is not None:
        candidate["content"] = {"role": "model", "parts": [{"text": text}]}
    if finish:
        candidate["finishReason"] = finish
    response: dict[str, Any] = {"candidates": [candidate], "modelVersion": "fake-1"}
    if usage:
        response["usageMetadata"] = usage
    return response


def sse(response: dict[str, Any]) -> bytes:
    """A response as a server-sent event."""
    return b"data: " + json.dumps(response).encode() + b"\r\n\r\n"


def answer(*texts: str | threading.Event, pause: float = 0.0) -> Reply:
    """A whole streamed answer: the texts as chunks, then STOP with usage."""
    usage = {"promptTokenCount": 7, "candidatesTokenCount": len(texts), "totalTokenCount": 9}
    *before, last = texts
    assert isinstance(last, str)
    chunks = [t if isinstance(t, threading.Event) else chunk(t) for t in before]
    return Reply([*chunks, chunk(last, finish="STOP", usage=usage)], pause=pause)


def error(
    status: int, name: str, message: str, details: list[Any] | None = None, **headers: str
) -> Reply:
    """An error in the API's shape."""
    body = {"error": {"code": status, "status": name, "message": message}}
    if details:
        body["error"]["details"] = details
    return Reply(status=status, body=body, headers=headers)


MODELS = {
    "models": [
        {
            "name": "models/gemini-2.5-flash",
            "displayName": "Gemini 2.5 Flash",
            "inputTokenLimit": 1048576,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": ["generateContent", "countTokens", "createCachedContent"],
            "temperature": 1.0,
            "maxTemperature": 2.0,
            "topP": 0.95,
            "topK": 64,
            "thinking": True,
        },
        {
            "name": "models/gemini-3.8-flash",
            "displayName": "Gemini 3.8 Flash",
            "inputTokenLimit": 1048576,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": ["generateContent", "countTokens", "createCachedContent"],
            "temperature": 1.0,
            "maxTemperature": 2.0,
            "thinking": True,
        },
    ]
}


class FakeGemini:
    """The server. `replies` is the queue for generateContent; when empty it answers "ok".

    `stored` are the files uploaded to it, by name, with their bytes in `uploaded`; `file_states`
    is the queue of what a look at one finds, ACTIVE when empty. `upload_pause` is how many seconds
    it takes for each chunk. `others` are replies for all else, one after the other, by method and
    the beginning of the path behind the version: `{"GET cachedContents": [...]}`; the last stays.
    `respond` is asked for a reply before all of these.
    """

    def __init__(
        self, port: int = 0, respond: Callable[[Seen], Reply | None] = lambda _: None
    ) -> None:
        self._port = port
        self._respond = respond
        self.replies: list[Reply] = []
        self.stored: dict[str, dict[str, Any]] = {}
        self.uploaded: dict[str, bytes] = {}
        self.file_states: list[str] = []
        self.upload_pause = 0.0
        self.others: dict[str, list[Reply]] = {}
        self.seen: list[Seen] = []
        self.models: Any = MODELS
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(30)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=2**20)
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._started.set()
        self._loop.run_forever()

    def close(self) -> None:
        async def stop() -> None:
            self._server.close()
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def generated(self) -> list[Seen]:
        """The requests to generate content, in order."""
        return [s for s in self.seen if "enerateContent" in s.path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await self._read(reader):
                self.seen.append(request)
                if not await self._answer(request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Seen | None:
        line = (await reader.readline()).decode().split()
        if len(line) < 2:
            return None
        headers = {}
        while (header := (await reader.readline()).decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        is_chunk = "x-goog-upload-offset" in headers
        body = raw if is_chunk else json.loads(raw) if raw else None
        return Seen(line[0], line[1], headers, body)

    async def _answer(
        self, request: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Send the reply; whether the connection may be used again."""
        if (scripted := self._respond(request) or self._other(request)) is not None:
            reply = scripted
        elif "enerateContent" in request.path:
            reply = self.replies.pop(0) if self.replies else answer("ok")
        elif ":countTokens" in request.path:
            reply = Reply(body={"totalTokens": 42})
        elif "/files" in request.path:
            reply = self._files(request)
            if isinstance(request.body, bytes):
                await asyncio.sleep(self.upload_pause)
        else:
            reply = Reply(body=self.models)
        while reply.held is not None and not reply.held.is_set():
            await asyncio.sleep(0.01)
        if not reply.chunks and reply.then == "end":
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            kind = "" if "content-type" in reply.headers else "content-type: application/json\r\n"
            self._head(writer, reply, f"{kind}content-length: {len(body)}")
            writer.write(body)
            await writer.drain()
            return True
        self._head(writer, reply, "content-type: text/event-stream\r\ntransfer-encoding: chunked")
        gone = asyncio.ensure_future(reader.read(1))
        gone.add_done_callback(lambda _: self._client_went(request))
        await self._stream(request, reply, writer, gone)
        gone.cancel()
        await asyncio.wait([gone])  # two can't read from one connection
        goes_on = reply.then == "end" and gone.cancelled()
        if goes_on:
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        return goes_on

    async def _stream(
        self, request: Seen, reply: Reply, writer: asyncio.StreamWriter, gone: asyncio.Future[bytes]
    ) -> None:
        """Send the chunks, each when it is due by the clock, so that a late one delays no other."""
        begin = time.monotonic()
        for index, piece in enumerate(reply.chunks):
            if isinstance(piece, threading.Event):
                while not piece.is_set() and not gone.done():
                    await asyncio.sleep(0.01)
                continue
            if reply.due:
                wait = begin + reply.due(index) - time.monotonic()
                if wait < 1:
                    await asyncio.sleep(max(wait, 0))  # also lets the other streams send
                else:
                    await asyncio.wait([gone], timeout=wait)
                if gone.done():
                    return
            data = piece if isinstance(piece, bytes) else sse(piece)
            request.sent.append(time.time())
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
            await asyncio.sleep(reply.pause)
        request.finished = time.time()
        if reply.then == "hang":
            await gone

    @staticmethod
    def _client_went(request: Seen) -> None:
        if request.finished is None:
            request.left = time.time()
        request.closed.set()

    def _other(self, request: Seen) -> Reply | None:
        path = request.path.lstrip("/").partition("/")[2]  # behind the version
        asked = f"{request.method} {path}"
        found = [key for key in self.others if asked.startswith(key)]
        if not found:
            return None
        queue = self.others[max(found, key=len)]
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def _files(self, request: Seen) -> Reply:
        """The resumable upload as the SDK does it, and a look at a file."""
        name = "files/" + request.path.rpartition("/")[2]
        if request.headers.get("x-goog-upload-command") == "start":
            name = f"files/f{len(self.stored)}"
            about = request.body["file"]
            self.stored[name] = {
                "name": name,
                "displayName": about.get("display_name"),
                "mimeType": about.get("mime_type"),
                "uri": f"{self.url}/v1beta/{name}",
                "state": "PROCESSING",
            }
            self.uploaded[name] = b""
            return Reply(body={}, headers={"x-goog-upload-url": f"{self.url}/upload/{name}"})
        if isinstance(request.body, bytes):
            self.uploaded[name] += request.body
            final = "finalize" in request.headers["x-goog-upload-command"]
            status = {"x-goog-upload-status": "final" if final else "active"}
            return Reply(body={"file": self.stored[name]} if final else {}, headers=status)
        if name not in self.stored:
            body = error(403, "PERMISSION_DENIED", "You do not have permission").body
            return Reply(status=403, body=body)
        state = self.file_states.pop(0) if self.file_states else "ACTIVE"
        failed = {"error": {"message": "could not be read"}} if state == "FAILED" else {}
        return Reply(body={**self.stored[name], "state": state, **failed})

    @staticmethod
    def _head(writer: asyncio.StreamWriter, reply: Reply, more: str) -> None:
        extra = "".join(f"{k}: {v}\r\n" for k, v in reply.headers.items())
        close = "" if reply.then == "end" else "connection: close\r\n"
        writer.write(f"HTTP/1.1 {reply.status} X\r\n{extra}{more}\r\n{close}\r\n".encode())
