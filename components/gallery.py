"""What was made on a page, in this session and before, as cards: the latest first."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from components.history import current_history
from gemini.history.search import Filter
from gemini.run import Run

STEP = 9  # runs shown, and how many more at a click

Medium = TypeVar("Medium")


def draw_gallery(
    page: str,
    session: Sequence[Run],
    media_of: Callable[[Run], list[Medium]],
    draw_card: Callable[[Run, Medium, str], None],
    *,
    columns: int = 3,
    icon: str = "photo_library",
) -> None:
    """Draw the media of this session's runs and of the history, folded.

    `draw_card` draws one where the script is; the text it is given begins the keys of its widgets.
    """
    with st.expander("Gallery", icon=f":material/{icon}:", type="compact",
                     key=f"{page}-gallery", on_change="rerun") as place:  # fmt: skip
        if not place.open:
            return
        key = f"{page}-gallery-limit"
        limit = st.session_state.setdefault(key, STEP)
        runs, more = _runs(page, session, limit)
        cards = [(run, medium) for run in runs for medium in media_of(run)]
        if not cards:
            st.caption("Nothing yet.")
        places = st.columns(columns)
        for number, (run, medium) in enumerate(cards):
            with places[number % columns]:
                draw_card(run, medium, f"{page}-card-{run.id}-{number}")
        if more and st.button("Show more", key=f"{page}-gallery-more", type="tertiary"):
            st.session_state[key] = limit + STEP
            st.rerun()


def _runs(page: str, session: Sequence[Run], limit: int) -> tuple[list[Run], bool]:
    """The runs of the session and then those that were kept; whether there are more of those."""
    runs = {run.id: run for run in session if run.outcome != "running"}
    history = current_history()
    if history is None:
        return list(runs.values()), False
    older = history.find(Filter(page=page), limit=limit)
    for summary in older.runs:
        if summary.id not in runs and summary.problem is None:
            try:
                run = history.run(summary.id)
            except ValueError:
                continue  # damaged: the history page says so
            if run is not None:
                runs[run.id] = run
    return sorted(runs.values(), key=lambda run: run.created, reverse=True), older.next is not None
