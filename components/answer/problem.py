"""Says what went wrong: a Problem of a call, or something that can't be drawn."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown.literal import literal
from gemini.api.problems import Problem

LOG = logging.getLogger(__name__)


def draw_problem(problem: Problem) -> None:
    """Draw what happened, why, what to do now; the technical detail folded below."""
    soft = problem.kind in {
        "no_room", "empty", "region", "blocked_prompt", "blocked_answer", "cut", "limit",
    }  # fmt: skip
    box, icon = (st.warning, "warning") if soft else (st.error, "error")
    setting = f" Setting: `{problem.field}`." if problem.field else ""
    box(
        f"**{problem.title}.** {literal(problem.cause)}{setting}\n\n{problem.remedy}",
        icon=f":material/{icon}:",
    )
    if problem.detail:
        with st.expander("Details", type="compact"):
            st.code(problem.detail, language=None, wrap_lines=True)


@contextmanager
def guarded(what: str, place: DeltaGenerator | None = None) -> Iterator[None]:
    """Say that `what` can't be shown, where drawing it fails. `what` begins the sentence.

    A model, a file or an import can hold anything: bytes that are no picture, a part of a kind that
    is unknown yet. A page that ended there would end there for good, as it is drawn anew at each
    click.
    """
    try:
        yield
    except Exception as error:  # whatever it is; Streamlit's own stops and reruns are none of these
        LOG.warning("%s can't be shown (%s)", what, type(error).__name__)
        (place or st).caption(f":material/hide_source: {what} can't be shown.")
