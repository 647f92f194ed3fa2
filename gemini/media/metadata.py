"""What is written in a picture's file beside its pixels, which stay byte for byte.

Cameras write where a photo was taken, in Exif (JEITA CP-3451, GPS IFD) or in XMP. Both go, with
what else the camera wrote there; the colours' profile stays. Notes on how a picture was made go in
as text chunks of a PNG (iTXt, https://www.w3.org/TR/png-3/#11iTXt) or as a comment segment of a
JPEG (COM, ITU-T T.81 B.2.4.5). Other formats are left alone.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping

from PIL import ExifTags, Image

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
START_OF_SCAN, APP1 = 0xDA, 0xE1  # JPEG markers (ITU-T T.81, table B.1)
WEBP_FLAGS = 0x08 | 0x04  # of the VP8X chunk: Exif, XMP (RFC 9649, 2.7)
HEAD = len(PNG) + 25  # bytes of a PNG up to the end of its first chunk, which must come first
LONGEST_COMMENT = 65_533  # bytes: a segment's length has 16 bits and counts itself


def has_location(image: Image.Image) -> bool:
    """Whether a picture says where it was taken."""
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    words = xmp.encode() if isinstance(xmp, str) else xmp
    return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo)) or b"GPSL" in words


def without_location(data: bytes) -> bytes:
    """A JPEG, PNG or WEBP without Exif and XMP; any other file as it is."""
    if data.startswith(JPEG):
        return JPEG + b"".join(_jpeg_segments(data))
    if data.startswith(PNG):
        return PNG + b"".join(_png_chunks(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        body = b"WEBP" + b"".join(_webp_chunks(data))
        return b"RIFF" + struct.pack("<I", len(body)) + body
    return data


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != START_OF_SCAN:
        if data[at + 1] == 0xFF:  # a byte that fills
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if data[at + 1] != APP1:
            yield data[at:end]
        at = end
    yield data[at:]


def _png_chunks(data: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while at + 12 <= len(data):
        end = at + 12 + struct.unpack_from(">I", data, at)[0]
        kind, body = data[at + 4 : at + 8], data[at + 8 : end - 4]
        text = kind in {b"tEXt", b"zTXt", b"iTXt"}
        if kind != b"eXIf" and not (text and body.startswith((b"XML:", b"Raw profile"))):
            yield data[at:end]
        at = end


def _webp_chunks(data: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        end = at + 8 + size + size % 2
        kind = data[at : at + 4]
        if kind == b"VP8X":
            yield data[at : at + 8] + bytes([data[at + 8] & ~WEBP_FLAGS]) + data[at + 9 : end]
        elif kind not in {b"EXIF", b"XMP "}:
            yield data[at:end]
        at = end


def with_notes(data: bytes, notes: Mapping[str, str]) -> bytes:
    """A picture with notes by keyword: in a PNG a chunk each, in a JPEG as lines of a comment.

    Keywords are Latin letters, at most 79 of them; "Description", "Software" and "Comment" are
    known to other programs.
    """
    if data.startswith(PNG):
        chunks = b"".join(_chunk(name, text) for name, text in notes.items())
        return data[:HEAD] + chunks + data[HEAD:]
    if data.startswith(JPEG):
        text = "\n".join(f"{name}: {text}" for name, text in notes.items()).encode()
        text = text[:LONGEST_COMMENT].decode("utf-8", "ignore").encode()
        return data[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + data[2:]
    return data


def _chunk(keyword: str, text: str) -> bytes:
    body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
