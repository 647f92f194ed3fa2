"""Shows a Problem: what happened, why, what to do now; the technical detail folded below."""

import streamlit as st

from components.markdown.literal import literal
from gemini.api.problems import Problem


def draw_problem(problem: Problem) -> None:
    """Draw a Problem where the script is."""
    soft = problem.kind in {"no_room", "empty", "blocked_prompt", "blocked_answer", "cut", "limit"}
    box, icon = (st.warning, "warning") if soft else (st.error, "error")
    setting = f" Setting: `{problem.field}`." if problem.field else ""
    box(
        f"**{problem.title}.** {literal(problem.cause)}{setting}\n\n{problem.remedy}",
        icon=f":material/{icon}:",
    )
    if problem.detail:
        with st.expander("Details", type="compact"):
            st.code(problem.detail, language=None, wrap_lines=True)
