"""`/healthz`: the process answers. `/readyz`: new people may be sent to it.

`/readyz?only=draining` looks at that alone. It is for what stands in front of several processes: a
database that is down is down for all of them, and answering goes on without.
"""

import threading
from collections.abc import Callable

import anyio
import anyio.to_thread
import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from components.connection import connection_of_process, environment_target
from components.history import check_history
from components.local_emulator import emulator
from gemini.api.connect import TargetError
from gemini.api.problems import explain
from gemini.history.engine import HistoryError
from gemini.models.listing import known_models
from server.draining import drain
from server.metrics import metrics

PATIENCE = 4.0  # seconds that a check may take
AT_ONCE = 16  # checks; those that hang would else be joined by more and more
_slots = threading.BoundedSemaphore(AT_ONCE)
REFUSED = {"bad_key", "no_key"}  # kinds of problems that mean that nothing can be asked


def routes() -> list[Route]:
    """The routes, at the root and below the server's base path."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    endpoints = {"healthz": healthz, "readyz": readyz, "metrics": metrics}
    return [
        Route(f"{prefix}/{name}", endpoint, methods=["GET"])
        for prefix in dict.fromkeys(["", f"/{base}" if base else ""])
        for name, endpoint in endpoints.items()
    ]


async def healthz(_request: Request) -> Response:
    """Always "ok": who gets no answer knows enough."""
    return PlainTextResponse("ok", headers={"cache-control": "no-store"})


async def readyz(request: Request) -> Response:
    """What is well, by name, and 503 where one isn't. Why is in the log, not here."""
    only = request.query_params.get("only", ",".join(CHECKS)).split(",")
    if unknown := set(only) - CHECKS.keys():
        return PlainTextResponse(f"Not checked here: {', '.join(sorted(unknown))}.", 400)
    checks = {name: check for name, check in CHECKS.items() if name in only}
    results = {  # whether it drains is known at once, whatever the other checks hang on
        name: check() if name == "draining" else await _result(check)
        for name, check in checks.items()
    }
    status = 200 if all(results.values()) else 503
    words = {name: "ok" if well else "failing" for name, well in results.items()}
    return JSONResponse(words, status, headers={"cache-control": "no-store"})


async def _result(check: Callable[[], bool]) -> bool:
    with anyio.move_on_after(PATIENCE):
        return await anyio.to_thread.run_sync(_checked, check, abandon_on_cancel=True)
    return False


def _checked(check: Callable[[], bool]) -> bool:
    if not _slots.acquire(blocking=False):
        return False
    try:
        return check()
    finally:
        _slots.release()


def _database() -> bool:
    """Whether runs can be stored."""
    try:
        check_history()
    except HistoryError:
        return False
    return True


def _answering() -> bool:
    """Whether a new session could ask: a key that isn't refused, or the emulator."""
    try:
        target = environment_target()
    except TargetError:
        return False
    if target is None:
        return emulator.usable
    connection = connection_of_process()
    error = known_models(connection)[1] if connection else None
    return error is None or explain(error).kind not in REFUSED


CHECKS: dict[str, Callable[[], bool]] = {
    "draining": lambda: not drain.on,
    "database": _database,
    "answering": _answering,
}
