"""Bodies of several parts: multipart/related (RFC 2387), and the form-data that curl sends."""

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from emulator.errors import invalid_argument


@dataclass(frozen=True)
class BodyPart:
    """One part's bytes, and the MIME type its header gives, "" for none."""

    mime_type: str
    data: bytes


def parts(content_type: str, body: bytes) -> list[BodyPart]:
    """The parts of `body` in their order. Raises ApiError 400 where it isn't in parts."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_maintype() != "multipart" or not boundary:
        raise invalid_argument("A multipart upload needs a multipart content type with a boundary.")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise invalid_argument("The body doesn't end with its boundary.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> BodyPart:
    head, _, data = piece.partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode("latin-1").strip())
    return BodyPart(headers.get("content-type", ""), data)
