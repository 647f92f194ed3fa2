"""What is to be spoken, by whom and how; and Speak."""

import streamlit as st

from components.model_choice import draw_making, draw_model_choice
from components.session import bound_field
from gemini.creation.speech import languages, voices
from pages.speech.state import PAGE, SpeechState


def draw_form(state: SpeechState) -> None:
    """Draw the fields, and Speak."""
    st.text_area(
        "Text",
        height=150,
        placeholder="What to say. For a conversation, begin each line with a name: Ann: ...",
        **bound_field(state, "text", PAGE),
    )
    st.segmented_control(
        "Speakers",
        [False, True],
        format_func=lambda two: "Two, taking turns" if two else "One",
        required=True,
        **bound_field(state, "two", PAGE, "default"),
    )
    _draw_voices(state)
    _draw_manner(state)
    draw_model_choice(state.maker)
    draw_making("Speak", "record_voice_over", state.maker, state.complaints, state.speak)
    if state.maker.backend == "emulator":
        st.caption(
            "This machine has one American English voice. You hear it whichever voice you choose; "
            "it ignores the style and can't be two speakers."
        )
    st.caption(
        "From the sidebar, only the Service settings are used: text-to-speech models refuse most "
        "others."
    )


def _draw_voices(state: SpeechState) -> None:
    known = voices()

    def draw(label: str, name: str) -> None:
        st.selectbox(
            label,
            list(known),
            format_func=lambda voice: f"{voice}: {known[voice].lower()}",
            **bound_field(state, name, PAGE, "index", list(known)),
        )

    if not state.two:
        draw("Voice", "voice")
        return
    for column, which, voice, name in zip(
        st.columns(2), ("First", "Second"), ("voice", "second_voice"), ("name", "second_name"),
        strict=True,
    ):  # fmt: skip
        with column:
            st.text_input(f"{which} name, as in the text", **bound_field(state, name, PAGE))
            draw(f"{which} voice", voice)


def _draw_manner(state: SpeechState) -> None:
    manner, language = st.columns([2, 1])
    manner.text_input(
        "Style",
        placeholder="Warm and unhurried, like talking to an old friend",
        help="How to speak. Newer models get it separately, older ones as part of the text.",
        **bound_field(state, "style", PAGE),
    )
    language.selectbox(
        "Language",
        languages(),
        index=None,
        placeholder="Automatic",
        accept_new_options=True,
        help="A code such as de-DE. If empty, the model detects it from the text.",
        **bound_field(state, "language", PAGE, None),
    )
