"""Pictures made and changed in turns by a Gemini model."""

import streamlit as st

from components.conversation import view
from components.model_choice import draw_model_choice
from components.samples import draw_about, draw_sample_buttons
from components.session import bound_field
from gemini.conversation import Turn
from gemini.creation.choices import is_imagen, picture_choices
from gemini.models.availability import why_not
from pages.create_image.gallery import draw_pictures
from pages.create_image.state import PAGE, CreateImageState

DEFAULT = "Model's default"
SHAPE = 170  # pixels; two beside each other on a telephone


def draw_head(state: CreateImageState) -> None:
    """Draw what the page is for, the model and the shape of the picture."""
    empty = not state.chat.conversation.turns
    if empty or is_imagen(state.maker.model):
        draw_about(PAGE)
    place = st.container()  # for the samples, once it is known that there is a model
    with st.container(horizontal=True, gap="small"):
        with st.container(width="stretch"):
            draw_model_choice(state.maker)
        if state.maker.model and not is_imagen(state.maker.model):
            _draw_shape(state)
    if empty and state.maker.ready and not is_imagen(state.maker.model):
        with place:
            draw_sample_buttons(PAGE, state.ask)
    if state.maker.backend and state.maker.ready and not is_imagen(state.maker.model):
        imagen = why_not("imagen", state.maker.backend) or "The list includes Imagen models, too."
        st.caption(f"Sidebar settings are used, except for the model. {imagen}")


def _draw_shape(state: CreateImageState) -> None:
    """Draw what the model can be told of the picture's shape."""
    choices = picture_choices(state.maker.model)
    st.selectbox(
        "Aspect ratio",
        choices.aspect_ratios,
        index=None,
        placeholder=DEFAULT,
        width=SHAPE,
        **bound_field(state, "aspect_ratio", PAGE, None),
    )
    if state.size not in choices.sizes:
        state.size = None
    st.selectbox(
        "Size",
        choices.sizes,
        index=None,
        placeholder=DEFAULT if choices.sizes else "Fixed by the model",
        disabled=not choices.sizes,
        width=SHAPE,
        **bound_field(state, "size", PAGE, None),
    )


def draw_conversation(state: CreateImageState) -> None:
    """Draw the turns, and the field to ask for more."""
    chat, menu = state.chat, st.container()
    chat.look.below = _draw_below
    view.draw_conversation(
        chat,
        "Describe an image, or add images to edit",
        menu=menu,
        begun=bool(chat.conversation.path()),
    )


def _draw_below(turn: Turn) -> None:
    """What a turn made, to be taken along."""
    if turn.run is not None and turn.run.outcome != "running":
        draw_pictures(turn.run, PAGE, downloads_only=True)
