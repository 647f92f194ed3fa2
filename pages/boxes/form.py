"""What to look for: the mode, the words, how many at most, prompts at a click."""

from typing import Any

import streamlit as st

from components.samples import samples
from components.settings.run_settings import RunSettings, current_settings
from gemini.media.attachment import Attachment
from gemini.spatial.prompts import (
    AdvisedSetting,
    Mode,
    SpatialPrompt,
    advised_limit,
    ask,
    max_side,
)
from pages.boxes.picture import draw_picture_menu
from pages.boxes.state import (
    FIND_KEY,
    LIMIT_KEY,
    MODE_KEY,
    MODES,
    PAGE,
    BoxesQuestion,
    BoxesState,
    fill_form,
    overruled,
    question_in_form,
)

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
    _draw_advice(
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


def _draw_advice(request: SpatialPrompt, settings: RunSettings) -> None:
    """Say in one line what is sent beside the prompt, and why in the fold below it."""
    side = f"at most {max_side().value:,} pixels a side"
    sent = [_words(one) for one in request.settings if not overruled(one, settings)]
    label = f":small[Sent with {', '.join([*sent, side])}]"
    with st.expander(label, key="boxes-advice", type="compact", icon=":material/tune:"):
        for one in sorted(request.settings, key=lambda one: overruled(one, settings)):
            said = f"**{_words(one).capitalize()}.**"
            if overruled(one, settings):
                said = f"**Yours instead of {_words(one)}**, as set in the sidebar."
            st.caption(f"{said} {one.reason}")
        st.caption(f"**{side.capitalize()}.** {max_side().reason}")
        if request.schema:
            st.caption(
                "**JSON Schema.** The answer has to be a list of items in this schema, so that it "
                "can be parsed."
            )
    for warning in request.warnings:
        st.caption(f":material/warning: {warning}")


def _words(setting: AdvisedSetting) -> str:
    """A setting for people: `temperature 0.5`, `thinking off`."""
    if setting.name != "thinking_config":
        return f"{setting.name.replace('_', ' ')} {setting.value}"
    if "thinking_level" in setting.value:
        return f"thinking {setting.value['thinking_level'].lower()}"
    budget = setting.value["thinking_budget"]
    return f"thinking budget {budget:,}" if budget else "thinking off"
