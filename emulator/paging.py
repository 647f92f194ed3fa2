"""Lists in pages, as every list of the API comes: `pageSize`, `pageToken`, `nextPageToken`."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.errors import invalid_argument


def page(
    key: str, entries: Sequence[dict[str, Any]], query: Mapping[str, str], sizes: tuple[int, int]
) -> dict[str, Any]:
    """The page of `entries` that `query` asks for, under `key`.

    `sizes` are the page's size where none is asked for, and the largest there is. Raises
    ApiError 400 for a size or token that is none.
    """
    start = _start(query.get("pageToken", ""))
    count = _size(query.get("pageSize", ""), *sizes)
    reply: dict[str, Any] = {key: list(entries[start : start + count])}
    if start + count < len(entries):
        reply["nextPageToken"] = base64.urlsafe_b64encode(str(start + count).encode()).decode()
    return reply


def _size(text: str, usual: int, largest: int) -> int:
    if not text:
        return usual
    if not text.isdecimal():
        raise invalid_argument(f"Invalid value at 'page_size' (TYPE_INT32), \"{text[:100]}\"")
    return min(int(text[:9]), largest) or usual


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        return max(0, int(base64.urlsafe_b64decode(token.encode()).decode()[:9]))
    except (ValueError, binascii.Error) as error:
        raise invalid_argument("Page token is not valid.") from error
