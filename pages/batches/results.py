"""What came of the job that is open: its results beside their rows, and what to do with them."""

from typing import Any

import streamlit as st

from components.markdown.literal import literal
from components.own_things import own_of
from gemini.api.problems import Problem
from gemini.batches.jobs import Job
from gemini.batches.results import as_csv, as_jsonl, failed, joined, notes
from pages.batches.draft import BatchDraft
from pages.batches.jobs import state_of
from pages.batches.state import BatchesState

NO_SUCH = "There's no such job: it was deleted, or belongs to another key."
DONE = ("SUCCEEDED", "PARTIALLY_SUCCEEDED")


def draw_opened(state: BatchesState, draft: BatchDraft) -> None:
    """Draw the job that the page's address names, if it names one."""
    name = state.shown
    if not name:
        return
    if not own_of([name], str):
        st.info(NO_SUCH, icon=":material/info:")
        return
    job = state.job(name)
    if state.loaded != name and (job is None or not job.is_open):
        state.load(name)
        job = state.job(name)
    if job is None:
        if not state.calls.busy and (not (problem := _problem(state)) or problem.code == 404):
            st.info(NO_SUCH, icon=":material/info:")
        return
    st.header(literal(job.title), anchor=False)
    st.markdown(f"{state_of(job)}  \n:small[:gray[{literal(job.name)}]]")
    if job.error:
        box = st.info if job.state == "CANCELLED" else st.error
        box(literal(job.error), icon=":material/info:")
    if job.is_open:
        st.caption("Results are ready when the whole job is done, within 24 hours.")
        _draw_rows(state, job)
    elif job.state in DONE:
        _draw_results(state, job, draft)


def _draw_rows(state: BatchesState, job: Job) -> None:
    """Draw the table of a job that is on its way, as far as it is known."""
    if (table := state.table(job.name)) is not None:
        rows = [dict(zip(table.sheet.columns, row, strict=True)) for row in table.sheet.rows]
        st.dataframe(rows, hide_index=True, key="batch-waiting")


def _draw_results(state: BatchesState, job: Job, draft: BatchDraft) -> None:
    if job.address:
        _draw_address(job.address)
        return
    if state.calls.busy and not state.results:
        return
    if _problem(state) and not state.results:
        st.button("Get the results", icon=":material/refresh:", key="batch-load",
                  on_click=state.load, args=(job.name,))  # fmt: skip
        return
    table = state.table(job.name)
    if table is None:
        st.caption(
            ":material/info: This job's table isn't on this machine: rows are named by their keys."
        )
    for note in notes(table, state.results):
        st.caption(f":material/info: {literal(note)}")
    rows = joined(table, state.results)
    st.dataframe(rows, hide_index=True, key="batch-results", column_config=_columns(rows))
    with st.container(horizontal=True, gap="small"):
        for kind, data in (("CSV", as_csv(rows)), ("JSONL", as_jsonl(table, state.results))):
            st.download_button(
                kind,
                data,
                file_name=f"{job.name.rpartition('/')[2]}.{kind.lower()}",
                key=f"batch-download-{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
        again = failed(state.results, table)
        if again and table is not None:
            st.button(
                f"Retry the {len(again):,} failed" if len(again) > 1 else "Retry the failed one",
                key="batch-again",
                icon=":material/replay:",
                on_click=draft.again,
                args=(table.only(again), job.title),
            )


def _problem(state: BatchesState) -> Problem | None:
    """Why the last call failed, if it did."""
    return state.calls.latest.problem if state.calls.latest else None


def _draw_address(address: str) -> None:
    """Say where the results of a job on Vertex AI lie, and why they aren't shown."""
    place = "Cloud Storage" if address.startswith("gs://") else "BigQuery"
    st.info(
        f"The results are in {place}, each beside its request. They aren't matched to rows here, "
        f"because this page doesn't read from {place}.",
        icon=":material/cloud:",
    )
    st.code(address, language=None, wrap_lines=True)
    st.caption("Download them with the Google Cloud CLI:")
    st.code(_copying(address), language="bash", wrap_lines=True)


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Widths; the columns for errors only where there are any."""
    column = st.column_config
    columns: dict[str, Any] = {"answer": column.TextColumn(width="large"),
                             "tokens": column.NumberColumn(width="small")}  # fmt: skip
    if not any(row.get("error") for row in rows):
        columns["error"] = None
    return columns


def _copying(address: str) -> str:
    if address.startswith("gs://"):
        return f"gcloud storage cp --recursive {address} ."
    return f"bq head {address.removeprefix('bq://')}"
