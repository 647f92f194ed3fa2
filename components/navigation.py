"""The pages, by what a person wants to do. A new page is one more line here."""

from collections.abc import Mapping, Sequence

import streamlit as st

CHAT = "../pages/prompt/chat.py"
WIDE = {
    "compare",
    "embeddings",
    "image",
    "boxes",
    "document",
    "audio",
    "video",
    "long-context",
    "structured",
    "tools",
    "batches",
    "models",
    "history",
}
"""The addresses of pages with media beside the answer. Not said by the pages themselves: of two
layouts set in one run of the script, the browser may keep the first."""


SECTIONS = {
    "Prompt": [
        ("prompt/compare", "Compare", "compare"),
        ("prompt/prompts", "Saved prompts", "bookmarks"),
    ],
    "Understand": [
        ("understand/image", "Image", "image"),
        ("understand/boxes", "Boxes", "crop_free"),
        ("understand/document", "Document", "description"),
        ("understand/audio", "Audio", "graphic_eq"),
        ("understand/video", "Video", "movie"),
        ("understand/long_context", "Long context", "folder_open"),
    ],
    "Shape": [
        ("shape/structured", "Structured output", "data_object"),
        ("shape/tools", "Tools", "function"),
        ("shape/embeddings", "Embeddings", "scatter_plot"),
    ],
    "Create": [
        ("create/create_image", "Create images", "palette"),
        ("create/speech", "Speech", "record_voice_over"),
        ("create/create_video", "Create video", "movie_creation"),
    ],
    "Manage": [
        ("manage/files", "Files", "folder"),
        ("manage/caches", "Caches", "inventory_2"),
        ("manage/batches", "Batches", "table_rows"),
        ("manage/tuning", "Tuning", "model_training"),
        ("manage/models", "Models", "list_alt"),
        ("manage/tokens", "Token counter", "tag"),
        ("manage/history", "History", "history"),
        ("manage/usage", "Usage", "query_stats"),
    ],
}
"""The pages but the chat: file, title, icon."""


def address_of(file: str) -> str:
    """Where a page is served: the name of its file, with hyphens."""
    return file.rpartition("/")[2].replace("_", "-")


ADDRESSES = {"chat", *(address_of(file) for files in SECTIONS.values() for file, _, _ in files)}
"""Where there is a page by its name."""


def pages() -> Mapping[str, Sequence[st.Page]]:
    """The sections and their pages, made anew each time: each belongs to one run of the script."""
    made = {section: [_page(*one) for one in listed] for section, listed in SECTIONS.items()}
    made["Prompt"] = [
        st.Page(CHAT, title="Chat", icon=":material/chat:", url_path="start", default=True),
        # Streamlit serves the default page at "/" alone; this is its address by name.
        st.Page(CHAT, title="Chat", url_path="chat", visibility="hidden"),
        *made["Prompt"],
    ]
    return made


def _page(file: str, title: str, icon: str) -> st.Page:
    icon = f":material/{icon}:"
    return st.Page(f"../pages/{file}.py", title=title, icon=icon, url_path=address_of(file))
