"""One question and its answer, for the pages that are not a conversation.

A page keeps its latest run in the session. It is followed while it streams, then drawn in tabs:
what the page makes of the answer first, then the request, the response and the usage. The page's
address names it: after a reload, a restart, or from the history it is reopened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import draw_answer
from components.answer.background import draw_left, draw_running
from components.answer.figures import figures
from components.answer.grounding import draw_grounding
from components.answer.in_view import in_view
from components.answer.inspector import draw_inspector
from components.answer.problem import draw_problem
from components.answer.stream import follow
from components.asking import ask, send
from components.format import in_words
from components.history import (
    can_be_found_again,
    current_history,
    follow_on,
    followed,
    record,
)
from components.markdown.literal import literal
from components.recordings import current_recordings
from components.runtime import uninterrupted
from components.session import is_second_click, state
from gemini.grounding import grounding
from gemini.history.search import Filter, RunSummary
from gemini.live_run import LiveRun
from gemini.request import Content, Request
from gemini.run import Run

PARAMETER = "run"  # of the page's address: the id of a run, which nobody can guess
EARLIER = 12  # runs listed


@dataclass
class PageRun:
    """The latest run of a page; `live` is None until something was asked.

    `leaves`: the page can turn to something else while one runs in the background.
    """

    page: str
    live: LiveRun | None = None
    leaves: bool = True

    @property
    def busy(self) -> bool:
        """Whether an answer is being written."""
        return self.live is not None and self.live.running

    @property
    def just_asked(self) -> bool:
        """Whether something was asked by a click that may be the first half of a double click."""
        run = self.live.run if self.live is not None else None
        if run is None or run.problem or run.outcome == "stopped":
            return False
        return is_second_click(run.created)

    def _asks(self, contents: list[Content]) -> bool:
        """Whether this has just been asked."""
        return (
            self.just_asked and self.live is not None and self.live.run.request.contents == contents
        )

    @uninterrupted()
    def ask(self, contents: list[Content], extra: Mapping[str, Any] | None = None) -> None:
        """Ask something new; what was being written is stopped first, unless it goes on alone."""
        if self._asks(contents):
            return
        self.leave()
        self.live = ask(contents, extra)
        record(self.live, self.page)

    @uninterrupted()
    def send(self, request: Request, kept_as: str | None = None) -> None:
        """Send a request that is there already, as it is; kept as one of the page `kept_as`."""
        if self._asks(request.contents):
            return
        self.leave()
        self.live = send(request)
        record(self.live, kept_as or self.page)

    def stop(self) -> None:
        """End the answer that is being written; what has come stays."""
        if self.live is not None:
            self.live.stop()

    def leave(self) -> None:
        """Turn to something else: what runs in the background goes on, all else is stopped."""
        if self.live is not None:
            self.live.leave()
            self.live = None
            st.query_params.pop(PARAMETER, None)

    def go_on(self) -> LiveRun | None:
        """Follow the run on that goes on at the API; None where another process does."""
        live = follow_on(self.live.run) if self.live is not None else None
        self.live = live or self.live
        return live

    def draw(
        self,
        result: Callable[[Run], None] | None = None,
        name: str = "Answer",
        following: Callable[[LiveRun, DeltaGenerator], None] = follow,
    ) -> None:
        """Draw the run: live while it streams, then `result(run)` in a tab called `name`.

        Without `result` the answer is drawn as it came. A problem stands above the tabs.
        `following` draws the answer into a container until the run has ended.
        """
        if self.live is not None:
            with in_view(self.live.run.id):
                self.draw_here(self.live, result, name, following)

    def draw_here(
        self,
        live: LiveRun,
        result: Callable[[Run], None] | None = None,
        name: str = "Answer",
        following: Callable[[LiveRun, DeltaGenerator], None] = follow,
    ) -> None:
        """The same, for a page that draws more of the run around it `in_view`."""
        run = live.run
        if self.busy:
            self._draw_stop(live)
            following(live, st.container())
            st.rerun()
        if run.problem:
            draw_problem(run.problem)
        draw_left(run, f"{self.page}-{run.id}", self.go_on)
        if run.candidates:
            draw_inspector(run, self.page, first=(name, result or _draw_candidates))
        for candidate in run.candidates if result else ():  # what the page makes of the text
            key = f"{self.page}-{run.id}-{candidate.index}"
            draw_grounding(st.container(), grounding(candidate), key)
        st.caption(figures(run))

    def _draw_stop(self, live: LiveRun) -> None:
        """The way to end it; and to leave it, where it goes on without anybody."""
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Stop",
                key=f"{self.page}-stop",
                icon=":material/stop_circle:",
                on_click=self.stop,
            )
            if self.leaves and live.background and not live.stopping:
                st.button(
                    "Leave it running",
                    key=f"{self.page}-leave",
                    icon=":material/arrow_outward:",
                    help="Ask something else meanwhile. The History lists it as running.",
                    on_click=self.leave,
                )
            draw_running(live, st.container(width="content"))


def _draw_candidates(run: Run) -> None:
    for candidate in run.candidates:
        draw_answer(run, candidate)


def current_run(page: str) -> PageRun:
    """The run of a page in this session, made at the first call."""
    return state(f"page-run-{page}", partial(PageRun, page))


def reopen(page_run: PageRun) -> LiveRun | None:
    """Have the page show the run that its address names; else name the one it shows there.

    The run that was another one before, for the page to fill in its form; None else.
    """
    run_id, live = st.query_params.get(PARAMETER), page_run.live
    if run_id is None:
        name_in_address(page_run)
    elif live is None or live.run.id != run_id:
        show_run(page_run, run_id)
    return page_run.live if page_run.live is not live else None


def name_in_address(page_run: PageRun) -> None:
    """Put the run that is shown into the page's address."""
    if page_run.live is not None and can_be_found_again():
        st.query_params[PARAMETER] = page_run.live.run.id


