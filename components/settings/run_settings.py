"""The run settings: the model and everything that can be set, for every page.

The values live in the session by their API names, not in the widgets: they outlast a widget that
isn't drawn, a change of page and a change of model. A setting left at its default isn't sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from components.connection import (
    current_connection,
    model_named,
    models,
    usable_connection,
)
from components.session import state
from components.settings.servers import added_here
from gemini.api.connect import Connection
from gemini.models.capabilities import Capabilities, chat_models, unknown
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT
from gemini.run import Run
from gemini.settings.config import build_config, changed, values_of, with_extra
from gemini.settings.table import SETTINGS
from gemini.tools.mcp import McpServer

STATE = "run_settings"  # session state
MODEL_KEY = "run_settings_model"
CONNECTION_KEY = "run_settings_connection"  # whose models were listed last
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


def current_settings() -> RunSettings:
    """The settings of this session, made at the first call."""
    return state(STATE, RunSettings)


def use_model(name: str) -> None:
    """Make it the session's model, as if chosen in the sidebar. For a widget's callback."""
    current_settings().chosen = name
    st.session_state[MODEL_KEY] = name
    if (connection := current_connection()) is not None:
        st.session_state[CONNECTION_KEY] = connection.id  # whose it is, if the list lacks it


def take_settings(run: Run, *, own_model: bool = False) -> str:
    """Have the model and the settings of a run in force; what has changed, in a sentence.

    The page has to be drawn anew where something has changed: "" if nothing has.
    """
    names, offered = put_in_force(run, own_model=own_model)
    said = f"As in this conversation: {', '.join(names)}." if names else ""
    if not own_model and not offered:
        said += f" {run.request.model}, which answered last, isn't available here."
    servers: tuple[McpServer, ...] = values_of(run.request).get("mcp_servers", ())
    here = added_here(servers)
    for server in servers:
        if server not in here:
            said += f" The MCP server {server.name} isn't sent: it wasn't added in this session."
    return said.strip()


def put_in_force(run: Run, *, own_model: bool = False) -> tuple[list[str], bool]:
    """Have the model and the settings of a run in force.

    A model that this connection doesn't list is taken only where it was asked through such a
    connection before. `own_model`: the page has a choice of models of its own. Returns what has
    changed by its names on the screen, and whether the model is offered here.
    """
    settings = current_settings()
    before, model = settings.off_default, settings.model
    then, offered = settings_of(run)
    if not own_model and offered and then.model.name != model.name:
        settings.chosen, settings.model = then.model.name, then.model
        st.session_state.pop(MODEL_KEY, None)
    after = RunSettings(settings.chosen, settings.model, then.values, then.vertex).off_default
    names = [s.label for s in SETTINGS if before.get(s.name) != after.get(s.name)]
    if names:
        settings.replace(then.values)
    if settings.model.name != model.name:
        names.insert(0, settings.model.display_name)
    return names, offered


def copy_of_settings() -> RunSettings:
    """The settings as they are now, for `give_back_settings`."""
    settings = current_settings()
    return replace(settings, values=dict(settings.values))


def give_back_settings(before: RunSettings) -> None:
    """Have the model and the settings be in force that were then."""
    settings = current_settings()
    if settings.values != before.values:
        settings.replace(before.values)
    if settings.chosen != before.chosen or settings.model != before.model:
        settings.chosen, settings.model = before.chosen, before.model
        st.session_state.pop(MODEL_KEY, None)


def model_through(
    connection: Connection | None, name: str, known: list[Capabilities]
) -> Capabilities:
    """What is known of a model that is asked through this connection.

    The emulator has no tools, whichever name it answers to.
    """
    model = model_named(name, known)
    emulated = connection is not None and connection.target.backend == "emulator"
    return replace(model, tools=frozenset()) if emulated else model


def settings_of(run: Run) -> tuple[RunSettings, bool]:
    """What `take_settings` puts in force, without doing so; and whether its model is offered."""
    settings, request = current_settings(), run.request
    connection, _ = usable_connection()
    known, _ = models(connection) if connection else ([], None)
    offered = request.model in {m.name for m in chat_models(known)} or (
        connection is not None and run.backend == connection.target.backend
    )
    model = settings.model
    if offered and request.model != model.name:
        model = model_through(connection, request.model, known)
    values = values_of(request)
    values["mcp_servers"] = added_here(values.get("mcp_servers", ()))
    return RunSettings(None, model, values, settings.vertex), offered
