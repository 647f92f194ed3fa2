"""Runs the whole app in process, with the fake server behind it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from gemini.history.engine import data_folder
from tests.fake_gemini import FakeGemini
from tests.on_page import Open

SHELL = Path(__file__).parents[2] / "components" / "shell.py"


@pytest.fixture(autouse=True)
def clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture(autouse=True)
def empty_history(sqlite_file: Path, clean_environment: None) -> None:
    """The history's file is there already, its tables empty."""
    folder = data_folder()
    folder.mkdir()
    shutil.copy(sqlite_file, folder)


@pytest.fixture
def app(fake: FakeGemini, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page by its file or its name, as a new session that talks to the fake server."""
    monkeypatch.setenv("EMULATOR_URL", fake.url)
    monkeypatch.setattr("components.environment.DOTENV", os.devnull)

    def open_page(page: str = "") -> AppTest:
        at = AppTest.from_file(SHELL, default_timeout=60)
        # Before the first run `switch_page` takes a file's name for the page's address.
        name = (Path(page).parent.name or page).replace("_", "-")
        at._page_hash = calc_hash(name) if page else ""
        return at.run()

    return open_page


@pytest.fixture
def gemini_api(fake: FakeGemini, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has a key of the Gemini API, which is the fake server."""
    monkeypatch.setenv("GEMINI_API_KEY", "page-test-key")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)


@pytest.fixture
def vertex_api(fake: FakeGemini, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has a key of Vertex AI, which is the fake server."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_API_KEY", "express-mode-key")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", fake.url)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first list is waited for on a busy machine too; it comes as soon as it is there."""
    monkeypatch.setattr("gemini.api.last_known.FIRST_WAIT", 15)


@pytest.fixture(autouse=True)
def quick_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clicks are two, however soon the second one comes."""
    monkeypatch.setattr("components.session.DOUBLE_CLICK", 0)


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn that would have to be waited for."""
    monkeypatch.setattr("components.field_first.PAUSE", 0)
    monkeypatch.setattr("components.answer.stream.WORDS_FIRST", 0)
