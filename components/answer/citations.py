"""Numbers of sources in an answer's text, set where its Markdown allows them.

A claim may end anywhere: in code, in the address of a link, between the stars of bold text, at
the edge of a table. There the number goes to the next place where it is seen and breaks nothing.
"""

import re
from collections.abc import Sequence

from components.markdown.places import Block, find_places
from gemini.grounding import Citation, Source, whole_texts
from gemini.request import Part

OPEN, CLOSE = "\ufdd0", "\ufdd1"  # noncharacters, which no text holds: they stand for a number
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
NARROW_SPACE = "\u202f"  # keeps the number beside its word, and the two apart as Markdown

RULE_OR_TABLE = re.compile(r"[\s|:\-=]+")
EMPHASIS = re.compile(r"(?!^[ >]*\*\s)(?:\*+|_+|~+)", re.MULTILINE)  # no bullets of a list
BEGINNING = re.compile(r"[\s>]*(?:[-*+]|#{1,6}|\d{1,9}[.)])?\s*")  # of a line, without its words


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
    blocks, whole = find_places(text)
    numbers_at: dict[int, list[int]] = {}
    for at, numbers in places:
        if (fitting := _fit(text, at, blocks, whole)) is not None:
            known = numbers_at.setdefault(fitting, [])
            known += [n for n in numbers if n not in known]
    ends = {block.end: block for block in blocks}
    for at in sorted(numbers_at, reverse=True):
        marks = "".join(f"{OPEN}{n}{CLOSE}" for n in sorted(numbers_at[at]))
        if at in ends:  # a line of its own below the block
            marks = f"\n{ends[at].before}Source: {marks}\n"
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


def _fit(
    text: str, at: int, blocks: Sequence[Block], whole: Sequence[tuple[int, int]]
) -> int | None:
    """The place at or near `at` where a number is seen and breaks nothing; None if there is none.

    Each step leads away from something that must stay whole. Back from the beginning of a line
    comes the end of the line before, which is looked at again.
    """
    while at := len(text[:at].rstrip()):
        block = next((b for b in blocks if b.start < at <= b.end), None)
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
