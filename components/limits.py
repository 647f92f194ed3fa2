"""Holds back a request that is over a limit; what the limits are is in `gemini.history.limits`."""

import os
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from components.history import history_trouble, spent
from components.owner import current_owner
from components.prices import cost_of
from gemini.api.connect import Backend
from gemini.api.problems import Problem
from gemini.history.engine import HistoryError
from gemini.history.limits import (
    ASK,
    NO_LIMITS,
    PERSON,
    PLAYGROUND,
    Gate,
    Limits,
    VariableError,
    limits_from,
)
from gemini.models.estimate import estimate
from gemini.run import Run


@st.cache_resource(show_spinner=False)
def _gate() -> Gate:
    return Gate(cost_of)


def limits() -> Mapping[str, Limits]:
    """The limits of each person (PERSON) and of everyone together (PLAYGROUND).

    Raises:
        VariableError: a variable of the environment isn't a number. The text names it.
    """
    return {
        PERSON: limits_from(os.environ, person=True),
        PLAYGROUND: limits_from(os.environ, person=False),
    }


def refusal(backend: Backend, run: Run | None = None) -> Problem | None:
    """Why a request may not be sent now; None when it may, and it counts as sent then.

    `run` is what its answer will come into: until it has ended, its prompt counts as used. Without
    one it is a call that isn't one to a model, and has no tokens of its own.
    Where the limits can't be read, or what was used can't be looked up, nothing is let through.
    """
    try:
        each_limit = limits()
    except VariableError as error:
        return Problem("limit", "Not sent: a limit can't be read", str(error), ASK)
    if all(each == NO_LIMITS for each in each_limit.values()):
        return None
    if trouble := history_trouble():
        return _unknown(trouble)
    if backend == "emulator":  # it costs nothing
        each_limit = {
            whose: replace(each, dollars_per_day=None) for whose, each in each_limit.items()
        }
    tokens = 0
    if run and any(_counts_use(each) for each in each_limit.values()):
        tokens = estimate(run.request.contents, model=run.request.model)
    try:
        return _gate().admit(current_owner(), each_limit, spent, run, tokens)
    except HistoryError as error:
        return _unknown(str(error))


def _unknown(trouble: str) -> Problem:
    title = "Not sent: the limits can't be checked"
    return Problem("limit", title, "Past usage is unknown.", ASK, detail=trouble)


def _counts_use(each: Limits) -> bool:
    return each.tokens_per_day is not None or each.dollars_per_day is not None
