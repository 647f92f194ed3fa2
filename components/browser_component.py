"""Components of our own that run in the browser: a script, with some HTML and CSS for it."""

from functools import cache
from pathlib import Path

from streamlit.components import v2
from streamlit.components.v2.types import ComponentRenderer


@cache
def browser_component(
    name: str, script: Path, html: str | None = None, css: str | None = None
) -> ComponentRenderer:
    """What draws the component of a name; registered with Streamlit once per process."""
    return v2.component(name, html=html, css=css, js=script.read_text(encoding="utf-8"))
