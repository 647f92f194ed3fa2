"""What is counted, and by which models: the text, files, Count."""

import streamlit as st

from components.attachments.prompt import draw_media_prompt
from components.bound_fields import bound_text
from components.connection import connection, models
from components.samples import draw_about, draw_sample_buttons
from gemini.counting import counted
from gemini.media.estimate import estimate_tokens
from gemini.tokens import estimate
from pages.tokens.state import MOST_MODELS, PAGE, TokenDesk


def draw_welcome(desk: TokenDesk) -> None:
    """Draw what the page is for, and texts that are counted at a click."""
    draw_about(PAGE)
    draw_sample_buttons(PAGE, lambda sample: _run_sample(desk, sample["prompt"].strip()))


def draw_form(desk: TokenDesk) -> None:
    """Draw the text, the files, the models, and Count."""
    st.text_area("Text", height=180, **bound_text(desk, "text", PAGE))
    draw_media_prompt(desk.media)
    _draw_models(desk)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Count", key="tokens-count", type="primary", icon=":material/tag:", on_click=desk.count
        )
        st.caption(_guess(desk))
    if desk.complaint:
        st.caption(f":material/block: {desk.complaint}")


def _draw_models(desk: TokenDesk) -> None:
    via = connection()
    known = models(via)[0] if via else []
    names = [m.name for m in known if not m.actions or "countTokens" in m.actions]
    names += [name for name in desk.chosen if name not in names]

    def store() -> None:
        desk.models = st.session_state["tokens-models"]

    st.session_state["tokens-models"] = desk.chosen
    st.multiselect(
        "Models",
        names,
        key="tokens-models",
        accept_new_options=True,
        max_selections=MOST_MODELS,
        on_change=store,
        help="Each counts by itself. Choose one, or type the name of any other.",
    )


def _guess(desk: TokenDesk) -> str:
    """The estimate that is there before anybody is asked."""
    media, model = desk.media.desk.media, desk.chosen[0] if desk.chosen else ""
    text = estimate([{"role": "user", "parts": [{"text": desk.text}]}])
    tokens = text + estimate_tokens(media, model=model)
    return f"About {counted(tokens, 'token')}, estimated. Counting costs nothing." if tokens else ""


def _run_sample(desk: TokenDesk, text: str) -> None:
    desk.text = text
    desk.count()
