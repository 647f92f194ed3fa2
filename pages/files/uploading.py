"""Files on their way to the Files API: added, uploaded with their progress, and what failed."""

from pathlib import Path

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.listing import facts
from components.file_list import PAGE, FileList
from components.files.upload_progress import follow_uploads
from components.markdown.literal import literal
from components.samples import FOLDER, draw_sample_buttons
from gemini.media.load import attachment


def draw_file_adding(files: FileList) -> None:
    """Draw the ways to add files, what waits, and the uploads until they have ended."""
    state = files.attachments
    draw_complaints(state)
    draw_adding(state)
    for one in state.pending:
        st.markdown(f"{literal(one.name)}  \n:small[:gray[{facts(one)}]]")
    if state.pending and files.uploads is None:
        _draw_buttons(files)
    for one in files.failed:
        st.markdown(f"**{literal(one.attachment.name)}**")
        if one.problem:
            draw_problem(one.problem)
    if files.uploads is not None:
        st.button(
            "Stop",
            key="files-stop",
            icon=":material/stop_circle:",
            on_click=files.uploads.stop,
        )
        follow_uploads(files.uploads)
        files.settle()
        st.rerun()


def draw_file_samples(files: FileList) -> None:
    """Draw what is uploaded at a click."""
    draw_sample_buttons(PAGE, lambda sample: _upload_sample(files, FOLDER / sample["file"]))


def _draw_buttons(files: FileList) -> None:
    count = len(files.attachments.pending)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Upload" if count == 1 else f"Upload {count} files",
            key="files-upload",
            type="primary",
            icon=":material/upload:",
            on_click=files.upload,
        )
        st.button("Remove", key="files-clear", type="tertiary", icon=":material/close:",
                  on_click=files.attachments.pending.clear)  # fmt: skip


def _upload_sample(files: FileList, path: Path) -> None:
    files.attachments.pending = [attachment(path.name, path.read_bytes())]
    files.upload()
