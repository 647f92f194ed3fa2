"""Model text on its way to `st.markdown`: shown as written, in blocks that need no second look.

Streamlit's Markdown turns `$` into formulas, `:red[x]` into colour, `->` into an arrow, and loads
images from anywhere. A model that writes about prices, YAML or command lines means none of that.
And an element that grows with every chunk is sent again with every chunk, so the text is cut into
blocks: only the last one, still open, has to be sent again.
"""

import re

from components.markdown.reading import FORMULAS, LONGEST_FORMULA, Fence, read
from components.markdown.writing import Link, written

SPLIT_LIST_FROM = 1200  # characters; a longer list is cut between two of its items

LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
MAYBE_LIST_ITEM = re.compile(r"[-*+]$|\d{1,9}[.)]?$")  # a line that has only just begun
LIST_MARKERS = re.compile(r"(?:(?:[-*+]|\d{1,9}[.)])\s+)+")


def shown(text: str, link: Link | None = None, *, line_breaks: bool = False) -> str:
    """Markdown that makes Streamlit show a model's text as it was written.

    Headings, lists, tables, links, formulas and code stay what they are. Images become links to
    them: showing one would tell its server what was asked. `link` makes links of what the text
    refers to; with `line_breaks` its lines are kept.
    """
    return written(read(text), text, link, line_breaks=line_breaks)


class Splitter:
    """Cuts growing Markdown into blocks at places where each can stand alone.

    That is at a blank line outside of code and formulas, unless what follows belongs to the list
    before it. The same text gives the same blocks, however it was cut into chunks.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []  # of the open block, complete lines only
        self._partial = ""
        self._size = 0
        self._fence: Fence | None = None
        self._formula: str | None = None  # what it ends with
        self._formula_lines = 0
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
        if not self._blank or not line.strip() or line[0].isspace():
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
        if self._fence is not None:
            if self._fence.closed_by(self._stripped(line)):
                self._fence = None
        elif self._formula is not None:
            self._formula_lines += 1
            if self._formula in line or self._formula_lines >= LONGEST_FORMULA:
                self._formula = None
        else:
            self._begin(line)
        self._blank = not line.strip() and self._fence is None and self._formula is None

    def _begin(self, line: str) -> None:
        """Note what a line opens."""
        if LIST_ITEM.match(line):
            self._list = True
        elif line and not line[0].isspace() and len(self._lines) == 1:
            self._list = False
        text = LIST_MARKERS.sub("", self._stripped(line))
        self._fence = Fence.opened_by(text)
        closing = FORMULAS.get(text[:2])
        if closing is not None and closing not in text[2:]:
            self._formula, self._formula_lines = closing, 1

    def _stripped(self, line: str) -> str:
        """A line without its indent, as far as that is none of indented code."""
        indent = len(line) - len(line.lstrip(" "))
        return line.strip() if indent < 4 or self._list else line.rstrip()
