"""Times in the zone of the browser, and how high a table is drawn."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

ROW, HEAD = 35, 38  # pixels of a table, as Streamlit draws them


def zone() -> tzinfo:
    """The zone of the browser; UTC where it doesn't say, or says one that is unknown here."""
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
