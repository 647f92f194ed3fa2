"""Files that were uploaded, taken out of Streamlit's hands; photos with or without place."""

from collections.abc import Iterable

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.typing import UploadedFile

KEEP_LOCATION = "keep-location"  # session state


def name_of(file: UploadedFile) -> str:
    """The file's name as it is on its disk: browsers write quotation marks in it as %22
    (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data).
    """
    return file.name.replace("%22", '"')


def taken_over(
    files: Iterable[UploadedFile | DeletedFile | None],
) -> list[tuple[str, bytes]]:
    """Names and bytes of uploaded files. Streamlit, which would keep them all session long, lets
    go of them: give their widget another key from then on.

    A click that comes just then still names them, as deleted ones; those were taken over before.
    """
    context = get_script_run_ctx()
    taken = []
    for file in files:
        if file is None or isinstance(file, DeletedFile):
            continue
        taken.append((name_of(file), file.getvalue()))
        if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    return taken


def keeps_location() -> bool:
    """Whether photos are sent with the place where they were taken."""
    return bool(st.session_state.get(KEEP_LOCATION))


def draw_location() -> None:
    """Draw the choice of that."""
    st.toggle(
        "Keep photo locations",
        key=KEEP_LOCATION,
        help="Phones save where a photo was taken. The location is removed from photos that you "
        "add, in Chat too. To let a model see it, turn this on before you add the photo.",
        persist_state="session",
    )
