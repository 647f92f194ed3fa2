"""The links from the history to the page of a run."""

import pytest
import streamlit as st

from components.history.run import _address


@pytest.mark.parametrize(
    ("page", "base", "address"),
    [
        ("chat", "", "/chat"),
        ("long_context", "", "/long-context"),
        ("long_context", "/tools/gemini/", "/tools/gemini/long-context"),
        ("create-image", "lab", "/lab/create-image"),
        ("no-page-of-ours", "", None),
        ("start", "", None),
        ("/evil.example", "", None),
        ("evil.example/x?y=", "", None),
        ("", "", None),
    ],
)
def test_a_page_is_linked_where_it_is_served(
    monkeypatch: pytest.MonkeyPatch, page: str, base: str, address: str | None
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.get)
    assert _address(page) == address
