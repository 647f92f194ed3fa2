"""A video on its way: looked at less and less often, until it is there; then the player.

The operation's name is in the run, and the run in the page's address and in the history. So a
reload or a restart in between loses nothing.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import streamlit as st

from components.answer.figures import draw_settings_kept
from components.answer.inspector import draw_inspector
from components.answer.problem import draw_problem
from components.answer.stream import follow_elapsed
from components.calls import Calls, Steps, draw_call
from components.connection import current_connection
from components.history import current_history
from components.page_run import PageRun
from gemini.creation.operations import GET, get_arguments, is_pending, progress, take
from gemini.format import duration
from gemini.run import Run
from pages.create_video.result import draw_videos
from pages.create_video.state import PAGE

TICK = 1.0  # seconds between two redraws; most of them only count
FIRST_LOOK, LONGEST_WAIT, SLOWER = 4.0, 30.0, 1.4  # seconds, and the factor from look to look
MOST_FAILURES = 4  # looks that fail in a row; then a person decides


@dataclass
class OperationWatch:
    """How a run's operation is being looked at. `due` is a time of `time.monotonic`."""

    run_id: str
    wait: float = FIRST_LOOK
    due: float = 0.0
    failures: int = 0
    calls: Calls = field(default_factory=Calls)

    def look(self, run: Run) -> None:
        """Look once, and keep what the operation has come to."""
        self.calls.begin(self._look(run))

    def _look(self, run: Run) -> Steps:
        self.wait = min(self.wait * SLOWER, LONGEST_WAIT)
        self.due = time.monotonic() + self.wait
        call = yield GET, get_arguments(run)
        if call.problem:
            self.failures += 1
            return
        self.failures = 0
        take(run, call.response, _age(run))
        if not is_pending(run):
            _keep(run)

    @property
    def given_up(self) -> bool:
        """Whether so many looks failed that it waits for a click."""
        return self.failures >= MOST_FAILURES


def draw_video(page_run: PageRun) -> None:
    """Draw the run: being sent, being made, or made."""
    run = page_run.live.run if page_run.live else None
    if run is None or page_run.busy or not is_pending(run):
        page_run.draw(draw_videos, name="Video", following=follow_elapsed)
        if run is not None and not run.candidates:
            draw_inspector(run, PAGE)
        return
    _draw_making(run)
    draw_inspector(run, PAGE, first=("Settings", draw_settings_kept))


@st.fragment(run_every=TICK)
def _draw_making(run: Run) -> None:
    """Say how long it has been, and look when it is time. Only this is redrawn meanwhile."""
    watch = _watch(run)
    connection = current_connection()
    if connection is None or connection.target.backend != run.backend:
        st.info(
            "This video is being generated on a different connection. Choose that one "
            "under Connection in the sidebar to follow it.",
            icon=":material/info:",
        )
        return
    watch.calls.settle()
    if time.monotonic() >= watch.due and not watch.given_up and not watch.calls.busy:
        watch.look(run)
    if not is_pending(run):
        st.rerun()
    done = progress(run)
    said = f"Generating for {duration(_age(run))}"
    if done is not None:
        st.progress(done, f"{said}: {done:.0%}")
    else:
        st.markdown(f":shimmer[{said}]")
    left = max(watch.due - time.monotonic(), 0.0)
    soon = "" if watch.given_up else f" Next check in {left:.0f} s."
    st.caption(f"It goes on without this page: its URL and the history lead back here.{soon}")
    st.button(
        "Check now",
        key=f"{PAGE}-look",
        icon=":material/refresh:",
        on_click=_look_now,
        args=(watch,),
    )
    last = watch.calls.latest
    if last is not None and last.problem:
        draw_problem(last.problem)
    elif last is not None:
        draw_call(last, PAGE)


def _watch(run: Run) -> OperationWatch:
    """The watch of this run in this session."""
    key = f"{PAGE}-watch"
    watch: OperationWatch | None = st.session_state.get(key)
    if watch is None or watch.run_id != run.id:
        watch = OperationWatch(run.id, due=time.monotonic() + FIRST_LOOK * (_age(run) < FIRST_LOOK))
        st.session_state[key] = watch
    return watch


def _look_now(watch: OperationWatch) -> None:
    watch.due, watch.wait, watch.failures = 0.0, FIRST_LOOK, 0


def _age(run: Run) -> float:
    """Seconds since the run began."""
    return (datetime.now(UTC) - run.created).total_seconds()


def _keep(run: Run) -> None:
    """Keep what the operation came to in the history, in the same run."""
    history, connection = current_history(), current_connection()
    if history is not None:
        history.rewrite(run, connection.target.secrets if connection else [])
