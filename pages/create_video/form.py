"""The prompt of the video, its media and its settings; and the button that begins it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.attachments.uploading import draw_failed
from components.model_choice import draw_making, draw_model_choice
from components.prices import DEFAULT_RESOLUTION, price_before
from components.session import bound_field
from components.setup_link import linked_prompt
from gemini.data import table
from gemini.settings.table import LARGEST_SEED
from pages.create_video.source_form import draw_beginning
from pages.create_video.state import PAGE, PEOPLE, CreateVideoState

MOST_SEGMENTS = 4  # values side by side; more are a list
ABOUT_VEO = (
    "It takes minutes, and Google bills each second of video. Once started, it "
    "can't be canceled: the SDK has no way to."
)


def draw_form(state: CreateVideoState) -> None:
    """Draw the fields, and the button that begins the video."""
    state.prompt = linked_prompt(PAGE, state.prompt)
    draw_model_choice(state.maker)
    st.text_area(
        "Prompt",
        height=110,
        placeholder=_hint(state),
        **bound_field(state, "prompt", PAGE),
    )
    draw_beginning(state.beginning, state.choices, PAGE)
    with st.expander("Video settings", icon=":material/tune:", type="compact"):
        _draw_settings(state)
    draw_making("Generate the video", "movie_creation", state.maker, state.complaints, state.begin)
    draw_failed(state.sending)
    st.caption(_about_omni(state) if state.omni else ABOUT_VEO)


def _about_omni(state: CreateVideoState) -> str:
    """What it costs, how long it takes, and what storage has to do with it."""
    seconds = state.seconds if state.seconds in state.lengths else None
    price = price_before(state.maker.model, state.resolution or DEFAULT_RESOLUTION, seconds)
    said = ["It takes a minute or more.", price or "Google bills each second of video."]
    if not state.stored:
        said.append(
            "Storage at Google is off: this video can't be edited later, and a restart of the "
            "playground ends it."
        )
    return " ".join(said)


def _hint(state: CreateVideoState) -> str:
    if state.beginning.shaped or not state.omni:
        return "What happens: who does what, camera, light, sound"
    if state.beginning.task == "extend":
        return "What happens next"
    return "What to change. End with: Keep everything else the same."


def _draw_settings(state: CreateVideoState) -> None:
    choices = state.choices
    left, right = st.columns(2)
    with left:
        if state.beginning.shaped or not state.omni:
            _draw_choice(state, "Aspect ratio", "aspect_ratio", choices.aspect_ratios)
        if state.lengths:
            _draw_choice(state, "Seconds", "seconds", state.lengths)
    with right:
        _draw_choice(state, "Resolution", "resolution", choices.resolutions)
    if state.omni:
        st.caption(
            "Omni has no other settings: say in the prompt what to avoid, what is heard, what "
            "happens when."
        )
    else:
        _draw_settings_of_veo(state, right)


def _draw_settings_of_veo(state: CreateVideoState, right: DeltaGenerator) -> None:
    with right:
        people: dict[str, str] = table("creation")[PEOPLE]
        st.selectbox(
            "People",
            list(people),
            index=None,
            placeholder="Model's default",
            format_func=lambda value: people[value],
            **bound_field(state, "person_generation", PAGE, None),
        )
    st.text_input(
        "Negative prompt",
        placeholder="What to avoid: text, fog",
        **bound_field(state, "negative_prompt", PAGE),
    )
    if state.choices.audio:
        st.toggle("With sound", **bound_field(state, "audio", PAGE))
    st.number_input(
        "Seed",
        0,
        LARGEST_SEED,
        value=None,
        placeholder="Random",
        help="The same seed, prompt and settings give about the same video.",
        **bound_field(state, "seed", PAGE, None),
    )


def _draw_choice(
    state: CreateVideoState, label: str, name: str, values: tuple[str | int, ...]
) -> None:
    """Draw a choice of some values; none chosen leaves it to the model."""
    if getattr(state, name) not in values:
        setattr(state, name, None)
    if len(values) > MOST_SEGMENTS:
        bound = bound_field(state, name, PAGE, None)
        st.selectbox(label, values, index=None, placeholder="Model's default", **bound)
    else:
        st.segmented_control(label, values, **bound_field(state, name, PAGE, "default"))
