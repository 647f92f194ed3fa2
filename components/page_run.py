"""One question and its answer, for the pages that are not a conversation.

A page keeps its latest run in the session. It is followed while it streams, then drawn in tabs:
what the page makes of the answer first, then the request, the response and the usage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import draw_answer
from components.answer.figures import figures
from components.answer.grounding import draw_grounding
from components.answer.inspector import draw_inspector
from components.answer.problem import draw_problem
from components.answer.stream import follow
from components.asking import ask, send
from components.history import record
from gemini.grounding import grounding
from gemini.request import Content, Request
from gemini.run import LiveRun, Run


@dataclass
class PageRun:
    """The latest run of a page; `live` is None until something was asked."""

    page: str
    live: LiveRun | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is being written."""
        return self.live is not None and self.live.running

    def ask(self, contents: list[Content], extra: Mapping[str, Any] | None = None) -> None:
        """Ask something new; what was being written is stopped first."""
        self.stop()
        self.live = ask(contents, extra)
        record(self.live, self.page)

    def send(self, request: Request, kept_as: str | None = None) -> None:
        """Send a request that is there already, as it is; kept as one of the page `kept_as`."""
        self.stop()
        self.live = send(request)
        record(self.live, kept_as or self.page)

    def stop(self) -> None:
        """End the answer that is being written; what has come stays."""
        if self.live is not None:
            self.live.stop()

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
        if self.live is None:
            return
        run = self.live.run
        if self.busy:
            st.button(
                "Stop",
                key=f"{self.page}-stop",
                icon=":material/stop_circle:",
                on_click=self.stop,
            )
            following(self.live, st.container())
            st.rerun()
        if run.problem:
            draw_problem(run.problem)
        if run.candidates:
            draw_inspector(run, self.page, first=(name, result or _draw_candidates))
        for candidate in run.candidates if result else ():  # what the page makes of the text
            key = f"{self.page}-{run.id}-{candidate.index}"
            draw_grounding(st.container(), grounding(candidate), key)
        st.caption(figures(run))


def _draw_candidates(run: Run) -> None:
    for candidate in run.candidates:
        draw_answer(run, candidate)


def current_run(page: str) -> PageRun:
    """The run of a page in this session, made at the first call."""
    key = f"page-run-{page}"
    if key not in st.session_state:
        st.session_state[key] = PageRun(page)
    return st.session_state[key]
