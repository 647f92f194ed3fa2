"""The answer every peer is sent: the same markdown, cut into chunks that can be told apart.

A chunk is 40 ASCII characters and ends in a mark such as ``kq0017``: two letters that name the
answer and the chunk's number. Whoever sees the mark has the whole chunk, wherever a renderer
put it, and marks of an earlier answer can't be mistaken for those of this one.
"""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

CHUNK_CHARACTERS = 40
TAGS = ["".join(pair) for pair in itertools.product(ascii_lowercase, repeat=2)]

_VOCABULARY = (
    "a I of to by is we in on the and sea its was ray for lamp lens then with glass light tower "
    "night focus keeper prisms rotate mercury bearing rotation eclipses intensity refracted "
    "clockwork candlepower"
)
_WORDS = _VOCABULARY.split()


@dataclass(frozen=True)
class Frame:
    """What stands around a chunk's words: `before` words `between` mark `after`."""

    before: str = ""
    between: str = " "
    after: str = " "


def mark(tag: str, index: int) -> str:
    """The mark that ends chunk `index` (0-9999) of the answer `tag` (two letters)."""
    return f"{tag}{index:04d}"


def chunks(tag: str, count: int, kind: str = "long") -> list[str]:
    """The first `count` chunks of the answer, marked with `tag`; always the same words.

    `kind` "formulas" has formulas, too; "boxes" is a list of places in a picture.
    """
    if kind == "boxes":
        return _boxes(tag, count)
    words = random.Random(1811)
    frames = itertools.islice(_frames(count, formulas=kind == "formulas"), count)
    return [_chunk(frame, mark(tag, index), words) for index, frame in enumerate(frames)]


def _chunk(frame: Frame, name: str, words: random.Random) -> str:
    around = len(frame.before) + len(frame.between) + len(name) + len(frame.after)
    filling = _fill(CHUNK_CHARACTERS - around, words)
    return frame.before + filling + frame.between + name + frame.after


def _fill(room: int, words: random.Random) -> str:
    """Exactly `room` characters of words, single spaces between them."""
    picked: list[str] = []
    while room > 0:
        # What remains must be nothing, or a space and at least one letter.
        fitting = [word for word in _WORDS if len(word) == room or len(word) <= room - 2]
        word = words.choice(fitting)
        picked.append(word)
        room -= len(word) + 1
    return " ".join(picked)


def _boxes(tag: str, count: int) -> list[str]:
    """Boxes as the model lists them, a chunk each: JSON of `box_2d` in thousandths, y first."""
    boxes = []
    for index in range(count):
        top, left = 90 * (index // 10), 90 * (index % 10)
        box = {"box_2d": [top, left, top + 80, left + 80], "label": f"lamp {mark(tag, index)}"}
        boxes.append(f"{',' if index else '['}\n{json.dumps(box)}")
    boxes[-1] += "\n]"
    return boxes


def _frames(count: int, *, formulas: bool = False) -> Iterator[Frame]:
    """The frames of a long answer, section after section, ended by a whole paragraph."""
    formula = [[_formula(), _paragraph(6), _formula()]] if formulas else []
    sections = itertools.cycle(
        [
            *formula,
            [_paragraph(8), _paragraph(5), _list(6), _paragraph(9)],
            [_heading(), _paragraph(7), _code(8), _paragraph(6), _paragraph(10)],
            [_heading(), _paragraph(9), _table(6), _paragraph(8), _list(5), _paragraph(7)],
        ]
    )
    left = count
    for block in itertools.chain.from_iterable(sections):
        if left <= len(block):
            yield from _paragraph(left)
            return
        yield from block
        left -= len(block)


def _heading() -> list[Frame]:
    return [Frame(before="## ", after="\n\n")]


def _paragraph(length: int) -> list[Frame]:
    styles = [Frame(), Frame(), Frame("**", "** "), Frame(), Frame("`", "` ")]
    frames = list(itertools.islice(itertools.cycle(styles), length - 1))
    return [*frames, Frame(after=".\n\n")]


def _list(length: int) -> list[Frame]:
    return [Frame("- ", after="\n")] * (length - 1) + [Frame("- ", after="\n\n")]


def _code(length: int) -> list[Frame]:
    line = Frame('say("', '")  # ', "\n")
    first = Frame('```python\nsay("', '")  # ', "\n")
    last = Frame('say("', '")  # ', "\n```\n\n")
    return [first, *[line] * (length - 2), last]


def _formula() -> list[Frame]:
    return [Frame("$$\n\\text{", after="} + x^2\n$$\n\n")]


def _table(length: int) -> list[Frame]:
    head = Frame("| ", " | ", " |\n|---|---|\n")
    return [head, *[Frame("| ", " | ", " |\n")] * (length - 2), Frame("| ", " | ", " |\n\n")]
