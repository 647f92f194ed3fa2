"""A call of Google's SDK in JavaScript or TypeScript: its literals are read, nothing is run.

Objects, lists, texts, numbers, names that were given such a value before and the SDK's enumerations
are read (https://googleapis.github.io/js-genai/). What only a running program knows is named.
"""

import re
from typing import Any

from gemini.importing.fields import config_of, contents_of, shown
from gemini.importing.rest import chat_of, checked_request, interaction_of
from gemini.importing.result import ImportResult, Notes, NotImportableError
from gemini.plain import mapping

KIND = "a JavaScript call"
CALL = re.compile(r"\.(generateContent(?:Stream)?|interactions\s*\.\s*create(?=\(\s*\{))\s*\(")
NAMED = re.compile(r"\b(?:const|let|var)\s+([\w$]+)(?:\s*:\s*[\w.<>\[\]]+)?\s*=\s*")
API_KEY = re.compile(r"\bapiKey\s*:\s*(['\"`])(.+?)\1")
TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
      | (?P<number>-?(?:0x[0-9a-fA-F]+|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+)n?)
      | (?P<name>[A-Za-z_$][\w$]*(?:\s*\??\.\s*[A-Za-z_$][\w$]*)*)
      | (?P<mark>\.\.\.|=>|.)""",
    re.VERBOSE | re.DOTALL,
)
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "\n": ""}
DEEPEST = 100  # literals in each other
MOST_STEPS = 500_000


class _UnreadError(Exception):
    """An expression that isn't a literal."""


def looks_like_javascript(text: str) -> bool:
    """Whether a text may be such a call."""
    return bool(CALL.search(text))


def read_javascript(text: str) -> ImportResult:
    """The request that the first call in a text makes.

    Raises:
        NotImportableError: there is no such call, or it can't be read.
    """
    match = CALL.search(text)
    if match is None:
        raise NotImportableError("no call of generateContent or interactions.create is in it")
    notes = Notes()
    reader = _LiteralReader(text, notes)
    given = mapping(reader.at(match.end()))
    if not given:
        raise NotImportableError("the arguments of the call aren't an object that can be read")
    given = notes.without_keys(given)
    for key in API_KEY.findall(text):
        notes.key(key[1])
    if match[1].startswith("interactions"):
        request = interaction_of(given, notes)
        return ImportResult(KIND, (chat_of(request),), notes.lines, request)
    model = str(given.get("model") or "")
    contents = contents_of(given.get("contents") or [], notes)
    config = config_of(mapping(given.get("config")), notes)
    request = checked_request(model, contents, config, notes)
    return ImportResult(KIND, (chat_of(request),), notes.lines, request)


