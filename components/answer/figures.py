"""One quiet line about a run: what answered, its figures, the settings that it was sent with."""

from typing import Any

import streamlit as st

from components.answer.background import RECORDING
from components.format import in_words
from components.prices import price_of
from gemini.api.methods import prompt_of
from gemini.compare import answer_text
from gemini.format import counted, duration
from gemini.interactions.request import is_agent
from gemini.models.capabilities import short_name
from gemini.run import Run

LONGEST = 300  # characters of a prompt
LEFT_OUT = frozenset({
    "response_modalities", "include_rai_reason", "safety_settings", "background", "type",
    "delivery", "previous_interaction_id",
})  # fmt: skip
"""What a page adds by itself to what was chosen."""


def figures(run: Run) -> str:
    """What answered, time to the first text, tokens, speed, price; how it ended, if oddly.

    What is unknown is left out. Of an answer without text it is the time to its first part; of an
    agent's, which is much besides text, it is the whole time.
    """
    parts, agent = [answered_by(run)], is_agent(run.request.model)
    if run.replayed:
        parts.insert(0, f"{RECORDING}, {in_words(run.created)}")
    if agent and run.timing.end is not None:
        parts.append(duration(run.timing.end))
    if not agent and run.timing.first_text is not None:
        first = "text" if answer_text(run) else "part"  # a sound, a picture or a call
        parts.append(f"first {first} {duration(run.timing.first_text)}")
    if prompt := run.usage.get("prompt_token_count"):
        cached = run.usage.get("cached_content_token_count")
        parts.append(f"{counted(prompt, 'token')} in" + (f" ({cached:,} cached)" if cached else ""))
    if run.output_tokens:
        parts.append(f"{run.output_tokens:,} out")
    if (speed := run.tokens_per_second) and speed >= 1 and not agent:
        parts.append(f"{counted(round(speed), 'token')}/s")
    if price := price_of(run):
        parts.append(price)
    reason = run.candidates[0].finish_reason if run.candidates else None
    if run.outcome == "stopped":
        parts.append("stopped")
    elif reason and reason != "STOP":
        parts.append(reason.lower().replace("_", " "))
    return " · ".join(parts)


def answered_by(run: Run) -> str:
    """The model that was asked, and what answered in its stead: an alias's model, or an engine."""
    requested, answered = short_name(run.request.model), short_name(run.model_version or "")
    if not answered or answered.startswith(requested):  # a version of it
        return answered or requested
    return f"{answered} for {requested}"


def draw_settings_kept(run: Run) -> None:
    """Draw the prompt, the model and the settings of a request, in small type."""
    prompt = prompt_of(run.request)
    if prompt:
        cut = f"{prompt[:LONGEST]}..." if len(prompt) > LONGEST else prompt
        st.text(cut)
    st.caption(" · ".join([answered_by(run), *settings_of(run)]))


def settings_of(run: Run) -> list[str]:
    """The settings that were sent, each as `name value`, without what nobody chose."""
    return _flat(run.request.config)


def _flat(config: dict[str, Any]) -> list[str]:
    shown: list[str] = []
    for name, value in config.items():
        if name in LEFT_OUT:
            continue
        if isinstance(value, dict):
            shown += _flat(value)
        else:
            shown.append(f"{name.replace('_', ' ')} {value}")
    return shown
