"""The ways in which media come to a page: files, camera, microphone, an address."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.typing import UploadedFile

from components.attachments.state import Attachments
from components.connection import current_connection
from components.files.uploaded import taken_over
from gemini.api.urls import fetch
from gemini.media.attachment import MediaError
from gemini.media.remote import is_cloud, youtube_video
from gemini.models.availability import why_not

FILE, CAMERA, MICROPHONE, ADDRESS = "File", "Camera", "Microphone", "URL"
YOUTUBE = "YouTube"
ICONS = {
    FILE: ":material/upload_file: ",
    CAMERA: ":material/photo_camera: ",
    MICROPHONE: ":material/mic: ",
    ADDRESS: ":material/link: ",
    YOUTUBE: ":material/smart_display: ",
}
LABELS = {
    "image": "PNG, JPEG, WEBP or HEIC; others are converted",
    "document": "PDF, text, Markdown, HTML, CSV, XML or code",
    "audio": "WAV, MP3, AIFF, AAC, OGG, FLAC or M4A",
    "video": "MP4, MOV, WEBM, AVI, MPEG, WMV, FLV or 3GPP",
}
EVERY_KIND = "Images, PDFs, text, audio and video"


def draw_adding(attachments: Attachments) -> None:
    """Draw the ways to add media, one at a time, and what could not be added."""
    ways = _ways(attachments)
    key = f"add-{attachments.page}"
    way = st.segmented_control(
        "Add from",
        list(ways),
        key=key,
        default=FILE,
        required=True,
        format_func=lambda w: ICONS[w] + w,
        label_visibility="collapsed",
    )
    ways[way or FILE](attachments)


def _ways(attachments: Attachments) -> dict[str, Callable[[Attachments], None]]:
    ways = {FILE: _draw_files}
    if "image" in attachments.kinds:
        ways[CAMERA] = _draw_camera
    if "audio" in attachments.kinds:
        ways[MICROPHONE] = _draw_microphone
    if attachments.kinds == ("video",):
        ways[YOUTUBE] = _draw_youtube
    return {**ways, ADDRESS: _draw_address}


def _draw_files(attachments: Attachments) -> None:
    key = _fresh_key(attachments, "files")
    first, *others = attachments.kinds
    st.file_uploader(
        EVERY_KIND if len(others) > 1 else LABELS[first],
        accept_multiple_files=True,
        key=key,
        on_change=lambda: _take(attachments, st.session_state[key]),
    )


def _draw_camera(attachments: Attachments) -> None:
    key = _fresh_key(attachments, "camera")
    st.camera_input(
        "Take a photo",
        key=key,
        label_visibility="collapsed",
        on_change=lambda: _take(attachments, [st.session_state[key]]),
    )


def _draw_microphone(attachments: Attachments) -> None:
    key = _fresh_key(attachments, "microphone")
    st.audio_input("Record", key=key, on_change=lambda: _take(attachments, [st.session_state[key]]))


def _draw_address(attachments: Attachments) -> None:
    with st.form(f"address-{attachments.page}", border=False, clear_on_submit=True):
        url = st.text_input("Public URL", placeholder=_addresses())
        clicked = st.form_submit_button("Fetch", icon=":material/download:")
    if not clicked or not url.strip():
        return
    if is_cloud(url):
        attachments.add_cloud(url)
        st.rerun()
    try:
        with st.spinner("Fetching"):
            fetched = fetch(url)
    except MediaError as error:
        attachments.complaints.say(str(error))
    else:
        attachments.add_file(fetched.name, fetched.data)
    st.rerun()


def _addresses() -> str:
    """Examples of the addresses that can be read."""
    connection = current_connection()
    cloud = connection is not None and why_not("cloud_storage", connection.target.backend) is None
    return "https://... or gs://bucket/report.pdf" if cloud else "https://..."


def _draw_youtube(attachments: Attachments) -> None:
    with st.form(f"youtube-{attachments.page}", border=False, clear_on_submit=True):
        link = st.text_input(
            "Link to a public video",
            placeholder="https://www.youtube.com/watch?v=...",
            help="Gemini watches it on YouTube; nothing is downloaded here.",
        )
        added = st.form_submit_button("Add", icon=":material/add:")
    if not added or not link.strip():
        return
    try:
        attachments.add([youtube_video(link)])
    except MediaError as error:
        attachments.complaints.say(str(error))
    st.rerun()


def _fresh_key(attachments: Attachments, way: str) -> str:
    """Another widget once its files are attached, as Streamlit's can't be emptied."""
    return f"{way}-{attachments.page}-{attachments.uploaders}"


def _take(attachments: Attachments, files: Sequence[UploadedFile | DeletedFile | None]) -> None:
    """Take files over, out of Streamlit's hands."""
    for name, data in taken_over(files):
        attachments.add_file(name, data)
    attachments.uploaders += 1
