"""Conversations by the Interactions API: with the models of this machine, and kept by the API."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, look_at, settle, shows_no_error
from tests.fake_gemini import FakeGemini
from tests.interaction_replies import interaction, text

Open = Callable[..., Page]


def test_a_conversation_by_interactions(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/chat")
    page.get_by_text("Service", exact=True).click()
    page.get_by_role("radio", name="Interactions").click()
    expect(page.get_by_text("Top K: not in the Interactions API")).to_have_count(0)  # folded
    settle(page)
    ask(page, "Say hello in one word.")
    menus = page.get_by_role("button", name="More")
    expect(menus).to_have_count(1, timeout=120_000)
    settle(page)
    page.reload()
    expect(menus).to_have_count(1)
    settle(page)
    ask(page, "And now in French.")
    expect(menus).to_have_count(2, timeout=120_000)
    settle(page)
    menus.last.click()
    page.get_by_role("option", name="Inspect").or_(
        page.get_by_role("menuitem", name="Inspect")
    ).click()
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_text("client.interactions.create(")).to_be_visible()
    settle(page)
    shows_no_error(page)
    look_at(page, "chat-interactions")


def test_a_branch_of_a_kept_conversation(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """Three turns that the API keeps, one of them asked again: each goes on from its own parent."""
    answers = {name: f"Answer {name.upper()}." for name in "abcde"}
    replies = [interaction(text(words), name=name) for name, words in answers.items()]
    gemini.others = {"POST interactions": replies}
    page = open_page(f"{fake_url}/chat")
    page.get_by_text("Service", exact=True).click()
    page.get_by_role("radio", name="Interactions").click()
    page.get_by_role("radio", name="Keep", exact=True).click()
    for prompt, shown in (("First", "Answer A."), ("Second", "Answer B.")):
        settle(page)
        ask(page, prompt)
        expect(page.get_by_text(shown)).to_be_visible()
    settle(page)
    page.get_by_role("button", name="More").last.click()
    page.get_by_role("option", name="Regenerate").or_(
        page.get_by_role("menuitem", name="Regenerate")
    ).click()
    expect(page.get_by_text("Answer C.")).to_be_visible()
    settle(page)
    page.reload()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    settle(page)
    ask(page, "Third")
    expect(page.get_by_text("Answer D.")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Earlier").click()
    expect(page.get_by_text("Answer B.")).to_be_visible()
    settle(page)
    ask(page, "Third, otherwise")
    expect(page.get_by_text("Answer E.")).to_be_visible()
    bodies = [seen.body for seen in gemini.seen if seen.path.endswith("/interactions")]
    parents = [body.get("previous_interaction_id") for body in bodies]
    assert parents == [None, "v1_a", "v1_a", "v1_c", "v1_b"]
    assert [body["input"] for body in bodies] == [
        "First", "Second", "Second", "Third", "Third, otherwise",
    ]  # fmt: skip
    shows_no_error(page)
