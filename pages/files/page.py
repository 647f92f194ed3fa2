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

connection, problem = usable_connection()

# --- Draw the page ---

draw_about(PAGE)
if problem:
    draw_problem(problem)
    st.stop()
if not offers("files"):
    st.stop()
files = current_files()
if files.is_due and files.uploads is None:
    files.refresh()

draw_file_samples(files)
with st.expander("Upload", icon=":material/upload:", key="files-new", expanded=True):
    draw_file_adding(files)
draw_calls(files.calls, PAGE, files.refresh)
with st.container(horizontal=True, vertical_alignment="center"):
    st.header("Stored now", anchor=False, width="stretch")
    if files.own and not lists_everybodys():
        draw_deleting_all(files)
    st.button("Refresh", icon=":material/refresh:", type="tertiary", on_click=files.refresh)
draw_whose(PAGE)
if not files.own and files.listed:
    st.caption("Nothing is stored. Try a sample above, or add your own files.")
draw_files(files)
