"""The run settings in the sidebar, the often-used open, the rest folded by topic."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import current_connection, forget_models, models
from components.settings.run_settings import (
    CONNECTION_KEY,
    FIRST_MODEL,
    MODEL_KEY,
    RunSettings,
    current_settings,
    model_through,
)
from components.settings.widgets import draw_setting
from gemini.api.connect import TargetError
from gemini.api.problems import Problem
from gemini.models.availability import Ending, ending
from gemini.models.capabilities import chat_models
from gemini.settings.checks import validate
from gemini.settings.kinds import GROUPS, Setting
from gemini.settings.table import SETTINGS

NO_TOOLS = (
    "{model} doesn't support Google Search, URL context, Google Maps or code execution here. "
    "Gemini's text models do, with a key or Vertex AI."
)


@dataclass(frozen=True)
class _Choice:
    """What the choice of the model is drawn from. `error` is about the connection itself,
    `ending` says when the chosen model ends, and what comes instead.
    """

    names: list[str]
    labels: dict[str, str]
    error: str | None
    problem: Problem | None
    ending: Ending | None = None


def draw_settings() -> None:
    """Draw the settings where the script is."""
    settings = current_settings()
    _draw_model(settings)
    off = settings.changed
    for setting in _offered("basic", settings):
        draw_setting(setting, settings, changed=setting.name in off)
    with st.container(gap=None):
        for group in GROUPS[1:]:
            _draw_group(group, settings, off)
        _draw_dots(sorted({s.group for s in SETTINGS if s.name in off} - {"basic"}))
    for warning in validate(settings.values, settings.model):
        st.caption(f":material/info: {warning}")
    count = f"{len(off)} changed: " if off else ""
    st.button(
        f"{count}reset to defaults" if off else "All at their defaults",
        key="settings-reset",
        icon=":material/restart_alt:",
        type="tertiary",
        disabled=not off,
        on_click=settings.reset,
    )


def _draw_group(group: str, settings: RunSettings, off: list[str]) -> None:
    """Draw the settings of a topic, folded.

    What is folded isn't there: the browser goes through all that is on the page whenever an
    answer begins or ends.
    """
    offered = _offered(group, settings)
    if not offered and group != "Tools":
        return
    folded = st.expander(group, key=opened_key(group), type="compact", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for setting in offered:
            draw_setting(setting, settings, changed=setting.name in off)
        if not offered:
            st.caption(NO_TOOLS.format(model=settings.model.display_name))
        st.space("xxsmall")  # the topics follow each other without a gap


def _draw_dots(groups: Sequence[str]) -> None:
    """Mark the topics of which a setting is off its default.

    By style, not in the label: an expander with another label is another one, and folded.
    """
    if groups:
        marked = ", ".join(f".st-key-{opened_key(group)} summary p::after" for group in groups)
        colours = [st.get_option(f"theme.{scheme}.primaryColor") for scheme in ("light", "dark")]
        colour = f"light-dark({', '.join(colours)})"
        large = "font-size: 1.6em; line-height: 0; vertical-align: -0.08em"
        st.html(f"<style>{marked} {{ content: ' •'; color: {colour}; {large} }}</style>")


def opened_key(group: str) -> str:
    """The key in the session that says whether the settings of a topic are unfolded."""
    return f"settings-{group}"


def _offered(group: str, settings: RunSettings) -> list[Setting]:
    """The settings of a topic that this model takes and that the other settings leave a use for."""
    return [
        s
        for s in SETTINGS
        if s.group == group
        and s.offered(settings.model, vertex=settings.vertex)
        and s.applies(settings.values)
    ]


def keep_model() -> None:
    """Settle on a model without drawing the choice of it, for a screen without settings."""
    _settle()


def _settle() -> _Choice:
    """The model chosen, or the first good one of this connection; known from then on."""
    settings = current_settings()
    try:
        connection = current_connection()
    except TargetError as error:
        return _Choice([settings.model.name], {}, str(error), None)
    known, problem = models(connection) if connection else ([], None)
    offered = chat_models(known)
    names = [m.name for m in offered]
    chosen = st.session_state.get(MODEL_KEY, settings.chosen)
    other = st.session_state.get(CONNECTION_KEY) != (connection and connection.id)
    if chosen is None or (other and chosen not in names):
        own = connection is not None and connection.target.backend == "emulator"
        chosen = _first_model(names, own=own)
    st.session_state[CONNECTION_KEY] = connection and connection.id
    if chosen not in names:  # typed by hand
        names.append(chosen)
    settings.chosen = chosen
    settings.model = model_through(connection, chosen, known)
    settings.vertex = connection is not None and connection.target.backend == "vertex"
    end = ending(chosen, connection.target.backend) if connection else None
    return _Choice(names, {m.name: m.display_name for m in offered}, None, problem, end)


def _draw_model(settings: RunSettings) -> None:
    """Draw the choice of the model."""
    choice = _settle()
    if choice.error:
        st.error(choice.error, icon=":material/error:")
    st.session_state[MODEL_KEY] = settings.chosen or settings.model.name
    st.selectbox(
        "Model",
        choice.names,
        key=MODEL_KEY,
        format_func=lambda n: choice.labels.get(n, str(n)),
        accept_new_options=True,
        help="Choose one, or type any other name.",
    )
    if choice.problem:
        draw_problem(choice.problem)
        st.button(
            "Try again",
            key="models-try-again",
            icon=":material/refresh:",
            help="Load the list of models again.",
            on_click=forget_models,
        )
    elif choice.ending:
        st.caption(f":material/event_busy: {choice.ending}")
    elif not settings.model.checked:
        st.caption(":material/help: Not in the model table: every setting is offered unchecked.")


def _first_model(names: list[str], *, own: bool) -> str:
    """The model a session begins with: a quick one, and the emulator under its `own` name."""
    liked = [n for n in names if not n.startswith("gemini")] if own else []
    liked += [n for n in names if n == FIRST_MODEL]
    liked += [n for n in names if "flash" in n and "lite" not in n]
    return next(iter([*liked, *names]), FIRST_MODEL)
