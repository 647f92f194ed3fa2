"""Pictures made and changed in turns by a Gemini model."""

import streamlit as st

from components.bound_fields import bound
from components.conversation.composer import composing, place_composer
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.menu import draw_conversation_menu
from components.conversation.turns import draw_turns
from components.model_choice import draw_maker
from components.samples import draw_about, draw_sample_buttons
from gemini.conversation import Turn
from gemini.creation import is_imagen, picture_choices
from gemini.offers import why_not
from pages.create_image.gallery import draw_pictures
from pages.create_image.state import PAGE, PictureDesk

DEFAULT = "Model's default"
SHAPE = 170  # pixels; two beside each other on a telephone


def draw_head(desk: PictureDesk) -> None:
    """Draw what the page is for, the model and the shape of the picture."""
    empty = not desk.chat.conversation.turns
    if empty or is_imagen(desk.maker.model):
        draw_about(PAGE)
    place = st.container()  # for the samples, once it is known that there is a model
    with st.container(horizontal=True, gap="small"):
        with st.container(width="stretch"):
            draw_maker(desk.maker)
        if desk.maker.model and not is_imagen(desk.maker.model):
            _draw_shape(desk)
    if empty and desk.maker.ready and not is_imagen(desk.maker.model):
        with place:
            draw_sample_buttons(PAGE, desk.ask)
    if desk.maker.backend and desk.maker.ready and not is_imagen(desk.maker.model):
        imagen = why_not("imagen", desk.maker.backend) or "Imagen's models are in the list, too."
        st.caption(f"The settings at the left go along, but for their model. {imagen}")


def _draw_shape(desk: PictureDesk) -> None:
    """Draw what the model can be told of the picture's shape."""
    choices = picture_choices(desk.maker.model)
    st.selectbox(
        "Aspect ratio",
        choices.aspect_ratios,
        index=None,
        placeholder=DEFAULT,
        width=SHAPE,
        **bound(desk, "aspect_ratio", PAGE),
    )
    if desk.size not in choices.sizes:
        desk.size = None
    st.selectbox(
        "Size",
        choices.sizes,
        index=None,
        placeholder=DEFAULT if choices.sizes else "Fixed by the model",
        disabled=not choices.sizes,
        width=SHAPE,
        **bound(desk, "size", PAGE),
    )


def draw_talk(desk: PictureDesk) -> None:
    """Draw the turns, and the field to ask for more."""
    chat = desk.chat
    chat.look.below = _draw_below
    if chat.conversation.path():
        draw_conversation_menu(chat)
    draw_earlier(chat)
    composer = place_composer(chat, "Describe a picture, add ones to change")

    @st.fragment
    def latest_turns() -> None:
        with composing(composer):
            draw_turns(chat, latest(chat))
        hand_over(chat)

    latest_turns()


def _draw_below(turn: Turn) -> None:
    """What a turn made, to be taken along."""
    if turn.run is not None and turn.run.outcome != "running":
        draw_pictures(turn.run, PAGE, downloads_only=True)
