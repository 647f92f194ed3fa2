"""Uploaded files are taken out of Streamlit's hands, and only once."""

from types import SimpleNamespace

import pytest
from streamlit.elements.widgets import file_uploader
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from components.files import uploaded


def test_the_same_message_twice_brings_its_files_once(monkeypatch: pytest.MonkeyPatch) -> None:
    files = MemoryUploadedFileManager("/upload")
    context = SimpleNamespace(session_id="mine", uploaded_file_mgr=files)
    for module in (file_uploader, uploaded):
        monkeypatch.setattr(module, "get_script_run_ctx", lambda: context)
    for file_id, name in (("1", "a.png"), ("2", "b.png")):
        files.add_file("mine", UploadedFileRec(file_id, name, "image/png", name.encode()))
    files.add_file("another's", UploadedFileRec("1", "c.png", "image/png", b"c"))
    message = FileUploaderState(
        uploaded_file_info=[UploadedFileInfo(file_id="1"), UploadedFileInfo(file_id="2")]
    )
    read = file_uploader.FileUploaderSerde(accept_multiple_files=True).deserialize
    assert uploaded.taken_over(read(message)) == [("a.png", b"a.png"), ("b.png", b"b.png")]
    assert uploaded.taken_over(read(message)) == []
    assert len(files.get_files("another's", ["1"])) == 1
