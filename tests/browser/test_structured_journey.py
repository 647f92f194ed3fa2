"""Journeys through the structured-output page, as somebody at the screen goes them."""

import csv
import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from gemini.structured.answer_table import to_json
from gemini.structured.gallery import gallery
from tests.browser.conftest import look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, Reply, answer, chunk

Open = Callable[..., Page]

INVOICE = next(sample for sample in gallery() if sample.key == "invoice")
NUMBER_AND_TOTAL = {
    "type": "object",
    "properties": {"invoice_number": {"type": "string"}, "total": {"type": "number"}},
    "required": ["invoice_number", "total"],
}


def write_schema(page: Page, text: str) -> None:
    page.get_by_role("tab", name="JSON Schema").click()
    field = page.locator(".st-key-schema-text textarea")
    write(field, text)
    field.press("Control+Enter")
    settle(page)


def send(page: Page) -> None:
    page.locator(".st-key-structured-send button").click()


def take_invoice(page: Page) -> None:
    """Take the sample, and wait until it is in the fields."""
    page.get_by_role("button", name="Invoice").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(INVOICE.prompt)


def downloaded(page: Page, name: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    return waiting.value.path().read_text()


def test_the_total_of_the_invoice_lands_in_its_field(open_page: Open, local_url: str) -> None:
    """By the small model on this machine, which answers short schemas reliably."""
    page = open_page(f"{local_url}/structured")
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    slider.press("Home")
    settle(page)
    take_invoice(page)
    write_schema(page, json.dumps(NUMBER_AND_TOTAL))
    send(page)
    expect(page.get_by_text("Fits the schema")).to_be_visible(timeout=90_000)
    assert json.loads(downloaded(page, "JSON")) == {"invoice_number": "2026-0417", "total": 189.6}
    shows_no_error(page)


def test_an_invoice_from_the_gallery_to_the_downloads(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    text = to_json(INVOICE.example)
    gemini.replies = [answer(*re.findall(r"(?s).{1,40}", text), pause=0.05)]
    page = open_page(f"{fake_url}/structured")
    take_invoice(page)
    send(page)
    expect(page.get_by_test_id("stJson").get_by_text("2026-0417")).to_be_visible()
    expect(page.get_by_text("Fits the schema")).to_be_visible()
    assert json.loads(downloaded(page, "JSON")) == INVOICE.example
    rows = list(csv.DictReader(downloaded(page, "CSV").splitlines()))
    assert [row["amount"] for row in rows] == ["60.0", "90.0", "8.0"]
    assert "class Invoice(BaseModel):" in downloaded(page, "Pydantic")
    page.get_by_role("radio", name="Table").click()
    expect(page.get_by_text("3 rows of the list")).to_be_visible()
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_text("responseJsonSchema").first).to_be_visible()
    shows_no_error(page)


def test_a_field_is_added_in_the_table(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/structured")
    table = page.get_by_test_id("stDataFrame")
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 100, box["y"] + 35 * 2 + 17)  # the empty row below the first
    cell = page.locator("textarea.gdg-input")
    cell.fill("born")
    cell.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.get_by_role("tab", name="JSON Schema").click()
    text = page.locator(".st-key-schema-text textarea")
    expect(text).to_have_value(re.compile("born"))
    schema = json.loads(text.input_value())
    assert list(schema["properties"]) == ["answer", "born"]
    assert schema["required"] == ["answer", "born"]


def test_a_broken_schema_is_not_sent_and_not_lost(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(f"{fake_url}/structured")
    broken = '{"type": "object",\n  "properties": {"a": {"type": "string",}}}'
    write_schema(page, broken)
    expect(page.get_by_text("Line 2, column")).to_be_visible()
    expect(page.locator(".st-key-structured-send button")).to_be_disabled()
    page.get_by_role("tab", name="Pydantic").click()
    settle(page)
    page.get_by_role("tab", name="JSON Schema").click()
    settle(page)
    expect(page.locator(".st-key-schema-text textarea")).to_have_value(broken)
    assert not gemini.generated
    shows_no_error(page)


def test_stop_salvages_what_came(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [Reply([chunk('{"answer": "The first wor')], then="hang")]
    page = open_page(f"{fake_url}/structured")
    write(page.get_by_label("Prompt", exact=True), "Tell me")
    send(page)  # what was just typed goes along
    expect(page.get_by_test_id("stJson").get_by_text("The first wor")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The answer is incomplete")).to_be_visible()
    expect(page.get_by_test_id("stJson").get_by_text("The first wor")).to_be_visible()
    assert gemini.generated[-1].closed.wait(30)
    assert gemini.generated[-1].body["contents"][0]["parts"] == [{"text": "Tell me"}]


def test_another_page_and_back_keeps_schema_prompt_and_answer(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer(to_json(INVOICE.example))]
    page = open_page(f"{fake_url}/structured")
    take_invoice(page)
    send(page)
    expect(page.get_by_text("Fits the schema")).to_be_visible()
    page.get_by_test_id("stTopNavSection").filter(has_text="Prompt").click()
    page.get_by_role("menuitem", name="Chat").click()
    expect(page.get_by_role("heading", name="Chat")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Fits the schema")).to_be_visible()
    page.get_by_role("tab", name="JSON Schema").click()
    expect(page.locator(".st-key-schema-text textarea")).to_have_value(
        json.dumps(INVOICE.schema, indent=2, ensure_ascii=False)
    )
    shows_no_error(page)


def test_a_reload_in_the_middle_of_an_answer_loses_nothing(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk('{"answer": "The first wor')], then="hang")]
    page = open_page(f"{fake_url}/structured")
    write(page.get_by_label("Prompt", exact=True), "Tell me")
    send(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.wait_for_url("**/structured?run=*")
    page.reload()
    expect(page.get_by_test_id("stJson").get_by_text("The first wor")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Tell me")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The answer is incomplete")).to_be_visible()
    assert len(gemini.generated) == 1
    shows_no_error(page)


def test_two_tabs_ask_side_by_side(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer('{"answer": ', '"one"}', pause=0.4), answer('{"answer": "two"}')]
    pages = [open_page(f"{fake_url}/structured") for _ in range(2)]
    for page in pages:
        write(page.get_by_label("Prompt", exact=True), "Go")
        send(page)
        begun = page.get_by_role("button", name="Stop").or_(page.get_by_role("tab", name="Answer"))
        expect(begun).to_be_visible()
    for page, word in zip(pages, ("one", "two"), strict=True):
        expect(page.get_by_test_id("stJson").get_by_text(word)).to_be_visible()


def test_an_answer_that_does_not_fit_looks_right(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer(to_json(INVOICE.example | {"total": "189.60"}))]
    page = open_page(f"{fake_url}/structured")
    take_invoice(page)
    send(page)
    expect(page.get_by_text("1 violation of the schema")).to_be_visible()
    expect(page.get_by_test_id("stJson").get_by_text("2026-0417")).to_be_visible()
    expect(page.get_by_label("Prompt", exact=True)).to_be_hidden()  # folded, and done with it
    look_at(page, "structured-answer")
