"""The links from the history to the page of a run."""

import pytest
import streamlit as st

from components.navigation import address


@pytest.mark.parametrize(
    ("page", "base", "path"),
    [
        ("chat", "", "/chat"),
        ("long-context", "", "/long-context"),
        ("long-context", "/tools/gemini/", "/tools/gemini/long-context"),
        ("create-image", "lab", "/lab/create-image"),
        ("no-page-of-ours", "", None),
        ("start", "", None),
        ("/evil.example", "", None),
        ("evil.example/x?y=", "", None),
        ("", "", None),
    ],
)
def test_a_page_is_linked_where_it_is_served(
    monkeypatch: pytest.MonkeyPatch, page: str, base: str, path: str | None
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.get)
    assert address(page) == path
