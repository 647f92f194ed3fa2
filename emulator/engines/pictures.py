"""Picture bytes to upright RGB pixels, within limits that keep a hostile file from hurting."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from PIL import Image, ImageOps, UnidentifiedImageError

from emulator.engines.errors import EmptyMediaError, OverLimitError, UnreadableMediaError

# Named, since some of Pillow's other readers start programs (Ghostscript for EPS).
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000


@dataclass(frozen=True)
class Picture:
    """A picture as people see it: turned upright by its EXIF mark, transparency on white.

    `image` is RGB; `format` is Pillow's name of the file format (PNG, JPEG, WEBP, HEIF, ...);
    `frames` is above 1 for an animation, of which `image` is the first.
    """

    image: Image.Image
    format: str
    frames: int = 1


def open_picture(data: bytes) -> Picture:
    """Reads the FORMATS, and HEIC/HEIF where pillow-heif is installed.

    Raises EmptyMediaError, UnreadableError (not a picture, damaged, cut short) or OverLimitError
    (above MAX_PIXELS pixels or MAX_SIDE on a side, seen before anything is decoded).
    """
    with _opened(data) as opened:
        upright = ImageOps.exif_transpose(opened)
        frames = getattr(opened, "n_frames", 1)
        return Picture(_on_white(upright), opened.format or "", frames)


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the file's head alone. Raises as `open_picture` does."""
    with _opened(data) as opened:
        return opened.size


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, nothing of it decoded yet. What goes wrong meanwhile is an EngineError."""
    if not data:
        raise EmptyMediaError("The image is empty: it has no bytes.")
    try:
        with Image.open(io.BytesIO(data), formats=_formats()) as opened:
            _check_size(*opened.size)
            yield opened
    except Image.DecompressionBombError as error:
        raise OverLimitError(_too_large("far too many")) from error
    except UnidentifiedImageError as error:
        raise UnreadableMediaError("This isn't an image in a format that can be read.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableMediaError(
            f"The image is damaged or cut short ({error}). Save it again and retry."
        ) from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise OverLimitError(_too_large(f"{width} x {height}"))


def _too_large(size: str) -> str:
    return (
        f"The image has {size} pixels; at most {MAX_PIXELS // 1_000_000} million, and "
        f"{MAX_SIDE} on a side, are taken. Scale it down and retry."
    )


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # grey of 16 bits, of which Pillow would make white
        wide = image.convert("I").convert("F")
        return wide.point(lambda value: value * (255 / 65_535) + 0).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


@cache
def _formats() -> tuple[str, ...]:
    """FORMATS, and HEIF (HEIC too) where the package that teaches it to Pillow is installed."""
    Image.init()  # by itself Pillow loads its readers one by one, and not for a named format
    if find_spec("pillow_heif") is None:
        return FORMATS
    from pillow_heif import register_heif_opener  # pyright: ignore[reportMissingImports]

    register_heif_opener()
    return (*FORMATS, "HEIF")
