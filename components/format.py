"""Words for times in the zone of the browser and for retries, and how high a table is drawn."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from http import HTTPStatus
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from gemini.api.wire import Exchange

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


def why_again(status: int | None) -> str:
    """Why something is asked again, by the status that came back, if any."""
    if status is None:
        return "No connection"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"Too many requests ({status})"
    failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return f"The service {'failed' if failed else 'declined'} ({status})"


def asked_again(exchanges: Iterable[Exchange]) -> str:
    """Why a call under way is made once more, by what it was answered; "" where it isn't."""
    declined = [each.status for each in exchanges if (each.status or 0) >= HTTPStatus.BAD_REQUEST]
    return f"{why_again(declined[-1])}. Trying again" if declined else ""
