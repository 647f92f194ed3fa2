"""Pictures: upright, in a format the API takes, and no larger than it looks at."""

import base64
import io
from dataclasses import replace
from functools import cache
from typing import cast

from PIL import Image, ImageOps, UnidentifiedImageError

from gemini.media.attachment import Attachment, MediaError
from gemini.media.metadata import has_location, without_location
from gemini.media.sniff import sniff

MAX_PIXELS = 120_000_000  # a decompression bomb has more
REMEDY = f"Scale it down to at most {MAX_PIXELS // 1_000_000} megapixels."
MAX_SIDE = 3072  # pixels; the API scales larger pictures down itself
SENT_AS_IS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PHOTOS = {"JPEG", "MPO", "HEIF", "AVIF", "JPEG2000"}  # a PNG of these would be far larger
ORIENTATION = 0x0112  # the EXIF tag
LYING = {5, 6, 7, 8}  # its values for a picture stored with its sides swapped
QUALITY = 92  # of a JPEG
UNLOCATED = "its location removed"
JPEG_START = b"\xff\xd8"
JPEG_END = b"\xff\xd9"  # the marker EOI (ITU-T T.81, table B.1)
WHITE = 65_535  # of 16 bits


@cache
def _read_heif() -> None:
    """Teach Pillow HEIC and HEIF, at the first use: it loads a library of its own."""
    from pi_heif import register_heif_opener

    register_heif_opener()


def opened(data: bytes, mime_type: str = "") -> Image.Image:
    """A picture, its header read. Pillow's own errors propagate."""
    if mime_type in {"image/heic", "image/heif"}:
        _read_heif()
    return Image.open(io.BytesIO(data))


def picture(name: str, mime_type: str, data: bytes, *, keep_location: bool = False) -> Attachment:
    """The picture, fit to be sent; HEIC becomes JPEG, so that what is sent can be shown.

    Where it was taken is left out, unless `keep_location`.

    Raises:
        MediaError: it is damaged, or has more than MAX_PIXELS.
    """
    try:
        return _checked(name, mime_type, data, keep_location=keep_location)
    except MediaError:
        if mime_type != "image/jpeg" or data.endswith(JPEG_END):
            raise
        # Pillow refuses a JPEG without its end mark, also where nothing else is missing.
        mended = _checked(name, mime_type, data + JPEG_END, keep_location=keep_location)
        notes = filter(None, [mended.note, "its end is missing, so part of it may be gray"])
        return replace(mended, note=", ".join(notes))


def _checked(name: str, mime_type: str, data: bytes, *, keep_location: bool) -> Attachment:
    try:
        with opened(data, mime_type) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MediaError(_too_large(name, image))
            known = SENT_AS_IS.get(image.format or "")
            turned = image.getexif().get(ORIENTATION, 1) != 1
            image.load()
            small = max(image.size) <= MAX_SIDE
            moving = getattr(image, "n_frames", 1) > 1
            located = has_location(image)
            if known and small and not turned and not moving and not _is_deep(image):
                note = UNLOCATED if located and not keep_location else ""
                data = without_location(data) if note else data
                return Attachment(name, known, data, note, pixels=image.size)
            return _converted(name, image, known, located=located, keep_location=keep_location)
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        raise MediaError(f"{name} has too many pixels. {REMEDY}") from error
    except Exception as error:  # each of Pillow's readers has errors of its own
        raise MediaError(f"{name} is a damaged image ({_reason(error)}).") from error


def whole(attachment: Attachment) -> Image.Image:
    """The picture upright with every pixel it came with, in 8 bits."""
    with _original(attachment) as image:
        return eight_bit(ImageOps.exif_transpose(image))


def whole_size(attachment: Attachment) -> tuple[int, int]:
    """(width, height) of the picture upright, with every pixel it came with."""
    with _original(attachment) as image:
        width, height = image.size
        lies = image.getexif().get(ORIENTATION, 1) in LYING
        return (height, width) if lies else (width, height)


def _original(attachment: Attachment) -> Image.Image:
    data = attachment.original or attachment.data
    if data.startswith(JPEG_START) and not data.endswith(JPEG_END):
        data += JPEG_END
    return opened(data, sniff(data) or "")


