"""Pictures that were made: with what they were made with, in their files and beside them."""

import json

import streamlit as st

from components.answer.figures import answered_by, settings_of
from components.answer.problem import guarded
from components.gallery import draw_gallery
from components.markdown.literal import literal
from gemini.api.methods import filtered_reasons, prompt_of
from gemini.media.attachment import Attachment
from gemini.media.images import preview
from gemini.media.metadata import with_notes
from gemini.request import Part, text_of
from gemini.run import Run
from pages.create_image.state import PAGE

PREVIEW = 480  # pixels
LONGEST = 90  # characters of a prompt beside a picture


def pictures_of(run: Run) -> list[Attachment]:
    """The pictures that a run made, thoughts apart."""
    parts = [part for candidate in run.candidates for part in candidate.parts]
    return [
        Attachment(f"picture-{number}{_ending(part)}", mime_type, part["inline_data"]["data"])
        for number, part in enumerate(filter(_is_picture, parts), 1)
        if (mime_type := part["inline_data"]["mime_type"])
    ]


def asked_of(run: Run) -> str:
    """The words that a run was asked with last."""
    return text_of(run.request.last_parts)


def with_settings(run: Run, picture: Attachment) -> bytes:
    """The picture's file with the prompt, the model and the settings written into it."""
    about = {"model": run.model_version or run.request.model, "settings": settings_of(run)}
    notes = {
        "Description": asked_of(run) or prompt_of(run.request),
        "Software": "Gemini Playground (unofficial)",
        "Comment": json.dumps(about, ensure_ascii=False),
    }
    return with_notes(picture.data, notes)


def draw_pictures(run: Run, key: str, *, downloads_only: bool = False) -> None:
    """Draw what a run made, two beside each other where there are several, and why some is missing.

    `downloads_only` leaves out the pictures themselves, where they stand above already.
    """
    images = pictures_of(run)
    places = st.columns(2) if len(images) > 1 and not downloads_only else [st.container()]
    for number, one in enumerate(images):
        with places[number % len(places)]:
            if not downloads_only:
                with guarded(f"This image ({literal(one.name)})"):
                    st.image(one.data, width="stretch", alt=asked_of(run) or "The generated image")
            _draw_download(run, one, f"{key}-{run.id}-{number}")
    for reason in filtered_reasons(run.result):
        st.warning(f"One image was filtered out: {literal(reason)}", icon=":material/filter_alt:")


def draw_picture_gallery(session: list[Run]) -> None:
    """Draw the pictures of this session and of the history, the latest first."""
    draw_gallery(PAGE, session, pictures_of, _draw_card)


def _draw_card(run: Run, one: Attachment, key: str) -> None:
    words = asked_of(run) or run.request.method.replace("_", " ")
    with guarded(f"This image ({literal(one.name)})"):
        st.image(_preview(one, one.digest), width="stretch", alt=words)
    st.markdown(f":small[{literal(words[:LONGEST])}]")
    st.caption(" · ".join([answered_by(run), *settings_of(run)]))
    _draw_download(run, one, key)


def _draw_download(run: Run, one: Attachment, key: str) -> None:
    st.download_button(
        "Download",
        lambda: with_settings(run, one),
        file_name=one.name,
        mime=one.mime_type,
        key=f"{key}-download",
        icon=":material/download:",
        type="tertiary",
        help="The prompt, model and settings are saved in the file.",
        on_click="ignore",
    )


@st.cache_data(ttl="15m", max_entries=96, show_spinner=False)
def _preview(_one: Attachment, digest: str) -> bytes:  # noqa: ARG001
    return preview(_one, PREVIEW)


def _is_picture(part: Part) -> bool:
    blob = part.get("inline_data") or {}
    return (blob.get("mime_type") or "").startswith("image/") and not part.get("thought")


def _ending(part: Part) -> str:
    return f".{part['inline_data']['mime_type'].partition('/')[2].replace('jpeg', 'jpg')}"
