"""A widget for each kind of run setting, drawn from `gemini.settings.table`.

A widget shows the value in force, which is the model's default until it is changed. Its change is
written into the session's values; None there means the default.

The value is given to Streamlit twice: in the session state, for what changes it from outside, and
as the widget's own default. The browser is told of the first only once, and where that message is
lost (a script that is interrupted) it would take a slider's lowest value for what somebody set.
"""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from components.settings.cache_choice import WidgetSettings, draw_cache_choice
from gemini.settings.config import lacking
from gemini.settings.kinds import Bounds, Setting
from gemini.settings.table import MOST_STOP_SEQUENCES, safety_categories

BUDGET_MODES = {"default": "Default", "off": "Off", "auto": "Auto", "set": "Set"}


def draw_setting(setting: Setting, settings: WidgetSettings, *, changed: bool) -> None:
    """Draw the control of one setting. A dot marks one that is off its default."""
    label = setting.label + (" :primary[•]" if changed else "")
    if lacking(setting, settings.values):
        st.caption(f":material/link_off: {setting.label}: not in the Interactions API")
    elif setting.name == "thinking_budget":
        _draw_budget(setting, settings, label)
    else:
        _WIDGETS[setting.kind](setting, settings, label)


def _bind(key: str, name: str, settings: WidgetSettings, value: Any) -> Callable[[], None]:
    """Give the widget `key` its value unless it has one; the callback that stores its change."""
    st.session_state.setdefault(key, value)

    def store() -> None:
        settings.values[name] = st.session_state[key]

    return store


def _help(setting: Setting, settings: WidgetSettings) -> str:
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


def _bounds(setting: Setting, settings: WidgetSettings) -> Bounds:
    assert setting.bounds is not None
    return setting.bounds(settings.model)


def _draw_slider(setting: Setting, settings: WidgetSettings, label: str) -> None:
    default = setting.default(settings.model)
    if default is None:  # a slider can't stand at "unknown"
        _draw_number(setting, settings, label)
        return
    bounds = _bounds(setting, settings)
    value = settings.values.get(setting.name)
    start = default if value is None else value
    low, high = min(bounds.minimum, start), max(bounds.maximum, start)  # it shows what is sent
    key = f"{settings.keys}-{setting.name}-{low}-{high}"
    st.slider(
        label,
        float(low),
        float(high),
        value=float(start),
        step=bounds.step,
        key=key,
        on_change=_bind(key, setting.name, settings, float(start)),
        help=_help(setting, settings),
    )


def _draw_number(setting: Setting, settings: WidgetSettings, label: str) -> None:
    """Draw a field that takes any number: a browser keeps one beyond limits to itself, in red,
    while the one before is sent. What is odd about a number is said below the settings.
    """
    bounds = _bounds(setting, settings)
    number = int if setting.kind == "int" else float
    key = f"{settings.keys}-{setting.name}"
    value = settings.values.get(setting.name)
    default = setting.default(settings.model)
    st.number_input(
        label,
        value=None,
        step=number(bounds.step),
        key=key,
        placeholder=setting.unset if default is None else f"{default:,}",
        on_change=_bind(key, setting.name, settings, None if value is None else number(value)),
        help=_help(setting, settings),
    )


def _draw_text(setting: Setting, settings: WidgetSettings, label: str) -> None:
    key = f"{settings.keys}-{setting.name}"
    value = settings.values.get(setting.name) or ""
    st.text_area(
        label,
        value=value,
        key=key,
        height=90,
        placeholder="None",
        on_change=_bind(key, setting.name, settings, value),
        help=setting.help,
    )


def _draw_list(setting: Setting, settings: WidgetSettings, label: str) -> None:
    key = f"{settings.keys}-{setting.name}"
    value = [escaped(each) for each in settings.values.get(setting.name) or []]
    st.session_state.setdefault(key, value)

    def store() -> None:
        settings.values[setting.name] = [unescaped(each) for each in st.session_state[key]]

    st.multiselect(
        label,
        value,
        default=value,
        key=key,
        accept_new_options=True,
        max_selections=max(MOST_STOP_SEQUENCES, len(value)),
        placeholder="Type one and press Enter",
        on_change=store,
        help=setting.help,
    )