def preview(attachment: Attachment, side: int) -> bytes:
    """The picture as JPEG or PNG, at most `side` pixels long and wide."""
    with opened(attachment.data) as image:
        if max(image.size) <= side:
            return attachment.data
        shallow = eight_bit(image)
        shallow.thumbnail((side, side))
        return _encoded(shallow, as_jpeg=not shallow.has_transparency_data)


def eight_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits, or of floats, as grey of 8; any other picture as it is.

    Pillow's own conversion turns whatever is above 255 white. 16 bits are scaled by their full
    range; the others, which have none that is agreed on, from their darkest to their brightest.
    """
    if not _is_deep(image):
        return image
    low, high = 0.0, float(WHITE)
    wide = image if image.mode in {"I", "F"} else image.convert("I")
    if image.mode in {"I", "F"}:
        least, most = cast(tuple[float, float], wide.getextrema())  # of one band
        low, high = _range(image.mode, least, most)
    scale = 255 / (high - low or 1)
    shallow = wide.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    shallow.info.pop("transparency", None)  # a value of the deep picture
    shallow.info.pop("icc_profile", None)
    return shallow


def _range(mode: str, least: float, most: float) -> tuple[float, float]:
    """What becomes black and white: fractions, 8 and 16 bits by their full range."""
    full = {"F": (1.0, 255.0), "I": (255.0, float(WHITE))}[mode]
    return next(((0.0, top) for top in full if least >= 0 and most <= top), (least, most))


def _is_deep(image: Image.Image) -> bool:
    return image.mode == "F" or image.mode.startswith("I")


def png(image: Image.Image) -> bytes:
    """An image as the bytes of a PNG."""
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def data_url(data: bytes, mime_type: str = "image/png") -> str:
    """A picture inside a URL, for a table's cell or a component."""
    return f"data:{mime_type};base64,{base64.b64encode(data).decode('ascii')}"


def fitted(data: bytes, width: int, height: int) -> bytes:
    """A picture scaled and cut to a size in pixels, its top kept rather than its bottom."""
    with opened(data) as image:
        cut = ImageOps.fit(eight_bit(image).convert("RGB"), (width, height), centering=(0.5, 0.0))
        return _encoded(cut, as_jpeg=True)


def _too_large(name: str, image: Image.Image) -> str:
    return f"{name} has {image.width:,} x {image.height:,} pixels. {REMEDY}"


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "its start can't be read"
    return str(error) if isinstance(error, OSError | SyntaxError) else type(error).__name__


def _converted(
    name: str, image: Image.Image, known: str | None, *, located: bool, keep_location: bool
) -> Attachment:
    changes = []
    if known is None:
        source = "a phone's photo" if image.format == "MPO" else image.format
        changes.append(f"converted from {source}")
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        changes.append("its first frame")
    as_jpeg = image.format in PHOTOS and not image.has_transparency_data
    if image.getexif().get(ORIENTATION, 1) != 1:
        changes.append("turned upright")
    if _is_deep(image):
        changes.append("scaled to 8 bits")
    upright = eight_bit(ImageOps.exif_transpose(image))
    if max(upright.size) > MAX_SIDE:
        before = f"{upright.width:,} x {upright.height:,}"
        upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        changes.append(f"scaled from {before} pixels")
    mime_type = "image/jpeg" if as_jpeg else "image/png"
    if located and not keep_location:
        changes.append(UNLOCATED)
    exif = upright.getexif() if located and keep_location else None
    data = _encoded(upright, as_jpeg=as_jpeg, exif=exif)
    return Attachment(name, mime_type, data, ", ".join(changes), pixels=upright.size)


def _encoded(image: Image.Image, *, as_jpeg: bool, exif: Image.Exif | None = None) -> bytes:
    """JPEG, or PNG which keeps what is transparent. Of the metadata only the colours' profile,
    and `exif`.
    """
    target, profile = io.BytesIO(), image.info.get("icc_profile")
    exif = Image.Exif() if exif is None else exif
    if as_jpeg:
        same = image.mode in {"RGB", "L"}
        profile = profile if same else None
        plain = image if same else image.convert("RGB")
        plain.save(
            target, "JPEG", quality=QUALITY, icc_profile=profile if same else None, exif=exif
        )
    else:
        same = image.mode in {"RGB", "RGBA", "L", "LA"}
        mode = "RGBA" if image.has_transparency_data else "RGB"
        plain = image if same else image.convert(mode)
        plain.save(target, "PNG", icc_profile=profile if same else None, exif=exif)
    return target.getvalue()
