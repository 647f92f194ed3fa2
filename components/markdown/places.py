"""Where in a text its code, links and formulas stand, as `components.markdown.reading` reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from components.markdown.reading import read_with_places

NEWLINE = re.compile(r"\r\n?|\n")
INDENT = re.compile(r"[ \t>]*")


@dataclass(frozen=True)
class Block:
    """Code or a formula on lines of its own. `before` is what a line beside it begins with."""

    start: int
    end: int
    before: str
    closed: bool = True


def find_places(text: str) -> tuple[list[Block], list[tuple[int, int]]]:
    """Blocks of code and formulas; and where links, code and formulas within lines begin and end.

    What isn't in the text as it was parsed, such as a cell of a table with a bar, is left out.
    """
    newlines = [match.span() for match in NEWLINE.finditer(text)]
    starts = [0, *(end for _, end in newlines)]
    lines = list(zip(starts, [*(start for start, _ in newlines), len(text)], strict=True))
    blocks: list[Block] = []
    spans: list[tuple[int, int]] = []
    for token in read_with_places(text):
        if token.map and token.type in {"fence", "code_block", "formula_block"}:
            blocks.append(_block(text, lines[slice(*token.map)], token))
        elif token.map and token.type == "inline":
            after = spans[-1][1] if spans else 0
            spans += _spans(text, lines[token.map[0] :], token, after)
    return blocks, spans


def _block(text: str, lines: list[tuple[int, int]], token: Token) -> Block:
    (start, _), (last, end) = lines[0], lines[-1]
    before = INDENT.match(text, last, end)[0]  # pyright: ignore[reportOptionalSubscript]
    if token.type == "code_block":
        return Block(start, end, before.removesuffix("\t").removesuffix("    "))
    closed = len(lines) > 1 and text.startswith(token.markup, last + len(before))
    return Block(start, end, before, closed or token.type == "formula_block")


def _spans(
    text: str, lines: list[tuple[int, int]], token: Token, after: int
) -> Iterator[tuple[int, int]]:
    offsets: list[int | None] = []  # of each character of the token's content in the text
    for (start, end), line in zip(lines, token.content.split("\n"), strict=False):
        at = text.find(line, max(start, after), end)
        offsets += [at + n if at >= 0 else None for n in range(len(line) + 1)]
    for child in token.children or ():
        if "place" in child.meta:
            start, end = (offsets[n] for n in child.meta["place"])
            if start is not None and end is not None:
                yield start, end
