"""Journeys of what is kept: found again, run again, compared, taken home as code."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from gemini.history.database import open_history
from tests.browser.conftest import (
    AXE_RULES,
    SCREENS,
    ask,
    is_accessible,
    look_at,
    serving,
    settle,
    shows_no_error,
    visit,
    write,
)
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.gemini.history.sample_runs import ended

Open = Callable[..., Page]

PROMPT = "Which bird stands still by the lock?"
FIRST = "The **heron** stands still.\n\nIt waits for $5 worth of fish.\n"
SECOND = "The **egret** stands still.\n\nIt waits for fish -> always.\n"


def find(page: Page, words: str, runs: str) -> None:
    """Search the history until its list holds so many runs."""
    field = page.get_by_role("textbox", name="Search")
    write(field, words)
    field.press("Enter")
    expect(page.get_by_text(runs)).to_be_visible()
    settle(page)


def pick(page: Page, row: int) -> None:
    """Click the box before a run in the list."""
    table = page.get_by_test_id("stDataFrame").first
    expect(table.get_by_test_id("data-grid-canvas")).to_be_visible()
    settle(page)  # or it may be another table by now
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 20, box["y"] + 35 * (row + 1) + 17)


def code_of(block: Locator) -> str:
    return block.locator("code").first.inner_text().replace("\xa0", " ")


def test_from_a_question_to_ones_own_code(
    open_page: Open, fake_url: str, gemini: FakeGemini, tmp_path: Path
) -> None:
    """Ask, reload, find, run again, compare, take the code, run it: the same request arrives."""
    gemini.replies = [answer(*FIRST.split(" ")), answer(*SECOND.split(" "))]
    page = open_page(fake_url)
    ask(page, PROMPT)
    expect(page.get_by_text("tokens in")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]c=\w{20,}"))
    page.reload()
    expect(page.get_by_text("tokens in")).to_be_visible()

    visit(page, f"{fake_url}/history")
    find(page, "heron lock", "1 run.")
    pick(page, 0)
    page.get_by_role("button", name="Run again", exact=True).click()
    expect(page.get_by_text("only in New")).to_be_visible()
    settle(page)
    assert gemini.generated[1].path == gemini.generated[0].path
    assert gemini.generated[1].body == gemini.generated[0].body
    difference = page.get_by_test_id("stExpander").filter(has_text="Compared with the earlier one")
    expect(difference.get_by_text("Model and settings are the same.")).to_be_visible()
    expect(difference.locator("del", has_text="heron")).to_be_visible()
    expect(difference.locator("strong", has_text="egret")).to_be_visible()
    shows_no_error(page)

    page.get_by_role("tab", name="Code").first.click()
    program = page.get_by_test_id("stCode").filter(has_text="from google import genai")
    expect(program).to_be_visible()
    file = tmp_path / "taken_home.py"
    file.write_text(code_of(program))
    done = run_program(file, gemini)
    assert done.returncode == 0, done.stderr
    assert gemini.generated[2].path == gemini.generated[0].path
    assert gemini.generated[2].body == gemini.generated[0].body


def test_a_rerun_is_stopped_and_one_that_was_left_is_followed(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("Done."), Reply([chunk("Half an")], then="hang")]
    gemini.replies.append(answer("It goes ", rest, "on to the end"))
    page = open_page(fake_url)
    ask(page, "Stop and follow")
    expect(page.get_by_text("tokens in")).to_be_visible()
    visit(page, f"{fake_url}/history")
    find(page, "stop follow", "1 run.")
    pick(page, 0)
    page.get_by_role("button", name="Run again", exact=True).click()
    expect(page.get_by_text("Half an")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("only in New")).to_be_visible()
    assert gemini.generated[-1].closed.wait(30)
    page.get_by_role("button", name="Run again", exact=True).click()
    expect(page.get_by_text("It goes")).to_be_visible()
    page.reload()
    find(page, "stop follow", "3 runs.")
    pick(page, 0)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    rest.set()
    expect(page.get_by_text("It goes on to the end").first).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert len(gemini.generated) == 3
    shows_no_error(page)


def run_program(file: Path, gemini: FakeGemini) -> subprocess.CompletedProcess[str]:
    """Run code that was taken from the page, with its own key, against the same server."""
    variables = {"GEMINI_API_KEY": "ones-own-key", "GOOGLE_GEMINI_BASE_URL": gemini.url}
    command = [sys.executable, str(file)]
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_two_runs_beside_each_other(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer(FIRST), answer(SECOND)]
    page = open_page(fake_url)
    for count in (1, 2):
        ask(page, f"{PROMPT} twice")
        expect(page.get_by_text("tokens in")).to_have_count(count)
    visit(page, f"{fake_url}/history")
    find(page, "twice", "2 runs.")
    pick(page, 0)
    expect(page.get_by_role("button", name="Run again", exact=True)).to_be_visible()
    settle(page)
    page.screenshot(path=SCREENS / "history-run-light-1400.png", full_page=True)
    is_accessible(page, AXE_RULES)
    pick(page, 1)
    expect(page.get_by_text("only in Later")).to_be_visible()
    look_at(page, "history-compared", scroll_to=page.get_by_text("only in Later"))


def test_a_prompt_is_saved_shared_and_run_by_somebody_else(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("It stands."), answer("It sings.")]
    page = open_page(fake_url)
    ask(page, "What does a heron do?")
    expect(page.get_by_text("tokens in")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Inspect").click()
    page.get_by_role("tab", name="Request").click()
    page.get_by_role("button", name="Save as prompt").click()
    form = page.get_by_test_id("stPopoverBody")
    write(form.get_by_label("Name"), "Birds")
    write(form.get_by_role("textbox", name="Prompt"), "What does a {{bird}} do?")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved, which asks for bird")).to_be_visible()
    shows_no_error(page)

    visit(page, f"{fake_url}/prompts")
    page.get_by_role("combobox", name="Prompt").click()
    page.get_by_role("option", name="Birds").click()
    expect(page.get_by_text("What does a {{bird}} do?")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(link).to_contain_text("prompts?prompt=")
    address = code_of(link).strip()
    assert address.startswith(fake_url)

    other = open_page(address)
    expect(other.get_by_text("Someone shared this prompt")).to_be_visible()
    assert len(gemini.generated) == 1  # nothing ran by itself
    write(other.get_by_role("textbox", name="bird"), "lark")
    other.get_by_role("button", name=re.compile("^Run")).click()
    expect(other.get_by_text("It sings.")).to_be_visible()
    assert gemini.generated[-1].body["contents"][0]["parts"] == [{"text": "What does a lark do?"}]
    shows_no_error(other)


def test_a_sample_of_the_saved_prompts(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer("A lock is a step for boats: gates close, and the water lifts them.")]
    page = open_page(f"{fake_url}/prompts", height=1500)
    page.get_by_role("button", name="Rewrite for a reader").click()
    expect(page.get_by_text("A lock is a step for boats")).to_be_visible()
    look_at(page, "prompts-answer")


@pytest.fixture(scope="module")
def limited_url(
    session_fake: FakeGemini, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A playground that was used for a month, with limits: two requests a minute and session."""
    folder = tmp_path_factory.mktemp("used")
    history = open_history(data_dir=folder, price=lambda run: 0.0004 * len(run.request.model))
    for day in range(1, 26):
        for model in ("gemini-3.8-flash", "gemini-2.5-flash-lite", "gemini-3.1-pro-preview"):
            run = ended(model=model)
            run.created = datetime.now(UTC) - timedelta(days=day)
            run.usage["total_token_count"] = 40 * day % 700 + 11 * len(model)
            history.of().record(run, "chat", session="earlier")
    history.close()
    with serving(
        GOOGLE_GEMINI_BASE_URL=session_fake.url,
        GEMINI_API_KEY="browser-test-key",
        EMULATOR_URL=session_fake.url,
        PLAYGROUND_DATA_DIR=str(folder),
        PLAYGROUND_SESSION_LIMIT_TOKENS_PER_DAY="15",  # a minute may be over too soon
        PLAYGROUND_LIMIT_TOKENS_PER_DAY="2000",
    ) as url:
        yield url


def test_a_limit_is_told_before_anything_is_sent_and_seen_in_the_usage(
    open_page: Open, limited_url: str, gemini: FakeGemini
) -> None:
    page = open_page(limited_url)
    for count in (1, 2):
        ask(page, "Hi")
        expect(page.get_by_text("tokens in")).to_have_count(count)
    ask(page, "One too many")
    expect(page.get_by_text("You can use 15 tokens a day.")).to_be_visible()
    assert len(gemini.generated) == 2
    look_at(page, "limit")
    page.set_viewport_size({"width": 1400, "height": 1300})
    visit(page, f"{limited_url}/usage")
    page.get_by_role("radio", name="30 days").click()
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    expect(page.get_by_text("gemini-2.5-flash-lite").first).to_be_visible()
    look_at(page, "usage-month")
