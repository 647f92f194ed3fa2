"""JSON read out of whatever a model wrote: prose around it, small mistakes in it, its end missing.

One pass over the text with a stack, so the time grows with the length and nothing is nested too
deep for it. What is outside brackets is prose and passed over, code fences included.
"""

import json
import re
from typing import Any, NamedTuple

_TOKEN = re.compile(
    r"""\s*+(?P<token>
      (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+(?P<closed>"?))
    | (?P<single>'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+(?P<matched>'?))
    | [\[\]{}:,]
    | (?:<(?:start_of_mask|end_of_mask|seg_\d++)>)++
    | [^\s"'\[\]{}:,<]++
    | <
    )""",
    re.VERBOSE | re.DOTALL,
)
_OPENING = re.compile(r"[\[{]")
_NUMBER = re.compile(r"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+")
_LITERALS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}


class CutArray(list[Any]):
    """An array whose end is missing: what it holds is complete but for the last element."""


class CutObject(dict[str, Any]):
    """An object whose end is missing: its own fields can't be trusted, what it holds can."""


class Found(NamedTuple):
    """The arrays and objects of a text in their order; `cut` when the last one has no end."""

    values: list[Any]
    cut: bool


def read(text: str) -> Found:
    """Every array and object in `text`, however deep the prose around them.

    A whole text that is JSON is taken as it is. Otherwise trailing commas, single quotes, bare
    words, Python's literals and raw line breaks in strings are taken too; what lacks its end is a
    `CutArray` or a `CutObject`.
    """
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _Reader().read(text)
    if isinstance(value, str) and _OPENING.search(value):
        return _Reader().read(value)  # JSON that was put into a JSON string
    return Found([value], cut=False)


class _Open:
    """A container that has not been closed yet."""

    __slots__ = ("key", "prose", "value")

    def __init__(self, value: list[Any] | dict[str, Any]) -> None:
        self.value = value
        self.key: str | None = None
        self.prose = False  # bare words in an array: a bracket of a sentence, not of JSON

    def put(self, value: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is None and isinstance(value, str):
            self.key = value
        elif self.key is None and isinstance(value, list | dict):
            self.value.setdefault("", []).append(value)
        elif self.key is not None:
            self.value[self.key] = value
            self.key = None


class _Reader:
    """The state of one pass: what is open, and what has been found."""

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.open = {list: 0, dict: 0}
        self.values: list[Any] = []
        self.cut_string = False

    def read(self, text: str) -> Found:
        at = 0
        while match := (_TOKEN.match if self.stack else _OPENING.search)(text, at):
            at = match.end()
            if not self.stack:
                self._start(match[0])
            elif match["string"]:
                self._quoted(match["string"], closed=bool(match["closed"]))
            elif match["single"] and match["matched"]:
                self.stack[-1].put(match["single"][1:-1])
            else:
                self._take(match["token"])
        return self._finish()

    def _take(self, token: str) -> None:
        match token:
            case "[" | "{":
                self._start(token)
            case "]":
                self._close(list)
            case "}":
                self._close(dict)
            case ",":
                self.stack[-1].key = None
            case ":":
                pass  # the key is already waiting for its value
            case _:
                self._word(token)

    def _start(self, bracket: str) -> None:
        kind = list if bracket == "[" else dict
        self.open[kind] += 1
        self.stack.append(_Open(kind()))

    def _quoted(self, token: str, *, closed: bool) -> None:
        if closed:
            self.stack[-1].put(_string(token))
        else:
            self.cut_string = True

    def _word(self, token: str) -> None:
        top = self.stack[-1]
        if _NUMBER.fullmatch(token):
            top.put(float(token))
        elif token in _LITERALS:
            top.put(_LITERALS[token])
        else:
            top.prose = top.prose or isinstance(top.value, list)
            top.put(token)

    def _close(self, kind: type[list[Any]] | type[dict[str, Any]]) -> None:
        """Closes the innermost open container of `kind`, and those inside it that lack an end."""
        if not self.open[kind]:
            return  # a bracket that closes nothing
        while True:
            value = self._pop().value
            self._attach(value)
            if isinstance(value, kind):
                return

    def _pop(self) -> _Open:
        frame = self.stack.pop()
        self.open[list if isinstance(frame.value, list) else dict] -= 1
        return frame

    def _attach(self, value: Any) -> None:
        if self.stack:
            self.stack[-1].put(value)
        else:
            self.values.append(value)

    def _finish(self) -> Found:
        cut = self.cut_string or any(not frame.prose for frame in self.stack)
        while self.stack:
            value = self._pop().value
            self._attach(CutObject(value) if isinstance(value, dict) else CutArray(value))
        return Found(self.values, cut)


def _string(token: str) -> str:
    try:
        return json.loads(token, strict=False)
    except ValueError:  # an escape that JSON doesn't know
        return token[1:-1]
