"""Where a photo was taken, which cameras write into it: found, and taken out without loss.

The place is in Exif (JEITA CP-3451, GPS IFD) or in XMP. Both go, with what else the camera wrote
there; the pixels and their colours' profile stay byte for byte.
"""

import struct
from collections.abc import Iterator

from PIL import ExifTags, Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
START_OF_SCAN, APP1 = 0xDA, 0xE1  # JPEG markers (ITU-T T.81, table B.1)
WEBP_FLAGS = 0x08 | 0x04  # of the VP8X chunk: Exif, XMP (RFC 9649, 2.7)


def has_location(image: Image.Image) -> bool:
    """Whether a picture says where it was taken."""
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    words = xmp.encode() if isinstance(xmp, str) else xmp
    return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo)) or b"GPSL" in words


def without_location(data: bytes) -> bytes:
    """A JPEG, PNG or WEBP without Exif and XMP; any other file as it is."""
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd8" + b"".join(_jpeg_segments(data))
    if data.startswith(SIGNATURE):
        return SIGNATURE + b"".join(_png_chunks(data))
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
    at = len(SIGNATURE)
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
