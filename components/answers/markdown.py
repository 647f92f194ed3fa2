"""Model text on its way to `st.markdown`: shown as written, in blocks that need no second look.

Streamlit's Markdown turns `$` into formulas, `:red[x]` into colour, `->` into an arrow, and loads
images from anywhere. A model that writes about prices, YAML or command lines means none of that.
And an element that grows with every chunk is sent again with every chunk, so the text is cut into
blocks: only the last one, still open, has to be sent again.
"""

import re
from collections.abc import Callable

WORD_JOINER = "\u2060"  # invisible; keeps two characters from being read as one symbol
SPLIT_LIST_FROM = 1200  # characters; a longer list is cut between two of its items

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.+?)(?<!`)\1(?!`)", re.DOTALL)
LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
MAYBE_LIST_ITEM = re.compile(r"[-*+]$|\d{1,9}[.)]?$")  # a line that has only just begun
RULE_OR_TABLE = re.compile(r"[\s|:\-=]+")
DOLLAR = re.compile(r"(\\*)\$")
IMAGE = re.compile(r"!\[([^\]]*)\]\(")
DIRECTIVE = re.compile(r":(?=[a-z-]+\[)")
SHORTCODE = re.compile(r":(?=[+\w/-]*[a-z][+\w/-]*:)")
SYMBOL = re.compile(r"-(?=>)|<(?=-)|(?<=.)[<>~](?==)|(?<!-)-(?=-(?!-))")


Link = Callable[[str], str]
"""Puts links into a piece of prose that is Markdown already."""


def shown(text: str, link: Link | None = None) -> str:
    """Markdown that makes Streamlit show a model's text as it was written.

    Headings, lists, tables, links and code stay Markdown. Images become links to them: showing
    one would tell its server what was asked. `link` is applied to all that isn't code.
    """
    result: list[str] = []
    prose: list[str] = []
    fence: str | None = None
    for line in text.split("\n"):
        found = FENCE.match(line)
        if fence is None and found:
            result += _prose(prose, link)
            prose, fence = [], found[1]
            result.append(line)
        elif fence is not None:
            result.append(line)
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = None
        else:
            prose.append(line)
    return "\n".join(result + _prose(prose, link))


def _prose(lines: list[str], link: Link | None) -> list[str]:
    """Lines outside of fenced code, escaped (and linked) but for their code spans."""
    if not lines:
        return []
    text, result, at = "\n".join(lines), "", 0
    for span in CODE_SPAN.finditer(text):
        result += _linked(text[at : span.start()], link) + span[0]
        at = span.end()
    return [result + _linked(text[at:], link)]


def _linked(text: str, link: Link | None) -> str:
    return link(_escaped(text)) if link else _escaped(text)


def _escaped(text: str) -> str:
    return "\n".join(
        line if RULE_OR_TABLE.fullmatch(line) else _escaped_line(line) for line in text.split("\n")
    )


def _escaped_line(line: str) -> str:
    line = DOLLAR.sub(lambda m: m[0] if len(m[1]) % 2 else m[1] + r"\$", line)
    line = IMAGE.sub(lambda m: f"[{m[1] or 'image'}](", line)
    line = DIRECTIVE.sub(r"\\:", line)
    line = SHORTCODE.sub(":" + WORD_JOINER, line)
    return SYMBOL.sub(lambda m: m[0] + WORD_JOINER, line)


class Splitter:
    """Cuts growing Markdown into blocks at places where each can stand alone.

    That is at a blank line outside of fenced code, unless what follows belongs to the list before
    it. The same text gives the same blocks, however it was cut into chunks. (A link reference
    defined in another block is not resolved; models hardly ever write one.)
    """

    def __init__(self) -> None:
        self._lines: list[str] = []  # of the open block, complete lines only
        self._partial = ""
        self._size = 0
        self._fence: str | None = None
        self._list = False
        self._blank = False

    @property
    def open(self) -> str:
        """The text of the block that is still growing."""
        return "\n".join([*self._lines, self._partial]).strip("\n")

    def feed(self, text: str) -> list[str]:
        """Take more text; the blocks that it completed, in order."""
        done: list[str] = []
        *complete, rest = (self._partial + text).split("\n")
        for line in complete:
            done += self._closed_before(line)
            self._take(line)
        self._partial = rest
        if rest and not MAYBE_LIST_ITEM.match(rest):
            self._partial = ""
            done += self._closed_before(rest)
            self._partial = rest
        return done

    def _closed_before(self, line: str) -> list[str]:
        """The open block as a list of one, if `line` begins another; else an empty list."""
        if not self._blank or self._fence or not line.strip() or line[0].isspace():
            return []
        if self._list and LIST_ITEM.match(line) and self._size < SPLIT_LIST_FROM:
            return []
        block = "\n".join(self._lines).strip("\n")
        self._lines, self._size = [], 0
        self._list = self._blank = False
        return [block] if block else []

    def _take(self, line: str) -> None:
        if not self._lines and not line.strip():
            return
        self._lines.append(line)
        self._size += len(line) + 1
        self._blank = not line.strip() and self._fence is None
        found = FENCE.match(line)
        if self._fence is not None:
            if found and found[1].startswith(self._fence) and not found[2].strip():
                self._fence = None
        elif found:
            self._fence = found[1]
        elif LIST_ITEM.match(line):
            self._list = True
        elif line and not line[0].isspace() and len(self._lines) == 1:
            self._list = False
