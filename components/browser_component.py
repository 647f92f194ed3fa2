"""Components of our own that run in the browser: a script, with some HTML and CSS for it."""

import re
from functools import cache
from pathlib import Path

from streamlit.components import v2
from streamlit.components.v2.types import ComponentRenderer

COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)


@cache
def browser_component(
    name: str, script: Path, html: str | None = None, css: str | None = None
) -> ComponentRenderer:
    """What draws the component of a name; registered with Streamlit once per process.

    The script travels with each drawing of it, so its lines of comments are left out.
    """
    text = COMMENT.sub("", script.read_text(encoding="utf-8"))
    return v2.component(name, html=html, css=css, js=text)
