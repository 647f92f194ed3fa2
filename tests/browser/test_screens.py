"""A picture of every page, light and dark, wide and narrow, under `build/screens/`."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.navigation import PAGES
from tests.browser.conftest import AXE_RULES, ask, is_accessible, look_at, settle, write
from tests.fake_gemini import FakeGemini, Reply, answer

ANSWER = """Here is a **short** overview.

| Planet | Moons | Day |
|---|---|---|
| Mars | 2 | 24.6 h |
| Jupiter | 95 | 9.9 h |

1. First, `moons` are counted.
2. Then a price: $5 -> $6.

```python
def day(hours: float) -> str:
    return f"{hours:.1f} h"
```
"""


@pytest.mark.parametrize("name", PAGES)
def test_empty_page(open_page: Callable[..., Page], fake_url: str, name: str) -> None:
    page = open_page(f"{fake_url}/{name}")
    expect(page.get_by_test_id("stHeading").first).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)  # what has its code loaded late
    look_at(page, name)


def test_chat_with_an_answer(
    open_page: Callable[..., Page], fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer(*ANSWER.splitlines(keepends=True))]
    page = open_page(f"{fake_url}/chat")
    ask(page, "Which planets have the shortest day?")
    expect(page.get_by_text("tokens in")).to_be_visible()
    look_at(page, "chat-answer")
    is_accessible(page, AXE_RULES)  # narrow, where the pages are listed in the sidebar
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    is_accessible(page, ["color-contrast"])  # of a quiet button that is open


def test_tuning_with_examples_and_a_tuned_model(
    open_page: Callable[..., Page], fake_url: str, gemini: FakeGemini
) -> None:
    model = {"name": "tunedModels/numbers-1", "displayName": "Numbers", "state": "ACTIVE"}
    gemini.others = {
        "GET tunedModels": [Reply(body={"tunedModels": [model]})],
        "GET tunedModels/": [Reply(body=model)],
    }
    page = open_page(f"{fake_url}/tuning")
    page.get_by_role("button", name="The next number").click()
    name = page.get_by_label("Name of a tuned model")
    write(name, model["name"])
    name.press("Enter")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("button", name="Use the tuned model")).to_be_visible()
    page.get_by_role("button", name="List tuned models").click()
    expect(page.get_by_text("Numbers", exact=True)).to_be_visible()
    settle(page)
    look_at(page, "tuning-filled", full_page=True)
