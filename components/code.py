"""The Code tab: a run's request as code that sends it, in four languages, and as a zip."""

from collections.abc import Callable

import streamlit as st

from components.client import connection
from gemini import codegen
from gemini.connect import Target
from gemini.request import Request
from gemini.run import Run

LANGUAGES: dict[str, tuple[str, Callable[[Request, Target], str]]] = {
    "Python": ("python", codegen.python),
    "Python, async": ("python", lambda r, t: codegen.python(r, t, asynchronous=True)),
    "curl": ("bash", codegen.curl),
    "JavaScript": ("javascript", codegen.javascript),
}
"""Label: (highlighting, what makes the code)."""


def draw_code(run: Run) -> None:
    """Draw the code of a run's request. It reads the key from the environment."""
    via = connection()
    target = via.target if via else Target("gemini")
    key = f"code-{run.id}"
    language = st.segmented_control(
        "Language", list(LANGUAGES), default="Python", required=True, key=key
    )
    highlighting, make = LANGUAGES[language]
    try:
        st.code(make(run.request, target), language=highlighting)
    except ValueError as error:
        st.warning(str(error), icon=":material/warning:")
        return
    with st.container(horizontal=True):
        st.download_button(
            "Notebook",
            lambda: codegen.notebook(run.request, target),
            file_name="request.ipynb",
            mime="application/x-ipynb+json",
            key=f"{key}-notebook",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "All, with media",
            lambda: codegen.bundle(run.request, target),
            file_name="request.zip",
            mime="application/zip",
            key=f"{key}-zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