class _LiteralReader:
    """Reads the literal at a place of a text; a name stands for what it was given."""

    def __init__(self, text: str, notes: Notes) -> None:
        self._text = text
        self._notes = notes
        self._named = {match[1]: match.end() for match in NAMED.finditer(text)}
        self._at = self._depth = self._steps = 0

    def at(self, place: int) -> Any:
        """The value of the literal that begins there; None, and a note, where it is none."""
        before, self._at = self._at, place
        try:
            return self._expression()
        except _UnreadError as error:
            self._notes.add(f"Left out: {shown(str(error))}, which only the running program knows.")
            return None
        finally:
            self._at = before

    def _next(self, *, take: bool = True) -> tuple[str, str]:
        """The kind and text of the next written that isn't space; it is passed if taken."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise NotImportableError("it is too long")
        at = self._at
        while match := TOKEN.match(self._text, at):
            if match.lastgroup != "space":
                if take:
                    self._at = match.end()
                return str(match.lastgroup), match[0]
            at = match.end()
        return "end", ""

    def _expression(self) -> Any:
        """A literal, or several added to each other."""
        if self._depth >= DEEPEST:
            raise NotImportableError("it is nested too deeply")
        self._depth += 1
        try:
            value = self._value()
            while self._next(take=False) == ("mark", "+"):
                self._next()
                other = self._value()
                if not (isinstance(value, str) and isinstance(other, str)):
                    raise _UnreadError("a sum")
                value += other
        finally:
            self._depth -= 1
        if self._next(take=False)[1] not in {",", "}", "]", ")", ";", "", "as"} and not (
            self._follows_line_end()
        ):
            raise _UnreadError(self._rest(self._at))
        return value

    def _follows_line_end(self) -> bool:
        """Whether the next written is on another line, where a statement may end."""
        match = re.compile(r"\s*").match(self._text, self._at)
        return bool(match and "\n" in match[0])

    def _value(self) -> Any:
        start = self._at
        kind, written = self._next()
        if kind == "text":
            return self._string(written)
        if kind == "number":
            plain = written.replace("_", "").removesuffix("n")
            whole = re.fullmatch(r"-?\d+", plain)
            return int(plain, 0) if "x" in plain else int(plain) if whole else float(plain)
        if written == "{":
            return self._object()
        if written == "[":
            return self._list()
        if kind == "name":
            return self._name(re.sub(r"\s", "", written), start)
        raise _UnreadError(self._rest(start))

    def _object(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while (written := self._next())[1] != "}":
            kind, text = written
            if text == ",":
                continue
            if text == "[":  # `["__proto__"]: ...`
                kind, text = self._next()
                kind = kind if self._next()[1] == "]" else ""
            if kind not in {"name", "text", "number"}:
                self._skip(self._at - len(text))
                continue
            name = self._string(text) if kind == "text" else text
            if self._next(take=False)[1] == ":":
                self._next()
                self._put(result, name)
            elif name in self._named:  # `{ contents }`
                result[name] = self.at(self._named[name])
            else:
                self._skip(self._at - len(text))
        return result

    def _put(self, result: dict[str, Any], name: str) -> None:
        start = self._at
        try:
            result[name] = self._expression()
        except _UnreadError:
            self._at = start
            self._skip(start, name)

    def _list(self) -> list[Any]:
        result: list[Any] = []
        while self._next(take=False)[1] not in {"]", ""}:
            if self._next(take=False)[1] == ",":
                self._next()
                continue
            start = self._at
            try:
                result.append(self._expression())
            except _UnreadError:
                self._at = start
                self._skip(start)
        self._next()
        return result

    def _skip(self, start: int, name: str = "") -> None:
        """Pass what can't be read, up to the comma or the bracket after it, and say so."""
        self._pass()
        what = shown(" ".join(self._text[start : self._at].split()))
        what = f"“{name}” ({what})" if name else what
        self._notes.add(f"Left out: {what}, which only the running program knows.")

    def _pass(self) -> None:
        depth = 0
        while True:
            kind, written = self._next(take=False)
            if kind == "end":
                raise NotImportableError("it ends before it is complete")
            if depth == 0 and written in {",", "}", "]", ")"}:
                return
            depth += (written in {"{", "[", "("}) - (written in {"}", "]", ")"})
            self._next()

    def _name(self, name: str, start: int) -> Any:
        if name in WORDS:
            return WORDS[name]
        if self._next(take=False)[1] == "(":
            return self._call(name, start)
        if name in self._named and self._depth < DEEPEST:
            place = self._named.pop(name)  # within its own value it is unknown
            try:
                return self.at(place)
            finally:
                self._named[name] = place
        last = name.rpartition(".")[2]
        if "." in name and last.isupper():
            return last  # of one of the SDK's enumerations
        raise _UnreadError(name)

    def _call(self, name: str, start: int) -> Any:
        """What the SDK's own functions make; others only the program knows."""
        if name not in {"createUserContent", "createModelContent", "createPartFromText",
                        "createPartFromUri"}:  # fmt: skip
            raise _UnreadError(self._rest(start))
        self._next()
        given: list[Any] = []
        while self._next(take=False)[1] not in {")", ""}:
            if self._next(take=False)[1] == ",":
                self._next()
            else:
                given.append(self._expression())
        self._next()
        if name == "createPartFromText":
            return {"text": given[0] if given else ""}
        if name == "createPartFromUri":
            return {"fileData": dict(zip(("fileUri", "mimeType"), given, strict=False))}
        parts = given[0] if given and isinstance(given[0], list) else given
        return {"role": "model" if "Model" in name else "user", "parts": parts}

    def _string(self, written: str) -> str:
        if written[0] == "`" and re.search(r"(?<!\\)\$\{", written):
            raise _UnreadError(written)
        return re.sub(
            r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)",
            _escaped,
            written[1:-1],
            flags=re.DOTALL,
        )

    def _rest(self, start: int) -> str:
        """What stands there, for a sentence."""
        return " ".join(self._text[start : start + 80].split()).split(",")[0] or "its end"


def _escaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number < 0x110000 else "�"
    return ESCAPES.get(code, code)
