"""Names written beside the items they belong to: ink on a plate of the item's colour."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from gemini.spatial import fonts
from gemini.spatial.items import Item, Mask, PixelBox
from gemini.spatial.palette import INK, Colour
from gemini.spatial.placement import LabelBox, LabelPosition, place
from gemini.spatial.style import Style

LONGEST = 40
"""Characters; a longer name ends in an ellipsis. The whole of it belongs in a table."""


def _plate(letters: Image.Image, colour: Colour, style: Style) -> Image.Image:
    """Letters ("L") in ink on a plate ("RGB") of the colour, with the halo around it."""
    pad, halo = style.letters // 4, style.halo
    size = (letters.width + 2 * (pad + halo), letters.height + 2 * halo)
    plate = Image.new("RGB", size, INK)
    plate.paste(colour, (halo, halo, size[0] - halo, size[1] - halo))
    plate.paste(INK, (halo + pad, halo), letters)
    return plate


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
        notes.append(f"{_count(foreign)} in letters that no font here has: a number stands for it.")
    if crowded := places.count(None):
        notes.append(f"{_count(crowded)} without room on the image: the list has them all.")
    return tuple(notes)


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
