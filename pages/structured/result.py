"""What a structured answer says: its value as tree and table, whether it fits, and downloads."""

from collections.abc import Callable

import streamlit as st

from components.answer.answer import AnswerDrawer
from components.markdown.markdown import shown
from components.schema.report import code_span, draw_findings
from gemini.format import counted
from gemini.request import text_of
from gemini.run import Candidate, Run
from gemini.structured.answer import Answer, parse, parse_choice
from gemini.structured.answer_table import AnswerTable, tables, to_csv, to_json
from gemini.structured.check import check
from gemini.structured.finding import path_text
from gemini.structured.sending import sendable
from gemini.structured.to_pydantic import to_pydantic
from gemini.structured.validate import violations
from pages.structured.live import draw_value
from pages.structured.state import SchemaRequest

TREE, TABLE = "Tree", "Table"
ICONS = {TREE: ":material/account_tree: ", TABLE: ":material/table: "}
ROW_HEIGHT, MOST_HEIGHT = 35, 460  # pixels


def draw_result(run: Run, request: SchemaRequest) -> None:
    """Draw the answers of a run that has ended; several one below the other."""
    for candidate in run.candidates:
        if len(run.candidates) > 1:
            st.header(f"Answer {candidate.index + 1}", anchor=False)
        _draw_candidate(run, candidate, request)


def read_answer(candidate: Candidate, request: SchemaRequest) -> Answer:
    """The value that a candidate's text says, in the mode that was asked for."""
    text = text_of(candidate.parts)
    return parse(text) if request.choices is None else parse_choice(text, request.choices)


def _draw_candidate(run: Run, candidate: Candidate, request: SchemaRequest) -> None:
    _draw_others(run, candidate)
    answer = read_answer(candidate, request)
    key = f"structured-{run.id}-{candidate.index}"
    _draw_verdict(candidate, answer, request)
    if not answer.has_value:
        st.code(text_of(candidate.parts) or "(no text)", language=None, wrap_lines=True)
        return
    answer_tables = tables(answer.value)
    table = _draw_views(answer, answer_tables, key)
    _draw_downloads(answer, table, request, key)


def _draw_others(run: Run, candidate: Candidate) -> None:
    """Thoughts, and what else came that isn't the text of the answer."""
    drawer = AnswerDrawer(st.container())
    for part in candidate.parts:
        if part.get("thought") or "text" not in part:
            drawer.add(part)
    drawer.thought_for(run.timing.thinking)
    drawer.close()


def _draw_verdict(candidate: Candidate, answer: Answer, request: SchemaRequest) -> None:
    """One verdict: incomplete, or whether it fits the schema; if not, where and why."""
    notes = [shown(note) for note in answer.notes]
    unfinished = answer.cut or not answer.has_value
    if candidate.finish_reason == "MAX_TOKENS":
        notes.append(
            "It reached the output limit: raise it in the settings, under Output."
            if unfinished
            else "The JSON is complete, but what followed reached the output limit."
        )
    if notes:
        (st.warning if unfinished else st.info)(
            "  \n".join(notes), icon=":material/content_cut:" if answer.cut else ":material/info:"
        )
    if unfinished:
        return
    wrong = violations(answer.value, request.schema)
    if not wrong:
        st.badge("Fits the schema", icon=":material/check:", color="green")
        return
    said = f"{counted(len(wrong), 'violation')} of the schema"
    if request.choices is None and not violations(answer.value, sendable(request.schema)):
        st.badge(f"{said}, none of which was sent", icon=":material/rule:", color="orange")
        st.caption("The API doesn't take these rules, so the model wasn't held to them.")
    else:
        st.badge(said, icon=":material/close:", color="red")
    draw_findings(wrong)


def _draw_views(
    answer: Answer, answer_tables: tuple[AnswerTable, ...], key: str
) -> AnswerTable | None:
    """Draw the tree, or the table where there is one; returns the table that is chosen."""
    if not answer_tables:
        draw_value(st.container(), answer.value)
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            "View",
            [TREE, TABLE],
            key=f"{key}-view",
            default=TREE,
            required=True,
            format_func=lambda name: ICONS[name] + name,
            label_visibility="collapsed",
        )
        table = answer_tables[0]
        if len(answer_tables) > 1:
            table = st.selectbox(
                "List",
                answer_tables,
                key=f"{key}-list",
                format_func=lambda one: path_text(one.path),
                label_visibility="collapsed",
                width=220,
            )
    if view == TREE:
        draw_value(st.container(), answer.value)
    else:
        _draw_table(table)
    return table


def _draw_table(table: AnswerTable) -> None:
    import pandas as pd

    rows = len(table.rows)
    st.dataframe(
        pd.DataFrame(list(table.rows), columns=list(table.columns)),
        hide_index=True,
        height=min((rows + 1) * ROW_HEIGHT + 2, MOST_HEIGHT),
        row_height=ROW_HEIGHT,
        alt=f"The list at {path_text(table.path)}",
    )
    st.caption(f"{counted(rows, 'row')} of the list {code_span(path_text(table.path))}")


def _draw_downloads(
    answer: Answer, table: AnswerTable | None, request: SchemaRequest, key: str
) -> None:
    with st.container(horizontal=True, gap="small"):
        _draw_download("JSON", "json", "application/json", lambda: to_json(answer.value), key)
        if table is not None:
            _draw_download("CSV", "csv", "text/csv", lambda: to_csv(table), key)
        if check(request.schema).ok:
            _draw_download(
                "Pydantic",
                "py",
                "text/x-python",
                lambda: to_pydantic(request.schema).source,
                key,
                about="The schema as Python classes, to read such answers with.",
            )


def _draw_download(
    label: str, ending: str, mime: str, text: Callable[[], str], key: str, *, about: str = ""
) -> None:
    """Draw a button for a file whose text is made when it is clicked."""
    st.download_button(
        label,
        lambda: text().encode("utf-8", "replace"),
        file_name=f"answer.{ending}",
        mime=mime,
        key=f"{key}-{label.lower()}",
        icon=":material/download:",
        on_click="ignore",
        help=about or None,
    )
