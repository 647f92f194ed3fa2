"""A widget for each kind of run setting, drawn from `gemini.settings.table`.

A widget shows the value in force, which is the model's default until it is changed. Its change is
written into the session's values; None there means the default.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from components.session import Default, bound
from components.settings import instructions
from components.settings.cache_choice import draw_cache_choice
from components.settings.run_settings import RunSettings, current_settings
from components.settings.server_choice import draw_server_choice
from gemini.settings.config import lacking
from gemini.settings.kinds import Bounds, Setting
from gemini.settings.table import MOST_STOP_SEQUENCES, safety_categories

BUDGET_MODES = {"default": "Default", "off": "Off", "auto": "Auto", "set": "Set"}


def draw_setting(setting: Setting, settings: RunSettings, *, changed: bool) -> None:
    """Draw the control of one setting. A dot marks one that is off its default."""
    label = setting.label + (" :primary[•]" if changed else "")
    if lacking(setting, settings.values):
        st.caption(f":material/link_off: {setting.label}: not in the Interactions API")
    elif setting.name == "thinking_budget":
        _draw_budget(setting, settings, label)
    else:
        _WIDGETS[setting.kind](setting, settings, label)


def _bound(
    setting: Setting,
    settings: RunSettings,
    value: object,
    given: Default | None = "value",
    *,
    key: str = "",
) -> dict[str, Any]:
    """What ties a widget to a setting. `key` is what its key has besides the setting's name."""
    key = f"{settings.keys}-{setting.name}{key}"
    return bound(key, value, partial(settings.values.__setitem__, setting.name), given)


def _help(setting: Setting, settings: RunSettings) -> str:
    default = setting.default(settings.model)
    if setting.kind in {"text", "list", "choices"} or setting.needs:
        return setting.help
    names = {c.value: c.label for c in setting.choices(settings.model)}
    shown = "the model's own" if default is None else names.get(default, default)
    if isinstance(shown, bool):
        shown = "on" if shown else "off"
    elif isinstance(shown, int):
        shown = f"{shown:,}"
    return f"{setting.help} Default: {shown}."


def _bounds(setting: Setting, settings: RunSettings) -> Bounds:
    assert setting.bounds is not None
    return setting.bounds(settings.model)


def _draw_slider(setting: Setting, settings: RunSettings, label: str) -> None:
    default = setting.default(settings.model)
    if default is None:  # a slider can't stand at "unknown"
        _draw_number(setting, settings, label)
        return
    bounds = _bounds(setting, settings)
    value = settings.values.get(setting.name)
    start = default if value is None else value
    low, high = min(bounds.minimum, start), max(bounds.maximum, start)  # it shows what is sent
    st.slider(
        label,
        float(low),
        float(high),
        step=bounds.step,
        help=_help(setting, settings),
        **_bound(setting, settings, float(start), key=f"-{low}-{high}"),
    )


def _draw_number(setting: Setting, settings: RunSettings, label: str) -> None:
    """Draw a field that takes any number: a browser keeps one beyond limits to itself, in red,
    while the one before is sent. What is odd about a number is said below the settings.
    """
    bounds = _bounds(setting, settings)
    number = int if setting.kind == "int" else float
    value = settings.values.get(setting.name)
    default = setting.default(settings.model)
    st.number_input(
        label,
        value=None,
        step=number(bounds.step),
        placeholder=setting.unset if default is None else f"{default:,}",
        help=_help(setting, settings),
        **_bound(setting, settings, None if value is None else number(value), None),
    )


def _draw_text(setting: Setting, settings: RunSettings, label: str) -> None:
    st.text_area(
        label,
        height=90,
        placeholder="None",
        help=setting.help,
        **_bound(setting, settings, settings.values.get(setting.name) or ""),
    )
    if setting.name == instructions.NAME and settings is current_settings():
        instructions.draw_instructions()


