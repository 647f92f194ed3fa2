"""Which connection this session uses. One is shared by all; a typed key gets one of its own.

The target comes from the environment and `.env`; without one it is the local emulator, whose
address is in `EMULATOR_URL`.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

import streamlit as st

from components.demo_mode import in_demo
from components.environment import load_environment, trouble_with
from components.local_emulator import (
    ENGINE_VARIABLE,
    MODEL_VARIABLE,
    URL_VARIABLE,
    emulator,
)
from components.owner import is_ours_alone
from gemini.api.connect import Connection, Target, TargetError, from_environment
from gemini.api.problems import WORDS, Problem, explain
from gemini.models import listing as model_list
from gemini.models.capabilities import Capabilities, unknown
from gemini.models.listing import known_models, models_on_their_way

CHOICE = "connection_choice"  # session state: "environment" | "emulator" | "own key"
AWAITED = "models-awaited"  # session state: this script has drawn what will be another soon
KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL")
STARTING = "It takes a few seconds, longer the first time."
LOOK_UP_EVERY = 0.5  # seconds


class OfConnection(Protocol):
    """What a session keeps for one connection, by its id; "" where there is none."""

    connection: str


Bound = TypeVar("Bound", bound=OfConnection)


@st.cache_resource(show_spinner=False)
def environment_target() -> Target | None:
    """What the environment, `.env` and Streamlit's secrets name. Read once per process."""
    load_environment()
    if trouble := trouble_with(*KEYS):
        raise TargetError(trouble)
    return from_environment(os.environ)


def is_configured() -> bool:
    """Whether the environment names a connection, or is meant to and isn't right."""
    try:
        return environment_target() is not None
    except TargetError:
        return True


def emulator_target() -> Target | None:
    """The local emulator, when one runs."""
    url = os.environ.get(URL_VARIABLE)
    return Target("emulator", "emulator", base_url=url) if url else None


def emulator_model() -> str:
    """What the emulator answers from where that is another server's model; else ""."""
    return os.environ.get(MODEL_VARIABLE, "")


def emulator_only_echoes() -> bool:
    """Whether the emulator runs without the local models."""
    return os.environ.get(ENGINE_VARIABLE) == "echo"


@st.cache_resource(show_spinner=False, on_release=Connection.close)
def shared_connection(backend: str, base_url: str | None) -> Connection:
    """The one client that all sessions share, for the environment's target or the emulator.

    The arguments only tell the two apart; no key is ever part of a cache key.
    """
    target = emulator_target() if backend == "emulator" else environment_target()
    assert target is not None
    assert target.base_url == base_url
    return Connection(target)


@st.cache_resource(show_spinner=False, scope="session", on_release=Connection.close)
def own_connection(_target: Target) -> Connection:
    """The connection of a key typed into this session. Closed with it; nothing is kept of it."""
    return Connection(_target, keeps=False)


def choices() -> list[str]:
    """The connections this session can choose from; the first is the default."""
    offered = []
    try:
        if environment_target() is not None:
            offered.append("environment")
    except TargetError:
        offered.append("environment")  # shown with what is wrong with it
    if emulator.offered:
        offered.append("emulator")
    return [*offered, "own key"]


def choice() -> str:
    """The connection chosen in this session; in a demo the default, whatever is chosen."""
    available = choices()
    chosen = None if in_demo() else st.session_state.get(CHOICE)
    return chosen if chosen in available else available[0]


def is_shared() -> bool:
    """Whether others ask with the same key: it is the server's, and they can reach the server."""
    return choice() != "own key" and (in_demo() or not is_ours_alone())


def current_connection() -> Connection | None:
    """This session's connection; None while there is no key and no emulator.

    Raises:
        TargetError: the environment contradicts itself.
    """
    chosen = choice()
    if chosen == "own key":
        return st.session_state.get("own_connection")
    if chosen == "emulator":
        emulator.begin()
    target = emulator_target() if chosen == "emulator" else environment_target()
    return shared_connection(target.backend, target.base_url) if target else None


def usable_connection() -> tuple[Connection | None, Problem | None]:
    """This session's connection; or None, and what is missing. Never raises."""
    try:
        connection = current_connection()
    except TargetError as error:
        remedy = "Correct it in .env and restart, or choose another one under Connection."
        return None, Problem("no_connection", "The connection isn't configured", str(error), remedy)
    return connection, None if connection else no_connection()


def no_connection() -> Problem:
    """Why this session has no connection: the emulator isn't there yet, or a key is missing."""
    if choice() != "emulator":
        return Problem("no_key", *WORDS["no_key"])
    if emulator.starting or not emulator.trouble:
        st.session_state[AWAITED] = True
        return Problem("waiting", "The local emulator is starting", STARTING, "Wait a moment.")
    remedy = "Enter a key under Connection, or restart the playground."
    title = "The local emulator couldn't be started"
    return Problem("no_connection", title, "It stopped at once.", remedy, detail=emulator.trouble)


def of_connection(state: str, make: Callable[[str], Bound]) -> Bound:
    """What the session keeps under `state`; made anew, from the id, for another connection."""
    connection, _ = usable_connection()
    own = connection.id if connection else ""
    current: Bound | None = st.session_state.get(state)
    if current is None or current.connection != own:
        current = st.session_state[state] = make(own)
    return current


def use_own_key(key: str) -> None:
    """From now on this session talks to the Gemini API with this key. It is kept nowhere else.

    Where the environment names another server for the API, the key is for that one.
    """
    environment = environment_target()
    if environment is not None and environment.backend == "server":
        target = replace(environment, api_key=key)
    else:
        target = Target("gemini", key)
    own_connection.clear()
    st.session_state.own_connection = own_connection(target)


def models(connection: Connection) -> tuple[list[Capabilities], Problem | None]:
    """The models this connection offers as far as is known, and why there is no newer list.

    Tuned models are somebody's own: where others ask with the same key, none is among them. Never
    waits for the network longer than a moment, and that once.
    """
    known, error, awaited = known_models(connection)
    st.session_state[AWAITED] = awaited or st.session_state.get(AWAITED, False)
    listed = [model for model in known or [] if not (model.is_tuned and is_shared())]
    if error is not None:  # any failure: the page still works with a model typed by hand
        return listed, explain(error, connection.target.secrets)
    return listed, None if known is not None else Problem("waiting", *WORDS["waiting"])


def watch_models() -> None:
    """Have the page drawn anew once the list of models, or the emulator, is there."""
    if st.session_state.pop(AWAITED, False):
        connection, _ = usable_connection()
        st.session_state.pop(AWAITED, None)
        st.fragment(_watch, run_every=LOOK_UP_EVERY)(connection)


def _watch(connection: Connection | None) -> None:
    if not (models_on_their_way(connection) if connection else emulator.starting):
        st.rerun()


def forget_models() -> None:
    """Have this session's list of models asked for anew."""
    connection, _ = usable_connection()
    if connection:
        model_list.forget_models(connection)


def model_named(name: str, known: list[Capabilities]) -> Capabilities:
    """What is known of a model; for an unlisted one, every control and a mark that says so."""
    return next((m for m in known if m.name == name), None) or unknown(name)


def connection_error() -> str | None:
    """What is wrong with the environment, when the environment is what is chosen."""
    try:
        current_connection()
    except TargetError as error:
        return str(error)
    return None


def connection_of_process() -> Connection | None:
    """The connection that a new session starts with, opened now; None where there is none yet."""
    try:
        target = environment_target() or emulator_target()
    except TargetError:
        return None
    return shared_connection(target.backend, target.base_url) if target else None
