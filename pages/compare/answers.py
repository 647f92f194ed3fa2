"""The answers of the compare page, side by side, and what they come to: the vote, the figures, how
far they agree, the export."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import altair as alt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import AnswerDrawer, draw_answer
from components.answer.document import runs_html
from components.answer.figures import figures
from components.answer.inspector import draw_inspector
from components.answer.problem import draw_problem
from components.answer.stream import Follower, follow_together
from components.markdown.literal import literal
from components.shares import draw_share
from gemini.compare import MOST_WORDS, differing, to_csv
from gemini.request import Part
from gemini.run import Candidate, Run
from pages.compare.state import PAGE, ComparedRun, CompareState

A_ROW = 4  # answers beside each other
CHARTS = ("First token (s)", "Total (s)", "Tokens out", "Cost ($)", "Length", "Agreement")
CELL = 52  # pixels of a cell of the matrix, both ways
AXIS = 40  # pixels for the letters


def draw_answers(comparison: CompareState) -> None:
    """Draw the answers; while any is being written the script stays here.

    The buttons are the page's own, so a click on one interrupts the following at once.
    """
    if busy := comparison.busy:
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
    if busy:  # even where all have ended meanwhile, the button has to go
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


def draw_results(comparison: CompareState) -> None:
    """Draw all that is known when every answer has ended; of a blind vote, how far they agree."""
    _draw_vote(comparison)
    if not comparison.hidden:
        _draw_settings(comparison)
        _draw_figures(comparison)
    _draw_agreement(comparison)
    if not comparison.hidden:
        _draw_details(comparison)


def _draw_vote(comparison: CompareState) -> None:
    if comparison.vote is not None:
        each = comparison.votes.most_common()
        counts = " · ".join(f"{literal(name)} {count}" for name, count in each)
        st.caption(f":material/how_to_vote: Votes in this session: {counts}")
        return
    if not any(entry.live.run.candidates for entry in comparison.entries):
        return
    st.button(
        "No winner",
        key="compare-tie",
        icon=":material/balance:",
        on_click=comparison.choose,
        args=("",),
    )
    if comparison.hidden:
        st.caption("Models, times, tokens and costs are shown after the vote.")


def _draw_settings(comparison: CompareState) -> None:
    """Draw in what the requests differ; nothing where they are the same."""
    differences = differing([entry.live.run.request for entry in comparison.entries])
    if not differences:
        return
    letters = [entry.letter for entry in comparison.entries]
    rows = [
        {"Setting": literal(name)}
        | {letter: literal(value or "not set") for letter, value in zip(letters, row, strict=True)}
        for name, row in differences.items()
    ]
    st.header("Settings that differ", anchor=False)
    st.table(rows, border="horizontal", hide_index=True)


def _draw_figures(comparison: CompareState) -> None:
    st.header("Figures", anchor=False)
    table = comparison.rows()
    known = {name for row in table for name, value in row.items() if value is not None}
    table = [{name: value for name, value in row.items() if name in known} for row in table]
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "Cost ($)": st.column_config.NumberColumn(format="%.6f"),
            "Agreement": st.column_config.NumberColumn(
                format="percent",
                help="Average similarity to the wording of the other answers.",
            ),
        },
    )
    if any(entry.live.run.candidates for entry in comparison.entries):
        offered = [name for name in CHARTS if name in known]
        chosen = st.segmented_control(
            "Chart", offered, key="compare-chart", default=offered[0], required=True
        )
        st.bar_chart(table, x="Answer", y=chosen, horizontal=True, height=60 + 45 * len(table))
    with st.container(horizontal=True):
        st.download_button(
            "CSV",
            lambda: to_csv(comparison.rows(), comparison.runs),
            file_name="comparison.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        with st.popover("Share", icon=":material/link:"):
            runs = list(comparison.runs.values())
            title = comparison.prompt.strip() or "Comparison"
            draw_share("Comparison", lambda: title, partial(runs_html, title[:80], runs), PAGE)


def _draw_agreement(comparison: CompareState) -> None:
    """Draw how alike each two answers are, as a matrix of shaded cells with their numbers."""
    letters = [entry.letter for entry in comparison.entries]
    cells = [
        {"Answer": one, "Other": other, "Alike": value}
        for one, row in zip(letters, comparison.alike, strict=True)
        for other, value in zip(letters, row, strict=True)
        if value is not None
    ]
    if not cells:
        return
    st.header("Agreement", anchor=False)
    st.caption(
        "The share of their words that two answers have in common, in the same order: 100% means "
        f"the same text. Only the first {MOST_WORDS:,} words of each are compared."
    )
    st.altair_chart(
        _matrix(cells, letters), width="content", alt="Similarity of each pair of answers"
    )


def _matrix(cells: list[dict[str, object]], letters: list[str]) -> alt.LayerChart | alt.FacetChart:
    """The cells as squares, darker the more alike; written numbers keep readable on both."""
    base = alt.Chart(alt.Data(values=cells)).encode(
        x=alt.X("Other:N", sort=letters, title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("Answer:N", sort=letters, title=None),
        tooltip=[
            alt.Tooltip("Answer:N"),
            alt.Tooltip("Other:N"),
            alt.Tooltip("Alike:Q", format=".1%"),
        ],
    )
    shade = alt.Color("Alike:Q", scale=alt.Scale(domain=[0, 1], scheme="blues"), legend=None)
    ink = alt.condition("datum.Alike > 0.55", alt.value("white"), alt.value("#1a1c20"))
    size = CELL * len(letters) + AXIS
    return (
        base.mark_rect().encode(color=shade)
        + base.mark_text(fontSize=14).encode(text=alt.Text("Alike:Q", format=".0%"), color=ink)
    ).properties(width=size, height=size)


def _draw_details(comparison: CompareState) -> None:
    """Request, response, usage and code of one of the answers."""
    with st.expander("Request, response and code", key="compare-details", on_change="rerun") as box:
        if not box.open:
            return
        titles = [comparison.title(entry) for entry in comparison.entries]
        chosen = st.selectbox("Answer", titles, key="compare-detail")
        run = comparison.runs.get(chosen or titles[0])
        if run:
            draw_inspector(run, PAGE)
