"""Create images: by a Gemini model in turns, or by Imagen on Vertex AI."""

import streamlit as st

from components import session
from components.page_run import PARAMETER, name_in_address, show_run
from gemini.creation.choices import is_imagen
from pages.create_image.conversation import draw_conversation, draw_head
from pages.create_image.gallery import draw_picture_gallery
from pages.create_image.imagen_form import draw_imagen
from pages.create_image.imagen_state import STATE, ImagenState
from pages.create_image.state import PAGE, CreateImageState


def reopen(state: CreateImageState, imagen: ImagenState) -> None:
    """Show the run that the address names, with the model that made it and what that was told."""
    run_id, page_run = st.query_params.get(PARAMETER), imagen.page_run
    if run_id and (page_run.live is None or page_run.live.run.id != run_id):
        show_run(page_run, run_id)
        if page_run.live is not None:
            state.maker.model = page_run.live.run.request.model
            imagen.take_back(page_run.live.run.request)


state, imagen = session.state(PAGE, CreateImageState), session.state(STATE, ImagenState)
state.restore()
reopen(state, imagen)

# --- Draw the page ---

draw_head(state)
made_by = imagen.page_run.live.run.request.model if imagen.page_run.live else ""
model = state.maker.model or (made_by if is_imagen(made_by) else "")
if not (model or state.chat.conversation.turns):  # what was made is shown without a model, too
    st.stop()
session = [turn.run for turn in state.chat.conversation.path() if turn.run]
if imagen.page_run.live:
    session.append(imagen.page_run.live.run)
draw_picture_gallery(session)
if is_imagen(model):
    name_in_address(imagen.page_run)
    draw_imagen(imagen, model, ready=state.maker.ready)
else:
    st.query_params.pop(PARAMETER, None)
    draw_conversation(state)
