"""What a picture was made with, written into its file; the pixels and all else stay as they are.

PNG has text chunks for it (iTXt, https://www.w3.org/TR/png-3/#11iTXt), JPEG a comment segment
(COM, ITU-T T.81 B.2.4.5). Other formats are left alone.
"""

import struct
import zlib
from collections.abc import Mapping

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
HEAD = len(PNG) + 25  # bytes of a PNG up to the end of its first chunk, which must come first
LONGEST_COMMENT = 65_533  # bytes: a segment's length has 16 bits and counts itself


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
