"""Calls that manage something: made with this session's connection, seen down to the wire.

Nothing that is drawn waits for them. A page gives its work to its `Calls`, which ask the API beside
the script; what has come is taken in before the next script draws, and whoever looks at the page
meanwhile sees that it is being asked for.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

import streamlit as st

from components.answer.code import draw_call_code
from components.answer.inspector import draw_wire_request, draw_wire_response
from components.answer.problem import draw_problem
from components.connection import LOOK_UP_EVERY, current_connection, no_connection
from components.format import asked_again
from components.limits import refusal
from components.pieces import draw_tabs
from components.runtime import uninterrupted
from components.session import state
from gemini.api import last_known
from gemini.api.call import ApiCall, begin, interrupted
from gemini.api.connect import Connection
from gemini.api.problems import WORDS, Problem, explain
from gemini.api.wire import Exchange
from gemini.format import duration
from gemini.history.engine import HistoryError

log = logging.getLogger(__name__)

FREE = {"list": 15.0, "get": 60.0, "cancel": 15.0, "delete": 15.0}
"""What uses nothing up, so that no limit holds it back, and the seconds that it may take."""
UNDER_WAY = "calls-under-way"  # session state: the Calls that wait for an answer

Method = tuple[str, dict[str, Any]]
"""A method of the SDK's client, `caches.create` say, and its arguments."""

Steps = Generator[Method, ApiCall, None]
"""A piece of work: it yields a method, is given the ApiCall that came of it, and may go on."""


class Calls:
    """What a page asks of the API, one piece of work after the other.

    `latest` is the last call that ended, to be looked into. Each piece of work keeps to the
    connection that it was begun with. For one session's scripts only.
    """

    def __init__(self) -> None:
        self.latest: ApiCall | None = None
        self._waiting: deque[tuple[Steps, Connection | None, bool]] = deque()
        self._method: Method | None = None
        self._asked: Future[ApiCall] | None = None
        self._exchanges: list[Exchange] = []

    @property
    def pending(self) -> str | None:
        """The method that has not answered yet, where somebody waits for it."""
        announced = any(not quietly for _, _, quietly in self._waiting)
        return self._method[0] if self._method and announced else None

    @property
    def said(self) -> str:
        """Why the method that is pending is asked once more; "" where it isn't."""
        return asked_again(self._exchanges)

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return bool(self._waiting)

    @property
    def ready(self) -> bool:
        """Whether `settle` has something to take in."""
        return self._asked is not None and self._asked.done()

    def begin(self, steps: Steps, *, quietly: bool = False) -> None:
        """Do a piece of work after those under way. Its first answer is waited for a moment.

        `quietly` is for what nobody asked for: it is not told of, nor waited for.
        """
        idle = not self._waiting
        self._waiting.append((steps, current_connection(), quietly))
        if idle:
            _under_way().append(self)
            self._advance(None)
            self.settle(0.0 if quietly else last_known.FIRST_WAIT)

    def settle(self, wait: float = 0.0) -> None:
        """Take in what has been answered, waiting up to so many seconds."""
        until = time.monotonic() + wait
        while self._asked is not None and self._method is not None:
            try:
                call = self._asked.result(max(until - time.monotonic(), 0.0))
            except TimeoutError:
                return
            except CancelledError:  # the connection was closed
                connection = self._waiting[0][1]
                backend = connection.target.backend if connection else None
                call = interrupted(backend, *self._method)
            self._take(call)

    def stop(self) -> None:
        """Wait no longer for what is under way; what comes after it goes on."""
        if self._asked is not None:
            self._asked.cancel()
            self._end()

    def _take(self, call: ApiCall) -> None:
        self._asked = None
        if not self._waiting[0][2]:
            self.latest = call
        self._advance(call)

    def _advance(self, call: ApiCall | None) -> None:
        """Continue with the first piece of work, given what it asked for last.

        Work that fails by itself, at an answer that isn't what the API says it gives or where the
        history can't be written, ends with a Problem; all pages draw those.
        """
        steps, connection, _ = self._waiting[0]
        try:
            with uninterrupted():
                self._method = steps.send(call)  # pyright: ignore[reportArgumentType]
        except StopIteration:
            self._end()
        except Exception as error:  # whatever it is, people get a Problem
            log.warning("An answer couldn't be taken in", exc_info=error)
            backend = connection.target.backend if connection else None
            failed = call or ApiCall(self._method[0] if self._method else "", {}, backend)
            failed.problem = _taking_in(error, connection)
            self.latest = failed
            self._end()
        except BaseException:
            self._end()
            raise
        else:
            self._exchanges = []
            self._asked = _ask(connection, *self._method, self._exchanges)

    def _end(self) -> None:
        self._asked = self._method = None
        self._exchanges = []
        self._waiting.popleft()[0].close()
        if self._waiting:
            self._advance(None)
        else:
            _under_way().remove(self)


