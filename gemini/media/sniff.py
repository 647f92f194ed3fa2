"""What a file is, by its bytes."""

import io
import re
from typing import Final

from PIL import Image, UnidentifiedImageError

from gemini.media.encodings import is_text

SIGNATURES: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"fLaC", 0, "audio/flac"),
    (b"OggS", 0, "audio/ogg"),
    (b"WAVE", 8, "audio/wav"),
    (b"AIFF", 8, "audio/aiff"),
    (b"AIFC", 8, "audio/aiff"),
    (b"ftypM4A", 4, "audio/m4a"),
    (b"ftypM4B", 4, "audio/m4a"),
    (b"ftyphei", 4, "image/heic"),
    (b"ftyphev", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heif"),
    (b"ftypmsf1", 4, "image/heif"),
    (b"AVI ", 8, "video/avi"),
    (b"\x00\x00\x01\xba", 0, "video/mpeg"),
    (b"FLV\x01", 0, "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, "video/wmv"),
    (b"{\\rtf", 0, "text/rtf"),
)
"""(bytes, offset, MIME type) of the formats the API takes that Pillow does not read."""

PICTURES: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"\x89PNG\r\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WEBP", 8, "image/webp"),
    (b"GIF8", 0, "image/gif"),
)
"""Pictures that Pillow knows too, so that a damaged one is called a damaged picture."""

VIDEOS: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"ftypqt", 4, "video/mov"),
    (b"ftyp3g", 4, "video/3gpp"),
    (b"ftyp", 4, "video/mp4"),
    (b"moov", 4, "video/mov"),
    (b"mdat", 4, "video/mov"),
    (b"wide", 4, "video/mov"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
)
"""The same for containers that hold anything; asked last, as AVIF is a `ftyp` too."""

TEXT_TYPES: Final[dict[str, str]] = {
    "md": "text/markdown",
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
    "xml": "text/xml",
    "css": "text/css",
}
"""The only types that the name decides, among texts that all look alike."""

_PDF_HEADER = re.compile(rb"%PDF-\d\.\d")


def sniff(data: bytes, name: str = "") -> str | None:
    """The MIME type that the bytes show, or None for one that can't be sent."""
    known = _by_signature(data, SIGNATURES) or _mpeg_audio(data)
    known = known or _picture_type(data) or _by_signature(data, (*PICTURES, *VIDEOS))
    if known is None and pdf_start(data) is not None:
        return "application/pdf"
    return known or _text_type(data, name)


def pdf_start(data: bytes) -> int | None:
    """Where a PDF begins: at its header, which every reader takes in the first 1,024 bytes.

    (ISO 32000-1, Annex H, note 13.) One that isn't at the very beginning needs its end too, as a
    text may speak of PDF.
    """
    match = _PDF_HEADER.search(data[:1024])
    if match and match.start() and b"%%EOF" not in data[-2048:]:
        return None
    return match.start() if match else None


def mpeg_start(data: bytes) -> int:
    """Where MPEG audio begins, after an ID3v2 tag if there is one.

    The tag's length is in groups of seven bits (https://id3.org/id3v2.4.0-structure, 3.1).
    """
    if not data.startswith(b"ID3") or len(data) < 10:
        return 0
    return 10 + sum((data[6 + i] & 127) << (21 - 7 * i) for i in range(4))


def _by_signature(data: bytes, signatures: tuple[tuple[bytes, int, str], ...]) -> str | None:
    return next((m for begin, at, m in signatures if data.startswith(begin, at)), None)


def _mpeg_audio(data: bytes) -> str | None:
    """MP3 or AAC in ADTS, which begin with a frame of eleven bits set, or with a tag."""
    start = mpeg_start(data)
    head = data[start : start + 3]
    if len(head) == 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] != 0xFF:
        layer, version = head[1] & 0x06, head[1] & 0x18
        if layer == 0 and version & 0x10:
            return "audio/aac"
        if (
            layer in {0x02, 0x04} and version != 0x08 and head[2] & 0xF0 != 0xF0
        ):  # reserved values are no MP3
            return "audio/mp3"
    return "audio/mp3" if start else None


def _picture_type(data: bytes) -> str | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return Image.MIME.get(image.format or "", "image/png")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    except Exception:  # a damaged header can trip any of Pillow's forty readers
        return None


def _text_type(data: bytes, name: str) -> str | None:
    if not is_text(data):
        return None
    return TEXT_TYPES.get(name.rpartition(".")[2].lower(), "text/plain")
