"""The settings that something was made with, beside it."""

from typing import Any

import streamlit as st

from components.answer.figures import answered_by
from gemini.api.methods import prompt_of
from gemini.run import Run

LONGEST = 300  # characters of the prompt


def draw_settings_kept(run: Run) -> None:
    """Draw the prompt, the model and the settings of a request, in small type."""
    prompt = prompt_of(run.request)
    if prompt:
        cut = f"{prompt[:LONGEST]}..." if len(prompt) > LONGEST else prompt
        st.text(cut)
    st.caption(" · ".join([answered_by(run), *settings_of(run)]))


def settings_of(run: Run) -> list[str]:
    """The settings that were sent, each as `name value`, without the modalities."""
    left_out = {"response_modalities", "include_rai_reason", "safety_settings"}
    config = {k: v for k, v in run.request.config.items() if k not in left_out}
    return list(_flat(config))


def _flat(config: dict[str, Any]) -> list[str]:
    shown: list[str] = []
    for name, value in config.items():
        if isinstance(value, dict):
            shown += _flat(value)
        else:
            shown.append(f"{name.replace('_', ' ')} {value}")
    return shown