def _taking_in(error: Exception, connection: Connection | None) -> Problem:
    """Why an answer that came could not be taken in."""
    if isinstance(error, HistoryError):
        remedy = "The API has done what it was asked. Refresh once the database works again."
        return Problem("not_stored", "It couldn't be stored", str(error), remedy)
    secrets = connection.target.secrets if connection else ()
    detail = explain(error, secrets).detail
    return Problem("broken_reply", *WORDS["broken_reply"], detail=detail)


def settle_calls() -> None:
    """Take in what has been answered since the last script, before this one draws."""
    for calls in list(_under_way()):
        calls.settle()


def _under_way() -> list[Calls]:
    return state(UNDER_WAY, list[Calls])


def _ask(
    connection: Connection | None, method: str, arguments: dict[str, Any], exchanges: list[Exchange]
) -> Future[ApiCall]:
    """Ask, unless there is no connection or a limit holds it back: then that is the answer."""
    longest = FREE.get(method.rpartition(".")[2])
    if connection is None:
        problem: Problem | None = no_connection()
    else:
        problem = None if longest else refusal(connection.target.backend)
        if problem is None:
            return begin(connection, method, arguments, longest, exchanges)
    answered: Future[ApiCall] = Future()
    backend = connection.target.backend if connection else None
    answered.set_result(ApiCall(method, arguments, backend, problem=problem))
    return answered


def draw_calls(calls: Calls, key: str, again: Callable[[], None] | None = None) -> None:
    """Draw what is being asked, and the last call; `again` is what asks anew after a failure."""
    draw_asking(calls, key)
    if calls.latest is None:
        return
    draw_call(calls.latest, key)
    if calls.latest.problem and again is not None and not calls.pending:
        st.button("Try again", key=f"{key}-try-again", icon=":material/refresh:", on_click=again)


def draw_asking(calls: Calls, key: str) -> None:
    """Say what is being asked, if anything is; once it is answered the page is drawn anew."""
    if calls.pending:
        st.fragment(_draw_asking, run_every=LOOK_UP_EVERY)(calls, key)


def _draw_asking(calls: Calls, key: str) -> None:
    if calls.ready or not calls.pending:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        why = f"{calls.said}: " if calls.said else "Waiting for the API: "
        st.markdown(f":shimmer[{why}`{calls.pending}`]", width="content")
        if st.button("Stop", key=f"{key}-stop-asking", icon=":material/stop_circle:",
                     type="tertiary"):  # fmt: skip
            calls.stop()
            st.rerun()


def draw_call(call: ApiCall, key: str) -> None:
    """What went over the wire for a call, and its code, folded; a problem stands above it."""
    if call.problem:
        draw_problem(call.problem)
    took = f", {duration(call.seconds)}" if call.seconds is not None else ""
    with st.expander(f"`{call.method}`{took}", icon=":material/terminal:", key=f"call-{key}",
                     type="compact", on_change="rerun") as place:  # fmt: skip
        if place.open:
            _draw_tabs(call, key)


def _draw_tabs(call: ApiCall, key: str) -> None:
    tabs = {
        "Request": partial(_draw_request, call),
        "Response": partial(_draw_response, call),
        "Code": partial(draw_call_code, call.method, call.arguments, key),
    }
    draw_tabs(f"call-{key}-tabs", tabs)


def _draw_request(call: ApiCall) -> None:
    if call.exchanges:
        draw_wire_request(call.exchanges[-1])
    else:
        st.caption("Nothing was sent.")


def _draw_response(call: ApiCall) -> None:
    if call.exchanges:
        draw_wire_response(call.exchanges)
    else:
        st.caption("Nothing was sent.")
