"""A journey through the list of models, as somebody goes it who looks for another one."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ask, look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, answer

Open = Callable[..., Page]

HEAD, ROW = 35, 35  # pixels of the table
NEWER, OLDER = "Gemini 3.8 Flash", "Gemini 2.5 Flash"


def cell(page: Page, text: str) -> Locator:
    """A cell of the table, whose picture the browser draws and whose words it keeps beside it."""
    cells = page.get_by_test_id("stDataFrame").locator("[role=gridcell]")
    return cells.filter(has_text=re.compile(f"^{re.escape(text)}$"))


def of_the_sidebar(page: Page) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("combobox", name="Model")


def test_another_model_is_found_read_about_and_used(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(f"{fake_url}/models")
    expect(of_the_sidebar(page)).to_have_value(NEWER)
    expect(page.get_by_role("heading", name=NEWER)).to_be_visible()
    expect(cell(page, "gemini-2.5-flash")).to_have_count(1)
    page.get_by_test_id("stDataFrame").click(position={"x": 20, "y": HEAD + ROW * 3 // 2})
    expect(page.get_by_role("heading", name=OLDER)).to_be_visible()
    expect(page.get_by_text(re.compile("^by budget:"))).to_be_visible()
    page.get_by_role("button", name="Use for this session").click()
    expect(page.get_by_role("button", name="In use")).to_be_disabled()
    expect(of_the_sidebar(page)).to_have_value(OLDER)
    settle(page)
    page.get_by_test_id("stTopNavSection").filter(has_text="Prompt").click()
    page.get_by_role("menuitem", name="Chat").click()
    expect(page.get_by_role("heading", name="Chat")).to_be_visible()
    expect(of_the_sidebar(page)).to_have_value(OLDER)
    settle(page)
    gemini.replies = [answer("By the older one.")]
    ask(page, "Who are you?")
    expect(page.get_by_text("By the older one.")).to_be_visible()
    assert "gemini-2.5-flash:" in gemini.generated[-1].path
    shows_no_error(page)


def test_a_search_leaves_one_and_a_reload_brings_back_all(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/models")
    search = page.get_by_role("textbox", name="Search")
    write(search, "2.5")
    search.press("Enter")
    expect(page.get_by_text("1 of 2 models.")).to_be_visible()
    expect(page.get_by_role("heading", name=OLDER)).to_be_visible()
    expect(cell(page, "gemini-3.8-flash")).to_have_count(0)
    write(search, "no such model")
    search.press("Enter")
    expect(page.get_by_text("No models match these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(search).to_have_value("")
    expect(cell(page, "gemini-3.8-flash")).to_have_count(1)
    page.locator(".st-key-models-abilities").get_by_text("Thinks").click()
    settle(page)
    page.reload()  # a session of its own, with the model of the start
    expect(page.get_by_role("heading", name=NEWER)).to_be_visible()
    expect(page.get_by_role("button", name="In use")).to_be_disabled()
    expect(of_the_sidebar(page)).to_have_value(NEWER)
    shows_no_error(page)


def test_what_is_known_of_a_model_looks_right(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/models")
    expect(cell(page, "gemini-2.5-flash")).to_have_count(1)
    expect(page.get_by_text("Answer and thoughts")).to_be_visible()  # the table of its price
    look_at(page, "models-card", scroll_to=page.get_by_text("Answer and thoughts"))
