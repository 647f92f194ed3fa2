"""A mock of the Gemini API that streams at a set pace and remembers when it sent what.

Run by itself: ``python -m bench.server --port 8600``. It answers what the SDK asks for in a
chat (models, countTokens, generateContent, streamGenerateContent) and, for the benchmark,
``GET /bench/answers/{tag}``: one record per stream of that tag (see `Record`).
"""

import argparse
import asyncio
import json
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bench.paces import PACES, Pace, read_prompt
from bench.text import chunks

MODELS = [
    "gemini-3.8-flash",
    "gemini-3.6-flash",
    "gemini-3.5-flash-lite",
    "gemini-3.1-pro-preview",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gemini-2.5-pro",
]
UNTAGGED = "@@"  # where the two letters of a tag go


@dataclass
class Record:
    """One streamed answer as the server saw it; times are `time.time()` seconds."""

    sent: list[float] = field(default_factory=list)  # one per chunk, just before its write
    finished: float | None = None  # the last chunk is out
    closed: float | None = None  # the client went away before that


RECORDS: defaultdict[str, list[Record]] = defaultdict(list)


class AnswerStream(Response):
    """A server-sent-events answer that keeps its pace and notices a client that leaves."""

    def __init__(self, bodies: list[bytes], pace: Pace, record: Record) -> None:
        super().__init__(media_type="text/event-stream")
        del self.headers["content-length"]
        self._bodies = bodies
        self._pace = pace
        self._record = record
        self._left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        watcher = asyncio.create_task(self._watch(receive))
        try:
            await self._send_all(send)
        finally:
            watcher.cancel()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        if self._record.finished is None:
            self._record.closed = time.time()
        self._left.set()

    async def _send_all(self, send: Send) -> None:
        """Send each chunk when it is due by the clock, so that a late one delays no other."""
        start = time.monotonic()
        for index, body in enumerate(self._bodies):
            await self._wait(start + self._pace.due(index) - time.monotonic())
            if self._left.is_set():
                return
            self._record.sent.append(time.time())
            await send({"type": "http.response.body", "body": body, "more_body": True})
        self._record.finished = time.time()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _wait(self, seconds: float) -> None:
        if seconds < 1:
            await asyncio.sleep(max(seconds, 0))  # also lets the other streams send
            return
        try:
            async with asyncio.timeout(seconds):
                await self._left.wait()
        except TimeoutError:
            return


def _model(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": name,
        "description": "A stand-in of the benchmark's mock server.",
        "inputTokenLimit": 1048576,
        "outputTokenLimit": 65536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "temperature": 1.0,
        "maxTemperature": 2.0,
        "topP": 0.95,
        "topK": 64,
        "thinking": True,
    }


def _reply(model: str, text: str, tokens: int) -> dict[str, Any]:
    """A GenerateContentResponse, with the fields the API sends with every chunk."""
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    usage = {"promptTokenCount": 16, "candidatesTokenCount": tokens, "totalTokenCount": 16 + tokens}
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": model,
        "responseId": "bench",
    }


def _texts(body: dict[str, Any]) -> list[str]:
    contents = body.get("contents") or body.get("generateContentRequest", {}).get("contents", [])
    return [part.get("text", "") for content in contents for part in content.get("parts", [])]


async def list_models(_: Request) -> Response:
    """GET models: one page with all of them."""
    return JSONResponse({"models": [_model(name) for name in MODELS]})


async def get_model(request: Request) -> Response:
    """GET models/{model}: any name is a model here."""
    return JSONResponse(_model(request.path_params["model"]))


async def call_model(request: Request) -> Response:
    """POST models/{model}:{method} for the three methods a chat uses."""
    model, _, method = request.path_params["call"].partition(":")
    texts = _texts(await request.json())
    pace_name, tag = read_prompt(texts[-1] if texts else "")
    pace = PACES[pace_name]
    match method:
        case "streamGenerateContent":
            record = Record()
            RECORDS[tag].append(record)
            return AnswerStream(_events(model, tag, pace.chunks), pace, record)
        case "generateContent":
            text = "".join(chunks(tag, pace.chunks))
            return JSONResponse(_reply(model, text, len(text) // 4))
        case "countTokens":
            return JSONResponse({"totalTokens": sum(map(len, texts)) // 4})
    error = {"code": 404, "message": f"No method {method}.", "status": "NOT_FOUND"}
    return JSONResponse({"error": error}, status_code=404)


def _events(model: str, tag: str, count: int) -> list[bytes]:
    return [event.replace(UNTAGGED.encode(), tag.encode()) for event in _untagged(model, count)]


@cache
def _untagged(model: str, count: int) -> list[bytes]:
    """The events of an answer, built once: 30 requests at once must not wait for each other."""
    texts = chunks(UNTAGGED, count)
    replies = [_reply(model, text, 10 * (i + 1)) for i, text in enumerate(texts)]
    replies[-1]["candidates"][0]["finishReason"] = "STOP"
    return [f"data: {json.dumps(reply)}\r\n\r\n".encode() for reply in replies]


async def answers(request: Request) -> Response:
    """GET bench/answers/{tag}: what the server saw of the streams with this tag."""
    return JSONResponse([asdict(record) for record in RECORDS[request.path_params["tag"]]])


app = Starlette(
    routes=[
        Route("/{version}/models", list_models),
        Route("/bench/answers/{tag}", answers),
        Route("/{version}/models/{model}", get_model),
        Route("/{version}/models/{call}", call_model, methods=["POST"]),
    ]
)


def main() -> None:
    """Serve on loopback until terminated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
