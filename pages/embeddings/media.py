"""Pictures and sounds of the embeddings page: added as files, shown small, taken out again."""

import streamlit as st

from components.attachments.listing import facts
from components.files.previews import card_preview, draw_card
from components.files.uploaded import taken_over
from components.markdown.literal import literal
from gemini.embeddings.inputs import check, embedder
from gemini.media.attachment import Attachment, MediaError
from gemini.media.images import data_url
from gemini.media.load import attachment
from gemini.resources.files import DEFAULT_LIMIT
from pages.embeddings.state import EmbeddingsState

MOST = 24  # pictures and sounds of a set; each is a request of its own
LARGEST = DEFAULT_LIMIT * 3 // 4 // 1_000_000  # MB of a file; base64 makes four bytes of three
SIDE = 96  # pixels of a small picture, drawn at half that on fine screens
MULTIMODAL = "gemini-embedding-2"  # what a click chooses where the model takes texts only


def draw_media(state: EmbeddingsState) -> None:
    """Draw the uploader and what was added; where the model takes texts only, say so."""
    if why := state.why_texts_only():
        st.info(why, icon=":material/info:")
        if not embedder(state.model or "").media and state.model != MULTIMODAL:
            _draw_choosing(state)
    else:
        _draw_adding(state)
    for refusal in state.refusals:
        st.error(literal(refusal), icon=":material/error:")
    with st.container(gap="xsmall"):
        for one in state.media:
            _draw_line(state, one)


@st.cache_data(max_entries=4 * MOST, show_spinner=False)
def _address(_one: Attachment, digest: str) -> str:  # noqa: ARG001
    return data_url(card_preview(_one, SIDE), "image/jpeg")


def thumbnail(one: Attachment | None) -> str:
    """A picture as a small one inside an address, for a table's cell; "" for all else."""
    try:
        return _address(one, one.digest) if one and one.kind == "image" else ""
    except Exception:  # each of Pillow's readers has errors of its own
        return ""


def _draw_choosing(state: EmbeddingsState) -> None:
    def choose() -> None:
        state.model = MULTIMODAL

    st.button(
        f"Choose {MULTIMODAL}",
        key="embeddings-multimodal",
        icon=":material/perm_media:",
        help="It embeds images and audio as well as text.",
        on_click=choose,
    )


def _draw_adding(state: EmbeddingsState) -> None:
    key = f"embeddings-media-{state.uploads}"  # another widget for the next ones

    def take() -> None:
        state.refusals, state.complaint = [], ""
        for name, data in taken_over(st.session_state[key]):
            _add(state, name, data)
        state.uploads += 1

    how = embedder(state.model or "")
    kinds = ", ".join(mime.partition("/")[2].upper() for mime in how.media)
    st.file_uploader(
        "Images and audio",
        accept_multiple_files=True,
        max_upload_size=LARGEST,
        key=key,
        on_change=take,
        help=f"{kinds}; audio of up to {how.seconds:.0f} seconds. Each file is embedded by "
        "itself, under its name.",
    )


def _add(state: EmbeddingsState, name: str, data: bytes) -> None:
    """Put a file into the set, or say why not."""
    how = embedder(state.model or "")
    try:
        one = attachment(name, data)
        check(one, state.model or "", how.media, how.seconds)
    except MediaError as error:
        state.refusals.append(str(error))
        return
    if any(other.digest == one.digest for other in state.media):
        state.refusals.append(f"{name} is already in the set.")
    elif len(state.media) >= MOST:
        state.refusals.append(f"{name} was left out: a set holds {MOST} images and audio.")
    else:
        state.media.append(one)


def _draw_line(state: EmbeddingsState, one: Attachment) -> None:
    digest = one.digest  # Streamlit keeps callbacks for long; with the bytes they'd stay too

    def remove() -> None:
        state.media = [other for other in state.media if other.digest != digest]

    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        if one.kind == "image":
            draw_card(one, SIDE, width=SIDE // 2)
        name = literal(one.name)
        icon = ":material/graphic_eq: " if one.kind == "audio" else ""
        st.markdown(f"{icon}{name}  \n:small[:gray[{facts(one)}]]", width="stretch")
        st.button(
            "Remove",
            key=f"embeddings-remove-{digest[:16]}",
            icon=":material/close:",
            type="tertiary",
            on_click=remove,
        )
    if one.kind == "audio":
        st.audio(one.data, format=one.mime_type)
