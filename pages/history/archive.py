"""What concerns all runs of a person at once: export, import, delete."""

import io
import math

import streamlit as st

from components.conversation.importing import draw_import_button
from components.history import database_address, opened_history
from components.markdown.literal import literal
from components.notices import notices
from components.own_things import forget_tables
from components.owner import is_ours_alone
from components.people import audit
from gemini.batches.tables import TablesError
from gemini.format import counted
from gemini.history.archive_reader import ArchiveError
from gemini.history.engine import FILE_NAME, data_folder
from gemini.history.store import HistoryStore

PAGE = "history"
LEFT_OUT = "history-left-out"  # session state: what could not be imported, a sentence each
MOST_NAMED = 20  # of those


def exported(history: HistoryStore) -> bytes:
    """All runs and their media as a zip."""
    target = io.BytesIO()
    history.export(target)
    audit("Exported", "Everything", history.owner)
    return target.getvalue()


def take_in(history: HistoryStore) -> None:
    """Add the runs of an uploaded archive; say how many, or why none."""
    st.session_state.pop(LEFT_OUT, None)
    file = st.session_state.get("history-import")
    if file is None:
        return
    try:
        imported = history.import_archive(file)
    except ArchiveError as error:
        st.toast(f"Not imported: {literal(str(error))}", icon=":material/error:")
    else:
        known = f", {imported.skipped} entries were already here" if imported.skipped else ""
        st.toast(f"{counted(imported.runs, 'run')} imported{known}.", icon=":material/check:")
        st.session_state[LEFT_OUT] = imported.left_out


def delete_everything(history: HistoryStore) -> None:
    """Delete what is stored of this person here, their links too; batch jobs stay with the API."""
    history.delete_everything()
    audit("Deleted", "Everything")
    try:
        forget_tables()
    except TablesError as error:
        notices(PAGE).say(f"Not all tables of batches were deleted: {error} Try again.")
    st.rerun()


def draw_where_stored() -> None:
    """Draw where runs are stored, for how long, and how they are taken away."""
    history = opened_history()
    if history is None or not history.retention.keep:
        return
    days, megabytes = history.retention.days, history.retention.megabytes
    if not is_ours_alone():
        where = "on this server for you alone"
    elif database_address():
        where = "in the database that DATABASE_URL names"
    else:
        where = f"on this computer in {literal(str(data_folder() / FILE_NAME))}"
    until = f"for {counted(math.ceil(days), 'day')}" if days else "until you delete them"
    beyond = f"; past {megabytes:,g} MB in all the oldest are deleted" if megabytes else ""
    st.caption(
        f":material/database: Runs are stored {where} {until}{beyond}."
        " Export or delete all of them below."
    )


def draw_archive(history: HistoryStore) -> None:
    """Draw what concerns all runs at once."""
    st.download_button(
        "Export everything",
        lambda: exported(history),
        file_name="gemini-playground.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
    )
    st.file_uploader(
        "Import an export", "zip", key="history-import", on_change=take_in, args=(history,)
    )
    draw_import_button(PAGE)
    if left_out := st.session_state.get(LEFT_OUT):
        entries = "\n".join(f"- {literal(entry)}" for entry in left_out[:MOST_NAMED])
        more = len(left_out) - MOST_NAMED
        st.warning(
            f"Not imported, {counted(len(left_out), 'entry', 'entries')}:\n{entries}"
            + (f"\n- and {more} more" if more > 0 else ""),
            icon=":material/warning:",
        )
    sure = st.checkbox(
        "Yes, delete all my runs, conversations and their media, and the tables that my batches "
        "were made from",
        key="history-sure",
    )
    if st.button("Delete everything", icon=":material/delete_forever:", disabled=not sure):
        delete_everything(history)
    notices(PAGE).draw()
