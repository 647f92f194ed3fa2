"""Times in the zone of the browser."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import streamlit as st

from components.format import in_words, local

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Tokyo", "01 Jul 2026, 21:00"),
        ("America/New_York", "01 Jul 2026, 08:00"),
        (None, "01 Jul 2026, 12:00 UTC"),
        ("Nowhere/Such", "01 Jul 2026, 12:00 UTC"),
        ("../etc/passwd", "01 Jul 2026, 12:00 UTC"),
    ],
)
def test_a_time_is_the_browsers_or_says_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, zone: str | None, words: str
) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(timezone=zone))
    assert in_words(NOON) == words


def test_a_year_that_ends_elsewhere_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(timezone="Asia/Tokyo"))
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert local(last) == last
