"""The Code tab: a run's request as code that sends it, in four languages, and as a zip."""

from collections.abc import Callable, Mapping
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
from gemini.interactions.request import by_other_api, for_api
from gemini.request import API_NAMES, CREATE_INTERACTION, EMBED_CONTENT, GENERATE_CONTENT, Request
from gemini.run import Run

LANGUAGES: dict[str, dict[str, Callable[[Request, Target], str]]] = {
    GENERATE_CONTENT: {
        "Python": python,
        "Python, async": partial(python, asynchronous=True),
        "curl": curl,
        "JavaScript": javascript,
    },
    CREATE_INTERACTION: {
        "Python": interaction_python,
        "Python, async": partial(interaction_python, asynchronous=True),
        "curl": interaction_curl,
        "JavaScript": interaction_javascript,
    },
    EMBED_CONTENT: {"Python": embed_python, "curl": embed_curl, "JavaScript": embed_javascript},
}
"""By the method of a request, what writes it in each language."""
HIGHLIGHTING = {"curl": "bash", "JavaScript": "javascript"}  # all others are Python
DOWNLOADS: tuple[tuple[str, Callable[[Request, Target], str | bytes], str, str, str], ...] = (
    ("Notebook", notebook, "ipynb", "application/x-ipynb+json", "download"),
    ("All, with media", bundle, "zip", "application/zip", "folder_zip"),
)
"""Label, what makes the file, the end of its name, its MIME type, icon."""


def draw_code(run: Run) -> None:
    """Draw the code of a run's request. It reads the key from the environment."""
    key, request = f"code-{run.id}", run.request
    if request.method not in LANGUAGES:
        draw_call_code(f"models.{request.method}", arguments(request), run.id)
        return
    if request.generates:
        request = _draw_api(request, key)
    writers = LANGUAGES[request.method].items()
    target = _draw_languages({name: partial(write, request) for name, write in writers}, key)
    if target is None or not request.generates:
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
    if by_other_api(request) is None:
        return request
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


def _draw_languages(languages: Mapping[str, Callable[[Target], str]], key: str) -> Target | None:
    """Draw the code in the chosen language; whom it is for, None where there can be none."""
    connection = current_connection()
    target = connection.target if connection else Target("gemini")
    language = st.segmented_control(
        "Language", list(languages), default="Python", required=True, key=key
    )
    try:
        st.code(languages[language](target), language=HIGHLIGHTING.get(language, "python"))
    except ValueError as error:
        st.warning(str(error), icon=":material/warning:")
        return None
    return target


def draw_call_code(method: str, arguments: dict[str, Any], key: str) -> None:
    """The code that makes the same call."""
    writers = {"Python": call_python, "curl": call_curl}.items()
    languages = {name: partial(write, method, arguments) for name, write in writers}
    _draw_languages(languages, f"call-{key}-code")
