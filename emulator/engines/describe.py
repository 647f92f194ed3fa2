"""What this machine can see in a picture: size, colours, writing and regions. And what it can't.

No model here recognises things, so nothing is said of what a photo shows.
"""

from dataclasses import dataclass, replace

from PIL import Image

from emulator.engines import ocr, regions
from emulator.engines.colours import RGB, hex_of, name_of
from emulator.engines.ocr import TextInImage
from emulator.engines.palette import dominant
from emulator.engines.pictures import open_picture
from emulator.engines.regions import Kind, Region

CANNOT_SEE = (
    "What the picture shows (people, animals, things, places) is not known: this machine has no "
    "model that recognises it. A Gemini model does."
)


@dataclass(frozen=True)
class Sight:
    """All that was seen in a picture, upright, `width` x `height` pixels.

    `colours` are the main ones with their share (0-1) of the picture. `text` is None where text
    can't be read here; `notes` say why, and what else can't be known.
    """

    width: int
    height: int
    format: str
    kind: Kind
    background: str | None
    colours: tuple[tuple[RGB, float], ...]
    text: TextInImage | None
    regions: tuple[Region, ...]
    notes: tuple[str, ...]


def look(data: bytes) -> Sight:
    """Looks at picture bytes; about a second, most of it for text.

    Raises what `pictures.open_picture` raises. Without the packages that read text the rest is
    still seen, and a note says what is missing.
    """
    picture = open_picture(data)
    sight = look_at(picture.image, picture.format)
    if picture.frames == 1:
        return sight
    note = f"An animation of {picture.frames} frames: only the first was looked at."
    return replace(sight, notes=(note, *sight.notes))


def look_at(image: Image.Image, image_format: str = "") -> Sight:
    """The same for a picture that is open already, RGB and upright."""
    missing = ocr.available()
    text = None if missing else ocr.read(image)
    seen = regions.find(image, text=[line.bounds for line in text.lines] if text else ())
    notes = [missing] if missing else []
    notes += [CANNOT_SEE] if seen.kind == "photo" else []
    return Sight(
        width=image.width,
        height=image.height,
        format=image_format,
        kind=seen.kind,
        background=seen.background,
        colours=tuple(dominant(image)),
        text=text,
        regions=seen.items,
        notes=tuple(notes),
    )


def in_words(sight: Sight) -> str:
    """The facts as a few plain lines, writing last since it may be long."""
    kind = "A drawing or a graphic" if sight.kind == "drawing" else "A photo or a detailed picture"
    lines = [f"{kind}, {sight.width} x {sight.height} pixels."]
    if sight.background:
        lines[0] += f" Its background is {sight.background}."
    shares = [f"{name_of(rgb)} ({hex_of(rgb)}) {share:.0%}" for rgb, share in sight.colours]
    lines.append(f"Main colours: {', '.join(shares)}.")
    if sight.kind == "drawing" and sight.regions:
        named = [f"{region.label} at {where(region, sight)}" for region in sight.regions]
        lines.append(f"Shapes: {'; '.join(named)}.")
    lines += sight.notes
    if sight.text:
        lines.append(f"Text in it:\n{sight.text.text}" if sight.text.rows else "No text in it.")
    return "\n".join(lines)


def where(region: Region, sight: Sight) -> str:
    """The part of the picture that the middle of a region is in, such as "top left"."""
    ymin, xmin, ymax, xmax = region.box
    down = int(3 * (ymin + ymax) / 2 / sight.height)
    across = int(3 * (xmin + xmax) / 2 / sight.width)
    vertical, horizontal = ("top", "", "bottom")[down], ("left", "", "right")[across]
    return f"{vertical} {horizontal}".strip() or "the middle"
