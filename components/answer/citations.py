"""Numbers of sources in an answer's text, set where its Markdown allows them.

A claim may end anywhere: in code, in the address of a link, between the stars of bold text, at
the edge of a table. There the number goes to the next place where it is seen and breaks nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.markdown.markdown import LIST_ITEM
from gemini.grounding import Citation, Source, whole_texts
from gemini.request import Part

OPEN, CLOSE = "\ufdd0", "\ufdd1"  # noncharacters, which no text holds: they stand for a number
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
NARROW_SPACE = "\u202f"  # keeps the number beside its word, and the two apart as Markdown

FENCE = re.compile(r"(?P<before>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<rest>.*?)[ \t]*")
INDENTED = re.compile(r"(?: {4}|\t)")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.+?)(?<!`)\1(?!`)", re.DOTALL)
RULE_OR_TABLE = re.compile(r"[\s|:\-=]+")
LINK = re.compile(
    r"\$\$(?:[^$\\]|\\.)+\$\$|\$[^\s$](?:[^$\\\n]|\\.)*\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\]"
    r"|!?\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
    r"|!?\[[^\[\]\n]*\]\[[^\[\]\n]*\]"
    r"|<https?://[^<>\s]*>"
    r"|https?://[^\s<>]*[^\s<>.,;:!?'\")\]*_|]"
)
EMPHASIS = re.compile(r"(?!^[ >]*\*\s)(?:\*+|_+|~+)", re.MULTILINE)  # no bullets of a list
BEGINNING = re.compile(r"[\s>]*(?:[-*+]|#{1,6}|\d{1,9}[.)])?\s*")  # of a line, without its words


@dataclass(frozen=True)
class _Code:
    """A block of code from `start` to `end`. `before` is what its lines begin with."""

    start: int
    end: int
    before: str
    closed: bool = True


def cited(parts: Sequence[Part], citations: Sequence[Citation]) -> list[Part]:
    """The parts, their texts whole again, with a mark where sources are to be named.

    `linked` makes numbers of the marks, once the text is Markdown for the screen.
    """
    result = whole_texts(parts)
    for index, part in enumerate(result):
        places = [(c.at, c.sources) for c in citations if c.part == index]
        if places:
            result[index] = {**part, "text": marked(part["text"], places)}
    return result


def marked(text: str, places: Sequence[tuple[int, tuple[int, ...]]]) -> str:
    """Markdown with marks for the sources of each place (character, numbers)."""
    code = list(_code_blocks(text))
    whole = list(_whole_spans(text, code))
    numbers_at: dict[int, list[int]] = {}
    for at, numbers in places:
        if (fitting := _fit(text, at, code, whole)) is not None:
            known = numbers_at.setdefault(fitting, [])
            known += [n for n in numbers if n not in known]
    ends = {block.end: block for block in code}
    for at in sorted(numbers_at, reverse=True):
        marks = "".join(f"{OPEN}{n}{CLOSE}" for n in sorted(numbers_at[at]))
        if at in ends:  # a line of its own below the code
            marks = f"\n{ends[at].before}{marks}\n"
        text = text[:at] + marks + text[at:]
    return text


def linked(markdown: str, sources: Sequence[Source]) -> str:
    """Markdown for the screen with its marks made numbers that lead to their sources."""

    def number(match: re.Match[str]) -> str:
        chosen = int(match[1])
        if not 0 < chosen <= len(sources):
            return ""
        link = sources[chosen - 1].link
        label = rf"\[{chosen}\]"
        return f":small[{NARROW_SPACE}[{label}]({link})]" if link else f":small[{label}]"

    return MARK.sub(number, markdown)


def _fit(text: str, at: int, code: Sequence[_Code], whole: Sequence[tuple[int, int]]) -> int | None:
    """The place at or near `at` where a number is seen and breaks nothing; None if there is none.

    Each step leads away from something that must stay whole. Back from the beginning of a line
    comes the end of the line before, which is looked at again.
    """
    while at := len(text[:at].rstrip()):
        block = next((b for b in code if b.start < at <= b.end), None)
        if block is not None:
            return block.end if block.closed else None
        at = next((end for start, end in whole if start < at < end), at)
        at = _beside_emphasis(text, at)
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        line = text[start : end if end >= 0 else len(text)]
        before = text[start:at].rstrip()
        if RULE_OR_TABLE.fullmatch(line) or BEGINNING.fullmatch(before):
            at = start
        elif line.lstrip().startswith("|") and before.endswith("|"):
            at = start + len(before) - 1
        else:
            escaping = len(before) - len(before.rstrip("\\"))
            return at + escaping % 2
    return None


def _beside_emphasis(text: str, at: int) -> int:
    """After stars that close, before stars that open."""
    paragraph = text.rfind("\n\n", 0, at) + 1
    earlier: list[str] = []
    for run in EMPHASIS.finditer(text, paragraph):
        if run.start() > at:
            break
        if run.start() <= at < run.end():
            opens = earlier.count(run[0]) % 2 == 0
            return run.start() if opens else run.end()
        earlier.append(run[0])
    return at


def _code_blocks(text: str) -> Iterator[_Code]:
    """The blocks of code, fenced or indented. One that is not closed goes to the end."""
    at, blank, in_list = 0, True, False
    opened: tuple[int, re.Match[str]] | None = None
    indented: _Code | None = None
    for line in text.split("\n"):
        match, end = FENCE.fullmatch(line), at + len(line)
        if opened is not None:
            if match and match["fence"].startswith(opened[1]["fence"]) and not match["rest"]:
                yield _Code(opened[0], end, opened[1]["before"])
                opened = None
        elif match:
            opened = (at, match)
        elif line.strip() and INDENTED.match(line) and (indented or blank) and not in_list:
            indented = _Code(indented.start if indented else at, end, "")
        elif line.strip():
            if indented:
                yield indented
            indented = None
            goes_on = in_list and (not blank or line[0].isspace())
            in_list = goes_on or bool(LIST_ITEM.match(line.lstrip()))
        blank = not line.strip()
        at = end + 1
    if indented:
        yield indented
    if opened is not None:
        yield _Code(opened[0], len(text), opened[1]["before"], closed=False)


def _whole_spans(text: str, code: Sequence[_Code]) -> Iterator[tuple[int, int]]:
    """Where links and code within lines begin and end, outside of blocks of code."""
    at = 0
    for block in [*code, _Code(len(text), len(text), "")]:
        spans = [s.span() for s in CODE_SPAN.finditer(text, at, block.start)]
        yield from spans
        for link in LINK.finditer(text, at, block.start):
            if not any(start <= link.start() < end for start, end in spans):
                yield link.span()
        at = block.end
