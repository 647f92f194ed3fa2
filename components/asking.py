"""Starts a run with the settings of the sidebar. Every page asks through here."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from components.connection import current_connection, no_connection
from components.demo_mode import watch
from components.history import record
from components.limits import refusal
from components.navigation import page_file
from components.next_fault import take_fault
from components.own_things import trouble_with_cache
from components.settings.run_settings import RunSettings, current_settings
from components.settings.servers import header_values
from gemini.api.problems import Problem
from gemini.api.resend import page_config, with_settings
from gemini.filling import fill
from gemini.interactions.request import for_api
from gemini.live_run import LiveRun
from gemini.request import CREATE_INTERACTION, Content, Request
from gemini.run import Run
from gemini.tools.mcp import HeaderValues, lacking_headers

BESIDE = "runs-beside"  # session state: those that Compare is to show
BESIDE_PAGE = "compare"
BESIDE_PARAMETER = "runs"  # of that page's address: the ids of runs, with commas between


def ask(
    contents: Callable[[str], list[Content]] | list[Content],
    extra: Mapping[str, Any] | None = None,
    settings: RunSettings | None = None,
) -> LiveRun:
    """Send contents to the chosen model and return at once.

    `contents` may be a function of the model's name, for a history that depends on it; `extra` is
    what the page adds to the settings' config; `settings` stand in for the sidebar's.
    """
    settings = settings or current_settings()
    model = settings.model.name
    sent = contents(model) if callable(contents) else contents
    request = Request(model, sent, settings.config(extra), CREATE_INTERACTION)
    return send(for_api(request, settings.method)[0])


def for_sidebar(request: Request) -> Request:
    """The request with the sidebar's model and settings; what its page had added stays."""
    settings = current_settings()
    config = settings.config(page_config(request.config))
    same = with_settings(request, settings.model.name, config)
    return for_api(same, settings.method)[0]


def run_beside(run: Run, request: Request) -> None:
    """Send a request, to be shown beside a run on Compare. For a callback."""
    live = send(request)
    record(live, BESIDE_PAGE)
    st.session_state[BESIDE] = [LiveRun(run), live]


def go_where_runs_are_compared() -> None:
    """Open Compare where `run_beside` has asked something."""
    if BESIDE in st.session_state:
        st.switch_page(page_file(BESIDE_PAGE))


def send(request: Request) -> LiveRun:
    """Send a request as it is and return at once.

    Without a connection, or over a limit, nothing leaves: the run has failed already, with a
    Problem that says why and what to do.
    """
    connection = current_connection()
    if connection is None:
        return LiveRun(Run(request, outcome="failed", problem=no_connection()))
    run, headers = Run(request, connection.target.backend), header_values()
    problem = _closed_servers(request, headers) or trouble_with_cache(request.config)
    if problem := problem or refusal(connection.target.backend, run):
        run.outcome, run.problem = "failed", problem
        return LiveRun(run)
    live = fill(connection, run, headers, take_fault(connection))
    watch(live)
    return live


def _closed_servers(request: Request, headers: HeaderValues) -> Problem | None:
    """What is missing to open the MCP servers of a request; it was made in another session."""
    if not (lacking := lacking_headers(request.config, headers)):
        return None
    named = " and ".join(f"{header} for {server}" for server, header in lacking)
    return Problem(
        "mcp_header",
        "A header of an MCP server is missing",
        f"This session doesn't know the value of {named}. It's a secret and isn't stored anywhere.",
        "Enter it in the run settings, under Tools, or remove the server. Then try again.",
    )
