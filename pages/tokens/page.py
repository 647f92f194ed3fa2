"""Token counter: how many tokens a prompt has, for several models side by side."""

from functools import partial

import streamlit as st

from components import session
from components.answer.problem import draw_problem
from components.attachments.page import draw_media_prompt
from components.attachments.uploading import draw_failed, draw_uploads
from components.connection import current_connection, models
from components.keyboard import RUN
from components.samples import draw_about, draw_sample_buttons
from gemini.format import counted
from gemini.models.estimate import estimate_tokens, text_tokens
from pages.tokens.results import draw_counts, draw_listing, draw_running
from pages.tokens.state import MOST_MODELS, PAGE, TokensState


def draw_form(state: TokensState) -> None:
    """Draw the text, the files, the models, and Count."""
    st.text_area("Text", height=180, **session.bound_field(state, "text", PAGE))
    draw_media_prompt(state.attachments)
    _draw_models(state)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Count",
            key="tokens-count",
            type="primary",
            icon=":material/tag:",
            shortcut=RUN,
            on_click=state.count,
        )
        st.caption(_guess(state))
    if state.complaint:
        st.caption(f":material/block: {state.complaint}")


def _draw_models(state: TokensState) -> None:
    connection = current_connection()
    known = models(connection)[0] if connection else []
    names = [m.name for m in known if not m.actions or "countTokens" in m.actions]
    names += [name for name in state.chosen if name not in names]
    st.multiselect(
        "Models",
        names,
        accept_new_options=True,
        max_selections=MOST_MODELS,
        help="Each model counts separately. Choose one, or type any other name.",
        **session.bound(
            "tokens-models", state.chosen, partial(setattr, state, "models"), "default"
        ),
    )


def _guess(state: TokensState) -> str:
    """The estimate that is there before anybody is asked."""
    media, model = state.attachments.media, state.chosen[0] if state.chosen else ""
    text = text_tokens(len(state.text))
    tokens = text + estimate_tokens(media, model=model)
    return f"About {counted(tokens, 'token')}, estimated. Counting costs nothing." if tokens else ""


def count_sample(sample: dict[str, str]) -> None:
    """Have the text of a sample counted."""
    state.text = sample["prompt"].strip()
    state.count()


state = session.state(PAGE, TokensState)

# --- Draw the page ---

draw_about(PAGE)
draw_sample_buttons(PAGE, count_sample)
draw_form(state)
draw_failed(state.attachments.sending)
draw_uploads(state.attachments.sending, stop=f"{PAGE}-stop-uploads")
draw_running(state)
if state.problem:
    draw_problem(state.problem)
draw_counts(state)
draw_listing(state)
