"""Files: what is stored at the Files API; uploaded, asked about, deleted."""

import streamlit as st

from components.answer.problem import draw_problem
from components.calls import draw_calls
from components.connection import usable_connection
from components.file_list import PAGE, current_files
from components.offers import offers
from components.own_things import draw_whose, lists_everybodys
from components.samples import draw_about
from pages.files.listing import draw_deleting_all, draw_files
from pages.files.uploading import draw_file_adding, draw_file_samples

via, problem = usable_connection()

# --- Draw the page ---

draw_about(PAGE)
if problem:
    draw_problem(problem)
    st.stop()
if not offers("files"):
    st.stop()
shelf = current_files()
if shelf.wanted and shelf.uploads is None:
    shelf.refresh()

draw_file_samples(shelf)
with st.expander("Upload", icon=":material/upload:", key="files-new", expanded=True):
    draw_file_adding(shelf)
draw_calls(shelf.calls, PAGE, shelf.refresh)
with st.container(horizontal=True, vertical_alignment="center"):
    st.header("Stored now", anchor=False, width="stretch")
    if shelf.own and not lists_everybodys():
        draw_deleting_all(shelf)
    st.button("Refresh", icon=":material/refresh:", type="tertiary", on_click=shelf.refresh)
draw_whose(PAGE)
if not shelf.own and shelf.listed:
    st.caption("Nothing is stored. Take a sample above, or add files of your own.")
draw_files(shelf)
