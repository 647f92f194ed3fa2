"""Holds back a request that is over a limit; what the limits are is in `gemini.history.limits`."""

import os
from dataclasses import replace

from components.history import history_trouble, opened_history
from components.owner import current_owner, signed_in_identity
from gemini.api.connect import Backend
from gemini.api.problems import Problem
from gemini.history.engine import HistoryError
from gemini.history.limit_file import LimitTable, limit_table
from gemini.history.limits import ASK, NO_LIMITS, Rules, VariableError
from gemini.models.estimate import estimate
from gemini.run import Run


def known_limits() -> LimitTable | None:
    """All limits of the playground; None where they can't be read."""
    try:
        return limit_table(os.environ)
    except VariableError:
        return None


def limits() -> Rules:
    """The limits that hold for this person: theirs, their groups', and everyone's.

    Raises:
        VariableError: a variable of the environment or the file of limits can't be understood. The
            text says which, and why.
    """
    table = limit_table(os.environ)
    if table == LimitTable():  # then it needn't be known who this is
        return {}
    return table.rules(current_owner(), table.groups_of(signed_in_identity()))


def refusal(backend: Backend, run: Run | None = None) -> Problem | None:
    """Why a request may not be sent now; None when it may, and it counts as sent then.

    `run` is what its answer will come into: until its use is written, its prompt counts as used.
    Without one it is a call that isn't one to a model, and has no tokens of its own.
    Where the limits can't be read, or what was used can't be looked up, nothing is let through.
    """
    try:
        rules = limits()
    except VariableError as error:
        return Problem("limit", "Not sent: a limit can't be read", str(error), ASK)
    if all(each == NO_LIMITS for each in rules.values()):
        return None
    history, trouble = opened_history(), history_trouble()
    if history is None or trouble:
        return _unknown(trouble or "")
    if backend == "emulator":  # it costs nothing
        rules = {
            scope: replace(each, dollars_per_day=None, dollars_per_month=None)
            for scope, each in rules.items()
        }
    tokens = 0
    if run and any(each.counts_use for each in rules.values()):
        tokens = estimate(run.request.contents, model=run.request.model)
    try:
        return history.admit(current_owner(), rules, run, tokens)
    except HistoryError as error:
        return _unknown(str(error))


def _unknown(trouble: str) -> Problem:
    title = "Not sent: the limits can't be checked"
    return Problem("limit", title, "Past usage is unknown.", ASK, detail=trouble)
