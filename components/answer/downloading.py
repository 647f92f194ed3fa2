"""Downloads what a model made and left at Google, where the first try has failed."""

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import current_connection
from components.history import current_history
from gemini.api.problems import Problem
from gemini.interactions.generated_files import bring
from gemini.run import Run


def draw_download(run: Run, what: str, key: str) -> None:
    """Say that it isn't here, and draw the way to have it; `what` is "The song", say."""
    st.markdown(f"{what} is at Google and wasn't downloaded.")
    if st.button("Download it", key=key, icon=":material/download:"):
        _bring(run)


def _bring(run: Run) -> None:
    """Download what the first try could not, into the run and its record; or say why not."""
    connection, history = current_connection(), current_history()
    if connection is None:
        return
    with st.spinner("Downloading"):
        problem: Problem | None = connection.submit(bring(connection, run)).result()
    if problem is not None:
        draw_problem(problem)
        return
    run.problem, run.outcome = None, "done"
    if history is not None:
        history.rewrite(run, connection.target.secrets)
    st.rerun()
