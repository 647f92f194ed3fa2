"""Transcription models on the audio page: whether one answers, and how it writes down speech."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from components import session
from components.connection import models, usable_connection
from components.session import bound, bound_field
from components.settings.run_settings import RunSettings, current_settings
from gemini.models.capabilities import Capabilities, transcribers

STATE = "audio-transcription"
SERVICE = ("api", "service_tier", "store")  # settings of the sidebar that hold here too
MODES = {"VERBATIM": "Word for word", "SMART": "Cleaned up"}


@dataclass
class Transcription:
    """How sounds are transcribed: by a model for that, or (`on` is False) by the sidebar's."""

    on: bool = False
    model: str = ""
    languages: list[str] = field(default_factory=list)
    vocabulary: list[str] = field(default_factory=list)
    times: bool = True
    speakers: bool = True
    mode: str = "VERBATIM"

    def config(self) -> dict[str, Any]:
        """The settings as a `types.AudioTranscriptionConfigDict`, those off their default.

        Times and speakers are not to be had of a text that is cleaned up.
        """
        verbatim = self.mode == "VERBATIM"
        values = {
            "language_codes": self.languages,
            "custom_vocabulary": self.vocabulary,
            "word_timestamp": self.times and verbatim,
            "diarization": self.speakers and verbatim,
            "mode": "" if verbatim else self.mode,
        }
        return {name: value for name, value in values.items() if value}


def current_transcription() -> Transcription:
    """The session's; off where no such model is offered."""
    state = session.state(STATE, Transcription)
    offered = offered_models()
    state.on = state.on and bool(offered)
    if offered and state.model not in {model.name for model in offered}:
        state.model = offered[0].name
    return state


def offered_models() -> list[Capabilities]:
    """The transcription models of this connection."""
    connection, _ = usable_connection()
    return transcribers(models(connection)[0]) if connection else []


def settings() -> RunSettings | None:
    """The transcription model's run settings, or None for the sidebar's."""
    state = current_transcription()
    model = next((m for m in offered_models() if m.name == state.model), None)
    if not state.on or model is None:
        return None
    sidebar = current_settings()
    values = {name: sidebar.values[name] for name in SERVICE if name in sidebar.values}
    return RunSettings(model.name, model, values, sidebar.vertex)


def extra() -> dict[str, Any]:
    """What is added to the config of a request."""
    state = current_transcription()
    return {"audio_transcription_config": state.config()} if state.on else {}


def draw_transcription() -> None:
    """Draw the choice of a transcription model and its settings, where one is offered."""
    offered = [model.name for model in offered_models()]
    if not offered:
        return
    state = current_transcription()
    st.toggle(
        "Answer with a transcription model",
        help="It writes down what is said, with times and speakers, and doesn't see earlier turns. "
        "Switch it off to ask about the transcript.",
        **bound(f"{STATE}-on", state.on, partial(setattr, state, "on")),
    )
    if not state.on:
        return
    with st.expander(f"How {state.model} transcribes", type="compact", key=f"{STATE}-settings"):
        if len(offered) > 1:
            st.selectbox("Model", offered, **bound_field(state, "model", STATE, "index", offered))
        st.segmented_control(
            "Mode",
            list(MODES),
            format_func=MODES.__getitem__,
            required=True,
            help="Cleaned up leaves out fillers and false starts, and has no times or speakers.",
            **bound_field(state, "mode", STATE, "default"),
        )
        if state.mode == "VERBATIM":
            st.toggle("Word times", **bound_field(state, "times", STATE))
            st.toggle("Tell speakers apart", **bound_field(state, "speakers", STATE))
        _draw_list(
            state, "languages", "Languages", "Detected automatically", "Codes such as en-GB or de."
        )
        _draw_list(state, "vocabulary", "Vocabulary", "None", "Names and terms to listen for.")


def _draw_list(state: Transcription, name: str, label: str, empty: str, about: str) -> None:
    st.multiselect(
        label,
        getattr(state, name),
        accept_new_options=True,
        placeholder=empty,
        help=f"{about} Type one and press Enter.",
        **bound_field(state, name, STATE, "default"),
    )
