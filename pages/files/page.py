"""Files: what is stored at the Files API; uploaded, asked about, deleted."""

from functools import partial

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.adding import draw_adding
from components.attachments.listing import facts
from components.attachments.uploading import draw_failed, draw_uploads
from components.connection import usable_connection
from components.connection_panel import offers
from components.file_list import PAGE, FileList, current_files
from components.markdown.literal import literal
from components.resource_list import draw_list_head
from components.samples import FOLDER, draw_about, draw_sample_buttons
from gemini.media.load import attachment
from pages.files.listing import draw_deleting_all, draw_files


def draw_file_adding(files: FileList) -> None:
    """Draw the ways to add files, what waits, and the uploads until they have ended."""
    state = files.attachments
    state.complaints.draw()
    draw_adding(state)
    for one in state.pending:
        st.markdown(f"{literal(one.name)}  \n:small[:gray[{facts(one)}]]")
    if state.pending and not files.uploading:
        _draw_buttons(files)
    draw_failed(state.sending)
    draw_uploads(state.sending, stop="files-stop")


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


def upload_sample(sample: dict[str, str]) -> None:
    """Upload what a sample names."""
    path = FOLDER / sample["file"]
    one = attachment(path.name, path.read_bytes())
    files.attachments.add([one])  # beside what waits
    files.upload([one])


connection, problem = usable_connection()

# --- Draw the page ---

draw_about(PAGE)
if problem:
    draw_problem(problem)
    st.stop()
if not offers("files"):
    st.stop()
files = current_files()
if files.is_due and not files.uploading:
    files.refresh()

draw_sample_buttons(PAGE, upload_sample)
with st.expander("Upload", icon=":material/upload:", key="files-new", expanded=True):
    draw_file_adding(files)
draw_list_head(
    files,
    PAGE,
    "Stored now",
    "Nothing is stored. Try a sample above, or add your own files.",
    beside=partial(draw_deleting_all, files),
)
draw_files(files)