def escaped(text: str) -> str:
    r"""A text as it can be typed into one line: a line break as \n, a tab as \t, \ before those."""
    text = re.sub(r"\\(?=[nt\\\n\t])", r"\\\\", text)
    return text.replace("\n", r"\n").replace("\t", r"\t")


def unescaped(text: str) -> str:
    """The inverse of `escaped`."""
    meant = {"n": "\n", "t": "\t", "\\": "\\"}
    return re.sub(r"\\([nt\\])", lambda match: meant[match[1]], text)


def _draw_choice(setting: Setting, settings: WidgetSettings, label: str) -> None:
    choices = {c.value: c.label for c in setting.choices(settings.model)}
    default = setting.default(settings.model)
    key = f"{settings.keys}-{setting.name}-{len(choices)}"
    value = settings.values.get(setting.name)
    value = value if value in choices else default
    st.segmented_control(
        label,
        list(choices),
        default=value if value in choices else None,
        key=key,
        format_func=lambda v: str(choices.get(v, v)),
        on_change=_bind(key, setting.name, settings, value),
        help=_help(setting, settings),
    )


def _draw_switch(setting: Setting, settings: WidgetSettings, label: str) -> None:
    key = f"{settings.keys}-{setting.name}"
    value = bool(settings.values.get(setting.name))
    st.toggle(
        label,
        value=value,
        key=key,
        on_change=_bind(key, setting.name, settings, value),
        help=_help(setting, settings),
    )


def _draw_safety(setting: Setting, settings: WidgetSettings, label: str) -> None:
    """A filter for each category. The label is that of the group, so it isn't repeated."""
    del label
    thresholds = {c.value: c.label for c in setting.choices(settings.model)}
    values: dict[str, str | None] = settings.values.setdefault(setting.name, {})
    for category in safety_categories(vertex=settings.vertex):
        key = f"{settings.keys}-{setting.name}-{category.value}"
        st.session_state.setdefault(key, values.get(category.value))

        def store(name: str = category.value, key: str = key) -> None:
            values[name] = st.session_state[key]

        st.selectbox(
            category.label,
            list(thresholds),
            index=list(thresholds).index(value) if (value := values.get(category.value)) else None,
            key=key,
            format_func=lambda v: str(thresholds.get(v, v)),
            placeholder="Model's default",
            on_change=store,
        )


def _draw_budget(setting: Setting, settings: WidgetSettings, label: str) -> None:
    """How the budget is set, and the budget itself where it is a number of one's own."""
    thinking, value = settings.model.thinking, settings.values.get(setting.name)
    modes = [m for m in BUDGET_MODES if m != "off" or thinking.can_turn_off]
    key = f"{settings.keys}-{setting.name}-mode-{thinking.can_turn_off}"
    mode = {None: "default", 0: "off", -1: "auto"}.get(value, "set")
    mode = mode if mode in modes else "default"
    st.session_state.setdefault(key, mode)
    lowest, highest = max(thinking.min_budget, 1), thinking.max_budget
    start = int(value or 0) if mode == "set" else min(max(lowest, 1024), highest)
    lowest, highest = min(lowest, start), max(highest, start)  # it shows what is sent
    number_key = f"{settings.keys}-{setting.name}-{lowest}-{highest}"
    st.session_state.setdefault(number_key, start)

    def store() -> None:
        chosen = st.session_state[key]
        number = st.session_state.get(number_key, start)
        settings.values[setting.name] = {"off": 0, "auto": -1, "set": number}.get(chosen)

    st.segmented_control(
        label,
        modes,
        default=mode,
        key=key,
        required=True,
        format_func=BUDGET_MODES.__getitem__,
        on_change=store,
        help=setting.help,
    )
    if st.session_state[key] == "set":
        st.slider(
            "Thinking tokens",
            lowest,
            highest,
            value=start,
            key=number_key,
            on_change=store,
            label_visibility="collapsed",
        )


_WIDGETS: dict[str, Callable[[Setting, WidgetSettings, str], None]] = {
    "slider": _draw_slider,
    "int": _draw_number,
    "float": _draw_number,
    "text": _draw_text,
    "list": _draw_list,
    "choice": _draw_choice,
    "switch": _draw_switch,
    "choices": _draw_safety,
    "cache": draw_cache_choice,
}
