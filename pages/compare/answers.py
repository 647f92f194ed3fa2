"""The answers of the compare page: side by side while they stream and when they have ended."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import AnswerDrawer, draw_answer
from components.answer.figures import figures
from components.answer.problem import draw_problem
from components.answer.stream import Follower, follow_together
from components.markdown.literal import literal
from gemini.request import Part
from gemini.run import Candidate, Run
from pages.compare.state import ComparedRun, CompareState

A_ROW = 4  # answers beside each other


def draw_answers(comparison: CompareState) -> None:
    """Draw the answers; while any is being written the script stays here.

    The buttons are the page's own, so a click on one interrupts the following at once.
    """
    if comparison.busy:
        st.button(
            "Stop all",
            key="compare-stop",
            icon=":material/stop_circle:",
            on_click=comparison.stop,
        )
    followers: list[Follower] = []
    for entries in _in_rows(comparison.entries):
        places = st.columns(min(A_ROW, len(comparison.entries)), border=True)
        for entry, place in zip(entries, places, strict=False):
            follower = _draw_entry(comparison, entry, place)
            followers += [follower] if follower else []
    if followers:
        follow_together(followers)
        st.rerun()


def _in_rows(entries: Sequence[ComparedRun]) -> list[tuple[ComparedRun, ...]]:
    return [tuple(entries[n : n + A_ROW]) for n in range(0, len(entries), A_ROW)]


def _draw_entry(
    comparison: CompareState, entry: ComparedRun, place: DeltaGenerator
) -> Follower | None:
    """Draw one answer; what follows it when it is still being written."""
    run = entry.live.run
    with place:
        best = " :material/trophy:" if comparison.vote == entry.letter else ""
        st.markdown(f"**{literal(comparison.title(entry))}**{best}")
        if entry.live.running:
            st.button(
                "Stop",
                key=f"compare-stop-{entry.letter}",
                icon=":material/stop_circle:",
                type="tertiary",
                help=f"Stop {entry.letter}; the others go on.",
                on_click=entry.live.stop,
            )
            drawer = _answer_only if comparison.hidden else None
            return Follower(entry.live, st.container(), drawer=drawer)
        if comparison.hidden:
            _draw_hidden(entry)
        else:
            _draw_ended(run)
        if comparison.vote is None and not comparison.busy and run.candidates:
            st.button(
                "Best",
                key=f"compare-best-{entry.letter}",
                icon=":material/thumb_up:",
                help=f"Vote for {entry.letter}",
                on_click=comparison.choose,
                args=(entry.letter,),
            )
    return None


def _draw_ended(run: Run) -> None:
    if run.problem:
        draw_problem(run.problem)
    for candidate in run.candidates:
        draw_answer(run, candidate)
    st.caption(figures(run))


def _draw_hidden(entry: ComparedRun) -> None:
    """Draw an answer so that nothing but its text can tell who gave it.

    Errors name models, thoughts and figures are as good as names.
    """
    run = entry.live.run
    if run.problem:
        st.warning(
            f"**{run.problem.title}.** Details are shown after the vote.",
            icon=":material/warning:",
        )
    for candidate in run.candidates:
        draw_answer(run, without_thoughts(candidate))


def without_thoughts(candidate: Candidate) -> Candidate:
    """A candidate with its answer only."""
    return replace(candidate, parts=[p for p in candidate.parts if not p.get("thought")])


class AnswerOnly(AnswerDrawer):
    """Draws an answer that streams, without its thoughts."""

    def add(self, part: Part) -> None:
        if not part.get("thought"):
            super().add(part)


def _answer_only(column: DeltaGenerator) -> AnswerOnly:
    return AnswerOnly(column, live=True)
