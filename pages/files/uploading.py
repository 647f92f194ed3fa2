"""Files on their way to the Files API: added, uploaded with their progress, and what failed."""

from pathlib import Path

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.listing import facts
from components.attachments.upload_progress import follow_uploads
from components.file_list import PAGE, FileShelf
from components.literal import literal
from components.samples import FOLDER, draw_sample_buttons
from gemini.media import attachment


def draw_file_adding(shelf: FileShelf) -> None:
    """Draw the ways to add files, what waits, and the uploads until they have ended."""
    desk = shelf.desk
    draw_complaints(desk)
    draw_adding(desk)
    for one in desk.pending:
        st.markdown(f"{literal(one.name)}  \n:small[:gray[{facts(one)}]]")
    if desk.pending and shelf.uploads is None:
        _draw_buttons(shelf)
    for one in shelf.failed:
        st.markdown(f"**{literal(one.attachment.name)}**")
        if one.problem:
            draw_problem(one.problem)
    if shelf.uploads is not None:
        st.button(
            "Stop",
            key="files-stop",
            icon=":material/stop_circle:",
            on_click=shelf.uploads.stop,
        )
        follow_uploads(shelf.uploads)
        shelf.settle()
        st.rerun()


def draw_file_samples(shelf: FileShelf) -> None:
    """Draw what is uploaded at a click."""
    draw_sample_buttons(PAGE, lambda sample: _upload_sample(shelf, FOLDER / sample["file"]))


def _draw_buttons(shelf: FileShelf) -> None:
    count = len(shelf.desk.pending)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Upload" if count == 1 else f"Upload {count} files",
            key="files-upload",
            type="primary",
            icon=":material/upload:",
            on_click=shelf.upload,
        )
        st.button("Remove", key="files-clear", type="tertiary", icon=":material/close:",
                  on_click=shelf.desk.pending.clear)  # fmt: skip


def _upload_sample(shelf: FileShelf, path: Path) -> None:
    shelf.desk.pending = [attachment(path.name, path.read_bytes())]
    shelf.upload()
