"""An answer with boxes as it comes: its text at once, the picture at a pace of its own."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import streamlit as st

from pages.boxes import live
from pages.boxes.live import PICTURE_EVERY, ItemsDrawer

BOX = '{"box_2d": [1, 2, 30, 40], "label": "cup"},'


def test_the_text_is_drawn_each_time_and_the_picture_when_it_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(st, "empty", MagicMock)
    picture = MagicMock(count=1)
    drawer = ItemsDrawer(MagicMock(), picture)
    code: MagicMock = drawer._code.code  # pyright: ignore[reportAssignmentType]

    drawer.add({"text": f"[{BOX}"})
    assert not drawer.flush()
    assert (code.call_count, picture.take.call_count) == (1, 1)
    drawer.add({"text": BOX})
    assert drawer.flush()  # the picture is to be drawn soon
    assert (code.call_count, picture.take.call_count) == (2, 1)
    now[0] += PICTURE_EVERY
    assert not drawer.flush()
    assert (code.call_count, picture.take.call_count) == (2, 2)
    drawer.add({"text": "]"})
    drawer.close()
    assert (code.call_count, picture.take.call_count) == (3, 3)
    picture.take.assert_called_with(f"[{BOX}{BOX}]")
