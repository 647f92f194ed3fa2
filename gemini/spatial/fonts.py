"""Text in any script: which font draws which character, and the text as pixels.

Pillow's own font has Latin letters only, and what a machine has installed can't be relied on, so
fonts of the Noto family come from PyPI (`data/fonts.toml`); the machine's own fonts are asked after
them. Shaping and the direction of a run are libraqm's work, which Pillow's wheels bring.
"""

import importlib.util
import unicodedata
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gemini.data import table

_WEIGHT = "SemiBold"  # thinner letters are lost on a projector
_ABSENT = "\U0010ffff"  # a code point that stands for no character: every face draws its blank
_JOINS_PREVIOUS = {"Mn", "Me", "Mc", "Cf", "Zs"}  # marks, joiners and spaces take no new font

# The places of the language variants in NotoSansCJK-Regular.ttc, as its own naming order has them.
_JAPANESE, _KOREAN, _CHINESE = 0, 1, 2

Face = ImageFont.FreeTypeFont | ImageFont.ImageFont


def variant(text: str) -> int:
    """Which variant of the shared Chinese characters suits `text`: kana or hangul tell."""
    if any("\u3040" <= char <= "\u30ff" for char in text):
        return _JAPANESE
    return _KOREAN if any("\uac00" <= char <= "\ud7a3" for char in text) else _CHINESE


def drawable(text: str) -> str:
    """`text` without the characters that no font here has, such as most emoji."""
    result = ""
    missing = False
    for char in text:
        if not _joins(char):
            missing = _face_of(char) is None
        if not missing:  # a mark goes with the letter it stands on
            result += char
        elif char.isspace():
            result += " "
    return " ".join(result.split())


def runs(text: str) -> list[tuple[int, str]]:
    """`text` cut where the font changes, in the order of the eye: (place in the table, piece).

    One font for all of it when one has it all: then libraqm orders right and left by itself.
    """
    letters = [char for char in text if not _joins(char)]
    for place in sorted({_face_of(char) or 0 for char in letters}):
        if all(_has(place, char) for char in letters):
            return [(place, text)]
    pieces: list[tuple[int, str]] = []
    for char in text:
        face = pieces[-1][0] if pieces and _stays(char, pieces[-1][0]) else _face_of(char) or 0
        if pieces and pieces[-1][0] == face:
            pieces[-1] = (face, pieces[-1][1] + char)
        else:
            pieces.append((face, char))
    first = next((d for char in text if (d := unicodedata.bidirectional(char)) in "L R AL"), "L")
    return pieces if first == "L" else pieces[::-1]


@lru_cache(maxsize=2048)
def render(text: str, size: int, cjk: int) -> Image.Image:
    """The text as an "L" image, 255 where there is ink, as high as its fonts' lines.

    The image is shared by all who ask for the same text: don't change it. (A picture is drawn
    again for every row that is picked, always with the same labels.)

    Args:
        text: one line, of `drawable` characters.
        size: of the letters, in pixels per em.
        cjk: from `variant`.
    """
    faces = [(_face(place, size, cjk), piece) for place, piece in runs(text)]
    metrics = [f.getmetrics() for f, _ in faces if isinstance(f, ImageFont.FreeTypeFont)]
    ascent = max((a for a, _ in metrics), default=size)
    descent = max((d for _, d in metrics), default=size // 4)
    widths = [face.getlength(piece) for face, piece in faces]
    image = Image.new("L", (max(1, round(sum(widths))), ascent + descent))
    draw = ImageDraw.Draw(image)
    x = 0.0
    for (face, piece), width in zip(faces, widths, strict=True):
        draw.text((x, ascent), piece, fill=255, font=face, anchor="ls")
        x += width
    return image


@lru_cache(maxsize=1)
def _files() -> list[str]:
    """The faces' files in their order; a package's own path, or a name for Pillow to look up."""
    paths = []
    for entry in table("fonts")["face"]:
        package = entry.get("package")
        spec = importlib.util.find_spec(package) if package else None
        if spec and spec.origin:
            paths.append(str(Path(spec.origin).parent / entry["file"]))
        elif not package:
            paths.append(entry["file"])
    return paths


@lru_cache(maxsize=256)
def _load(file: str, size: int, index: int) -> ImageFont.FreeTypeFont | None:
    """A face in the weight for labels; None when this machine doesn't have it."""
    try:
        face = ImageFont.truetype(file, size, index=index)
    except OSError:
        return None
    with suppress(OSError, ValueError):  # a face of one weight
        face.set_variation_by_name(_WEIGHT)
    return face


def _face(place: int, size: int, cjk: int) -> Face:
    files = _files()
    if place < len(files):
        file = files[place]
        face = _load(file, size, cjk if file.endswith(".ttc") else 0)
        if face:
            return face
    return ImageFont.load_default(size)


@lru_cache(maxsize=1 << 16)
def _face_of(char: str) -> int | None:
    """The place in the table of the first face that has the character."""
    return next((place for place in range(len(_files())) if _has(place, char)), None)


@lru_cache(maxsize=1 << 16)
def _has(place: int, char: str) -> bool:
    face = _plain(_files()[place])
    return face is not None and _pixels(face, char) != _blank(place)


@lru_cache(maxsize=256)
def _blank(place: int) -> bytes:
    face = _plain(_files()[place])
    return _pixels(face, _ABSENT) if face else b""


@lru_cache(maxsize=256)
def _plain(file: str) -> ImageFont.FreeTypeFont | None:
    """A face without shaping, one picture a code point: shaping may split one into several."""
    try:
        return ImageFont.truetype(file, 16, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return None


def _pixels(face: ImageFont.FreeTypeFont, char: str) -> bytes:
    image = Image.new("L", (32, 32))
    ImageDraw.Draw(image).text((0, 24), char, fill=255, font=face, anchor="ls")
    return image.tobytes()


def _joins(char: str) -> bool:
    return unicodedata.category(char) in _JOINS_PREVIOUS


def _stays(char: str, place: int) -> bool:
    """Whether a character is better left to the font of the one before it."""
    neutral = unicodedata.bidirectional(char) not in ("L", "R", "AL")
    return _joins(char) or (neutral and place < len(_files()) and _has(place, char))
