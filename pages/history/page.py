"""History: every run of every page, to be found again, starred, reopened, taken along."""

import io

import streamlit as st

from components.conversation.importing import draw_import, draw_import_button
from components.history import current_history, history_trouble, keeps_history
from components.notices import notices
from components.own_things import forget_tables
from components.owner import is_passing
from components.people import audit
from components.shares import draw_shares
from gemini.batches.tables import TablesError
from gemini.format import counted
from gemini.history.archive_reader import ArchiveError
from gemini.history.store import HistoryStore
from pages.history.demo import draw_demo_button
from pages.history.filters import draw_filters
from pages.history.listing import draw_delete_button, draw_list, draw_question
from pages.history.run import draw_run, draw_two

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
        st.toast(f"Not imported: {error}", icon=":material/error:")
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
        entries = "\n".join(f"- {entry}" for entry in left_out[:MOST_NAMED])
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


# --- Draw the page ---

st.title("History", anchor=False)
st.markdown("Every run from every page, stored as it streams: find it, reopen it, export it.")
if is_passing():
    st.info(
        "This browser's cookie can't be used, so this history belongs to this tab. After a reload "
        "it can't be found again, and it is deleted within a day. Export what you want to keep.",
        icon=":material/person_off:",
    )
if not (history_trouble() or keeps_history()):
    st.warning(
        "PLAYGROUND_HISTORY is off: runs aren't stored.", icon=":material/history_toggle_off:"
    )

history = current_history()
if history is None:
    st.stop()

draw_import(PAGE)
filters = draw_filters(history)
picked = draw_list(history, filters)
draw_demo_button(history, picked)
if len(picked) == 1:
    draw_run(history, picked[0])
elif len(picked) == 2:
    draw_two(history, *reversed(picked))
elif picked:
    draw_delete_button(picked)
    draw_question(history, picked)

with st.expander("Shared links", icon=":material/link:", type="compact", on_change="rerun",
                 key="history-shares") as place:  # fmt: skip
    if place.open:
        draw_shares()
with st.expander("Export, import, delete", icon=":material/inventory_2:", type="compact"):
    draw_archive(history)
