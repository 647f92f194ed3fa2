"""Files that were uploaded, taken out of Streamlit's hands."""

from collections.abc import Iterable

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.typing import UploadedFile


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
