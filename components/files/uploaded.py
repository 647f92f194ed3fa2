"""Files that were uploaded, taken out of Streamlit's hands; photos with or without place."""

from collections.abc import Iterable
from functools import cache, wraps
from typing import Any

import streamlit as st
from streamlit.elements.widgets.chat import ChatInputSerde
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.typing import ChatInputValue, UploadedFile

KEEP_LOCATION = "keep-location"  # session state
MISSING = "missing_files"  # of what a chat input gives: names


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


@cache
def know_missing_files() -> None:
    """Have prompts name their files that this process doesn't have, from now on.

    A browser sends what it uploaded to another process, which has ended. Streamlit 1.67 leaves such
    files out (`_pop_upload_files` in `streamlit/elements/widgets/chat.py`), and the prompt
    would be asked without them.
    """
    deserialize = ChatInputSerde.deserialize

    @wraps(deserialize)
    def with_missing(self: ChatInputSerde, ui_value: Any) -> Any:
        value = deserialize(self, ui_value)
        if isinstance(value, ChatInputValue):
            sent = [*ui_value.file_uploader_state.uploaded_file_info]
            sent += [ui_value.audio_file_info] if ui_value.HasField("audio_file_info") else []
            here = {file.file_id for file in [*value.files, value.audio] if file}
            vars(value)[MISSING] = [each.name for each in sent if each.file_id not in here]
        return value

    ChatInputSerde.deserialize = with_missing


def missing_files(submitted: ChatInputValue) -> list[str]:
    """The names of files that were sent along and aren't here."""
    return getattr(submitted, MISSING, [])


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
