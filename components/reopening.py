"""Runs that a page's address names: reopened after a reload, a restart, or from the history."""

import streamlit as st

from components.format import in_words
from components.history import can_be_found_again, current_history
from components.markdown.literal import literal
from components.page_run import PageRun
from gemini.history.search import Filter
from gemini.run import LiveRun

PARAMETER = "run"  # of the page's address: the id of a run, which nobody can guess
EARLIER = 12  # runs listed


def reopen(page_run: PageRun) -> None:
    """Have the page show the run that its address names; else name the one it shows there."""
    run_id, live = st.query_params.get(PARAMETER), page_run.live
    if run_id is None:
        name_in_address(page_run)
    elif live is None or live.run.id != run_id:
        show_run(page_run, run_id)


def name_in_address(page_run: PageRun) -> None:
    """Put the run that is shown into the page's address."""
    if page_run.live is not None and can_be_found_again():
        st.query_params[PARAMETER] = page_run.live.run.id


def show_run(page_run: PageRun, run_id: str) -> None:
    """Have the page show a kept run; a word where there is none, or it can't be read."""
    reopened = kept_run(run_id)
    if reopened is None:
        st.query_params.pop(PARAMETER, None)
        name_in_address(page_run)
    else:
        page_run.live = reopened
        st.query_params[PARAMETER] = run_id


def draw_earlier(page_run: PageRun, kept_as: str) -> None:
    """Draw what was made before on a page, the latest first, to be opened at a click."""
    history = current_history()
    if history is None:
        return
    with st.expander("Earlier", icon=":material/history:", type="compact", on_change="rerun",
                     key=f"{page_run.page}-earlier") as place:  # fmt: skip
        if not place.open:
            return
        runs = history.find(Filter(page=kept_as), limit=EARLIER).runs
        if not runs:
            st.caption("Nothing yet.")
        for run in runs:
            st.button(
                literal((run.name or run.prompt or run.model)[:80]),
                key=f"{page_run.page}-open-{run.id}",
                icon=":material/error:" if run.problem else ":material/north_east:",
                type="tertiary",
                help=f"{in_words(run.created)}, {run.model}",
                on_click=show_run,
                args=(page_run, run.id),
            )


def kept_run(run_id: str) -> LiveRun | None:
    """A kept run, live where this process fills it; a word where it can't be read."""
    history = current_history()
    try:
        run = history.run(run_id) if history else None
    except ValueError as error:
        st.toast(f"The run could not be reopened: {error}.")
        return None
    if history is None or run is None:
        return None
    return history.live(run_id) or LiveRun(run)
