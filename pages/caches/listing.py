"""The cached contents as a list: what each is, how long it lasts, and what one can do with it."""

from datetime import timedelta
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.cache_list import CacheList
from components.markdown.literal import literal
from components.navigation import page_file
from components.pieces import draw_deletion
from components.resource_list import draw_more
from gemini.format import counted, time_left
from gemini.resources.caches import Cache, extended, until
from pages.caches.form import draw_end
from pages.caches.state import PAGE, delete, end_of, in_use, stop_using, use

TICK = 1.0  # seconds
HOUR = timedelta(hours=1)
EXTEND, SET_END, DELETE = "Extend by an hour", "Set expiration", "Delete"
ICONS = {
    EXTEND: ":material/more_time: ",
    SET_END: ":material/event: ",
    DELETE: ":material/delete: ",
}


def draw_list(caches: CacheList) -> None:
    """Draw those that last, each with its countdown."""
    places: list[tuple[Cache, DeltaGenerator]] = []
    for one in caches.own:
        with st.container(border=True, gap="small", key=f"cache-{one.name.rpartition('/')[2]}"):
            places.append((one, _draw_one(caches, one)))
    if places:
        _tick(places)
    draw_more(caches, PAGE)


def _draw_one(caches: CacheList, one: Cache) -> DeltaGenerator:
    """Draw one; returns the place of its countdown."""
    used = in_use(one)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        size = "" if one.tokens is None else f" · {counted(one.tokens, 'token')}"
        st.markdown(
            f"**{literal(one.title)}**  \n:small[:gray[{literal(one.model)}{size}]]",
            width="stretch",
        )
        place = st.empty()
        st.button(
            "In use" if used else "Use",
            key=f"cache-use-{one.name}",
            icon=":material/check_circle:" if used else ":material/play_circle:",
            help="Stop using" if used else "Every prompt from now on begins with it",
            on_click=stop_using if used else partial(use, one),
        )
        st.menu_button(
            "More",
            list(ICONS),
            key=f"cache-menu-{one.name}",
            icon=":material/more_horiz:",
            type="tertiary",
            format_func=lambda action: ICONS[action] + action,
            on_click=lambda: _act(caches, one, st.session_state[f"cache-menu-{one.name}"]),
        )
    if used:
        with st.container(horizontal=True, gap="small"):
            st.page_link(page_file("chat"), label="Use it in Chat", icon=":material/chat:")
            st.page_link(
                page_file("document"), label="Use it with a document", icon=":material/description:"
            )
    if caches.opened == (one.name, "end"):
        _draw_end(caches, one)
    elif caches.opened == (one.name, "delete"):
        _draw_deletion(caches, one)
    return place


@st.fragment(run_every=TICK)
def _tick(places: list[tuple[Cache, DeltaGenerator]]) -> None:
    """Write how long each lasts. Only this runs every second, until one is gone."""
    for one, place in places:
        place.markdown(f":small[{time_left(one.left())}]", width="content")
    if any(one.gone for one, _ in places):
        st.rerun()


def _act(caches: CacheList, one: Cache, action: str | None) -> None:
    if action == EXTEND:
        caches.end(one.name, extended(one, HOUR))
    elif action == SET_END:
        caches.opened = (one.name, "end")
    elif action == DELETE:
        caches.opened = (one.name, "delete")


def _close(caches: CacheList) -> None:
    caches.opened = None


def _draw_end(caches: CacheList, one: Cache) -> None:
    def key(name: str) -> str:
        return f"cache-{name}-{one.name}"

    draw_end(key)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Set",
            key=key("set"),
            type="primary",
            on_click=lambda: caches.end(one.name, until(end_of(key))),
        )
        st.button("Cancel", key=key("cancel"), type="tertiary", on_click=_close, args=(caches,))


def _draw_deletion(caches: CacheList, one: Cache) -> None:
    draw_deletion(
        f"cache-{one.name}",
        "Prompts that use it will be refused. This can't be undone.",
        delete=partial(delete, caches, one),
        keep=partial(_close, caches),
    )
