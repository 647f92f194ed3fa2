"""What to look for: the mode, the words, how many at most, prompts at a click."""

from typing import Any

import streamlit as st

from components.samples import samples
from components.settings.run_settings import current_settings
from gemini.media.attachment import Attachment
from gemini.spatial.prompts import Mode, advised_limit, ask
from pages.boxes.advice import draw_advice
from pages.boxes.picture import draw_picture_menu
from pages.boxes.question import (
    FIND_KEY,
    LIMIT_KEY,
    MODE_KEY,
    BoxesQuestion,
    fill_form,
    question_in_form,
)
from pages.boxes.state import MODES, PAGE, BoxesState

ICONS: dict[Mode, str] = {
    "boxes": ":material/crop_free: ",
    "points": ":material/my_location: ",
    "masks": ":material/gesture_select: ",
}
MOST = 500


def draw_form(state: BoxesState, picture: Attachment) -> None:
    """Draw the form, and ask what it says when it is sent."""
    st.session_state.setdefault(MODE_KEY, "boxes")
    st.session_state.setdefault(LIMIT_KEY, advised_limit())
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.segmented_control(
            "Mode",
            list(MODES),
            key=MODE_KEY,
            required=True,
            format_func=lambda m: ICONS[m] + MODES[m],
            label_visibility="collapsed",
            persist_state="session",
        )
        draw_picture_menu(state, picture)
    with (
        st.form("boxes-form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "What to find",
            key=FIND_KEY,
            placeholder="Everything prominent",
            width="stretch",
            persist_state="session",
        )
        st.number_input(
            "At most",
            1,
            MOST,
            key=LIMIT_KEY,
            width=130,
            help=f"Models list up to about {advised_limit()} objects reliably.",
            persist_state="session",
        )
        st.form_submit_button(
            "Find",
            key="boxes-send",
            type="primary",
            icon=":material/search:",
            on_click=lambda: state.ask(question_in_form()),
        )
    question = question_in_form()
    _draw_prompts(state, question.mode)
    settings = current_settings()
    draw_advice(
        ask(question.mode, question.find, limit=question.limit, model=settings.model), settings
    )


def _draw_prompts(state: BoxesState, mode: Mode) -> None:
    with st.container(horizontal=True, gap="small"):
        for number, prompt in enumerate(samples(PAGE)["prompts"]):
            if mode in prompt["modes"]:
                _draw_prompt(state, mode, number, prompt)


def _draw_prompt(state: BoxesState, mode: Mode, number: int, prompt: dict[str, Any]) -> None:
    def run() -> None:
        question = BoxesQuestion(mode, prompt["find"], question_in_form().limit)
        fill_form(question)
        state.ask(question)

    st.button(
        prompt["label"],
        key=f"boxes-prompt-{number}",
        icon=f":material/{prompt['icon']}:",
        type="tertiary",
        help=f"{MODES[mode]}: {prompt['find'] or 'everything prominent'}",
        on_click=run,
    )
