"""A curl command as it is copied from Google's docs, AI Studio, a browser or the Code tab here.

Read as text, never run: variables, here-documents and files written by `cat` are looked up in the
text itself. Where the shapes were read: https://ai.google.dev/gemini-api/docs/text-generation
(REST), "Get code" of AI Studio (`cat << EOF > request.json`, then `-d '@request.json'`), Chromium's
"Copy as cURL (bash)" (`$'...'`), and `gemini.codegen.curl`.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from gemini.importing.rest import chat_of, request_of
from gemini.importing.result import ImportResult, Notes, NotImportableError, json_of
from gemini.structured.mending import mended

KIND = "a curl command"
BEGINS = re.compile(r"(?:^[ \t]*(?:\$[ \t]+)?|[;|&(][ \t]*)curl(?:\.exe)?\s", re.MULTILINE)
HERE_DOCUMENT = re.compile(
    r"<<(?P<tab>-?)[ \t]*(?P<quote>['\"]?)(?P<word>\w+)(?P=quote)(?P<rest>[^\n]*)\n"
    r"(?P<body>.*?)^[\t]*(?P=word)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?(\w+)=(\"[^\"\n]*\"|'[^'\n]*'|[^\s;]*)", re.MULTILINE)
VARIABLE = re.compile(r"\$\{(\w+)(?:[:%#?+-][^}]*)?\}|\$(\w+)")
COMMAND = re.compile(r"\$\([^()\n]*\)")
ANSI_QUOTED = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
DATA = {"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--data-urlencode"}
VALUED = {"-X", "--request", "-o", "--output", "-A", "--user-agent", "-e", "-m", "--max-time",
          "--connect-timeout", "--retry", "-w", "--cacert", "-x", "--proxy"}  # fmt: skip
SIGNS_IN = {"-u", "--user", "--oauth2-bearer", "-b", "--cookie"}
SECRET_HEADERS = {"x-goog-api-key", "authorization", "cookie", "proxy-authorization"}


@dataclass
class _Command:
    """What a command says: an address, headers, and the data in their order."""

    urls: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)


def looks_like_curl(text: str) -> bool:
    """Whether a text has a command of curl in it."""
    return bool(BEGINS.search(text))


def read_curl(text: str) -> ImportResult:
    """The request that a command sends.

    Raises:
        NotImportableError: the command can't be read, or asks for something else.
    """
    notes = Notes()
    documents: list[str] = []
    plain = HERE_DOCUMENT.sub(lambda m: _document(m, documents), _bash(text))
    files = {name: documents[number] for name, number in _written(plain)}
    variables = {name: value.strip("'\"") for name, value in ASSIGNMENT.findall(plain)}
    command = _command(plain)
    for header in command.headers:
        name, _, value = header.partition(":")
        if name.strip().lower() in SECRET_HEADERS:
            notes.key(_filled(value, variables))
    for secret in command.secrets:
        notes.key(_filled(secret, variables))
    url = next((u for u in (_filled(u, variables) for u in command.urls) if "/" in u), "")
    if not url:
        raise NotImportableError("the command has no address")
    body = "".join(_content(each, files, documents, notes) for each in command.data)
    if not body.strip():
        raise NotImportableError("the command sends no data, or reads it from a file")
    request = request_of(url, json_of(mended(body)), notes)  # AI Studio writes commas at ends
    return ImportResult(KIND, (chat_of(request),), notes.lines, request)


def _bash(text: str) -> str:
    """The command as bash has it: without prompts, Windows' `^`, and C's escapes in `$'...'`."""
    text = text.replace("\r\n", "\n")
    if re.search(r"\^\s*$", text, re.MULTILINE) and "\\\n" not in text:
        text = re.sub(r"\^(.)", r"\1", re.sub(r"\^\s*\n", " ", text))
    return ANSI_QUOTED.sub(lambda m: shlex.quote(_unescaped(m[1])), text)


def _unescaped(text: str) -> str:
    """The text of C's escapes: `\\n`, `\\'`, `\\u00e9`."""
    plain = {"n": "\n", "t": "\t", "r": "\r"}

    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "ux" else plain.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", one, text, flags=re.DOTALL)


def _document(match: re.Match[str], documents: list[str]) -> str:
    """Takes a here-document out; its number stays where it stood."""
    body = match["body"]
    if not match["quote"]:  # the shell takes these backslashes away
        body = re.sub(r"\\([\\$`])", r"\1", body)
    documents.append(body)
    return f"<<{len(documents) - 1}{match['rest']}\n"


def _written(text: str) -> Iterator[tuple[str, int]]:
    """The files that `cat` writes, with the number of the here-document in each."""
    for name, number in re.findall(r"cat\s*>\s*['\"]?([\w./-]+)['\"]?\s*<<(\d+)", text):
        yield name.removeprefix("./"), int(number)
    for number, name in re.findall(r"cat\s*<<(\d+)\s*>\s*['\"]?([\w./-]+)", text):
        yield name.removeprefix("./"), int(number)


def _command(text: str) -> _Command:
    """The first command of curl in a text.

    Raises:
        NotImportableError: its quotes don't match.
    """
    match = BEGINS.search(text)
    assert match is not None
    line = text[match.start() :].lstrip(" \t\n;|&($")
    shell: list[str] = []

    def stand_in(command: re.Match[str]) -> str:
        shell.append(command[0])
        return f"__command_{len(shell) - 1}__"

    line = COMMAND.sub(stand_in, line).replace("\\\n", " ")
    lexer = shlex.shlex(line, posix=True, punctuation_chars="\n;|&")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    words: list[str] = []
    try:
        for word in lexer:
            if word and not word.strip("\n;|&"):
                break
            words.append(re.sub(r"__command_(\d+)__", lambda m: shell[int(m[1])], word))
    except ValueError as error:
        raise NotImportableError("its quotes don't match: was it copied to its end?") from error
    return _options(words[1:])


def _options(words: list[str]) -> _Command:
    command = _Command()
    rest = iter(words)
    for word in rest:
        name, _, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("--") and word[:2] in {"-d", "-H", "-X"} and len(word) > 2:
            name, value = word[:2], word[2:]
        if name in DATA:
            command.data.append(value or next(rest, ""))
        elif name in {"-H", "--header"}:
            command.headers.append(value or next(rest, ""))
        elif name == "--url":
            command.urls.append(value or next(rest, ""))
        elif name in SIGNS_IN:
            command.secrets.append(value or next(rest, ""))
        elif name in VALUED:
            _ = value or next(rest, "")
        elif word.startswith("<<"):
            command.data = [word if each.startswith("@-") else each for each in command.data]
        elif not word.startswith("-"):
            command.urls.append(word)
    return command


def _filled(text: str, variables: dict[str, str]) -> str:
    """The text with the variables that the command's own lines set."""
    return VARIABLE.sub(lambda m: variables.get(m[1] or m[2], m[0]), text)


def _content(data: str, files: dict[str, str], documents: list[str], notes: Notes) -> str:
    """What is sent for one option of data: itself, a here-document, a file written before."""
    if re.fullmatch(r"<<\d+", data):
        return documents[int(data[2:])]
    if not data.startswith("@"):
        return data
    name = data[1:].removeprefix("./")
    if name in files:
        return files[name]
    notes.add(f"Missing: the file {name}, which the command reads.")
    raise NotImportableError(f"its data is in a file, {name}: paste the content of that too")
