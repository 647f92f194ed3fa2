"""Journeys through the tools page: calls answered by hand, by themselves, stopped, reopened."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, look_at, seen, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, Reply, answer

Open = Callable[..., Page]

SIGNATURE = "CvvvvgAB"
HOTELS = [
    {
        "name": "find_hotel",
        "description": "Finds a free room",
        "parametersJsonSchema": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
    {
        "name": "book_room",
        "description": "Books the room",
        "parametersJsonSchema": {"type": "object", "properties": {"hotel": {"type": "string"}}},
    },
]


def called(*calls: dict[str, Any], then: str = "end") -> Reply:
    """An answer that calls functions, the first call signed."""
    parts: list[dict[str, Any]] = [{"functionCall": call} for call in calls]
    parts[0]["thoughtSignature"] = SIGNATURE
    content = {"role": "model", "parts": parts}
    ending = {"finishReason": "STOP"} if then == "end" else {}
    return Reply([{"candidates": [{"index": 0, "content": content, **ending}]}], then=then)


def find(city: str = "Lisbon", call_id: str = "c1") -> dict[str, Any]:
    return {"id": call_id, "name": "find_hotel", "args": {"city": city}}


def weather(city: str, call_id: str) -> dict[str, Any]:
    return {"id": call_id, "name": "get_weather", "args": {"city": city}}


def declare(page: Page, declarations: Any) -> None:
    page.get_by_role("tab", name="JSON", exact=True).click()
    field = page.locator(".st-key-tools-text textarea")
    write(field, json.dumps(declarations, indent=1))
    field.press("Control+Enter")
    settle(page)


def give(page: Page, name: str, result: str) -> None:
    """Type a result and send it; a click away from the field is enough to keep it."""
    settle(page)
    send = page.get_by_role("button", name="Send the result")
    expect(send).to_have_count(1)  # that of the round before goes when the script has ended
    write(page.get_by_label(f"Result of {name}"), result)
    send.click()


def test_a_loop_of_two_calls_answered_by_hand(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    book = {"id": "c2", "name": "book_room", "args": {"hotel": "Azul"}}
    gemini.replies = [called(find()), called(book), answer("Your room ", "is booked.")]
    page = open_page(f"{fake_url}/tools")
    declare(page, HOTELS)
    ask(page, "Find a hotel in Lisbon and book it")
    expect(page.get_by_text("find_hotel is waiting for its result")).to_be_visible()
    expect(page.get_by_test_id("stJson").get_by_text("Lisbon").last).to_be_visible()
    give(page, "find_hotel", '{"hotel": "Azul"}')
    expect(page.get_by_text("book_room is waiting for its result")).to_be_visible()
    give(page, "book_room", "done")
    expect(page.get_by_text("Your room is booked.")).to_be_visible()
    expect(page.get_by_text("Round 2 of at most 6")).to_be_visible()
    contents = gemini.generated[-1].body["contents"]
    assert [content["role"] for content in contents] == ["user", "model", "user", "model", "user"]
    assert contents[1]["parts"] == [{"functionCall": find(), "thoughtSignature": SIGNATURE}]
    assert contents[2]["parts"][0]["functionResponse"]["response"] == {"hotel": "Azul"}
    assert contents[4]["parts"][0]["functionResponse"] == {
        "id": "c2",
        "name": "book_room",
        "response": {"output": "done"},
    }
    expect(page.get_by_role("button", name="More")).to_have_count(3)  # the last comes at the end
    settle(page)
    page.get_by_role("button", name="More").last.click()
    page.get_by_role("menuitem", name="Inspect").or_(page.get_by_text("Inspect")).first.click()
    page.get_by_role("tab", name="Request", exact=True).click()
    expect(page.get_by_text("functionDeclarations").first).to_be_visible()
    page.get_by_role("tab", name="Code", exact=True).click()
    expect(
        page.get_by_text("from_function_response").or_(page.get_by_text("FunctionResponse")).first
    ).to_be_visible()
    shows_no_error(page)


def test_a_reload_reopens_the_conversation_with_its_functions(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [called(find()), answer("Found.")]
    page = open_page(f"{fake_url}/tools")
    declare(page, HOTELS)
    ask(page, "Find a hotel in Lisbon")
    expect(page.get_by_text("find_hotel is waiting for its result")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]c="))
    page.reload()
    expect(page.get_by_text("find_hotel is waiting for its result")).to_be_visible()
    assert len(gemini.generated) == 1
    settle(page)
    give(page, "find_hotel", "Azul")
    expect(page.get_by_text("Found.")).to_be_visible()
    sent = gemini.generated[-1].body
    assert len(sent["tools"][0]["functionDeclarations"]) == 2
    assert sent["contents"][1]["parts"][0]["thoughtSignature"] == SIGNATURE


def test_stop_ends_a_loop_that_runs_by_itself(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [
        called(weather("Paris", "a"), weather("Oslo", "b")),
        called(weather("Rome", "c"), then="hang"),
    ]
    page = open_page(f"{fake_url}/tools")
    page.get_by_role("button", name="Two at once").click()
    expect(page.get_by_text('get_weather(city="Rome")')).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("stopped")).to_be_visible()
    settle(page)
    assert len(gemini.generated) == 2
    assert gemini.generated[-1].closed.wait(30)
    gemini.replies = [answer("Sunny.")]
    page.get_by_role("button", name="Send the result").click()  # the call had come whole
    expect(page.get_by_text("Sunny.")).to_be_visible()
    shows_no_error(page)


def test_a_function_made_in_the_form_is_sent(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(f"{fake_url}/tools")
    page.get_by_role("button", name="Add a function").click()
    page.get_by_text("A new one").click()
    name = page.get_by_label("Name", exact=True)
    write(name, "book_table")
    name.press("Enter")
    chosen = page.get_by_role("combobox", name="Function")
    expect(chosen).to_have_value("book_table")
    settle(page)
    table = page.get_by_test_id("stDataFrame")
    box = table.bounding_box()
    assert box
    table.click(position={"x": 80, "y": 35 + 17})  # the empty first row
    cell = page.locator("textarea.gdg-input")
    cell.fill("guests")
    cell.press("Enter")
    grown = "document.querySelector('[data-testid=stDataFrame]').clientHeight > {}"
    page.wait_for_function(grown.format(box["height"] + 20))  # with one more empty row
    page.wait_for_timeout(500)  # the editor sends what was typed after a pause of its own
    settle(page)
    page.get_by_role("tab", name="JSON", exact=True).click()
    expect(page.locator(".st-key-tools-text textarea")).to_have_value(re.compile("guests"))
    gemini.replies = [answer("Fine.")]
    ask(page, "A table, please")
    expect(page.get_by_text("Fine.")).to_be_visible()
    (declaration,) = gemini.generated[-1].body["tools"][0]["functionDeclarations"]
    assert declaration["name"] == "book_table"
    assert "guests" in json.dumps(declaration)
    shows_no_error(page)


def test_two_calls_in_turn_on_this_machine_s_model(open_page: Open, local_url: str) -> None:
    """The emulator's functions are chosen by words and its answer is what they returned: sure."""
    page = open_page(f"{local_url}/tools")
    page.get_by_role("button", name="One after the other").click()
    expect(page.get_by_text("Round 2 of at most 6")).to_be_visible(timeout=90_000)
    expect(seen(page, "value: 41.842944")).to_be_visible()
    expect(seen(page, re.compile(r"total: \d+"))).to_be_visible()
    settle(page)
    shows_no_error(page)


def test_calls_that_wait_look_right(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    long = {"id": "c2", "name": "book_room", "args": {"hotel": "A very long name " * 8}}
    gemini.replies = [called(find(), long)]
    page = open_page(f"{fake_url}/tools")
    declare(page, HOTELS)
    ask(page, "Find a hotel in Lisbon and book it")
    expect(page.get_by_role("button", name="Send the 2 results")).to_be_visible()
    settle(page)  # what is drawn late moves the button away from under the click
    write(page.get_by_label("Result of find_hotel"), '{"hotel": "Azul",}')
    page.get_by_role("button", name="Send the 2 results").click()
    expect(page.get_by_text("comma too many")).to_be_visible()
    look_at(page, "tools-waiting")
