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


def pages() -> Mapping[str, Sequence[st.Page]]:
    """The sections and their pages, made anew each time: each belongs to one run of the script."""
    return {
        "Prompt": [
            st.Page(CHAT, title="Chat", icon=":material/chat:", url_path="start", default=True),
            # Streamlit serves the default page at "/" alone; this is its address by name.
            st.Page(CHAT, title="Chat", url_path="chat", visibility="hidden"),
            _page("prompt/compare", "Compare", "compare"),
            _page("prompt/prompts", "Saved prompts", "bookmarks"),
        ],
        "Understand": [
            _page("understand/image", "Image", "image"),
            _page("understand/boxes", "Boxes", "crop_free"),
            _page("understand/document", "Document", "description"),
            _page("understand/audio", "Audio", "graphic_eq"),
            _page("understand/video", "Video", "movie"),
            _page("understand/long_context", "Long context", "folder_open"),
        ],
        "Shape": [
            _page("shape/structured", "Structured output", "data_object"),
            _page("shape/tools", "Tools", "function"),
            _page("shape/embeddings", "Embeddings", "scatter_plot"),
        ],
        "Create": [
            _page("create/create_image", "Create images", "palette"),
            _page("create/speech", "Speech", "record_voice_over"),
            _page("create/create_video", "Create video", "movie_creation"),
        ],
        "Manage": [
            _page("manage/files", "Files", "folder"),
            _page("manage/caches", "Caches", "inventory_2"),
            _page("manage/batches", "Batches", "table_rows"),
            _page("manage/tuning", "Tuning", "model_training"),
            _page("manage/models", "Models", "list_alt"),
            _page("manage/tokens", "Token counter", "tag"),
            _page("manage/history", "History", "history"),
            _page("manage/usage", "Usage", "query_stats"),
        ],
    }


def _page(path: str, title: str, icon: str) -> st.Page:
    """A page whose address is the name of its file, with hyphens."""
    name = path.rpartition("/")[2].replace("_", "-")
    return st.Page(f"../pages/{path}.py", title=title, icon=f":material/{icon}:", url_path=name)
