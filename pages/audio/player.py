"""A sound with its waveform; times in an answer, and clicks on the waveform, move the player."""

from pathlib import Path

import streamlit as st

from components.browser_component import browser_component
from gemini.media.attachment import Attachment
from gemini.media.recordings import playable, waveform

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
