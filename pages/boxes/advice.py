"""The settings advised for boxes: added to the request unless the user has set his own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.settings.run_settings import RunSettings
from gemini.spatial.prompts import AdvisedSetting, SpatialPrompt, max_side

OWN: dict[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "thinking_config": ("thinking_level", "thinking_budget"),
}
"""By the advised setting, the settings of the sidebar that say the same."""


@dataclass(frozen=True)
class Advice:
    """What is added to the settings' config, and which advice is `followed` or `overruled`."""

    extra: dict[str, Any]
    followed: tuple[AdvisedSetting, ...]
    overruled: tuple[AdvisedSetting, ...]


def advice(request: SpatialPrompt, settings: RunSettings) -> Advice:
    """What of the advice goes with a request; what the user has set in the sidebar wins."""
    own = [_is_set(s, settings.values) for s in request.settings]
    pairs = list(zip(request.settings, own, strict=True))
    followed = tuple(setting for setting, is_set in pairs if not is_set)
    overruled = tuple(setting for setting, is_set in pairs if is_set)
    extra: dict[str, Any] = {s.name: s.value for s in followed}
    if "thinking_config" in extra:  # whether thoughts are shown is another matter
        given = settings.config().get("thinking_config") or {}
        extra["thinking_config"] = {**given, **extra["thinking_config"]}
    if request.schema:
        extra |= {
            "response_mime_type": "application/json",
            "response_json_schema": request.schema,
        }
    return Advice(extra, followed, overruled)


def draw_advice(request: SpatialPrompt, settings: RunSettings) -> None:
    """Say in one line what is sent beside the prompt, and why in the fold below it."""
    taken = advice(request, settings)
    side = max_side()
    sent = [_words(s) for s in taken.followed]
    summary = ", ".join([*sent, f"at most {side.value:,} pixels a side"])
    label = f":small[Sent with {summary}]"
    with st.expander(label, key="boxes-advice", type="compact", icon=":material/tune:"):
        for setting in taken.followed:
            st.caption(f"**{_words(setting).capitalize()}.** {setting.reason}")
        for setting in taken.overruled:
            st.caption(
                f"**Yours instead of {_words(setting)}**, as set in the sidebar. {setting.reason}"
            )
        st.caption(f"**At most {side.value:,} pixels a side.** {side.reason}")
        if request.schema:
            st.caption(
                "**JSON Schema.** The answer is bound to a list of places, so that it can be read."
            )
    for warning in request.warnings:
        st.caption(f":material/warning: {warning}")


def _is_set(setting: AdvisedSetting, values: Mapping[str, Any]) -> bool:
    return any(values.get(name) is not None for name in OWN.get(setting.name, (setting.name,)))


def _words(setting: AdvisedSetting) -> str:
    """A setting for people: `temperature 0.5`, `thinking off`."""
    if setting.name != "thinking_config":
        return f"{setting.name.replace('_', ' ')} {setting.value}"
    if "thinking_level" in setting.value:
        return f"thinking {setting.value['thinking_level'].lower()}"
    budget = setting.value["thinking_budget"]
    return f"thinking budget {budget:,}" if budget else "thinking off"
