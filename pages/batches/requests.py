"""A file of whole requests in the form's place: what it holds, and what of it can't be sent."""

from collections.abc import Sequence

import streamlit as st

from components.markdown.literal import literal
from components.settings.run_settings import current_settings
from gemini.batches.inputs import RequestFile
from gemini.format import counted
from pages.batches.draft import BatchDraft
from pages.batches.estimate import draw_estimate
from pages.batches.send import draw_send

KEYS_SHOWN, DAMAGED_SHOWN, ROWS_SHOWN = 3, 10, 500


def draw_requests(draft: BatchDraft, file: RequestFile) -> None:
    """Draw the file's keys and prompts, its damaged lines, and what sends it."""
    if file.lines:
        _draw_about(file)
        _draw_lines(file)
    if file.damaged:
        _draw_damaged(file)
    draw_send(draft, counted(len(file.lines), "request"), ready=bool(file.lines))
    st.button("Back to the table", key="batch-drop", type="tertiary",
              icon=":material/arrow_back:", on_click=draft.drop_requests)  # fmt: skip
    if file.lines:
        draw_estimate(file.estimated_tokens, _model(file))


def _draw_about(file: RequestFile) -> None:
    named = "named in the lines" if file.model else "from the sidebar, since no line names one"
    st.info(
        f"**{counted(len(file.lines), 'request')} in the Batch API's own form**, with the "
        f"{_keys(file.keys)}. Each is sent as it stands, in a file through the Files API: the "
        "prompt of this page and the run settings are not added. The job is for "
        f"{literal(_model(file))} ({named}).",
        icon=":material/data_object:",
    )


def _draw_lines(file: RequestFile) -> None:
    rows = [{"key": line.key, "prompt": line.prompt} for line in file.lines[:ROWS_SHOWN]]
    st.dataframe(rows, hide_index=True, key="batch-requests", column_config={
        "key": st.column_config.TextColumn(width="small"),
        "prompt": st.column_config.TextColumn(width="large"),
    })  # fmt: skip
    if len(file.lines) > ROWS_SHOWN:
        st.caption(f"The first {ROWS_SHOWN:,} of {len(file.lines):,} are shown; all are sent.")


def _draw_damaged(file: RequestFile) -> None:
    count = len(file.damaged)
    named = [f"- {literal(one)}" for one in file.damaged[:DAMAGED_SHOWN]]
    if count > DAMAGED_SHOWN:
        named.append(f"- and {count - DAMAGED_SHOWN:,} more")
    left_out = "1 line is left out" if count == 1 else f"{count:,} lines are left out"
    said = f"{left_out}. To have everything sent, correct the file, go back and bring it again."
    st.warning("\n".join([said, "", *named]), icon=":material/warning:")


def _keys(keys: Sequence[str]) -> str:
    """The first keys, and how many more there are."""
    said = ", ".join(f"“{literal(key[:60])}”" for key in keys[:KEYS_SHOWN])
    more = f" and {len(keys) - KEYS_SHOWN:,} more" if len(keys) > KEYS_SHOWN else ""
    return f"{'key' if len(keys) == 1 else 'keys'} {said}{more}"


def _model(file: RequestFile) -> str:
    return file.model or current_settings().model.name
