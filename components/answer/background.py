"""Says of a run in the background where it runs, and how it is followed again."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.connection import usable_connection
from gemini.interactions.background import may_be_followed
from gemini.live_run import LiveRun
from gemini.run import Run

PLACES = {"gemini": "at Google", "vertex": "at Google"}
"""Where a run goes on, by its backend; elsewhere on the server."""
ELSEWHERE = (
    "It can't be followed from here: another process may be doing that. Reload the page to see "
    "what has come."
)
RECORDING = ":material/smart_display: Recording"


def draw_running(live: LiveRun, place: DeltaGenerator) -> None:
    """Say that the page may be closed, while a run is followed that goes on by itself.

    Of a recording that it is one.
    """
    where = _where(live.run)
    if live.run.replayed:
        place.caption(RECORDING)
    elif live.stopping:
        place.caption(f":material/cloud_off: :shimmer[Stopping it {where}]")
    elif live.background:
        place.caption(f":material/cloud_done: Runs {where}; you can close this page.")


def draw_left(run: Run, key: str, follow: Callable[..., LiveRun | None], *args: Any) -> None:
    """Say that a run goes on where nobody follows it here, and draw the way to follow it.

    `follow` gives None where it could not: another process follows it.
    """
    if run.outcome == "running":  # followed, and kept as it comes, but not on this screen
        st.caption(":material/cloud: Still running.")
    if not may_be_followed(run):
        return
    connection, _ = usable_connection()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if connection is not None and connection.target.backend == run.backend:
            st.caption(f":material/cloud: When last seen, it ran {_where(run)}.", width="content")
            st.button(
                "Follow it",
                key=f"follow-{key}",
                icon=":material/play_arrow:",
                type="tertiary",
                on_click=_follow,
                args=(follow, *args),
            )
        else:
            words = f"When last seen, it ran {_where(run)}. Choose that connection to follow it."
            st.caption(f":material/cloud: {words}")


def _follow(follow: Callable[..., LiveRun | None], *args: Any) -> None:
    if follow(*args) is None:
        st.toast(ELSEWHERE, icon=":material/cloud_sync:")


def _where(run: Run) -> str:
    return PLACES.get(run.backend or "", "on the server")
