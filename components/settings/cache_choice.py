"""The run setting of a cached content: chosen among those known, or typed by its name."""

import streamlit as st

from components.cache_list import current_caches
from components.calls import draw_asking
from components.navigation import page_file
from components.session import bound
from components.settings.run_settings import RunSettings
from gemini.resources.caches import Cache, takes_caches
from gemini.settings.config import ChosenCache
from gemini.settings.kinds import Setting


def chosen_of(one: Cache) -> ChosenCache:
    """The value of the setting that stands for a cached content."""
    expires = one.expires.isoformat() if one.expires else ""
    return {"name": one.name, "model": one.model, "expires": expires}


def draw_cache_choice(setting: Setting, settings: RunSettings, label: str) -> None:
    """Draw the choice of those for the model. Nothing is asked of the API here."""
    caches = current_caches()
    offered = {one.name: one for one in caches.own if one.model == settings.model.name}
    value: ChosenCache | None = settings.values.get(setting.name)
    names = list(offered)
    if value and value["name"] not in offered:
        names.append(value["name"])
    # Another widget for another value: a sidebar that is folded away would not hear of a value
    # that the page sets, and bring the old one back.
    key = f"{settings.keys}-{setting.name}-{value['name'] if value else ''}"

    def store(name: str | None) -> None:
        known = offered.get(name) if name else None
        typed: ChosenCache | None = {"name": name, "model": "", "expires": ""} if name else None
        settings.values[setting.name] = chosen_of(known) if known else typed

    st.selectbox(
        label,
        names,
        index=None,
        format_func=lambda name: offered[name].title if name in offered else str(name),
        placeholder="None",
        accept_new_options=True,
        help=f"{setting.help} Choose one, or type its name.",
        **bound(key, value["name"] if value else None, store, None),
    )
    draw_asking(caches.calls, f"{settings.keys}-caches")
    if not caches.listed:
        st.button(
            "Load cached contents",
            key=f"{key}-look",
            icon=":material/search:",
            type="tertiary",
            on_click=caches.refresh,
        )
    elif not takes_caches(settings.model):
        st.caption(f"{settings.model.name} doesn't support cached content.")
    elif not offered:
        st.caption(f"None for {settings.model.name}.")
    if (call := caches.calls.latest) and call.problem:
        st.caption(f":material/error: {call.problem.title}.")
    st.page_link(page_file("caches"), label="Create and manage them", icon=":material/inventory_2:")
