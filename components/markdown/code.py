"""The blocks of code in Markdown, as they were written."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.markdown.reading import read

FENCES = ("```", "~~~")


@dataclass(frozen=True)
class CodeBlock:
    """Code between two fences. `language` is the first word beside the opening one, in lower case;
    `closed` is False where the text ends within the code."""

    language: str
    source: str
    closed: bool


def code_in(text: str) -> list[CodeBlock]:
    """The fenced blocks of a text, in their order."""
    if not any(fence in text for fence in FENCES):
        return []
    lines = text.split("\n")
    blocks: list[CodeBlock] = []
    for token in read(text):
        if token.type == "fence":
            language = (token.info.split() or [""])[0].lower()
            closed = is_closed(lines, token.map, token.markup)
            blocks.append(CodeBlock(language, token.content, closed))
    return blocks


def is_closed(lines: Sequence[str], place: Sequence[int] | None, markup: str) -> bool:
    """Whether fenced code has an end. `place` is that of its token: the first line, and the one
    after the last; `markup` is the fence."""
    start, end = place or (0, 0)
    last = lines[end - 1].lstrip(" \t>") if end - 1 > start else ""
    return last.startswith(markup)
