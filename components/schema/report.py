"""What is said below an editor: findings, places as code, the many ones folded; and Undo."""

import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.markdown.markdown import shown
from components.schema.draft import Draft
from gemini.structured.finding import Finding

SHOWN = 4  # findings; more are folded
EXCERPT = 56  # characters of a line with an error


def code_span(text: str) -> str:
    """Text as a Markdown code span, whatever it holds (CommonMark, section 6.1)."""
    text = text.replace("\n", " ")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def finding_line(finding: Finding) -> str:
    """A finding as a line of Markdown: the line in the text if it has one, the path, the reason."""
    line = f"Line {finding.line}, " if finding.line is not None else ""
    return f"{line}{code_span(finding.where)}: {shown(finding.reason)}"


def finding_list(findings: Sequence[Finding]) -> str:
    """Findings as a Markdown list."""
    return "\n".join(f"- {finding_line(finding)}" for finding in findings)


def draw_findings(findings: Sequence[Finding]) -> None:
    """Draw a list of findings, those beyond the first few folded."""
    st.markdown(finding_list(findings[:SHOWN]))
    draw_more(findings[SHOWN:])


def draw_more(more: Sequence[Finding]) -> None:
    """Draw findings folded, if there are any."""
    if more:
        with st.expander(f"{len(more)} more", type="compact"):
            st.markdown(finding_list(more))


def draw_unreadable(
    what: str,
    until_then: str,
    text: str,
    errors: Sequence[Finding],
    lines: Sequence[str] | None = None,
) -> None:
    """Say why a text can't be read, by its lines unless the `lines` to show are given."""
    if lines is None:
        lines = [
            f"Line {e.line or 1}{f', column {e.column}' if e.column else ''}: {shown(e.reason)}"
            for e in errors
        ]
    listed = "\n".join(f"- {line}" for line in lines[: 2 * SHOWN])
    st.error(
        f"**{what} can't be read.** Until then {until_then}.\n\n{listed}",
        icon=":material/error:",
    )
    if line := excerpt(text, errors[0]):
        st.code(line, language=None)


def excerpt(text: str, error: Finding) -> str:
    """The line of a text that an error is in, with a mark below its column; "" if there is none."""
    lines = text.split("\n")
    if error.line is None or not 0 < error.line <= len(lines):
        return ""
    line, at = lines[error.line - 1].replace("\t", " "), (error.column or 1) - 1
    start = max(0, at - EXCERPT // 2)
    number = f"{error.line}  "
    mark = " " * (len(number) + at - start) + "^"
    return f"{number}{line[start : start + EXCERPT]}\n{mark}"


def draw_undo(draft: Draft[Any], key: str, what: str) -> None:
    """Draw the way back to what was before the last change."""
    st.button(
        "Undo",
        key=key,
        icon=":material/undo:",
        type="tertiary",
        disabled=not draft.past,
        on_click=draft.undo,
        help=f"Undo the last change to the {what}.",
    )
