"""What is to be seen in the video, its frames and its settings; and the button that begins it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.bound_fields import bound, bound_text
from components.film.desk import FIRST, LAST, PAGE, FilmDesk
from components.media.previews import picture_preview
from components.models.maker import draw_maker
from components.samples import draw_about, draw_sample_buttons
from gemini.creation import table, video_choices
from gemini.settings_table import LARGEST_SEED

FRAMES = {FIRST: "First frame", LAST: "Last frame"}
PREVIEW = 320  # pixels


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
    count = len(desk.frames)
    with st.expander(
        f"Frames ({count})" if count else "Frames", icon=":material/image:", type="compact"
    ):
        for which, place in zip(FRAMES, st.columns(2), strict=True):
            _draw_frame(desk, which, place)
    with st.expander("Settings of the video", icon=":material/tune:", type="compact"):
        _draw_settings(desk)
    for complaint in desk.complaints:
        st.warning(complaint, icon=":material/edit_note:")
    st.button(
        "Make the video",
        key=f"{PAGE}-begin",
        type="primary",
        icon=":material/movie_creation:",
        disabled=not desk.maker.ready,
        on_click=desk.begin,
    )
    st.caption(
        "It takes minutes, and Google bills it by the second of video. Once begun it can't be "
        "called back: the SDK has no cancel for it."
    )


def _draw_frame(desk: FilmDesk, which: str, place: DeltaGenerator) -> None:
    """Draw a frame with the way to take it away, or the field to add one."""
    with place:
        if frame := desk.frames.get(which):
            st.image(picture_preview(frame, PREVIEW), caption=FRAMES[which], width="stretch")
            st.button(
                "Remove",
                key=f"{PAGE}-drop-{which}",
                icon=":material/close:",
                type="tertiary",
                on_click=desk.drop_frame,
                args=(which,),
            )
            return
        key = f"{PAGE}-{which}-{desk.uploaders}"

        def take() -> None:
            if (file := st.session_state.get(key)) is not None:
                desk.take_frame(which, file.name, file.getvalue())

        st.file_uploader(FRAMES[which], ["png", "jpg", "jpeg", "webp"], key=key, on_change=take)


def _draw_settings(desk: FilmDesk) -> None:
    choices = video_choices(desk.maker.model)
    left, right = st.columns(2)
    with left:
        _draw_choice(desk, "Aspect ratio", "aspect_ratio", choices.aspect_ratios)
        _draw_choice(desk, "Seconds", "seconds", choices.seconds)
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
