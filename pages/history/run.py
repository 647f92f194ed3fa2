"""A run that was kept: in full, run again, or beside another one."""

from functools import partial

import streamlit as st

from components.answer.answer import draw_answer
from components.answer.background import draw_left
from components.answer.document import runs_html
from components.answer.inspector import draw_inspector
from components.answer.parts import draw_blob
from components.answer.problem import draw_problem
from components.asking import BESIDE_PAGE, BESIDE_PARAMETER, for_sidebar
from components.history import failing_said, follow_on, followed
from components.markdown.literal import literal
from components.navigation import address
from components.page_run import PARAMETER, PageRun, current_run
from components.player.player import BY_RUN
from components.shares import draw_share
from gemini.history.schema import LONGEST_NAME
from gemini.history.search import RunSummary
from gemini.history.store import HistoryStore
from gemini.interactions.request import by_other_api
from gemini.models.capabilities import unknown
from gemini.request import Request, text_of
from gemini.run import Run
from pages.history.comparison import draw_comparison
from pages.history.filters import only_conversation
from pages.history.listing import draw_delete_button, draw_question

PAGE = "history"
RERUN = "history-rerun"  # session state: the id of the run that was run again


def draw_run(history: HistoryStore, summary: RunSummary) -> None:
    """Draw one run in full, with what can be done with it."""
    run = _loaded(history, summary)
    if run is None:
        return
    _draw_actions(history, summary, run)
    with st.chat_message("user", avatar=":material/person:"):
        _draw_prompt(run)
    with st.chat_message("assistant", avatar=":material/auto_awesome:"):
        live = followed(run)  # asked on another screen, or before this one was reloaded
        if live.running:
            PageRun(f"live-{run.id}", live, leaves=False).draw()
        draw_inspector(run, f"history-{run.id}", first=("Answer", _draw_answers))
        if run.problem:
            draw_problem(run.problem)
        draw_left(run, f"history-{run.id}", follow_on, run)
    _draw_rerun(run, summary.page)


def draw_two(history: HistoryStore, one: RunSummary, other: RunSummary) -> None:
    """Draw how two runs differ, the earlier one first."""
    runs = (_loaded(history, one), _loaded(history, other))
    if runs[0] is not None and runs[1] is not None:
        if all(run.request.generates for run in runs if run):
            _draw_beside(f"{one.id},{other.id}")
        draw_comparison(runs[0], runs[1], ("Earlier", "Later"))


def _draw_beside(run_ids: str) -> None:
    """The way to Compare, with these runs beside each other."""
    st.link_button(
        "Open in Compare",
        f"{address(BESIDE_PAGE)}?{BESIDE_PARAMETER}={run_ids}",
        icon=":material/compare:",
    )


def _loaded(history: HistoryStore, summary: RunSummary) -> Run | None:
    """A run in full; None, and a word about it, where it can't be had."""
    try:
        run = history.run(summary.id)
    except ValueError as error:
        st.error(f"This run couldn't be read: {literal(str(error))}.", icon=":material/error:")
        return None
    if run is None:
        st.info("This run has been deleted.")
    return run


def _draw_actions(history: HistoryStore, summary: RunSummary, run: Run) -> None:
    def star() -> None:
        with failing_said():
            history.star_run(summary.id, starred=not summary.starred)

    def rename() -> None:
        with failing_said():
            history.rename_run(summary.id, st.session_state[f"name-{summary.id}"])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name",
            summary.name,
            key=f"name-{summary.id}",
            max_chars=max(LONGEST_NAME, len(summary.name)),
            placeholder="A name for this run",
            on_change=rename,
        )
        if summary.conversation_id:
            if path := address(summary.page):
                st.link_button(
                    "Open the conversation",
                    f"{path}?c={summary.conversation_id}",
                    icon=":material/forum:",
                )
            st.button(
                "Only this conversation",
                key=f"only-{summary.id}",
                icon=":material/filter_alt:",
                on_click=only_conversation,
                args=(summary.conversation_id,),
            )
        elif summary.page == BESIDE_PAGE:
            _draw_beside(summary.id)
        elif summary.page in BY_RUN:
            st.link_button(
                "Open on its page",
                f"{address(summary.page)}?{PARAMETER}={summary.id}",
                icon=":material/open_in_new:",
            )
        st.button(
            "Unstar" if summary.starred else "Star",
            key=f"star-{summary.id}",
            icon=":material/star:",
            on_click=star,
        )
        with st.popover("Share", icon=":material/link:"):
            title = summary.name or summary.prompt or summary.model
            draw_share("Answer", lambda: title, partial(runs_html, title, [run]), summary.id)
        draw_delete_button([summary])
    draw_question(history, [summary])


def _draw_rerun(run: Run, page: str) -> None:
    """Draw the ways to run it again, then the new run, and how it differs from this one."""
    again = current_run(PAGE)
    ways = [("Run again", run.request, "replay", f"Sends the same request to {run.request.model}")]
    if by_other := by_other_api(run.request):
        request, missing = by_other
        about = "The same request, by the other API."
        about += f" Left out, as it has no such setting: {', '.join(missing)}" if missing else ""
        ways.append((f"Run by {request.api}", request, "compare_arrows", about))
    takes_settings = run.request.generates and not unknown(run.request.model).only_interactions
    if takes_settings:
        other = for_sidebar(run.request)
        about = f"Sends the same prompt to {other.model} with the sidebar settings"
        ways.append(("Run with the sidebar's settings", other, "tune", about))
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, request, icon, about in ways:
            st.button(
                label,
                key=f"{icon}-{run.id}",
                icon=f":material/{icon}:",
                help=about,
                on_click=_run_again,
                args=(again, run, request, page),
            )
    if again.live is None or st.session_state.get(RERUN) != run.id:
        return
    st.header("The new run", anchor=False)
    again.draw()
    with st.expander("Compared with the earlier one", icon=":material/compare:", expanded=True):
        draw_comparison(run, again.live.run, ("Earlier", "New"))


def _run_again(again: PageRun, run: Run, request: Request, page: str) -> None:
    st.session_state[RERUN] = run.id
    again.send(request, page)


def _draw_prompt(run: Run) -> None:
    asked_with = run.request.last_parts
    for part in asked_with:
        if blob := part.get("inline_data"):
            draw_blob(st.container(), blob)
    st.text(text_of(asked_with) or "(no text)")


def _draw_answers(run: Run) -> None:
    for candidate in run.candidates:
        draw_answer(run, candidate)
