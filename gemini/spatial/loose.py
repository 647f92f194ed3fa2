"""JSON read out of whatever a model wrote: prose around it, small mistakes in it, its end missing.

One pass over the text with a stack, so the time grows with the length and nothing is nested too
deep for it. What is outside brackets is prose and passed over, code fences included.

Not a library: json-repair swallows the next box where a label holds one inch mark, and doesn't
tell a list that was cut from one that is complete.
"""

import json
import re
from typing import Any, NamedTuple

_TOKEN = re.compile(
    r"""\s*+(?P<token>
      "
    | (?<!\w)'
    | [\[\]{}:,]
    | (?:<(?:start_of_mask|end_of_mask|seg_\d++)>)++
    | [^\s"'\[\]{}:,<]++
    | [<']
    )""",
    re.VERBOSE | re.DOTALL,
)
_OPENING = re.compile(r"[\[{]")
_NUMBER = re.compile(r"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+")
_LITERALS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}

_TO_QUOTE = {
    '"': re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL),
    "'": re.compile(r"[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'", re.DOTALL),
}
_ENDS_KEY = re.compile(r"\s*+(?:[:,\]}]|\Z)")
_ENDS_VALUE = re.compile(r"""\s*+(?:[,\]}]|\Z|["'][\w ]{1,40}["']\s*+:)""")  # or lacks a comma
_COLON = re.compile(r"\s*+:")
_KEY = re.compile(r"""[\w ]{1,40}["']\s*+:""")
_KEY_LEFT_OPEN = re.compile(r"[A-Za-z_]\w*+(?=\s*+:\s*+[\[{])")
_BARE = re.compile(r"""[^"\[\]{},\n]*+["']?(?=\s*+(?:[,\]}]|\Z))""")
_BETWEEN_ITEMS = " \t\r\n,[]{}"
_DEEP = 10  # brackets, more than any reply about a picture needs


class CutArray(list[Any]):
    """An array whose end is missing: what it holds is complete but for the last element."""


class CutObject(dict[str, Any]):
    """An object whose end is missing: its own fields can't be trusted, what it holds can."""


class LooseJson(NamedTuple):
    """The arrays and objects of a text in their order.

    `cut` when the last one has no end; `strict` when the text is JSON as it stands.
    """

    values: list[Any]
    cut: bool
    strict: bool


def read(text: str) -> LooseJson:
    """Every array and object in `text`, however deep the prose around them.

    A whole text that is JSON is taken as it is. Otherwise trailing commas, single quotes, bare
    words, Python's literals, raw line breaks and quotation marks in strings are taken too, and a
    quotation mark, comma or bracket may be missing. What lacks its end is a `CutArray` or a
    `CutObject`.
    """
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _BoxReader(text).read()
    if isinstance(value, str) and _OPENING.search(value):
        return _BoxReader(value).read()  # JSON that was put into a JSON string
    return LooseJson([value], cut=False, strict=True)


