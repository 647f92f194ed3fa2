"""What an answer rests on, below it: sources, pages read, searches, Google's search suggestions."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.browser_component import browser_component
from components.markdown.literal import literal
from gemini.grounding import Grounding, Retrieved, Source

MOST_SOURCES = 8  # in sight; the others are folded
SUGGESTIONS_HEIGHT = 64  # pixels; the frame can't be measured, Google's snippet is one row
FRAME = '<iframe title="Google Search suggestions" referrerpolicy="no-referrer"></iframe>'
CSS = f"""
iframe {{
  display: block;
  width: 100%;
  height: {SUGGESTIONS_HEIGHT}px;
  border: 0;
}}
"""
SCRIPT = Path(__file__).with_name("search_suggestions.js")


def draw_grounding(place: DeltaGenerator, grounded: Grounding, key: str) -> None:
    """Draw it into a container. `key` tells one answer's from another's."""
    if grounded.sources:
        shown, folded = grounded.sources[:MOST_SOURCES], grounded.sources[MOST_SOURCES:]
        place.markdown(f":small[:gray[Sources]]\n\n{_listed(shown)}", anchors=False)
        if folded:
            with place.expander(f"{len(folded)} more sources", type="compact"):
                st.markdown(_listed(folded), anchors=False)
    if grounded.retrieved:
        place.markdown("  \n".join(map(_retrieved, grounded.retrieved)), anchors=False)
    if grounded.queries:
        queries = " · ".join(map(literal, grounded.queries))
        place.caption(f":material/search: Searched for: {queries}")
    if grounded.suggestions:
        with place:
            browser_component("search_suggestions", SCRIPT, FRAME, CSS)(
                key=f"suggestions-{key}",
                data={"html": grounded.suggestions},
                height=SUGGESTIONS_HEIGHT,
            )


def _listed(sources: tuple[Source, ...]) -> str:
    return "\n".join(f"{s.number}. {_named(s.title, s.link)}{_host(s)}" for s in sources)


def _host(source: Source) -> str:
    return f" :small[:gray[{literal(source.host)}]]" if source.host else ""


def _named(title: str, link: str | None) -> str:
    return f"[{literal(title)}]({link})" if link else literal(title)


def _retrieved(page: Retrieved) -> str:
    icon = "check_circle" if page.read else "error"
    return f":material/{icon}: {_named(page.url, page.link)} :small[:gray[{page.status}]]"
