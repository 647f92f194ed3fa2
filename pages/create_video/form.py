"""What is to be seen in the video, its media and its settings; and the button that begins it."""

import streamlit as st

from components.bound_fields import bound, bound_text
from components.model_choice import draw_maker, draw_making
from components.samples import draw_about, draw_sample_buttons
from gemini.creation import table
from gemini.settings_table import LARGEST_SEED
from pages.create_video.source_form import draw_beginning
from pages.create_video.state import PAGE, FilmDesk


def draw_welcome(desk: FilmDesk) -> None:
    """Draw what the page is for, and samples that begin at a click."""
    draw_about(PAGE)
    draw_sample_buttons(PAGE, desk.load)


def draw_form(desk: FilmDesk) -> None:
    """Draw the fields, and the button that begins the video."""
    draw_maker(desk.maker)
    st.text_area(
        "Prompt",
        height=110,
        placeholder="What is to be seen and heard: who does what, the camera, the light",
        **bound_text(desk, "prompt", PAGE),
    )
    draw_beginning(desk.beginning, desk.choices, PAGE)
    with st.expander("Settings of the video", icon=":material/tune:", type="compact"):
        _draw_settings(desk)
    draw_making("Make the video", "movie_creation", desk.maker, desk.complaints, desk.begin)
    st.caption(
        "It takes minutes, and Google bills it by the second of video. Once begun it can't be "
        "called back: the SDK has no cancel."
    )


def _draw_settings(desk: FilmDesk) -> None:
    choices = desk.choices
    left, right = st.columns(2)
    with left:
        _draw_choice(desk, "Aspect ratio", "aspect_ratio", choices.aspect_ratios)
        if desk.lengths:
            _draw_choice(desk, "Seconds", "seconds", desk.lengths)
    with right:
        _draw_choice(desk, "Resolution", "resolution", choices.resolutions)
        people: dict[str, str] = table()["video_person_generation"]
        st.selectbox(
            "People",
            list(people),
            index=None,
            placeholder="Model's default",
            format_func=lambda value: people[value],
            **bound(desk, "person_generation", PAGE),
        )
    st.text_input(
        "Negative prompt",
        placeholder="What must not be seen: text, fog",
        **bound_text(desk, "negative_prompt", PAGE),
    )
    if choices.audio:
        st.toggle("With sound", **bound(desk, "audio", PAGE))
    st.number_input(
        "Seed",
        0,
        LARGEST_SEED,
        value=None,
        placeholder="Another one each time",
        help="The same seed, prompt and settings give about the same video.",
        **bound(desk, "seed", PAGE),
    )


def _draw_choice(desk: FilmDesk, label: str, name: str, values: tuple[str | int, ...]) -> None:
    """Draw a choice of few values; none chosen leaves it to the model."""
    if getattr(desk, name) not in values:
        setattr(desk, name, None)
    st.segmented_control(label, values, **bound(desk, name, PAGE))
