"""The choice of what a video is made from beside words, with the limits of the API said."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.files.picture_list import ENDINGS, PREVIEW, draw_picture_list
from components.files.previews import draw_picture
from components.files.uploaded import name_of
from components.markdown.literal import literal
from components.session import bound_field
from gemini.creation.choices import VideoChoices, extension, longest_sent
from gemini.data import table
from gemini.media.attachment import Attachment
from gemini.media.recordings import PLAYED_AS
from pages.create_video.source import FIRST, LAST, Task, VideoSource, Way

FRAMES = {FIRST: "First frame", LAST: "Last frame"}
WAYS: dict[Way, str] = {
    "frames": "Frames",
    "references": "Reference images",
    "video": "Video to extend",
}
OMNI_WAYS: dict[Way, str] = {
    "frames": "Frames",
    "references": "References",
    "video": "Your video",
    "generated": "Generated",
}
TASKS: dict[Task, str] = {"edit": "Edit it", "extend": "Extend it"}


def draw_beginning(beginning: VideoSource, choices: VideoChoices, page: str) -> None:
    """Draw the choice of what the video begins with, folded until there is something."""
    beginning.settle(choices)
    offered, names = beginning.ways(choices), OMNI_WAYS if choices.edits else WAYS
    title = "Frames, references, a video" if len(offered) > 1 else WAYS["frames"]
    if beginning.way == "generated":
        title = "Generated video"
    elif count := len(beginning.sent):
        title = f"{names[beginning.way]} ({count})"
    key = f"{page}-unfolded"

    def fold() -> None:
        beginning.unfolded = st.session_state[key]

    st.session_state[key] = beginning.unfolded  # each time: another title is another widget
    with st.expander(title, icon=":material/image:", type="compact", key=key, on_change=fold):
        if len(offered) > 1:
            st.segmented_control(
                "Made from",
                offered,
                format_func=lambda way: names[way],
                required=True,
                help="The API takes one of these per request. What you add to the others is kept.",
                **bound_field(beginning, "way", page, "default"),
            )
        if beginning.way == "references":
            _draw_references(beginning, choices, page)
        elif beginning.way == "video":
            _draw_video(beginning, choices, page)
        elif beginning.way == "generated":
            _draw_generated(beginning, page)
        else:
            for which, place in zip(FRAMES, st.columns(2), strict=True):
                _draw_frame(beginning, which, place, page)
        for why in beginning.refused:
            st.warning(literal(why), icon=":material/edit_note:")


def _draw_frame(beginning: VideoSource, which: str, place: DeltaGenerator, page: str) -> None:
    """Draw a frame with the way to take it away, or the field to add one."""
    with place:
        if frame := beginning.frames.get(which):
            draw_picture(frame, PREVIEW, caption=FRAMES[which])
            _draw_remove(f"{page}-drop-{which}", lambda: beginning.drop_frame(which))
            return
        key = f"{page}-{which}-{beginning.uploaders}"

        def take() -> None:
            if (file := st.session_state.get(key)) is not None:
                beginning.take_frame(which, name_of(file), file.getvalue())

        st.file_uploader(FRAMES[which], ENDINGS, key=key, on_change=take)


def _draw_references(beginning: VideoSource, choices: VideoChoices, page: str) -> None:
    """Draw the references side by side, and the field to add more while there may be more."""
    kinds: dict[str, str] = table("creation")["video_references"]
    if len(choices.references) > 1:
        st.segmented_control(
            "What they show",
            list(choices.references),
            format_func=lambda kind: kinds[kind].partition(":")[0],
            required=True,
            **bound_field(beginning, "reference_type", page, "default"),
        )
    most = choices.references[beginning.reference_type]
    if choices.edits:
        st.caption(
            f"Up to {most} images of who and what is seen, or of a style. The prompt can name "
            "them: `<IMAGE_REF_0>` is the first."
        )
    else:
        st.caption(f"{kinds[beginning.reference_type]}. {_limits(most, choices)}")
    draw_picture_list(beginning.references, f"{page}-references", "Add reference images", most)


def _limits(most: int, choices: VideoChoices) -> str:
    """How many references the model takes, and with what."""
    many = "One image" if most == 1 else f"Up to {most} images"
    shorter = len(choices.reference_seconds) < len(choices.seconds)
    lengths = " or ".join(str(seconds) for seconds in choices.reference_seconds)
    length = f" The video is {lengths} seconds long then." if shorter else ""
    return f"{many}, with a prompt, and without frames or a video to extend.{length}"


def _draw_video(beginning: VideoSource, choices: VideoChoices, page: str) -> None:
    """Draw the video that is edited or extended, or the field to add one."""
    if choices.edits:
        _draw_task(beginning, page)
        st.caption(
            f"A video of up to {longest_sent()} seconds. Google doesn't edit or extend uploaded "
            "videos in the European Economic Area, Switzerland, the United Kingdom and some US "
            "states; it does edit and extend videos generated here."
        )
    else:
        limits = extension()
        st.caption(
            f"The API extends an MP4 of {limits.shortest} to {limits.longest} seconds by "
            f"{limits.added} seconds; the prompt, if there is one, says what happens next. It "
            "takes no frames or reference images with it."
        )
    if (video := beginning.video) is not None:
        _draw_player(video)
        _draw_remove(f"{page}-drop-video", beginning.drop_video)
        return
    key = f"{page}-video-{beginning.uploaders}"

    def take() -> None:
        if (file := st.session_state.get(key)) is not None:
            beginning.take_video(name_of(file), file.getvalue())

    kinds = ["mp4", "mov", "webm", "mpg", "mpeg", "3gp", "avi"] if choices.edits else ["mp4"]
    st.file_uploader("Video", kinds, key=key, on_change=take)


def _draw_generated(beginning: VideoSource, page: str) -> None:
    """Draw the video that Omni goes on from, which it has already."""
    _draw_task(beginning, page)
    st.caption("Google has this video: it isn't sent again. Say in the prompt what should happen.")
    if beginning.generated and (blob := beginning.generated.part.get("inline_data")):
        st.video(blob["data"], format=blob["mime_type"], width=PREVIEW)


def _draw_task(beginning: VideoSource, page: str) -> None:
    st.segmented_control(
        "What to do with it",
        list(TASKS),
        format_func=lambda task: TASKS[task],
        required=True,
        **bound_field(beginning, "task", page, "default"),
    )


def _draw_player(video: Attachment) -> None:
    if video.remote:
        st.markdown("It's stored in Cloud Storage:")
        st.code(video.data.decode(), language=None, wrap_lines=True)
        return
    st.video(video.data, format=PLAYED_AS.get(video.mime_type, video.mime_type), width=PREVIEW)
    if video.seconds:
        st.caption(f"{literal(video.name)}, {video.seconds:.1f} s")


def _draw_remove(key: str, drop: Callable[[], None]) -> None:
    st.button("Remove", key=key, icon=":material/close:", type="tertiary", on_click=drop)
