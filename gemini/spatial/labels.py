"""Names beside the items they belong to: ink on a plate of the item's colour.

A name stands inside the picture, near what it names, and on no other name. Placing is greedy: each
takes the first free place of its list, the item with the least room around it first. What is taken
is kept as one row of bits for every few lines of the picture, so that a try costs a handful of
integer operations and 500 labels a few milliseconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw

from gemini.spatial import fonts
from gemini.spatial.items import Item, Mask, PixelBox
from gemini.spatial.style import INK, Colour, Style

LONGEST = 40
"""Characters; a longer name ends in an ellipsis. The whole of it belongs in a table."""

RINGS = 8
"""How many label heights away from its item a label may go before it is left out."""


class LabelPosition(NamedTuple):
    """The top left corner of a label, in pixels; `apart` when it doesn't touch its item."""

    x: int
    y: int
    apart: bool


@dataclass(frozen=True, slots=True)
class LabelBox:
    """A label to place: what it names and how large it is, in pixels.

    `centred` labels want the middle of what they name, the others a corner.
    """

    target: PixelBox
    width: int
    height: int
    centred: bool = False


class Ground:
    """The picture as a grid of cells that labels have taken."""

    def __init__(self, size: tuple[int, int], cell: int) -> None:
        self.size = size
        self.cell = cell
        self.rows = [0] * (size[1] // cell + 1)

    def take(self, x: int, y: int, width: int, height: int) -> bool:
        """Takes a rectangle; False when it is outside the picture or a cell of it is taken."""
        if x < 0 or y < 0 or x + width > self.size[0] or y + height > self.size[1]:
            return False
        cell = self.cell
        first, last = x // cell, (x + width - 1) // cell
        bits = ((1 << (last - first + 1)) - 1) << first
        rows = range(y // cell, (y + height - 1) // cell + 1)
        for row in rows:
            if self.rows[row] & bits:
                return False
        for row in rows:
            self.rows[row] |= bits
        return True


def write(
    canvas: Image.Image,
    items: Sequence[Item],
    shades: Sequence[Colour],
    shown: Sequence[int],
    style: Style,
    *,
    numbered: bool,
) -> tuple[str, ...]:
    """Names the items whose places are in `shown`; says in sentences what could not be written.

    Names stay inside the canvas and don't cover each other. One that had to move away from its
    item is tied to it by a line; one that finds no room is left out.
    """
    cjk = fonts.variant("".join(items[i].label for i in shown))
    drawn: dict[tuple[str, Colour], Image.Image] = {}
    plates: list[tuple[Image.Image, Colour]] = []
    boxes: list[LabelBox] = []
    foreign = 0
    for i in shown:
        text = fonts.drawable(items[i].label)
        if items[i].label and not text:
            foreign += 1
        if numbered or (items[i].label and not text):
            text = f"{i + 1} {text}".rstrip()
        if text:
            key = (text, shades[i])
            if key not in drawn:
                letters = _fitting(text, style, canvas.width, cjk)
                drawn[key] = _plate(letters, shades[i], style)
            plate = drawn[key]
            plates.append((plate, shades[i]))
            frame = style.frame(items[i], canvas.size)
            # The corner of a mask's box may be far from the object; its middle seldom is.
            centred = isinstance(items[i], Mask)
            boxes.append(LabelBox(frame, plate.width, plate.height, centred))
    places = place(boxes, canvas.size)
    _put(canvas, plates, boxes, places, style)
    notes = []
    if foreign:
        notes.append(f"{_count(foreign)} in letters that no font here has, and shown as a number.")
    if crowded := places.count(None):
        notes.append(f"{_count(crowded)} left out of the image for lack of room: see the list.")
    return tuple(notes)


def _plate(letters: Image.Image, colour: Colour, style: Style) -> Image.Image:
    """Letters ("L") in ink on a plate ("RGB") of the colour, with the halo around it."""
    pad, halo = style.letters // 4, style.halo
    size = (letters.width + 2 * (pad + halo), letters.height + 2 * halo)
    plate = Image.new("RGB", size, INK)
    plate.paste(colour, (halo, halo, size[0] - halo, size[1] - halo))
    plate.paste(INK, (halo + pad, halo), letters)
    return plate


def _fitting(text: str, style: Style, width: int, cjk: int) -> Image.Image:
    """The text's letters, shortened until they fit the picture's width if they can at all."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    room = width - 2 * (style.letters // 4 + style.halo)
    letters = fonts.render(text, style.letters, cjk)
    while letters.width > room and len(text) > 3:
        text = text[: (len(text) - 1) * 3 // 4].rstrip("… ") + "…"
        letters = fonts.render(text, style.letters, cjk)
    return letters


def _put(
    canvas: Image.Image,
    plates: Sequence[tuple[Image.Image, Colour]],
    boxes: Sequence[LabelBox],
    places: Sequence[LabelPosition | None],
    style: Style,
) -> None:
    spots = [(*p, w.target, s) for p, w, s in zip(plates, boxes, places, strict=True) if s]
    ties = ImageDraw.Draw(canvas)
    for plate, colour, target, spot in spots:
        if spot.apart:
            start = (spot.x + plate.width // 2, spot.y + plate.height // 2)
            line = (start, _nearest(target, *start))
            ties.line(line, fill=INK, width=style.line + 2 * style.halo)
            ties.line(line, fill=colour, width=style.line)
    for plate, _, _, spot in spots:
        canvas.paste(plate, (spot.x, spot.y))


def _nearest(box: PixelBox, x: int, y: int) -> tuple[int, int]:
    return min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)


def _count(n: int) -> str:
    return "1 label is" if n == 1 else f"{n} labels are"


def place(labels: Sequence[LabelBox], size: tuple[int, int]) -> list[LabelPosition | None]:
    """A place for each label on a picture of `size`, or None where there is no room."""
    places: list[LabelPosition | None] = [None] * len(labels)
    if not labels:
        return places
    ground = Ground(size, max(2, min(label.height for label in labels) // 4))
    by_room = sorted(range(len(labels)), key=lambda i: _extent(labels[i].target))
    for i in by_room:
        label = labels[i]
        places[i] = next(
            (
                spot
                for spot in _spots(label, size)
                if ground.take(spot.x, spot.y, label.width, label.height)
            ),
            None,
        )
    return places


def _extent(box: PixelBox) -> int:
    return box.width + box.height


def _spots(label: LabelBox, size: tuple[int, int]) -> Iterator[LabelPosition]:
    """Places in the order of preference: on the corners, inside them, then farther and farther.

    Inside a box that would be hidden by its label only where nothing else is free.
    """
    box, width, height = label.target, label.width, label.height
    far_x = max(0, size[0] - width)
    start, end = min(box.left, far_x), max(0, box.right - width)
    above, below = box.top - height, box.bottom
    covered = min(width, box.width) * min(height, box.height)
    hides = 2 * covered > box.width * box.height
    middle = (box.left + box.right - width) // 2, (box.top + box.bottom - height) // 2
    inside = [LabelPosition(*middle, apart=False)] if label.centred else []
    if inside and not hides:
        yield inside[0]
    for y in (above, box.top, below, box.bottom - height):
        spots = [
            LabelPosition(start, y, apart=False),
            LabelPosition(min(end, far_x), y, apart=False),
        ]
        if y in (above, below) or not hides:
            yield from spots
        else:
            inside += spots
    for y in (box.top, box.bottom - height):
        yield LabelPosition(box.left - width, y, apart=False)
        yield LabelPosition(box.right, y, apart=False)
    for ring in range(1, RINGS + 1):
        out = ring * height
        for wish in (start, start - width // 2, end + width // 2, box.left - width, box.right):
            x = min(max(0, wish), far_x)
            yield LabelPosition(x, above - out, apart=True)
            yield LabelPosition(x, below + out, apart=True)
    if hides:
        yield from inside
