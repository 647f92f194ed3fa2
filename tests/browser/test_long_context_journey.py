"""Journeys through the long-context page, as somebody at the screen goes them."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE_RULES, SCREENS, ask, is_accessible, shows_no_error, write
from tests.fake_gemini import FakeGemini, answer

Open = Callable[..., Page]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "site"
    (top / "docs").mkdir(parents=True)
    (top / "node_modules" / "x").mkdir(parents=True)
    (top / "app.py").write_text("print('hello')\n" * 3000)
    (top / "docs" / "notes.md").write_text("# Notes\n")
    (top / "node_modules" / "x" / "index.js").write_text("module.exports = 1\n")
    (top / "package-lock.json").write_text("{}\n")
    (top / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    return top


@pytest.mark.parametrize("screen", [(1400, "light"), (420, "dark")])
def test_a_folder_is_chosen_from_and_asked_about(
    open_page: Open, fake_url: str, gemini: FakeGemini, folder: Path, screen: tuple[int, str]
) -> None:
    width, scheme = screen
    gemini.replies = [answer("It prints hello."), answer("Nothing else.")]
    page = open_page(f"{fake_url}/long-context", width=width, scheme=scheme)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(folder)
    expect(page.get_by_text("2 files,")).to_be_visible()
    expect(page.get_by_text("installed packages (1)")).to_be_visible()
    leave_out = page.get_by_label("Exclude", exact=True)
    write(leave_out, "docs/")
    leave_out.press("Enter")
    expect(page.get_by_text("1 file,")).to_be_visible()
    ask(page, "What does it do?")
    expect(page.get_by_text("It prints hello.")).to_be_visible()
    sent = gemini.generated[-1].body["contents"][0]["parts"]
    text = base64.urlsafe_b64decode(sent[0]["inlineData"]["data"]).decode()
    assert text.startswith('The folder "site": 1 file.\nsite/app.py\n')
    ask(page, "What else?")
    expect(page.get_by_text("Nothing else.")).to_be_visible()
    assert len(gemini.generated[-1].body["contents"]) == 3
    expect(page.get_by_text("Create a cache")).to_be_visible()
    shows_no_error(page)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"long-context-answer-{scheme}-{width}.png")
    is_accessible(page, AXE_RULES)
