"""An API that takes connections and says nothing: the page is there, and shows what comes late."""

import threading
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import serving, write
from tests.fake_gemini import MODELS, FakeGemini, Reply


def test_a_page_works_while_the_api_is_silent_and_shows_what_comes_late(
    open_page: Callable[..., Page], fake: FakeGemini
) -> None:
    released = threading.Event()
    one = {"name": "cachedContents/one", "displayName": "The late one"}
    fake.others["GET cachedContents"] = [Reply(body={"cachedContents": [one]}, held=released)]
    named = {"models": [{**MODELS["models"][0], "displayName": "A late model"}]}
    fake.others["GET models"] = [Reply(body=named, held=released)]
    variables = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "a-silent-key"}
    with serving(**variables, EMULATOR_URL=fake.url) as url:
        page = open_page(f"{url}/caches")
        expect(page.get_by_text("Waiting for the API: caches.list")).to_be_visible()
        page.get_by_text("New cached content").click()
        write(page.get_by_label("Text", exact=True), "What I typed")
        page.get_by_label("Display name").click()
        released.set()
        expect(page.get_by_text("The late one")).to_be_visible()
        expect(page.get_by_text("Waiting for the API")).to_have_count(0)
        expect(page.get_by_label("Text", exact=True)).to_have_value("What I typed")
        expect(page.get_by_text("Try again")).to_have_count(0)
        page.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
        expect(page.get_by_role("option", name="A late model")).to_be_visible()
