"""Documents page by page: only the page that is looked at is drawn."""

from pathlib import Path

import streamlit as st

from components.browser_component import browser_component
from components.files.previews import page_preview
from components.markdown.literal import literal
from gemini.media.attachment import Attachment, MediaError

WIDTH = 1100  # pixels of a page
MOST_TEXT = 20_000  # characters of a text that are shown
HTML = "<span>\n</span>"  # a component needs something to be
SCRIPT = Path(__file__).with_name("listener.js")


def draw_documents(documents: list[Attachment], key: str) -> None:
    """Draw the document that is open. Links to `#page=3` on the page turn to that page."""
    chosen, names = f"document-{key}", [d.name for d in documents]
    place = st.session_state.get(chosen)
    if place is None or place >= len(documents):
        st.session_state[chosen] = 0
    if len(documents) > 1:
        st.selectbox(
            "Document",
            range(len(documents)),
            key=chosen,
            format_func=lambda n: f"{n + 1}. {names[n]}",
            label_visibility="collapsed",
        )
    _listen(documents, key, chosen)
    one = documents[st.session_state[chosen]]
    if one.pages:
        _draw_page(one, _page_key(one, key))
    else:
        text = one.data.decode(errors="replace")
        st.code(text[:MOST_TEXT], language=None, wrap_lines=True, height=420)
        if len(text) > MOST_TEXT:
            st.caption(
                f"The first {MOST_TEXT:,} of {len(text):,} characters are shown; all are sent."
            )


def _page_key(one: Attachment, key: str) -> str:
    return f"page-{key}-{one.digest[:16]}"


def _draw_page(one: Attachment, number_key: str) -> None:
    pages = one.pages or 1
    number = min(st.session_state.setdefault(number_key, 1), pages)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        _draw_step("Back", "chevron_left", number_key, number - 1, pages)
        st.number_input("Page", 1, pages, key=number_key, label_visibility="collapsed", width=96)
        label = one.page_labels[number - 1] if number <= len(one.page_labels) else ""
        printed = f" · printed {literal(label)}" if label else ""
        st.caption(f"of {pages:,}{printed}", width="content")
        _draw_step("Next", "chevron_right", number_key, number + 1, pages)
    try:
        with st.container(border=True):
            picture = page_preview(one, number, WIDTH)
            st.image(picture, width="stretch", alt=f"Page {number} of {one.name}")
    except MediaError as error:
        st.warning(str(error), icon=":material/warning:")


def _draw_step(label: str, icon: str, number_key: str, to: int, pages: int) -> None:
    def turn() -> None:
        st.session_state[number_key] = to

    st.button(
        label,
        key=f"{number_key}-{icon}",
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=not 1 <= to <= pages,
        on_click=turn,
    )


def _listen(documents: list[Attachment], key: str, chosen: str) -> None:
    listener = f"listener-{key}"

    def turn() -> None:
        opened = st.session_state[listener]["opened"]
        place = int(opened["file"]) - 1 if opened["file"] else st.session_state[chosen]
        if 0 <= place < len(documents):
            one = documents[place]
            st.session_state[chosen] = place
            st.session_state[_page_key(one, key)] = max(
                1, min(one.page_of(opened["page"]), one.pages or 1)
            )

    component = browser_component("reference_listener", SCRIPT, HTML)
    component(key=listener, on_opened_change=turn, height=0)
