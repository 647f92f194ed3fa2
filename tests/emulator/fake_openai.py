"""A scripted OpenAI-compatible server: each reply is the next of a queue, with any fault in it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "gemma3:4b"
Body = dict[str, Any]


@dataclass
class Script:
    """`pieces` go out one by one. After them the connection is closed as it should be, is cut, or
    waits until the server ends (`then`).
    """

    pieces: list[str]
    status: int = 200
    content_type: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    then: str = "end"


def chunk(finish: str | None = None, model: str = MODEL, **delta: Any) -> str:
    """One event of a streamed chat completion."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"object": "chat.completion.chunk", "model": model, "choices": [choice]})


def event(value: Any) -> str:
    return f"data: {json.dumps(value)}\n\n"


DONE = "data: [DONE]\n\n"


def usage(prompt: int, answer: int, thoughts: int = 0) -> str:
    tokens = {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "completion_tokens_details": {"reasoning_tokens": thoughts},
    }
    return event(
        {"object": "chat.completion.chunk", "model": MODEL, "choices": [], "usage": tokens}
    )


def words(*texts: str, finish: str = "stop") -> Script:
    """A streamed answer in these pieces, with its usage."""
    said = [chunk(content=text) for text in texts]
    return Script([chunk(role="assistant"), *said, chunk(finish), usage(7, len(texts)), DONE])


def as_json(value: Any, status: int = 200, **headers: str) -> Script:
    """A reply that is no stream."""
    return Script([json.dumps(value)], status, "application/json", headers)


def whole(text: str) -> Script:
    """A chat completion of a server that doesn't stream."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return as_json({"object": "chat.completion", "model": MODEL, "choices": [choice]})


@dataclass
class FakeOpenAI:
    """What it answers next, and what it was asked: `(path, body, headers)` of each POST."""

    url: str = ""
    queue: list[Script] = field(default_factory=list)
    models: list[Body] = field(default_factory=lambda: [{"id": "nomic-embed-text"}, {"id": MODEL}])
    asked: list[tuple[str, Body, dict[str, str]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def answers(self, *replies: Script) -> None:
        """Have these be the next replies; what was asked before is forgotten."""
        self.queue[:] = replies
        self.asked.clear()

    @property
    def body(self) -> Body:
        """The body of the last POST."""
        return self.asked[-1][1]


@contextmanager
def serving(port: int = 0) -> Iterator[FakeOpenAI]:
    """Serves on a free port of this machine, or on a given one."""
    fake = FakeOpenAI()

    class OpenAIHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._write(as_json({"object": "list", "data": fake.models}))

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            fake.asked.append((self.path, body, headers))
            self._write(fake.queue.pop(0) if fake.queue else as_json({"error": "empty"}, 404))

        def _write(self, reply: Script) -> None:
            self.send_response(reply.status)
            self.send_header("content-type", reply.content_type)
            self.send_header("transfer-encoding", "chunked")
            for name, value in reply.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            for piece in reply.pieces:
                data = piece.encode()
                self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
                self.wfile.flush()
            if reply.then == "hang":
                fake.released.wait(60)
            if reply.then in ("cut", "hang"):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that goes away is no news."""

    server = Server(("127.0.0.1", port), OpenAIHandler)
    fake.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.released.set()
        server.shutdown()
        server.server_close()
