"""Two texts word by word: what they share, what the one lost, what the other gained."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_WORDS = 2000  # of each text that are compared; the time grows with their square

Kind = Literal["same", "removed", "added"]

WORD = re.compile(r"(\S+)(\s*)")


@dataclass(frozen=True)
class Piece:
    """Words in a row that both texts have, or one of them alone, with the space after them."""

    kind: Kind
    text: str


def word_diff(one: str, other: str) -> list[Piece]:
    """How `other` came out of `one`, word by word, of the first `MOST_WORDS` of each.

    The pieces "same" and "added" together are the words of `other` in their order, the pieces
    "same" and "removed" those of `one`. Spaces and line ends are not compared; they are those of
    `other` where both have the words.
    """
    words, others = _words(one), _words(other)
    matcher = SequenceMatcher(None, [w for w, _ in words], [w for w, _ in others], autojunk=False)
    pieces: list[Piece] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _joined(others[other_start:other_end])))
            continue
        if end > start:
            lost = _joined(words[start:end])
            follows = other_end > other_start  # then on the same line
            pieces.append(Piece("removed", lost.rstrip() + " " if follows else lost))
        if other_end > other_start:
            pieces.append(Piece("added", _joined(others[other_start:other_end])))
    return pieces


def is_cut(*texts: str) -> bool:
    """Whether a text is longer than what is compared of it."""
    return any(len(WORD.findall(text)) > MOST_WORDS for text in texts)


def lines(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The pieces line by line, as they are drawn; a piece with a line end in it becomes several."""
    line: list[Piece] = []
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        line.append(Piece(piece.kind, first))
        for text in rest:
            yield line
            line = [Piece(piece.kind, text)]
    if any(piece.text for piece in line):
        yield line


def _words(text: str) -> list[tuple[str, str]]:
    return WORD.findall(text)[:MOST_WORDS]


def _joined(words: list[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in words)
