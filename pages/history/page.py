"""History: every run of every page, to be found again, starred, reopened, taken along."""

import streamlit as st

from components.conversation.importing import draw_import
from components.history import current_history, history_trouble, keeps_history
from components.owner import is_passing
from components.shares import draw_shares
from pages.history.archive import PAGE, draw_archive, draw_where_stored
from pages.history.demo import draw_demo_button
from pages.history.filters import draw_filters
from pages.history.listing import draw_delete_button, draw_list, draw_question
from pages.history.run import draw_run, draw_two

# --- Draw the page ---

st.title("History", anchor=False)
if keeps_history() and not history_trouble():
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

if not (history_trouble() or is_passing()):
    draw_where_stored()
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
