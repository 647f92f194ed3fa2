"""The Code tab: a run's request as code that sends it, in four languages, and as a zip."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from components.connection import current_connection
from gemini.api.connect import Target
from gemini.api.methods import arguments
from gemini.codegen.bundle import bundle, notebook
from gemini.codegen.calls import call_curl, call_python
from gemini.codegen.curl import curl
from gemini.codegen.embedding import embed_curl, embed_javascript, embed_python
from gemini.codegen.interactions import (
    interaction_curl,
    interaction_javascript,
    interaction_python,
)
from gemini.codegen.javascript import javascript
from gemini.codegen.python import python
from gemini.interactions.request import for_api
from gemini.request import API_NAMES, CREATE_INTERACTION, EMBED_CONTENT, Request
from gemini.run import Run

LANGUAGES: dict[str, tuple[str, Callable[[Request, Target], str]]] = {
    "Python": ("python", python),
    "Python, async": ("python", lambda r, t: python(r, t, asynchronous=True)),
    "curl": ("bash", curl),
    "JavaScript": ("javascript", javascript),
}
INTERACTIONS: dict[str, tuple[str, Callable[[Request, Target], str]]] = {
    "Python": ("python", interaction_python),
    "Python, async": ("python", lambda r, t: interaction_python(r, t, asynchronous=True)),
    "curl": ("bash", interaction_curl),
    "JavaScript": ("javascript", interaction_javascript),
}
EMBEDDING: dict[str, tuple[str, Callable[[Request, Target], str]]] = {
    "Python": ("python", embed_python),
    "curl": ("bash", embed_curl),
    "JavaScript": ("javascript", embed_javascript),
}
"""Label: (highlighting, what makes the code). `LANGUAGES` is for what writes."""
DOWNLOADS: tuple[tuple[str, Callable[[Request, Target], str | bytes], str, str, str], ...] = (
    ("Notebook", notebook, "ipynb", "application/x-ipynb+json", "download"),
    ("All, with media", bundle, "zip", "application/zip", "folder_zip"),
)
"""Label, what makes the file, the end of its name, its MIME type, icon."""


def draw_code(run: Run) -> None:
    """Draw the code of a run's request. It reads the key from the environment."""
    key = f"code-{run.id}"
    if run.request.method == EMBED_CONTENT:
        _draw_languages(EMBEDDING, run.request, key)
        return
    if not run.request.generates:
        draw_call_code(f"models.{run.request.method}", arguments(run.request), run.id)
        return
    request = _draw_api(run.request, key)
    languages = INTERACTIONS if request.method == CREATE_INTERACTION else LANGUAGES
    target = _draw_languages(languages, request, key)
    if target is None:
        return
    with st.container(horizontal=True):
        for label, make, ending, mime, icon in DOWNLOADS:
            st.download_button(
                label,
                partial(make, request, target),
                file_name=f"request.{ending}",
                mime=mime,
                key=f"{key}-{ending}",
                icon=f":material/{icon}:",
                on_click="ignore",
            )


def _draw_api(request: Request, key: str) -> Request:
    """Let people see the request for the other API too; the request for the one chosen."""
    method = st.segmented_control(
        "API",
        list(API_NAMES),
        default=request.method,
        required=True,
        key=f"{key}-api",
        format_func=lambda method: API_NAMES[method],
        help="The same request for Google's other API, to see how to migrate.",
    )
    shown, missing = for_api(request, method)
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        st.caption(f":material/link_off: Not in this API, so left out: {names}.")
    return shown


def _draw_languages(
    languages: dict[str, tuple[str, Callable[[Request, Target], str]]], request: Request, key: str
) -> Target | None:
    """Draw the code in the chosen language; whom it is for, None where there can be none."""
    connection = current_connection()
    target = connection.target if connection else Target("gemini")
    language = st.segmented_control(
        "Language", list(languages), default="Python", required=True, key=key
    )
    highlighting, make = languages[language]
    try:
        st.code(make(request, target), language=highlighting)
    except ValueError as error:
        st.warning(str(error), icon=":material/warning:")
        return None
    return target


def draw_call_code(method: str, arguments: dict[str, Any], key: str) -> None:
    """The code that makes the same call."""
    connection = current_connection()
    target = connection.target if connection else Target("gemini")
    language = st.segmented_control(
        "Language", ["Python", "curl"], default="Python", required=True, key=f"call-{key}-code"
    )
    try:
        if language == "Python":
            st.code(call_python(method, arguments, target), language="python")
        else:
            st.code(call_curl(method, arguments, target), language="bash")
    except ValueError as error:
        st.warning(str(error), icon=":material/warning:")
