"""What went over the wire: the request as it was sent, the response chunk by chunk with times.

Plain records, filled by the HTTP clients in `gemini.api.http` and shown by the inspector. They
never hold a secret: keys are masked before they get here.
"""

import codecs
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gemini.api.redaction import hidden_in_json
from gemini.api.surrogates import whole

BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")  # either alphabet
MEDIA_NAMES = frozenset({"data", "bytesBase64Encoded"})  # the latter of Imagen and Veo
LONG_DATA = 256  # characters of base64 that are still shown as they are
LONG_VECTOR = 32  # numbers in a row that are still shown as they are
EVENT_END = b"\r\n\r\n"


@dataclass
class Chunk:
    """A piece of the response body as it arrived, `at` seconds after its request left."""

    at: float
    data: bytes


@dataclass
class Exchange:
    """One attempt: a request and what came back. `status` is None when nothing did.

    `secrets` are not shown, where a server repeats them.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    response_headers: dict[str, str] = field(default_factory=dict)
    chunks: list[Chunk] = field(default_factory=list)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def decoded_chunks(self) -> Iterator[Chunk]:
        """The chunks without their transfer's compression."""
        encoding = self.response_headers.get("content-encoding", "")
        if encoding not in {"gzip", "deflate"}:
            yield from self.chunks
            return
        inflate = zlib.decompressobj(wbits=47)  # 47: gzip or zlib, found by the header
        for chunk in self.chunks:
            yield Chunk(chunk.at, inflate.decompress(chunk.data))

    def events(self) -> list[tuple[float, Any]]:
        """The events of a streamed body: (seconds, parsed JSON or the raw text) each.

        They are read as the SDK is given them, without comments and names of events. An event's
        time is that of the chunk that completed it. A body that was not streamed is one event.
        """
        stream, events, at = EventStream(), [], 0.0
        chunks = list(self.decoded_chunks())
        for chunk in chunks:
            complete, at = stream.feed(chunk.data), chunk.at
            if not stream.plain:
                events += [(at, self._shown(event)) for event in complete.split(EVENT_END) if event]
        last = stream.end() or stream.cut
        events += [(at, self._shown(event)) for event in last.split(EVENT_END) if event]
        body = b"".join(chunk.data for chunk in chunks)
        return events or ([(at, self._shown(body))] if body.strip() else [])

    def _shown(self, body: bytes) -> Any:
        return shown_json(hidden_in_json(body, self.secrets) if self.secrets else body)


def shown_json(body: bytes) -> Any:
    """A JSON body for people: long base64 shown as its size, all else as it was sent.

    Of a long list of numbers the first ones are shown, and how many there are.

    A leading `data: ` of an event stream is passed over. What isn't JSON comes back as text.
    """
    text = body.decode("utf-8", "replace").removeprefix("data: ")
    try:
        return _elided(whole(json.loads(text))) if text else None
    except (ValueError, RecursionError):  # the latter: nested too deeply to be shown
        return whole(text)


class EventStream:
    """Server-sent events read by the standard and written anew as the SDK reads them.

    The SDK takes any line that doesn't begin with `data: ` for a piece of JSON, so a comment that
    a gateway sends to keep the connection open would end the answer. What comes out is one
    `data: ` line for each event and nothing else; `[DONE]`, with which others end, is left out.
    A body that is plain JSON, an error say, is passed on as it is.
    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    """

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._events: bool | None = None  # None: nothing has come that would tell

    @property
    def plain(self) -> bool:
        """Whether the body is no event stream but JSON, passed on as it is."""
        return self._events is False

    @property
    def cut(self) -> bytes:
        """After `end`: the data of an event that the body broke off in."""
        return b" ".join(self._data)

    def feed(self, data: bytes) -> bytes:
        """Take a piece of the body; the events that it completes."""
        if self._events is None:
            begin = (self._rest + data).removeprefix(codecs.BOM_UTF8).lstrip()
            if not begin:
                self._rest += data
                return b""
            self._events = not begin.startswith((b"{", b"["))
        if self._events is False:
            data, self._rest = self._rest + data, b""
            return data
        data = self._rest + data
        held = b"\r" if data.endswith(b"\r") else b""  # its line feed may come with the next piece
        text = data.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = text.split(b"\n")
        self._rest = rest + held
        return b"".join(map(self._take, lines))

    def end(self) -> bytes:
        """The last event, where the body ended without the blank line behind it."""
        rest, self._rest = self._rest.removesuffix(b"\r"), b""
        if not self._events:
            return rest
        complete = self._take(rest)
        try:
            json.loads(self.cut)
        except ValueError:  # cut off in the middle: what came before it stands
            return complete
        return complete + self._take(b"")

    def _take(self, line: bytes) -> bytes:
        if line:
            name, _, value = line.removeprefix(codecs.BOM_UTF8).partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" "))
            return b""
        data, self._data = b" ".join(self._data), []
        return b"" if data.strip() in {b"", b"[DONE]"} else b"data: " + data + EVENT_END


def _elided(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _elided_data(v) if k in MEDIA_NAMES else _elided(v) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) > LONG_VECTOR and all(isinstance(v, int | float) for v in value):
        return [*value[: LONG_VECTOR // 4], f"<{len(value):,} numbers>"]
    return [_elided(v) for v in value]


def _elided_data(value: Any) -> Any:
    if not isinstance(value, str) or len(value) <= LONG_DATA:
        return _elided(value)
    if not BASE64.fullmatch(value):
        return value
    size = len(value.rstrip("=")) * 3 // 4
    return f"<{size:,} bytes as base64>"
