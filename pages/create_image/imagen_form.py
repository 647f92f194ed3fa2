"""The form for Imagen: make, change, enlarge; with the mask drawn over the picture."""

from dataclasses import replace

import streamlit as st

from components.answer.figures import draw_settings_kept
from components.answer.problem import guarded
from components.files.previews import draw_picture
from components.files.uploaded import name_of
from components.keyboard import RUN
from components.markdown.literal import literal
from components.session import bound, bound_field
from gemini.creation.choices import picture_choices
from gemini.creation.mask import Area, marked
from gemini.data import table
from gemini.media.attachment import Attachment
from gemini.run import Run
from pages.create_image.gallery import draw_pictures, pictures_of
from pages.create_image.imagen_state import (
    EDIT,
    GENERATE,
    MASKS,
    MOST_DILATION,
    RECTANGLE,
    UPLOADED,
    UPSCALE,
    ImagenState,
)
from pages.create_image.state import PAGE

TASKS = {GENERATE: "Generate", EDIT: "Edit", UPSCALE: "Upscale"}
BUTTONS = {GENERATE: "Generate images", EDIT: "Edit image", UPSCALE: "Upscale image"}
PREVIEW = 640  # pixels
DEFAULT = "Model's default"
FIELDS = f"{PAGE}-imagen"  # how the keys of the widgets begin


def draw_imagen(state: ImagenState, model: str, *, ready: bool) -> None:
    """Draw the form and what came of it."""
    st.caption(
        "Google recommends Gemini's image models instead: the SDK will remove the Imagen methods "
        "in January 2027 at the earliest. Sidebar settings aren't used here."
    )
    st.segmented_control(
        "Task",
        list(TASKS),
        format_func=TASKS.__getitem__,
        required=True,
        **bound_field(state, "task", FIELDS, "default"),
    )
    if state.task != GENERATE:
        _draw_source(state)
    if state.task != UPSCALE:
        st.text_area(
            "Prompt", height=90, placeholder=_hint(state), **bound_field(state, "prompt", FIELDS)
        )
    if state.task == EDIT:
        _draw_edit(state)
    with st.expander("Image settings", icon=":material/tune:", type="compact"):
        _draw_settings(state, model)
    for complaint in state.complaints:
        st.warning(literal(complaint), icon=":material/edit_note:")
    st.button(
        BUTTONS[state.task],
        key=f"{PAGE}-imagen-send",
        type="primary",
        icon=":material/brush:",
        shortcut=RUN,
        disabled=not ready,
        on_click=state.send,
    )
    state.page_run.draw(lambda run: _draw_result(state, run), name="Images")


def _hint(state: ImagenState) -> str:
    return "Describe the image" if state.task == GENERATE else "Describe what to put there"


def _draw_source(state: ImagenState) -> None:
    """Draw the picture that is worked on, with the rectangle on it, or the field to add one."""
    source = state.source
    if source is None:
        _draw_upload(state, "source", "Image")
        return
    if state.masked and state.mask_mode == RECTANGLE:
        with guarded(f"This image ({literal(source.name)})"):
            st.image(_marked(source, source.digest, state.area), width=PREVIEW, alt=source.name)
    else:
        draw_picture(source, PREVIEW, width=PREVIEW)
    _draw_drop(state, "source", "Another image")


def _draw_edit(state: ImagenState) -> None:
    modes: dict[str, str] = table("creation")["imagen"]["edit_mode"]
    st.selectbox(
        "Change",
        list(modes),
        format_func=modes.__getitem__,
        **bound_field(state, "edit_mode", FIELDS, "index", list(modes)),
    )
    if not state.masked:
        return
    st.segmented_control(
        "Area to edit",
        list(MASKS),
        format_func=MASKS.__getitem__,
        required=True,
        help="The model detects background and foreground.",
        **bound_field(state, "mask_mode", FIELDS, "default"),
    )
    if state.mask_mode == RECTANGLE:
        _draw_rectangle(state)
    elif state.mask_mode == UPLOADED:
        _draw_own_mask(state)
    st.slider(
        "Mask dilation",
        0.0,
        MOST_DILATION,
        step=0.01,
        help="As a share of the image's width, so that edges blend.",
        **bound_field(state, "dilation", FIELDS),
    )