class _Open:
    """A container that has not been closed yet."""

    __slots__ = ("key", "prose", "value")

    def __init__(self, value: list[Any] | dict[str, Any]) -> None:
        self.value = value
        self.key: str | None = None
        self.prose = False  # bare words in an array: a bracket of a sentence, not of JSON

    @property
    def wants_value(self) -> bool:
        """Whether this is an object and a key waits for its value."""
        return self.key is not None

    def put(self, value: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is None and isinstance(value, str):
            self.key = value
        elif self.key is None and isinstance(value, list | dict):
            keyless = self.value.setdefault("", [])
            if isinstance(keyless, list):
                keyless.append(value)
        elif self.key is not None:
            self.value[self.key] = value
            self.key = None


class _BoxReader:
    """The state of one pass: what is open, and what has been found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []
        self.open = {list: 0, dict: 0}
        self.values: list[Any] = []
        self.cut_string = False

    def read(self) -> LooseJson:
        at = 0
        while match := (_TOKEN.match if self.stack else _OPENING.search)(self.text, at):
            token = match["token"] if self.stack else match[0]
            at = self._take(token, match.end())
        return self._finish()

    def _take(self, token: str, after: int) -> int:
        """Takes one token, and where the next begins."""
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
            case '"':
                return self._quoted(token, after)
            case "'" if self._opens_string(after):
                return self._quoted(token, after)
            case _:
                return self._word(token, after)
        return after

    def _opens_string(self, after: int) -> bool:
        """Whether a single quote is more than an apostrophe in prose."""
        before = self.text[after - 2 : after - 1]
        return not before.isalnum() and _TO_QUOTE["'"].match(self.text, after) is not None

    def _start(self, bracket: str) -> None:
        kind = list if bracket == "[" else dict
        top = self.stack[-1] if self.stack else None
        if (
            kind is dict
            and top
            and isinstance(top.value, dict)
            and top.value
            and not top.wants_value
        ):
            self._close(dict)  # an object among the keys of another, which lacks its end
        self.open[kind] += 1
        self.stack.append(_Open(kind()))

    def _quoted(self, quote: str, start: int) -> int:
        """Takes the string that begins at `start`, and where it ends.

        A quotation mark ends it only where JSON goes on behind it, so one in a label doesn't. A
        mark that is missing is put where the next key or the last bracket begins.
        """
        text, top = self.text, self.stack[-1]
        ends = _ENDS_VALUE if top.wants_value else _ENDS_KEY
        at = start
        while match := _TO_QUOTE[quote].match(text, at):
            at = match.end()
            if top.wants_value and (end := _before_next_key(text, start, at)):
                return self._put(text[start:end], end)
            if ends.match(text, at):
                if not top.wants_value and isinstance(top.value, dict):
                    left_open = _KEY_LEFT_OPEN.match(text, start, at)
                    if left_open:
                        return self._put(left_open[0], left_open.end())
                return self._put(_string(text[start : at - 1]), at)
        if end := self._before_last_brackets(start):
            return self._put(text[start:end], end)
        self.cut_string = True
        return len(text)

    def _put(self, string: str, end: int) -> int:
        top = self.stack[-1]
        in_object = len(self.stack) > 1 and isinstance(self.stack[-2].value, dict)
        if isinstance(top.value, list) and in_object and _COLON.match(self.text, end):
            self._close(list)  # a key inside an array, which lacks its end
        self.stack[-1].put(string)
        return end

    def _before_last_brackets(self, start: int) -> int | None:
        """Where a string without an end stops if the text closes all that is open, else None."""
        if len(self.stack) > _DEEP:
            return None
        rest = self.text[start:].rstrip("` \t\r\n")
        for frame in self.stack:
            closing = "]" if isinstance(frame.value, list) else "}"
            if not rest.endswith(closing):
                return None
            rest = rest[:-1].rstrip()
        return start + len(rest)

    def _word(self, token: str, after: int) -> int:
        top = self.stack[-1]
        if _NUMBER.fullmatch(token):
            top.put(float(token))
        elif token in _LITERALS:
            top.put(_LITERALS[token])
        elif top.wants_value and (bare := _BARE.match(self.text, after)):
            top.put((token + bare[0]).rstrip("\"' \t\r"))
            return bare.end()
        else:
            top.prose = top.prose or isinstance(top.value, list)
            top.put(token)
        return after

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

    def _finish(self) -> LooseJson:
        cut = self.cut_string or any(not frame.prose for frame in self.stack)
        while self.stack:
            value = self._pop().value
            self._attach(CutObject(value) if isinstance(value, dict) else CutArray(value))
        return LooseJson(self.values, cut, strict=False)


def _before_next_key(text: str, start: int, after: int) -> int | None:
    """Where a text value stops if the quote before `after` begins the next key, else None."""
    before = text[max(start, after - 20) : after - 1]
    gap = len(before) - len(before.rstrip(_BETWEEN_ITEMS))
    if not before.rstrip().endswith((",", "{")) or not _KEY.match(text, after):
        return None
    return after - 1 - gap


def _string(token: str) -> str:
    """What a string says; `token` is what stands between its quotation marks."""
    if "\\" not in token:
        return token
    inner = re.sub(r'(?<!\\)"', r"\"", token).replace("\\'", "'")
    try:
        return json.loads(f'"{inner}"', strict=False)
    except ValueError:  # an escape that JSON doesn't know
        return token
