"""The pages, by what a person wants to do. A new page is one more line here, and a folder.

A page's name is its address, `/create-video`; with underscores it is its folder in `pages/` and
its file in `samples/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st


@dataclass(frozen=True)
class Entry:
    """A page of the navigation. `wide` is one with something beside its answers.

    The width is not said by the page itself: of two layouts that are set in one run of the script
    the browser may keep the first.
    """

    name: str
    title: str
    icon: str
    wide: bool = False

    @property
    def file(self) -> str:
        """The page's script, as `st.Page` and `st.switch_page` take it."""
        return f"../pages/{self.name.replace('-', '_')}/page.py"


SECTIONS = {
    "Prompt": [
        Entry("chat", "Chat", "chat"),
        Entry("agents", "Agents", "travel_explore", wide=True),
        Entry("compare", "Compare", "compare", wide=True),
        Entry("prompts", "Saved prompts", "bookmarks"),
    ],
    "Understand": [
        Entry("image", "Image", "image", wide=True),
        Entry("boxes", "Boxes", "crop_free", wide=True),
        Entry("document", "Document", "description", wide=True),
        Entry("audio", "Audio", "graphic_eq", wide=True),
        Entry("video", "Video", "movie", wide=True),
        Entry("long-context", "Long context", "folder_open", wide=True),
    ],
    "Build": [
        Entry("structured", "Structured output", "data_object", wide=True),
        Entry("tools", "Tools", "function", wide=True),
        Entry("embeddings", "Embeddings", "scatter_plot", wide=True),
    ],
    "Create": [
        Entry("create-image", "Create images", "palette"),
        Entry("speech", "Speech", "record_voice_over"),
        Entry("create-video", "Create video", "movie_creation"),
        Entry("create-music", "Create music", "music_note"),
    ],
    "Manage": [
        Entry("files", "Files", "folder"),
        Entry("caches", "Caches", "inventory_2"),
        Entry("batches", "Batches", "table_rows", wide=True),
        Entry("tuning", "Tuning", "model_training"),
        Entry("models", "Models", "list_alt", wide=True),
        Entry("tokens", "Token counter", "tag"),
        Entry("history", "History", "history", wide=True),
        Entry("usage", "Usage", "query_stats"),
        Entry("faults", "Fault lab", "bug_report", wide=True),
        Entry("operator", "Operator", "admin_panel_settings", wide=True),
        Entry("demo", "Demo", "slideshow"),
    ],
}
PAGES = {entry.name: entry for entries in SECTIONS.values() for entry in entries}
START = "chat"  # the page that is served at "/", too
OPERATORS = "operator"  # the page that not everyone is shown


def page_file(name: str) -> str:
    """The script of a page, as `st.switch_page` and `st.page_link` take it."""
    return PAGES[name].file


def address(name: str) -> str | None:
    """The path at which a page is served, the server's base path included.

    None where there is no such page: an import may name any.
    """
    if name not in PAGES:
        return None
    return f"{base_address()}{name}"


def base_address() -> str:
    """The path that all addresses of the playground begin with, up to its last slash."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def link_here(parameter: str, value: str) -> str:
    """The whole address of the page on the screen, as the browser has it, with one parameter."""
    here = urlsplit(st.context.url or f"/{START}")
    return urlunsplit((here.scheme, here.netloc, here.path, f"{parameter}={value}", ""))


def pages(chosen: Sequence[str] = (), *, operator: bool = False) -> Mapping[str, Sequence[st.Page]]:
    """The sections and their pages, made anew each time: each belongs to one run of the script.

    Of a demo's pages, by name, the first is the start page; the others have an address, no entry.
    The operators' page is in the menu for an `operator` only.
    """
    if chosen:
        return {"": _demo_pages(chosen)}
    sections = {
        name: [_page(entry, **_hidden(entry, operator=operator)) for entry in entries]
        for name, entries in SECTIONS.items()
    }
    sections["Prompt"][:1] = _start_pages(PAGES[START])
    return sections


def _hidden(entry: Entry, *, operator: bool) -> dict[str, str]:
    return {} if operator or entry.name != OPERATORS else {"visibility": "hidden"}


def name_of(page: st.Page, chosen: Sequence[str] = ()) -> str:
    """The name of one of `pages`: the start page has another address."""
    return page.url_path or next(iter(chosen), START)


def is_wide(name: str) -> bool:
    """Whether a page takes the whole width of the window."""
    return name in PAGES and PAGES[name].wide


def _demo_pages(chosen: Sequence[str]) -> list[st.Page]:
    first, *others = (PAGES[name] for name in chosen)
    closed = [entry for entry in PAGES.values() if entry.name not in chosen]
    return [
        *_start_pages(first),
        *map(_page, others),
        *(_page(entry, visibility="hidden") for entry in closed),
    ]


def _start_pages(start: Entry) -> list[st.Page]:
    """Streamlit serves the default page at "/" alone; the other one is its address by name."""
    return [_page(start, url_path="start", default=True), _page(start, visibility="hidden")]


def _page(entry: Entry, url_path: str = "", **more: Any) -> st.Page:
    icon = f":material/{entry.icon}:"
    return st.Page(
        entry.file, title=entry.title, icon=icon, url_path=url_path or entry.name, **more
    )
