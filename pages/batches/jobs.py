"""The jobs as a list, which looks at itself less and less often while one is on its way."""

import time
from datetime import UTC, datetime

import streamlit as st

from components.markdown.literal import literal
from components.resource_list import draw_more
from gemini.batches.jobs import Job
from gemini.format import duration
from pages.batches.state import PAGE, BatchesState

TICK = 1.0  # seconds between two redraws; most of them ask nobody
COLORS = {"SUCCEEDED": "green", "FAILED": "red", "EXPIRED": "red", "PARTIALLY_SUCCEEDED": "orange"}


def draw_jobs(state: BatchesState) -> None:
    """Draw the list; what of it changes by itself is a fragment."""
    st.fragment(_draw_list, run_every=TICK if state.waits else None)(state)
    draw_more(state, PAGE)


def state_of(job: Job) -> str:
    """The state in words, coloured: "12 of 20 done, 1 failed" where that is told."""
    words = job.state.replace("_", " ").lower() or "state unknown"
    said = f":{COLORS.get(job.state, 'gray')}-badge[{words}]"
    if job.total:
        done = (job.succeeded or 0) + (job.failed or 0)
        said += f" {done:,} of {job.total:,} done"
    return said + (f", :red[{job.failed:,} failed]" if job.failed else "")


def _draw_list(state: BatchesState) -> None:
    was_open = {job.name for job in state.items if job.is_open}
    if state.is_due:
        state.look()
    state.calls.settle()
    if was_open != {job.name for job in state.items if job.is_open}:
        st.rerun()
    for job in state.own:
        with st.container(border=True, gap="small", key=f"batch-{job.name.rpartition('/')[2]}"):
            _draw_job(state, job)
    if state.waits and state.problem:
        st.caption(
            f":material/warning: The last check failed: {state.problem.title}. Trying again."
        )
    if state.waits:
        left = max(state.due - time.monotonic(), 0.0)
        st.caption(f"Next check in {left:.0f} s. Jobs keep running when you leave this page.")


def _draw_job(state: BatchesState, job: Job) -> None:
    shown = state.shown == job.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        about = " · ".join(literal(fact) for fact in (job.model, _times(job)) if fact)
        st.markdown(f"**{literal(job.title)}**  \n:small[:gray[{about}]]", width="stretch")
        st.markdown(f":small[{state_of(job)}]", width="content")
        if st.button(
            "Close" if shown else "Open",
            key=f"batch-open-{job.name}",
            icon=":material/expand_less:" if shown else ":material/expand_more:",
        ):
            state.show("" if shown else job.name)
            st.rerun()
        _draw_ending(state, job)
    if job.is_open and job.share is not None:
        st.progress(job.share)
    if state.opened == (job.name, "delete"):
        _draw_deletion(state, job)


def _draw_ending(state: BatchesState, job: Job) -> None:
    """Draw the button that cancels a job on its way, or deletes one that is done."""
    if job.is_open:
        if st.button("Cancel", key=f"batch-cancel-{job.name}", icon=":material/cancel:",
                     type="tertiary"):  # fmt: skip
            state.cancel(job.name)
            st.rerun()
    elif st.button("Delete", key=f"batch-delete-{job.name}", icon=":material/delete:",
                   type="tertiary"):  # fmt: skip
        state.opened = (job.name, "delete")
        st.rerun()


def _draw_deletion(state: BatchesState, job: Job) -> None:
    st.warning("Its results are deleted too. This can't be undone.",
               icon=":material/warning:")  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        sure = st.button("Delete it", key=f"batch-sure-{job.name}", type="primary")
        if sure:
            state.remove(job.name)
        if sure or st.button("Keep it", key=f"batch-keep-{job.name}", type="tertiary"):
            state.opened = None
            st.rerun()


def _times(job: Job) -> str:
    """When it was made, and how long it took or has taken."""
    if job.created is None:
        return ""
    took = duration(((job.ended or datetime.now(UTC)) - job.created).total_seconds())
    return f"{job.created:%d %b %Y %H:%M} UTC · {'took' if job.ended else 'for'} {took}"