def _draw_rectangle(state: ImagenState) -> None:
    """Draw the rectangle's sides, in hundredths of the picture."""
    area = state.area

    def draw(label: str, first: str, last: str) -> None:
        def store(sides: tuple[int, int]) -> None:
            low, high = sides
            state.area = replace(state.area, **{first: low, last: max(high, low + 1)})

        sides = (getattr(area, first), getattr(area, last))
        st.slider(label, 0, 100, format="%d%%", **bound(f"{FIELDS}-{first}", sides, store))

    across, down = st.columns(2)
    with across:
        draw("From left to right", "left", "right")
    with down:
        draw("From top to bottom", "top", "bottom")


def _draw_own_mask(state: ImagenState) -> None:
    if state.mask is None:
        _draw_upload(state, "mask", "Mask: white is edited, black stays")
        return
    draw_picture(state.mask, PREVIEW // 2, width=PREVIEW // 2)
    _draw_drop(state, "mask", "Another mask")


def _draw_upload(state: ImagenState, what: str, label: str) -> None:
    key = f"{PAGE}-imagen-{what}-{state.uploaders}"

    def take() -> None:
        if (file := st.session_state.get(key)) is not None:
            state.take(what, name_of(file), file.getvalue())

    st.file_uploader(label, ["png", "jpg", "jpeg", "webp"], key=key, on_change=take)


def _draw_drop(state: ImagenState, what: str, label: str) -> None:
    st.button(
        label,
        key=f"{PAGE}-imagen-drop-{what}",
        icon=":material/close:",
        type="tertiary",
        on_click=state.drop,
        args=(what,),
    )


def _draw_settings(state: ImagenState, model: str) -> None:
    imagen, choices = table("creation")["imagen"], picture_choices(model)
    if state.task == UPSCALE:
        st.segmented_control(
            "Factor",
            imagen["upscale_factors"],
            required=True,
            **bound_field(state, "factor", FIELDS, "default"),
        )
    else:
        st.slider("Images", 1, imagen["most_images"], **bound_field(state, "number", FIELDS))
    if state.task == GENERATE:
        for label, name, values in (
            ("Aspect ratio", "aspect_ratio", choices.aspect_ratios),
            ("Size", "size", choices.sizes),
        ):
            st.segmented_control(label, values, **bound_field(state, name, FIELDS, "default"))
    if state.task != UPSCALE:
        st.text_input(
            "Negative prompt",
            help="What to avoid. Newer Imagen models don't take this.",
            **bound_field(state, "negative_prompt", FIELDS),
        )
    for label, name in (("People", "person_generation"), ("Safety", "safety_filter_level")):
        words: dict[str, str] = imagen[name]
        st.selectbox(
            label,
            list(words),
            index=None,
            placeholder=DEFAULT,
            format_func=lambda value, words=words: words[value],
            **bound_field(state, name, FIELDS, None),
        )


def _draw_result(state: ImagenState, run: Run) -> None:
    draw_pictures(run, f"{PAGE}-imagen")
    draw_settings_kept(run)
    with st.container(horizontal=True):
        for number, one in enumerate(pictures_of(run), 1):
            st.button(
                f"Continue with {number}" if number > 1 else "Continue with it",
                key=f"{PAGE}-imagen-use-{run.id}-{number}",
                icon=":material/redo:",
                type="tertiary",
                on_click=state.use,
                args=(one.name, one.data),
            )


@st.cache_data(ttl="15m", max_entries=16, show_spinner=False)
def _marked(_one: Attachment, digest: str, area: Area) -> bytes:  # noqa: ARG001
    return marked(_one.data, area, PREVIEW)
