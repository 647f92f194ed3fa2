"""Pictures: upright, in a format the API takes, and no larger than it looks at."""

import io
from functools import cache

from PIL import Image, ImageOps, UnidentifiedImageError

from gemini.media.attachment import Attachment, MediaError

MAX_PIXELS = 120_000_000  # a decompression bomb has more
REMEDY = f"Scale it down to at most {MAX_PIXELS // 1_000_000} megapixels."
MAX_SIDE = 3072  # pixels; the API scales larger pictures down itself
SENT_AS_IS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PHOTOS = {"JPEG", "MPO", "HEIF", "AVIF", "JPEG2000"}  # a PNG of these would be far larger
ORIENTATION = 0x0112  # the EXIF tag
QUALITY = 92  # of a JPEG


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


def picture(name: str, mime_type: str, data: bytes) -> Attachment:
    """The picture, fit to be sent; HEIC becomes JPEG, so that what is sent can be shown.

    Raises:
        MediaError: it is damaged, or has more than MAX_PIXELS.
    """
    try:
        with opened(data, mime_type) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MediaError(_too_large(name, image))
            known = SENT_AS_IS.get(image.format or "")
            turned = image.getexif().get(ORIENTATION, 1) != 1
            image.load()
            if known and not turned and max(image.size) <= MAX_SIDE:
                return Attachment(name, known, data, pixels=image.size)
            return _converted(name, image, known)
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        raise MediaError(f"{name} has too many pixels. {REMEDY}") from error
    except Exception as error:  # each of Pillow's readers has errors of its own
        raise MediaError(f"{name} is a damaged picture ({_reason(error)}).") from error


def preview(attachment: Attachment, side: int) -> bytes:
    """The picture as JPEG or PNG, at most `side` pixels long and wide."""
    with opened(attachment.data) as image:
        if max(image.size) <= side:
            return attachment.data
        image.thumbnail((side, side))
        return _encoded(image, as_jpeg=not image.has_transparency_data)


def fitted(data: bytes, width: int, height: int) -> bytes:
    """A picture scaled and cut to a size in pixels, its top kept rather than its bottom."""
    with opened(data) as image:
        cut = ImageOps.fit(image.convert("RGB"), (width, height), centering=(0.5, 0.0))
        return _encoded(cut, as_jpeg=True)


def _too_large(name: str, image: Image.Image) -> str:
    return f"{name} has {image.width:,} x {image.height:,} pixels. {REMEDY}"


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "its beginning can't be read"
    return str(error) if isinstance(error, OSError | SyntaxError) else type(error).__name__


def _converted(name: str, image: Image.Image, known: str | None) -> Attachment:
    changes = []
    if known is None:
        still = ", its first frame" if getattr(image, "n_frames", 1) > 1 else ""
        source = "a phone's photo" if image.format == "MPO" else image.format
        changes.append(f"converted from {source}{still if image.format != 'MPO' else ''}")
    as_jpeg = image.format in PHOTOS and not image.has_transparency_data
    if image.getexif().get(ORIENTATION, 1) != 1:
        changes.append("turned upright")
    upright = ImageOps.exif_transpose(image)
    if max(upright.size) > MAX_SIDE:
        before = f"{upright.width:,} x {upright.height:,}"
        upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        changes.append(f"scaled from {before} pixels")
    mime_type = "image/jpeg" if as_jpeg else "image/png"
    data = _encoded(upright, as_jpeg=as_jpeg)
    return Attachment(name, mime_type, data, ", ".join(changes), pixels=upright.size)


def _encoded(image: Image.Image, *, as_jpeg: bool) -> bytes:
    """JPEG, or PNG which keeps what is transparent. Of the metadata only the colours' profile."""
    target, profile = io.BytesIO(), image.info.get("icc_profile")
    if as_jpeg:
        same = image.mode in {"RGB", "L"}
        plain = image if same else image.convert("RGB")
        plain.save(target, "JPEG", quality=QUALITY, icc_profile=profile if same else None)
    else:
        same = image.mode in {"RGB", "RGBA", "L", "LA"}
        mode = "RGBA" if image.has_transparency_data else "RGB"
        plain = image if same else image.convert(mode)
        plain.save(target, "PNG", icc_profile=profile if same else None)
    return target.getvalue()
