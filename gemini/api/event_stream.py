"""Server-sent events, read by the standard."""

import codecs
import json

EVENT_END = b"\r\n\r\n"


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