def show_run(page_run: PageRun, run_id: str) -> None:
    """Have the page show a kept run; a word where there is none, or it can't be read."""
    reopened = kept_run(run_id)
    if reopened is None:
        st.query_params.pop(PARAMETER, None)
        name_in_address(page_run)
    else:
        page_run.live = reopened
        st.query_params[PARAMETER] = run_id


def draw_earlier(page_run: PageRun, kept_as: str) -> None:
    """Draw what was made before on a page, the latest first, to be opened at a click."""
    history = current_history()
    if history is None:
        return
    with st.expander("Earlier", icon=":material/history:", type="compact", on_change="rerun",
                     key=f"{page_run.page}-earlier") as place:  # fmt: skip
        if not place.open:
            return
        runs = history.find(Filter(page=kept_as), limit=EARLIER).runs
        if not runs:
            st.caption("Nothing yet.")
        for run in runs:
            st.button(
                literal((run.name or run.prompt or run.model)[:80]),
                key=f"{page_run.page}-open-{run.id}",
                icon=_icon(run),
                type="tertiary",
                help=f"{in_words(run.created)}, {run.model}",
                on_click=show_run,
                args=(page_run, run.id),
            )


def _icon(run: RunSummary) -> str:
    if run.outcome == "running":
        return ":material/cloud:"
    return ":material/error:" if run.problem else ":material/north_east:"


def kept_run(run_id: str) -> LiveRun | None:
    """A kept run, live where it is filled or goes on at the API; a word where it can't be read.

    A recording of this session, too.
    """
    if live := current_recordings().live(run_id):
        return live
    history = current_history()
    try:
        run = history.run(run_id) if history else None
    except ValueError as error:
        st.toast(f"The run couldn't be reopened: {literal(str(error))}.")
        return None
    if history is None or run is None:
        return None
    return followed(run)
