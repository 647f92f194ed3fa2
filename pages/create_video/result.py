"""The videos that came: what can be done with each, and below it its player, which grows late."""

import streamlit as st

from components import session
from components.answer.downloading import draw_download
from components.answer.figures import draw_settings_kept
from components.answer.problem import guarded
from components.markdown.literal import literal
from gemini.api.methods import filtered_videos
from gemini.creation.choices import extension, is_omni
from gemini.interactions.generated_files import file_name
from gemini.request import Part, text_of
from gemini.run import Run
from pages.create_video.state import PAGE, CreateVideoState


def draw_videos(run: Run) -> None:
    """Draw each video that was made with what can be done with it, and the settings."""
    parts = run.candidates[0].parts if run.candidates else []
    for number, part in enumerate(parts):
        if "inline_data" not in part and "file_data" not in part:
            continue
        with st.container(horizontal=True, gap="small"):
            _draw_download(run, part, number)
            _draw_extend(part, f"{PAGE}-extend-{run.id}-{number}")
            _draw_go_on(run, part, f"{PAGE}-go-on-{run.id}-{number}")
        _draw_player(run, part, number)
    if words := text_of(parts).strip():
        st.markdown(literal(words))
    for reason in filtered_videos(run.result):
        st.warning(f"One was filtered out: {literal(reason)}", icon=":material/filter_alt:")
    draw_settings_kept(run)


def _draw_player(run: Run, part: Part, number: int) -> None:
    if blob := part.get("inline_data"):
        with guarded(f"Video {number + 1}"):
            st.video(blob["data"], format=blob["mime_type"])
    elif file_name(part) is None:
        st.markdown("It's stored in Cloud Storage. Download it with:")
        uri = part["file_data"]["file_uri"]
        st.code(f"gcloud storage cp {uri} .", language="bash", wrap_lines=True)
    else:
        draw_download(run, "The video", f"{PAGE}-bring-{run.id}")


def _draw_download(run: Run, part: Part, number: int) -> None:
    """Draw the download of a video whose bytes are here."""
    if blob := part.get("inline_data"):
        kind = blob["mime_type"].partition("/")[2]
        st.download_button(
            kind.upper(),
            blob["data"],
            file_name=f"video-{number + 1}.{kind}",
            mime=blob["mime_type"],
            key=f"{PAGE}-download-{run.id}-{number}",
            icon=":material/download:",
            on_click="ignore",
        )


def _draw_extend(part: Part, key: str) -> None:
    """Draw the way for Veo to go on from a video, where the model chosen above extends one."""
    state = session.state(PAGE, CreateVideoState)
    if state.omni or not (state.maker.ready and state.choices.extension) or file_name(part):
        return
    added = extension().added

    def take() -> None:
        state.extend(part)
        st.toast("The video is in the form above: describe what happens next there.")

    st.button(
        "Extend",
        key=key,
        icon=":material/playlist_add:",
        help=f"Have {state.maker.model} continue it for {added} seconds.",
        on_click=take,
    )


def _draw_go_on(run: Run, part: Part, key: str) -> None:
    """Draw the way for Omni to go on from a video: by the interaction, or with the video itself."""
    state = session.state(PAGE, CreateVideoState)
    if not (state.omni and state.maker.ready) or "inline_data" not in part:
        return
    by_interaction = (
        is_omni(run.request.model)
        and bool(run.response_id)
        and run.request.config.get("store") is not False
    )

    def take() -> None:
        if by_interaction:
            state.go_on(run, part)
        else:
            state.extend(part)
        st.toast("The video is in the form above: say there what to change or what happens next.")

    st.button(
        "Edit or extend",
        key=key,
        icon=":material/playlist_add:",
        help=f"Have {state.maker.model} change it or continue it.",
        on_click=take,
    )
