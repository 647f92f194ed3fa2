"""Media on its way into a request: what it really is, and made fit to be sent.

The type comes from the bytes, never from the name. Pictures are turned upright and, where the API
doesn't take their format, converted; so what is sent is what is shown and drawn on.
"""

import hashlib
import io
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

from gemini.request import Part

MAX_PIXELS = 120_000_000  # a decompression bomb has more
MAX_SIDE = 3072  # pixels; the API scales larger pictures down itself
SENT_AS_IS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ORIENTATION = 0x0112  # the EXIF tag

SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"ID3", 0, "audio/mp3"),
    (b"fLaC", 0, "audio/flac"),
    (b"OggS", 0, "audio/ogg"),
    (b"WAVE", 8, "audio/wav"),
    (b"AIFF", 8, "audio/aiff"),
    (b"AIFC", 8, "audio/aiff"),
    (b"ftypM4A", 4, "audio/m4a"),
    (b"ftypM4B", 4, "audio/m4a"),
    (b"ftypheic", 4, "image/heic"),
    (b"ftypheix", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heif"),
    (b"ftyp", 4, "video/mp4"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
)
"""(bytes, offset, MIME type): the formats the API takes that Pillow does not read."""

TEXT_TYPES = {
    "md": "text/markdown",
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "xml": "text/xml",
    "css": "text/css",
    "rtf": "text/rtf",
}
"""The only types that the name decides, among texts that all look alike."""


class MediaError(ValueError):
    """A file that can't be used. Its text says why, and what to do."""


@dataclass(frozen=True)
class Attachment:
    """Checked media, ready to be sent. `note` says what was changed on the way, if anything."""

    name: str
    mime_type: str
    data: bytes = field(repr=False)
    note: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    def part(self) -> Part:
        """The media as an inline part of a request."""
        return {"inline_data": {"mime_type": self.mime_type, "data": self.data}}


def attachment(name: str, data: bytes) -> Attachment:
    """Check a file and make it fit to be sent.

    Raises:
        MediaError: it is empty, damaged, far too large, or of a kind the API does not take.
    """
    if not data:
        raise MediaError(f"{name} is empty.")
    mime_type = sniff(data, name)
    if mime_type is None:
        raise MediaError(
            f"{name} is not a picture, PDF, sound, video or text that the Gemini API takes."
        )
    if mime_type.startswith("image/") and mime_type not in {"image/heic", "image/heif"}:
        return _picture(name, data)
    return Attachment(name, mime_type, data)


def sniff(data: bytes, name: str = "") -> str | None:
    """The MIME type that the bytes show, or None for one that can't be sent."""
    for signature, offset, mime_type in SIGNATURES:
        if data.startswith(signature, offset):
            return mime_type
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] != 0xFF:
        layer = data[1] & 0x06  # of an MPEG audio frame; ADTS has none
        if data[:2] != b"\xff\xd8":
            return "audio/aac" if layer == 0 else "audio/mp3"
    try:
        with Image.open(io.BytesIO(data)) as image:
            return Image.MIME.get(image.format or "", "image/png")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        pass
    return _text_type(data, name)


def _text_type(data: bytes, name: str) -> str | None:
    if b"\0" in data[:8192]:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return TEXT_TYPES.get(name.rpartition(".")[2].lower(), "text/plain")


def _picture(name: str, data: bytes) -> Attachment:
    """The picture upright, in a format the API takes, and not larger than it looks at."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MediaError(
                    f"{name} has {image.width:,} x {image.height:,} pixels. "
                    f"Scale it down to at most {MAX_PIXELS // 1_000_000} megapixels."
                )
            known = SENT_AS_IS.get(image.format or "")
            turned = image.getexif().get(ORIENTATION, 1) != 1
            large = max(image.size) > MAX_SIDE
            image.load()
            if known and not turned and not large:
                return Attachment(name, known, data)
            return _converted(name, image, known, large=large)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError(f"{name} is a damaged picture ({error}).") from error


def _converted(name: str, image: Image.Image, known: str | None, *, large: bool) -> Attachment:
    changes = []
    if known is None:
        changes.append(f"converted from {image.format}")
    as_jpeg = known == "image/jpeg"
    upright = ImageOps.exif_transpose(image)
    if large:
        upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        changes.append(f"scaled to {upright.width} x {upright.height}")
    target = io.BytesIO()
    if as_jpeg:
        upright.convert("RGB").save(target, "JPEG", quality=92)
    else:
        upright.convert("RGBA" if upright.has_transparency_data else "RGB").save(target, "PNG")
    mime_type = "image/jpeg" if as_jpeg else "image/png"
    return Attachment(name, mime_type, target.getvalue(), ", ".join(changes))
