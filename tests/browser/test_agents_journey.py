"""Deep Research on a scripted server: a plan, its research, a reload on the way, the report."""

import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import agent_replies as replies
from tests.agent_replies import streamed
from tests.browser.conftest import ask, look_at, settle, shows_no_error
from tests.fake_gemini import FakeGemini, Reply

Open = Callable[..., Page]

BEGUN = 16  # events of the research, to its second thought


def test_a_research_from_its_plan_to_its_report(
    open_page: Open, fake_url: str, gemini: FakeGemini, tmp_path: Path
) -> None:
    rest, events = threading.Event(), replies.research()
    research = Reply([*events[:BEGUN], rest, *events[BEGUN:]])
    gemini.others = {"POST interactions": [streamed(replies.plan()), research]}
    page = open_page(f"{fake_url}/agents")
    expect(page.get_by_text("Google's estimate for a task: $1 to $3")).to_be_visible()
    ask(page, "Which batteries without lithium can be bought for a house? Chart their prices.")
    start = page.get_by_role("button", name="Start the research")
    expect(page.get_by_text("Research plan: batteries without lithium")).to_be_visible()
    expect(start).to_be_visible()
    settle(page)
    look_at(page, "agents-plan")
    start.click()
    expect(page.get_by_text("you can close this page")).to_be_visible()
    expect(page.get_by_text("Comparing prices").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("Listing chemistries").first).to_be_visible()
    field = page.get_by_test_id("stChatInputTextArea")
    ask(page, "Which of them is the cheapest?")
    expect(page.get_by_text("Your prompt will be sent when")).to_be_visible()
    field.fill("")
    rest.set()
    html = page.get_by_role("button", name="HTML")
    expect(html).to_be_visible()
    expect(page.get_by_role("heading", name="Home batteries without lithium")).to_be_visible()
    expect(page.get_by_text("9 steps")).to_be_visible()
    expect(page.get_by_test_id("stImage")).to_be_visible()
    settle(page)
    shows_no_error(page)
    markdown = downloaded(page, "Markdown", tmp_path / "report.md")
    assert markdown.startswith("# Home batteries without lithium")
    assert "[Natrium Home](https://natrium.example/home)" in markdown
    assert downloaded(page, "HTML", tmp_path / "report.html").startswith("<!doctype html>")
    look_at(page, "agents-report")
    page.goto(f"file://{tmp_path / 'report.html'}")
    assert page.evaluate("document.images[0].naturalWidth") == 640
    expect(page.get_by_text('<script>alert("x")</script>')).to_be_visible()
    expect(page.get_by_text("Which batteries without lithium")).to_be_visible()
    page.screenshot(path="build/screens/agents-report-file.png", full_page=True)


def downloaded(page: Page, button: str, path: Path) -> str:
    """What a button gives to be kept."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    download.value.save_as(path)
    return path.read_text("utf-8")
