"""Figures for people: durations, sizes, times, and how high a table is drawn."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
"""Name and seconds, the largest first."""
ROW, HEAD = 35, 38  # pixels of a table, as Streamlit draws them


def duration(seconds: float) -> str:
    """Seconds for people: `0.4 s`, `12 s`, `2 min 5 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def size(count: int) -> str:
    """Bytes for people: `17 bytes`, `3.4 KB`, `12 MB`."""
    if count < 1000:
        return f"{count} bytes"
    value, unit = (count / 1000, "KB") if count < 1_000_000 else (count / 1_000_000, "MB")
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"


def time_left(left: timedelta | None) -> str:
    """`1 d 4 h left`, `3 h 12 min left`, `9 min 5 s left`: the two largest units."""
    if left is None:
        return "no expiration given"
    seconds = int(left.total_seconds())
    parts = []
    for name, size in UNITS:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count} {name}")
    return f"{' '.join(parts[:2]) or '0 s'} left"


def zone() -> tzinfo:
    """The zone of the browser; UTC where it doesn't say, or says one that isn't known here."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def local(moment: datetime) -> datetime:
    """A time in the zone of the browser; as it is where that has no such year."""
    try:
        return moment.astimezone(zone())
    except OverflowError:
        return moment


def in_words(moment: datetime) -> str:
    """A time to the minute; its zone is named where it isn't the browser's own."""
    return f"{local(moment):%d %b %Y, %H:%M}{' UTC' if zone() is UTC else ''}"


def table_height(rows: int, most: int = 11) -> int:
    """Pixels for so many rows below the head; `most` are to be seen at once."""
    return HEAD + ROW * min(rows, most)
