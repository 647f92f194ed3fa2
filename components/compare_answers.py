"""The answers of the compare page: side by side while they stream, then with vote and figures."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer import draw_answer, duration
from components.compare import PAGE, Comparison, Entry
from components.figures import figures
from components.inspector import draw_inspector
from components.markdown import shown
from components.problem import draw_problem
from components.stream import Follower, follow_together
from gemini.comparing import to_csv

A_ROW = 4  # answers beside each other
CHARTS = ("First token (s)", "Total (s)", "Tokens out", "Cost ($)", "Length", "Agreement")


def draw_answers(comparison: Comparison) -> None:
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


def draw_results(comparison: Comparison) -> None:
    """Draw the vote's result, the table, the chart and the export, when all have ended."""
    _draw_vote(comparison)
    st.subheader("Figures", anchor=False)
    table = comparison.rows()
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "Cost ($)": st.column_config.NumberColumn(format="%.6f"),
            "Agreement": st.column_config.NumberColumn(
                format="percent",
                help="How alike the words are to the other answers', on average.",
            ),
        },
    )
    offered = [name for name in CHARTS if any(row[name] is not None for row in table)]
    chosen = st.segmented_control(
        "Chart", offered, key="compare-chart", default=offered[0], required=True
    )
    st.bar_chart(table, x="Answer", y=chosen, horizontal=True, height=60 + 45 * len(table))
    st.download_button(
        "CSV",
        lambda: to_csv(table, comparison.runs),
        file_name="comparison.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    if not comparison.hidden:
        _draw_details(comparison)


def _in_rows(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    return [tuple(entries[n : n + A_ROW]) for n in range(0, len(entries), A_ROW)]


def _draw_entry(comparison: Comparison, entry: Entry, place: DeltaGenerator) -> Follower | None:
    """Draw one answer; what follows it when it is still being written."""
    run = entry.live.run
    with place:
        best = " :material/trophy:" if comparison.vote == entry.letter else ""
        st.markdown(f"**{shown(comparison.title(entry))}**{best}")
        if entry.live.running:
            st.button(
                "Stop",
                key=f"compare-stop-{entry.letter}",
                icon=":material/stop_circle:",
                type="tertiary",
                on_click=entry.live.stop,
            )
            return Follower(entry.live, st.container())
        if run.problem:
            draw_problem(run.problem)
        for candidate in run.candidates:
            draw_answer(run, candidate)
        st.caption(_in_all(comparison, entry))
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


def _in_all(comparison: Comparison, entry: Entry) -> str:
    """The figures of an answer; its time alone while nobody is to know who gave it."""
    if not comparison.hidden:
        return figures(entry.live.run)
    return f"{duration(entry.live.elapsed)} in all"


def _draw_vote(comparison: Comparison) -> None:
    if comparison.vote is None:
        st.button(
            "No winner",
            key="compare-tie",
            icon=":material/balance:",
            on_click=comparison.choose,
            args=("",),
        )
        if comparison.hidden:
            st.caption("Who gave which answer is shown after the vote.")
        return
    counts = " · ".join(f"{shown(name)} {count}" for name, count in comparison.votes.most_common())
    st.caption(f":material/how_to_vote: Votes in this session: {counts}")


def _draw_details(comparison: Comparison) -> None:
    """Request, response, usage and code of one of the answers."""
    with st.expander("Request, response and code", key="compare-details", on_change="rerun") as box:
        if not box.open:
            return
        titles = [comparison.title(entry) for entry in comparison.entries]
        chosen = st.selectbox("Answer", titles, key="compare-detail")
        run = comparison.runs.get(chosen or titles[0])
        if run:
            draw_inspector(run, PAGE)
