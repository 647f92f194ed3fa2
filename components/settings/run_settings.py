"""The run settings in the sidebar: the model and everything that can be turned, for every page.

The values live in the session by their API names, not in the widgets: they outlast a widget that
isn't drawn, a change of page and a change of model. A setting left at its default isn't sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import (
    current_connection,
    forget_models,
    model_named,
    models,
    usable_connection,
)
from components.settings.widgets import draw_setting
from gemini.api.connect import TargetError
from gemini.api.problems import Problem
from gemini.models.availability import Ending, ending
from gemini.models.capabilities import Capabilities, chat_models, unknown
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT
from gemini.run import Run
from gemini.settings.checks import validate
from gemini.settings.config import build_config, changed, values_of, with_extra
from gemini.settings.kinds import GROUPS, Setting
from gemini.settings.table import SETTINGS

STATE = "run_settings"  # session state
MODEL_KEY = "run_settings_model"
CONNECTION_KEY = "run_settings_connection"  # whose models were listed last
NO_TOOLS = (
    "{model} has neither Google Search, URL context, Google Maps nor code execution here. "
    "Gemini's text models do, with a key or Vertex AI."
)
FIRST_MODEL = "gemini-flash-latest"  # where it is listed, and until a list can be had


@dataclass
class RunSettings:
    """The model chosen, what is known of it, and the values set, by their API names.

    `keys` is how the keys of the widgets begin, so that a page can have settings of its own.
    """

    chosen: str | None = None
    model: Capabilities = field(default_factory=lambda: unknown(FIRST_MODEL))
    values: dict[str, Any] = field(default_factory=dict)
    vertex: bool = False
    keys: str = "setting"

    def config(self, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The settings as the SDK takes them, with what a page adds; tools of both are sent."""
        config = build_config(self.values, self.model, vertex=self.vertex)
        return with_extra(config, extra or {}, self.model, vertex=self.vertex)

    @property
    def changed(self) -> list[str]:
        """The names of the settings that are off their default."""
        return changed(self.values, self.model, vertex=self.vertex)

    @property
    def off_default(self) -> dict[str, Any]:
        """The values of those."""
        return {name: self.values.get(name) for name in self.changed}

    @property
    def method(self) -> str:
        """The method of a request: by which of the two APIs a model is asked."""
        return self.values.get("api") or GENERATE_CONTENT

    @property
    def keeps_interactions(self) -> bool:
        """Whether the API is to keep the turns of a conversation, and each prompt to name them."""
        return self.method == CREATE_INTERACTION and self.values.get("store") == "on"

    def replace(self, values: dict[str, Any]) -> None:
        """Have these values, and no others."""
        self.reset()
        self.values.update(values)

    def reset(self) -> None:
        """Put every setting back to the model's default."""
        self.values.clear()
        for key in [k for k in st.session_state if str(k).startswith(f"{self.keys}-")]:
            del st.session_state[key]


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


def current_settings() -> RunSettings:
    """The settings of this session, made at the first call."""
    if STATE not in st.session_state:
        st.session_state[STATE] = RunSettings()
    return st.session_state[STATE]


def use_model(name: str) -> None:
    """Make it the session's model, as if chosen in the sidebar. For a widget's callback."""
    current_settings().chosen = name
    st.session_state[MODEL_KEY] = name
    if (connection := current_connection()) is not None:
        st.session_state[CONNECTION_KEY] = connection.id  # whose it is, if the list lacks it


def take_settings(run: Run, *, own_model: bool = False) -> str:
    """Have the model and the settings of a run in force; what has changed, in a sentence.

    A model that this connection doesn't list is taken only where it was asked through such a
    connection before. `own_model`: the page has a choice of models of its own. The page has to
    be drawn anew where something has changed: "" if nothing has.
    """
    settings, request = current_settings(), run.request
    before, model = settings.off_default, settings.model
    connection, _ = usable_connection()
    known, _ = models(connection) if connection else ([], None)
    offered = request.model in {m.name for m in chat_models(known)} or (
        connection is not None and run.backend == connection.target.backend
    )
    if not own_model and offered and request.model != model.name:
        settings.chosen, settings.model = request.model, model_named(request.model, known)
        st.session_state.pop(MODEL_KEY, None)
    values = values_of(request)
    after = RunSettings(model=settings.model, values=values, vertex=settings.vertex).off_default
    names = [s.label for s in SETTINGS if before.get(s.name) != after.get(s.name)]
    if names:
        settings.replace(values)
    if settings.model.name != model.name:
        names.insert(0, settings.model.display_name)
    said = f"As in this conversation: {', '.join(names)}." if names else ""
    if not own_model and not offered:
        said += f" {request.model}, which answered last, is not offered here."
    return said.strip()


def draw_settings() -> None:
    """Draw the settings where the script is, the often-used open, the rest folded by topic."""
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
    settings.model = model_named(chosen, known)
    if connection is not None and connection.target.backend == "emulator":
        # Whichever name it answers to.
        settings.model = replace(settings.model, tools=frozenset())
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
