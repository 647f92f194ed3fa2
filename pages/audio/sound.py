"""A sound: its waveform and player, a part of it to be transcribed, the subtitles of a transcript.

Times in an answer, and clicks on the waveform, move the player.
"""

from pathlib import Path, PurePath

import streamlit as st

from components.attachments.state import Attachments
from components.browser_component import browser_component
from gemini.conversation import Turn
from gemini.format import counted
from gemini.media.attachment import Attachment
from gemini.media.recordings import playable, waveform
from gemini.media.subtitles import clock, cues, to_srt, to_text, to_vtt
from gemini.media.transcripts import spoken_cues
from gemini.request import text_of

COLUMNS = 600  # of the waveform
HTML = """<div>
  <canvas role="img" aria-label="Waveform"></canvas>
</div>"""
CSS = """
canvas {
  display: block;
  width: 100%;
  height: 72px;
  cursor: pointer;
}
"""
SCRIPT = Path(__file__).with_name("waveform.js")
PROMPT = (
    "Transcribe only what is said from {start} to {end}. "
    "Begin each line with its time in the whole recording as [MM:SS]."
)
SHORTEST = 2  # seconds of a sound that has parts
FEWEST = 2  # cues that make a transcript


def draw_player(one: Attachment, key: str) -> None:
    """Draw the waveform and the player of a sound. `key` tells players apart."""
    with st.spinner("Reading the waveform"):
        peaks, sound, mime_type = _prepared(one, one.digest)
    browser_component("waveform", SCRIPT, HTML, CSS)(
        key=f"waveform-{key}",
        data={"peaks": peaks, "seconds": one.seconds or 0.0, "player": f"player-{key}"},
        height=72,
    )
    with st.container(key=f"player-{key}"):
        st.audio(sound or one.data, format=mime_type, alt=one.name)


@st.cache_resource(ttl="15m", max_entries=8, show_spinner=False)
def _prepared(_one: Attachment, digest: str) -> tuple[list[float], bytes | None, str]:  # noqa: ARG001
    """The waveform, the sound where it had to be made playable, and the type it is played as."""
    sound, mime_type = playable(_one)
    return waveform(_one, COLUMNS), None if sound is _one.data else sound, mime_type


def draw_part(attachments: Attachments, one: Attachment) -> None:
    """Draw the choice of a part, and the button that has it transcribed."""
    length = int(one.seconds or 0)
    if length < SHORTEST:
        return
    with st.expander("Use only a part", icon=":material/content_cut:", type="compact"):
        times = [clock(second) for second in _steps(length)]
        start, end = st.select_slider(
            "Start and end",
            times,
            (times[0], times[-1]),
            key=f"part-{one.digest[:16]}",
            label_visibility="collapsed",
        )
        st.button(
            "Transcribe this part",
            icon=":material/subtitles:",
            on_click=attachments.ask,
            args=(PROMPT.format(start=start, end=end),),
            disabled=start == end,
        )


def _steps(length: int) -> list[int]:
    """The seconds to choose from: each of a short sound, at most a few hundred of a long one."""
    step = max(1, length // 300)
    return [*range(0, length, step), length]


def draw_subtitles(turn: Turn, length: float | None) -> None:
    """Draw the downloads under a complete answer whose lines begin with times."""
    if turn.run is None or turn.run.outcome == "running":
        return
    words = text_of(turn.answer)
    heard = spoken_cues(turn.answer, turn.run.candidates[turn.chosen].metadata) if words else []
    lines = heard or cues(words, length)
    if len(lines) < (FEWEST if not heard else 1):
        return
    stem = PurePath(next(iter(turn.names), "")).stem or "subtitles"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(counted(len(lines), "subtitle"), width="content")
        for extension, text, mime_type in (
            ("srt", to_srt(lines), "application/x-subrip"),
            ("vtt", to_vtt(lines), "text/vtt"),
            *([("txt", to_text(lines), "text/plain")] if heard else []),
        ):
            st.download_button(
                extension.upper(),
                text,
                key=f"{extension}-{turn.id}",
                file_name=f"{stem}.{extension}",
                mime=mime_type,
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )
