"""Plain data as a text of letters, digits, `-` and `_`, to be put into an address, and back."""

import base64
import json
import zlib
from typing import Any

LONGEST = 8_000  # characters: what servers and chat programs let pass in an address
LARGEST = 1_000_000  # bytes unpacked


class LinkError(ValueError):
    """What can't become a link, or isn't one. Its text says why."""


def to_link(data: Any) -> str:
    """JSON data as such a text.

    Raises:
        LinkError: it is too long for an address.
    """
    packed = zlib.compress(json.dumps(data, separators=(",", ":")).encode("ascii"), 9)
    link = base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")
    if len(link) > LONGEST:
        raise LinkError(f"it would have {len(link):,} characters, more than {LONGEST:,}")
    return link


def from_link(link: str) -> Any:
    """The inverse of `to_link`, whoever made the link.

    Raises:
        LinkError: it isn't one, or too large.
    """
    if len(link) > LONGEST:
        raise LinkError("it is too long")
    inflate = zlib.decompressobj()
    try:
        packed = base64.b64decode(link + "=" * (-len(link) % 4), altchars=b"-_", validate=True)
        unpacked = inflate.decompress(packed, LARGEST)
        data = json.loads(unpacked) if inflate.eof else None
    except (ValueError, zlib.error, RecursionError) as error:
        raise LinkError("it isn't a link of the playground") from error
    if not inflate.eof:
        raise LinkError("it is cut off, or too long")
    return data
