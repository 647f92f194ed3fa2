"""What came of the job that is open: its results beside their rows, and what to do with them."""

from typing import Any

import streamlit as st

from components.answers.markdown import shown
from components.batches.desk import BatchDesk
from components.batches.draft import BatchDraft
from components.batches.jobs import state_of
from gemini.batches.jobs import Job
from gemini.batches.results import as_csv, as_jsonl, failed, joined

DONE = ("SUCCEEDED", "PARTIALLY_SUCCEEDED")


def draw_opened(desk: BatchDesk, draft: BatchDraft) -> None:
    """Draw the job that the page's address names, if it names one."""
    name = desk.opened
    if not name:
        return
    job = desk.job(name)
    if job is None or (not job.is_open and desk.shown != name):
        with st.spinner("Getting the job"):
            desk.load(name)
        job = desk.job(name)
    if job is None:
        st.info("The job of this address is not there: it was deleted, or is another key's.",
                icon=":material/info:")  # fmt: skip
        return
    st.subheader(shown(job.title), anchor=False)
    st.markdown(f"{state_of(job)}  \n:small[:gray[{shown(job.name)}]]")
    if job.error:
        box = st.info if job.state == "CANCELLED" else st.error
        box(shown(job.error), icon=":material/info:")
    if job.is_open:
        st.caption("The results come when the whole job is done, within 24 hours.")
        _draw_rows(desk, job)
    elif job.state in DONE:
        _draw_results(desk, job, draft)


def _draw_rows(desk: BatchDesk, job: Job) -> None:
    """Draw the table of a job that is on its way, as far as it is known."""
    if (plan := desk.plan(job.name)) is not None:
        rows = [dict(zip(plan.sheet.columns, row, strict=True)) for row in plan.sheet.rows]
        st.dataframe(rows, hide_index=True, key="batch-waiting")


def _draw_results(desk: BatchDesk, job: Job, draft: BatchDraft) -> None:
    if job.address:
        st.markdown("The results are where the job was told to put them:")
        st.code(f"{_copying(job.address)}", language="bash", wrap_lines=True)
        return
    if desk.latest is not None and desk.latest.problem and not desk.results:
        st.button("Get the results", icon=":material/refresh:", key="batch-load",
                  on_click=desk.load, args=(job.name,))  # fmt: skip
        return
    plan = desk.plan(job.name)
    if plan is None:
        st.caption(
            ":material/info: The table of this job is not on this machine: rows are called by "
            "their keys."
        )
    rows = joined(plan, desk.results)
    st.dataframe(rows, hide_index=True, key="batch-results", column_config=_columns(rows))
    with st.container(horizontal=True, gap="small"):
        for kind, data in (("CSV", as_csv(rows)), ("JSONL", as_jsonl(plan, desk.results))):
            st.download_button(
                kind,
                data,
                file_name=f"{job.name.rpartition('/')[2]}.{kind.lower()}",
                key=f"batch-download-{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
        again = failed(desk.results)
        if again and plan is not None:
            st.button(
                f"Send the {len(again):,} failed again"
                if len(again) > 1
                else "Send the failed one again",
                key="batch-again",
                icon=":material/replay:",
                on_click=draft.again,
                args=(plan.only(again), job.title),
            )


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Widths; the columns for errors only where there are any."""
    column = st.column_config
    found: dict[str, Any] = {"answer": column.TextColumn(width="large"),
                             "tokens": column.NumberColumn(width="small")}  # fmt: skip
    if not any(row.get("error") for row in rows):
        found["error"] = None
    return found


def _copying(address: str) -> str:
    if address.startswith("gs://"):
        return f"gcloud storage cp --recursive {address} ."
    return f"bq head {address.removeprefix('bq://')}"
