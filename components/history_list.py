"""The runs that were kept: looked for, listed, and one of them in full."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from components.answer import draw_answer, draw_media
from components.inspector import draw_inspector
from components.markdown import shown
from components.problem import draw_problem
from gemini.history import Filter, RunSummary, Shelf
from gemini.request import text_of
from gemini.run import Outcome, Run

ANY = "Any"
DAYS = {ANY: None, "Today": 1, "The last 7 days": 7, "The last 30 days": 30}
OUTCOMES: dict[Outcome, str] = {"done": "Done", "stopped": "Stopped", "failed": "Failed"}
LIMIT = "history-limit"  # session state: how many runs are listed
STEP = 50


def draw_filters(mine: Shelf) -> Filter:
    """Draw the search field and the filters; what they say."""
    choices = mine.choices()
    text = st.text_input("Search", key="history-text", placeholder="Words in prompts and answers")
    with st.container(horizontal=True):
        page = st.selectbox("Page", [ANY, *choices.pages], key="history-page", width=150)
        model = st.selectbox("Model", [ANY, *choices.models], key="history-model", width=220)
        outcome = st.selectbox(
            "Outcome",
            [ANY, *OUTCOMES],
            key="history-outcome",
            format_func=lambda o: OUTCOMES.get(o, str(o)),
            width=130,
        )
        day = st.selectbox("When", list(DAYS), key="history-day", width=170)
    starred = st.toggle("Starred only", key="history-starred")
    days = DAYS[day]
    return Filter(
        text=text.strip(),
        page=None if page == ANY else page,
        model=None if model == ANY else model,
        outcome=next((o for o in OUTCOMES if o == outcome), None),
        starred=True if starred else None,
        since=datetime.now(UTC) - timedelta(days=days) if days else None,
    )


def draw_list(mine: Shelf, wanted: Filter) -> RunSummary | None:
    """Draw the runs, the latest first; the one that was picked."""
    limit = st.session_state.setdefault(LIMIT, STEP)
    found = mine.find(wanted, limit=limit)
    if not found.runs:
        st.info("Nothing found.", icon=":material/search_off:")
        return None
    more = "the latest " if found.next is not None else ""
    st.caption(f"{more}{len(found.runs)} run{'s' if len(found.runs) != 1 else ''}")
    picked = st.dataframe(
        [_row(run) for run in found.runs],
        key=f"history-runs-{hash(wanted)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=min(38 + 35 * len(found.runs), 420),
        column_config={
            "": st.column_config.TextColumn(width=28),
            "When": st.column_config.DatetimeColumn(format="D MMM, HH:mm", width=110),
            "Prompt": st.column_config.TextColumn(width="medium"),
            "Answer": st.column_config.TextColumn(width="medium"),
        },
    )
    if found.next is not None and st.button("Show more", type="tertiary"):
        st.session_state[LIMIT] = limit + STEP
        st.rerun()
    rows = picked["selection"]["rows"]
    return found.runs[rows[0]] if rows and rows[0] < len(found.runs) else None


def _row(run: RunSummary) -> dict[str, object]:
    return {
        "": "★" if run.starred else "",
        "When": run.created.astimezone(),
        "Prompt": run.name or run.prompt,
        "Answer": run.problem or run.answer,
        "Page": run.page,
        "Model": run.model,
        "Outcome": "cut" if run.cut else run.outcome,
        "Tokens": run.prompt_tokens + run.output_tokens,
        "Seconds": run.seconds and round(run.seconds, 1),
    }


def draw_run(mine: Shelf, summary: RunSummary) -> None:
    """Draw one run in full, with what can be done with it."""
    try:
        run = mine.run(summary.id)
    except ValueError as error:
        st.error(f"This run could not be read: {error}.", icon=":material/error:")
        return
    if run is None:
        st.info("This run was deleted meanwhile.")
        return
    _draw_actions(mine, summary)
    with st.chat_message("user", avatar=":material/person:"):
        _draw_prompt(run)
    with st.chat_message("assistant", avatar=":material/auto_awesome:"):
        draw_inspector(run, f"history-{run.id}", first=("Answer", _draw_answers))
        if run.problem:
            draw_problem(run.problem)


def _draw_actions(mine: Shelf, summary: RunSummary) -> None:
    def star() -> None:
        mine.star_run(summary.id, starred=not summary.starred)

    def delete() -> None:
        mine.delete_runs([summary.id])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name", summary.name, key=f"name-{summary.id}", placeholder="A name for this run"
        )
        if name != summary.name:
            mine.rename_run(summary.id, name)
            st.rerun()
        if summary.conversation_id:
            st.link_button(
                "Open in chat", f"/chat?c={summary.conversation_id}", icon=":material/forum:"
            )
        st.button(
            "Take the star away" if summary.starred else "Star",
            key=f"star-{summary.id}",
            icon=":material/star:",
            on_click=star,
        )
        st.button(
            "Delete",
            key=f"delete-{summary.id}",
            icon=":material/delete:",
            on_click=delete,
        )


def _draw_prompt(run: Run) -> None:
    last = run.request.contents[-1] if run.request.contents else {"parts": []}
    for part in last.get("parts") or []:
        if blob := part.get("inline_data"):
            draw_media(st.container(), blob["mime_type"], blob["data"])
    st.markdown(shown(text_of(last.get("parts") or [])) or "(no text)", anchors=False)


def _draw_answers(run: Run) -> None:
    for candidate in run.candidates:
        draw_answer(run, candidate)
