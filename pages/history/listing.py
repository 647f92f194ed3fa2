"""The runs that were kept, listed; those of them that were picked, and their deletion."""

from collections.abc import Sequence
from datetime import UTC

import streamlit as st

from components.format import local, zone
from components.history import failing_said
from components.navigation import page_file
from components.people import audit
from components.pieces import draw_deletion
from gemini.api.problems import WORDS
from gemini.format import counted
from gemini.history.search import Filter, RunSummary
from gemini.history.store import HistoryStore
from pages.history.filters import clear_filters

LIMIT = "history-limit"  # session state: how many runs are listed
PICKED = "history-picked"  # session state: the ids of the runs that are picked
DELETING = "history-deleting"  # session state: the ids of the runs that are asked about
STEP = 50


def draw_list(history: HistoryStore, filters: Filter) -> list[RunSummary]:
    """Draw the runs, the latest first; those that were picked, in the same order."""
    limit = st.session_state.setdefault(LIMIT, STEP)
    page = history.find(filters, limit=limit)
    if not page.runs:
        _draw_empty(history, filters)
        return []
    more = "the latest " if page.next is not None else ""
    listed = f"{more}{counted(len(page.runs), 'run')}"
    st.caption(f"{listed}. Pick one to open it, two to compare them, any to make a demo of them.")
    picked = _draw_table(page.runs)
    if page.next is not None and st.button("Show more", type="tertiary"):
        st.session_state[LIMIT] = limit + STEP
        st.rerun()
    return picked


def _draw_table(runs: list[RunSummary]) -> list[RunSummary]:
    """The table. It is another one for other runs, so that what was picked is known by its id:
    by its row alone it would be another run when a new one comes in above."""
    before = st.session_state.get(PICKED, ())
    rows = [number for number, run in enumerate(runs) if run.id in before]
    picked = st.dataframe(
        [_row(run) for run in runs],
        key=f"history-runs-{hash(tuple(run.id for run in runs))}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows}},
        height=min(38 + 35 * len(runs), 420),
        column_config={
            "★": st.column_config.TextColumn(width=28),
            "When": st.column_config.DatetimeColumn(
                "When (UTC)" if zone() is UTC else "When", format="D MMM, HH:mm", width=110
            ),
            "Prompt": st.column_config.TextColumn(width="medium"),
            "Answer": st.column_config.TextColumn(width="medium"),
            "Seconds": st.column_config.NumberColumn(format="%.1f"),
        },
    )
    chosen = [runs[row] for row in sorted(picked["selection"]["rows"]) if row < len(runs)]
    st.session_state[PICKED] = [run.id for run in chosen]
    return chosen


def _draw_empty(history: HistoryStore, filters: Filter) -> None:
    """Say why there is nothing to list, and offer the way on."""
    if filters != Filter():
        st.info("No runs match these filters.", icon=":material/search_off:")
        st.button("Clear the filters", icon=":material/filter_alt_off:", on_click=clear_filters)
    elif history.keep:
        st.info(
            "No runs yet. Everything you ask, on any page, is listed here.",
            icon=":material/history:",
        )
        if st.button("Ask something in Chat", icon=":material/chat:"):
            st.switch_page(page_file("chat"))


def _row(run: RunSummary) -> dict[str, object]:
    return {
        "★": "★" if run.starred else "",
        "When": local(run.created),
        "Prompt": run.name or run.prompt,
        "Answer": _title(run.problem) if run.problem else run.answer,
        "Page": run.page,
        "Model": run.model,
        "Outcome": "cut" if run.cut else run.outcome,
        "Tokens": run.prompt_tokens + run.output_tokens,
        "Seconds": run.seconds and round(run.seconds, 1),
    }


def _title(kind: str) -> str:
    return WORDS[kind][0] if kind in WORDS else kind


def draw_delete_button(runs: Sequence[RunSummary]) -> None:
    """Draw the button that has the question drawn."""
    label = "Delete" if len(runs) == 1 else f"Delete {len(runs)} runs"
    ids = [run.id for run in runs]

    def ask() -> None:
        st.session_state[DELETING] = ids

    st.button(label, key=f"delete-{ids[0]}", icon=":material/delete:", on_click=ask)


def draw_question(history: HistoryStore, runs: Sequence[RunSummary]) -> None:
    """Draw the question, where it was asked for these runs."""
    ids = [run.id for run in runs]
    if st.session_state.get(DELETING) != ids:
        return

    def delete() -> None:
        keep()
        with failing_said():
            history.delete_runs(ids)
            audit("Deleted", counted(len(ids), "run"))
            st.session_state.pop(PICKED, None)

    def keep() -> None:
        st.session_state.pop(DELETING, None)

    what = "This run is" if len(ids) == 1 else f"These {len(ids)} runs are"
    turns = "its turn" if len(ids) == 1 else "their turns"
    words = f"{what} deleted for good, and {turns} in the conversation too."
    draw_deletion("history-delete", words, delete=delete, keep=keep)
