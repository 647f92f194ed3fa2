"""The sound that was made: how far it is while it comes, then a player and a download."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.problem import guarded
from components.answer.stream import follow
from components.markdown.literal import literal
from components.markdown.markdown import shown
from gemini.format import duration, file_stem
from gemini.live_run import LiveRun
from gemini.media.pcm import Sound, seconds_of, sounds
from gemini.request import Part, text_of
from gemini.run import Run


def following(live: LiveRun, container: DeltaGenerator) -> None:
    """Say how much has been spoken, until the end."""
    follow(live, container, drawer=SpeechProgress)


class SpeechProgress:
    """Counts the seconds of sound that have come. A `components.answer.stream.Drawer`."""

    thinking = ready = False

    def __init__(self, container: DeltaGenerator) -> None:
        self._place = container.empty()
        self._seconds = 0.0
        self._said = ""

    def add(self, part: Part) -> None:
        self._seconds += seconds_of([part])

    def flush(self) -> bool:
        said = f":shimmer[Speaking: {duration(self._seconds)} so far]"
        if said != self._said:
            self._said = said
            self._place.caption(said)
        return False

    def thought_for(self, seconds: float | None) -> None:
        """Nothing: models that speak don't tell their thoughts."""

    def close(self) -> None:
        self._place.empty()


def draw_sound(run: Run) -> None:
    """Draw the players of a run's sounds, and their downloads."""
    parts = run.candidates[0].parts if run.candidates else []
    spoken_parts = sounds(parts)
    if run.outcome == "done" and not spoken_parts:
        st.warning(
            "The model answered without sound. Try again, or another model.",
            icon=":material/volume_off:",
        )
    for number, sound in enumerate(spoken_parts):
        with guarded(f"Audio {number + 1}"):
            st.audio(sound.data, format=sound.mime_type)
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_download(run, sound, number)
            length = f"{duration(sound.seconds)} · " if sound.seconds is not None else ""
            spoken = f" · spoken by {literal(run.model_version)}" if run.model_version else ""
            st.caption(f"{length}{literal(who(run))}{spoken}", width="content")
    if text := text_of(parts):
        st.markdown(shown(text), anchors=False)


def who(run: Run) -> str:
    """The voices of a request, with the names they speak for where there are two."""
    speech: dict[str, Any] = run.request.config.get("speech_config") or {}
    several = speech.get("multi_speaker_voice_config") or {}
    if not several:
        return _voice(speech)
    each = several.get("speaker_voice_configs") or []
    return ", ".join(f"{one.get('speaker')}: {_voice(one)}" for one in each)


def _voice(speech: dict[str, Any]) -> str:
    config = speech.get("voice_config") or {}
    return (config.get("prebuilt_voice_config") or {}).get("voice_name") or "the model's voice"


def _draw_download(run: Run, sound: Sound, number: int) -> None:
    kind = sound.mime_type.partition("/")[2].partition(";")[0].removeprefix("x-")
    words = text_of(run.request.contents[0]["parts"])
    st.download_button(
        kind.upper(),
        sound.data,
        file_name=f"{file_stem(words, 'speech')}.{kind}",
        mime=sound.mime_type,
        key=f"speech-download-{run.id}-{number}",
        icon=":material/download:",
        on_click="ignore",
    )
