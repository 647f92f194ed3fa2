"""A batch in the browser and the real emulator: in as CSV, out as CSV, reloaded between."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google import genai
from google.genai import types
from playwright.sync_api import Page, expect

from emulator import launch
from tests.browser.conftest import (
    AXE_RULES,
    SCREENS,
    is_accessible,
    serving,
    settle,
    shows_no_error,
    write,
)

Open = Callable[..., Page]
CITIES = "city,year\nOslo,1900\nLima,2000\nAccra,1957\n"


@pytest.fixture(scope="module")
def emulator() -> Iterator[launch.Emulator]:
    """An emulator that echoes slowly, so that a job can be met on its way."""
    with launch.start("echo", echo_delay=0.3) as started:
        yield started


@pytest.fixture(scope="module")
def playground(emulator: launch.Emulator) -> Iterator[str]:
    with serving(GOOGLE_GEMINI_BASE_URL=emulator.url, GEMINI_API_KEY="any-key") as url:
        yield url


@pytest.fixture
def echoing(playground: str, emulator: launch.Emulator) -> str:
    """The playground in front of that emulator, without the jobs of the try before."""
    options = types.HttpOptions(base_url=emulator.url)
    with genai.Client(api_key="any-key", http_options=options) as client:
        for job in client.batches.list():
            client.batches.delete(name=job.name or "")
    return playground


def test_a_table_in_and_its_results_out(open_page: Open, echoing: str, tmp_path: Path) -> None:
    page = open_page(f"{echoing}/batches")
    page.get_by_role("tab", name="File").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "cities.csv", "mimeType": "text/csv", "buffer": CITIES.encode()}
    )
    prompt = page.get_by_role("textbox", name="Prompt")
    expect(prompt).to_have_value("{{city}}")
    write(prompt, "What happened in {{city}} in {{year}}?")
    prompt.press("Control+Enter")
    expect(page.get_by_text("About 24 tokens")).to_be_visible()
    title = page.get_by_role("textbox", name="Display name")
    write(title, "Cities")
    title.press("Enter")
    settle(page)
    expect(title).to_have_value("Cities")
    page.get_by_role("button", name="Send 3 rows").click()
    expect(page).to_have_url(re.compile("job=batches"))
    expect(page.get_by_text("Next check in")).to_be_visible()

    page.reload()  # in the middle of it
    expect(page.get_by_role("heading", name="Cities")).to_be_visible()
    expect(page.get_by_text("3 of 3 done").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="CSV", exact=True)).to_be_visible()
    settle(page)
    shows_no_error(page)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "batches-results-light-1400.png", full_page=True)
    is_accessible(page, AXE_RULES)

    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    target = tmp_path / "out.csv"
    download.value.save_as(target)
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    assert [row["city"] for row in rows] == ["Oslo", "Lima", "Accra"]
    assert all(f"in {row['city']} in {row['year']}" in row["answer"] for row in rows)

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("No jobs yet")).to_be_visible()
    expect(page).not_to_have_url(re.compile("job="))


def test_a_sample_runs_at_a_click_and_is_cancelled(open_page: Open, echoing: str) -> None:
    page = open_page(f"{echoing}/batches", width=420, scheme="dark")
    page.get_by_role("button", name="Translate phrases").click()
    expect(page.get_by_text("Next check in")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("cancelled").first).to_be_visible()
    settle(page)
    shows_no_error(page)
    page.screenshot(path=SCREENS / "batches-cancelled-dark-420.png", full_page=True)
