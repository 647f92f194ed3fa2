"""What somebody has elsewhere is brought in, compared, sent, and taken out again."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE_RULES, is_accessible, settle, shows_no_error
from tests.fake_gemini import FakeGemini, answer
from tests.gemini.importing.imported_files import KEY, imported_file

Open = Callable[..., Page]
SAME = "Same request: the playground sends exactly this."


def open_import(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_pasted_command_is_compared_and_sent(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("Meow.")]
    page = open_page(f"{fake_url}/chat")
    open_import(page)
    dialog = page.get_by_role("dialog")
    command = imported_file("docs_curl.sh").decode().replace("$GEMINI_API_KEY", KEY)
    dialog.get_by_label("Paste a call").fill(command)
    dialog.get_by_role("button", name="Read it").click()
    expect(dialog.get_by_text(SAME)).to_be_visible()
    expect(dialog.get_by_text("A key was in it and was taken out.")).to_be_visible()
    page.screenshot(path=Path("build/screens/import-call.png"))
    is_accessible(page, AXE_RULES)
    dialog.get_by_role("button", name="Open in Chat").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    assert not gemini.generated
    page.get_by_test_id("stChatMessage").get_by_role("button", name="Send").click()
    expect(page.get_by_text("Meow.")).to_be_visible()
    assert gemini.generated[-1].body["generationConfig"]["temperature"] == 0.5
    settle(page)
    page.reload()
    expect(page.get_by_text("Meow.")).to_be_visible()
    shows_no_error(page)


def test_an_ai_studio_prompt_goes_on_and_is_taken_out_as_html(
    open_page: Open, fake_url: str, gemini: FakeGemini, tmp_path: Path
) -> None:
    gemini.replies = [answer("**Herring**, what else?")]
    page = open_page(f"{fake_url}/history")
    page.get_by_text("Export, import, delete").click()
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog")
    file = {"name": "Ship's cook.json", "mimeType": "application/json"}
    uploader = dialog.locator("input[type=file]")
    uploader.set_input_files({**file, "buffer": imported_file("ai_studio.json")})
    expect(dialog.get_by_text("a document in Google Drive (id 1AbCdEfG)")).to_be_visible()
    dialog.get_by_role("button", name="Open in Chat").click()
    expect(page.get_by_text("And for dinner?")).to_be_visible()
    page.get_by_test_id("stChatMessage").get_by_role("button", name="Send").click()
    expect(page.get_by_text("Herring, what else?")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML", exact=True).click()
    download.value.save_as(tmp_path / "chat.html")
    exported = page.context.new_page()
    exported.goto((tmp_path / "chat.html").as_uri())
    expect(exported.locator("strong", has_text="Herring")).to_be_visible()
    expect(exported.locator("img")).to_have_js_property("naturalWidth", 8)
    shows_no_error(page)
