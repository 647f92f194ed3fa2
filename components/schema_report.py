"""Findings on the screen: places as code, reasons as sentences, the many ones folded."""

import re
from collections.abc import Sequence

import streamlit as st

from components.markdown import shown
from components.schema_views import SchemaViews
from gemini.schema import Finding

SHOWN = 4  # findings; more are folded
NAMES = {
    "table": "table",
    "text": "JSON Schema",
    "example": "example",
    "pydantic": "Pydantic source",
}


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
    if more := findings[SHOWN:]:
        with st.expander(f"{len(more)} more", type="compact"):
            st.markdown(finding_list(more))


def draw_errors(views: SchemaViews) -> None:
    """Say why what was written last isn't a schema, with lines where it is a text."""
    places = []
    for error in views.errors:
        if views.source == "table":
            name = code_span(".".join(map(str, error.path))) if error.path else "The answer"
            places.append(f"- {name}: {shown(error.reason)}")
        else:
            column = f", column {error.column}" if error.column is not None else ""
            places.append(f"- Line {error.line or 1}{column}: {shown(error.reason)}")
    said = "\n".join(places[: 2 * SHOWN])
    st.error(
        f"**The {NAMES[views.source]} can't be read.** Until then the schema stays as it was.\n\n"
        f"{said}",
        icon=":material/error:",
    )


def draw_report(views: SchemaViews) -> None:
    """Say what must not be sent and why, and what the API will not take."""
    if views.report.refused:
        said = finding_list(views.report.refused[: 2 * SHOWN])
        st.error(
            f"**This schema can't be sent.** It would fail, or never end:\n\n{said}",
            icon=":material/block:",
        )
    if views.report.marked:
        st.warning("**Not all of it reaches the model.**", icon=":material/rule:")
        draw_findings(views.report.marked)