def _draw_list(setting: Setting, settings: RunSettings, label: str) -> None:
    value = [escaped(each) for each in settings.values.get(setting.name) or []]

    def store(typed: list[str]) -> None:
        settings.values[setting.name] = [unescaped(each) for each in typed]

    st.multiselect(
        label,
        value,
        accept_new_options=True,
        max_selections=max(MOST_STOP_SEQUENCES, len(value)),
        placeholder="Type one and press Enter",
        help=setting.help,
        **bound(f"{settings.keys}-{setting.name}", value, store, "default"),
    )


def escaped(text: str) -> str:
    r"""A text as it can be typed into one line: a line break as \n, a tab as \t, \ before those."""
    text = re.sub(r"\\(?=[nt\\\n\t])", r"\\\\", text)
    return text.replace("\n", r"\n").replace("\t", r"\t")


def unescaped(text: str) -> str:
    """The inverse of `escaped`."""
    meant = {"n": "\n", "t": "\t", "\\": "\\"}
    return re.sub(r"\\([nt\\])", lambda match: meant[match[1]], text)


def _draw_choice(setting: Setting, settings: RunSettings, label: str) -> None:
    choices = {c.value: c.label for c in setting.choices(settings.model)}
    default = setting.default(settings.model)
    value = settings.values.get(setting.name)
    value = value if value in choices else default
    value = value if value in choices else None
    st.segmented_control(
        label,
        list(choices),
        format_func=lambda v: str(choices.get(v, v)),
        help=_help(setting, settings),
        **_bound(setting, settings, value, "default", key=f"-{len(choices)}"),
    )


def _draw_switch(setting: Setting, settings: RunSettings, label: str) -> None:
    value = bool(settings.values.get(setting.name))
    st.toggle(label, help=_help(setting, settings), **_bound(setting, settings, value))


def _draw_safety(setting: Setting, settings: RunSettings, label: str) -> None:
    """A filter for each category. The label is that of the group, so it isn't repeated."""
    del label
    thresholds = {c.value: c.label for c in setting.choices(settings.model)}
    values: dict[str, str | None] = settings.values.setdefault(setting.name, {})
    for category in safety_categories(vertex=settings.vertex):
        key, name = f"{settings.keys}-{setting.name}-{category.value}", category.value
        st.selectbox(
            category.label,
            list(thresholds),
            index=None,
            format_func=lambda v: str(thresholds.get(v, v)),
            placeholder="Model's default",
            **bound(key, values.get(name), partial(values.__setitem__, name), None),
        )


def _draw_budget(setting: Setting, settings: RunSettings, label: str) -> None:
    """How the budget is set, and the budget itself where it is a number of one's own."""
    thinking, value = settings.model.thinking, settings.values.get(setting.name)
    modes = [m for m in BUDGET_MODES if m != "off" or thinking.can_turn_off]
    mode = {None: "default", 0: "off", -1: "auto"}.get(value, "set")
    mode = mode if mode in modes else "default"
    lowest, highest = max(thinking.min_budget, 1), thinking.max_budget
    start = int(value or 0) if mode == "set" else min(max(lowest, 1024), highest)
    lowest, highest = min(lowest, start), max(highest, start)  # it shows what is sent

    def store(chosen: str) -> None:
        settings.values[setting.name] = {"off": 0, "auto": -1, "set": start}.get(chosen)

    st.segmented_control(
        label,
        modes,
        required=True,
        format_func=BUDGET_MODES.__getitem__,
        help=setting.help,
        **bound(
            f"{settings.keys}-{setting.name}-mode-{thinking.can_turn_off}", mode, store, "default"
        ),
    )
    if mode == "set":
        st.slider(
            "Thinking tokens",
            lowest,
            highest,
            label_visibility="collapsed",
            **_bound(setting, settings, start, key=f"-{lowest}-{highest}"),
        )


_WIDGETS: dict[str, Callable[[Setting, RunSettings, str], None]] = {
    "slider": _draw_slider,
    "int": _draw_number,
    "float": _draw_number,
    "text": _draw_text,
    "list": _draw_list,
    "choice": _draw_choice,
    "switch": _draw_switch,
    "choices": _draw_safety,
    "cache": draw_cache_choice,
    "servers": draw_server_choice,
}
