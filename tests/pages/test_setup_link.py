"""A link to a page as it is set: made in the sidebar, opened in another session."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from gemini import links
from gemini.setup import Setup, from_link, to_link
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked, click

SHELL = Path(__file__).parents[2] / "components" / "shell.py"
SETUP = Setup(
    "gemini-2.5-flash",
    {"temperature": 0.3, "system_instruction": "Answer in rhyme."},
    prompt="Why is the sky blue?",
)


def opened(link: str, page: str = "chat") -> AppTest:
    """A session that begins with such a link; the fixture `app` has set the rest up."""
    at = AppTest.from_file(SHELL, default_timeout=60)
    at.query_params["setup"] = link
    at._page_hash = calc_hash(page)
    return checked(at.run())


def settings(at: AppTest) -> dict[str, object]:
    state = at.session_state["run_settings"]
    return {"model": state.model.name, **state.off_default}


def draft(at: AppTest) -> str | None:
    return at.chat_input[0].value


def said(at: AppTest) -> str:
    return " ".join(each.value for each in [*at.info, *at.error])


def test_a_link_sets_the_page_and_sends_nothing(app: Open, fake: FakeGemini) -> None:
    app()
    at = opened(to_link(SETUP))
    assert settings(at) == {
        "model": "gemini-2.5-flash",
        "temperature": 0.3,
        "system_instruction": "Answer in rhyme.",
    }
    assert at.text_area(key="setting-system_instruction").value == "Answer in rhyme."
    assert draft(at) == "Why is the sky blue?"
    assert "Temperature" in said(at)
    assert "Nothing has been sent." in said(at)
    assert not fake.generated
    fake.replies = [answer("Because.")]
    at.chat_input[0].set_value("Why is the sky blue?").run()
    assert "setup" not in checked(at.run()).query_params
    assert not at.info
    assert fake.generated[0].body["generationConfig"]["temperature"] == 0.3


def test_in_a_session_that_goes_on_it_asks_first(app: Open, fake: FakeGemini) -> None:
    at = app()
    at.query_params["setup"] = to_link(SETUP)
    at = checked(at.run())
    assert "temperature" not in settings(at)
    assert not draft(at)
    assert "Use them in place of what is here?" in said(at)
    click(at, "Keep what's here")
    assert "temperature" not in settings(at)
    assert not at.info
    at.query_params["setup"] = to_link(Setup("gemini-2.5-flash", {"top_p": 0.4}))
    click(checked(at.run()), "Use them")
    assert settings(at)["top_p"] == 0.4
    assert not fake.generated


@pytest.mark.parametrize("page", ["compare", "structured", "create-music", "create-video"])
def test_the_prompt_goes_into_the_field_of_a_form(app: Open, page: str) -> None:
    app()
    at = opened(to_link(SETUP), page)
    assert next(t for t in at.main.text_area if t.label == "Prompt").value == SETUP.prompt


def test_what_cannot_be_taken_is_said_one_by_one(app: Open) -> None:
    app()
    data = {"version": 9, "model": "gemini-99-ultra", "config": {"warp": 1, "temperature": 0.3}}
    at = opened(links.to_link(data))
    assert settings(at)["temperature"] == 0.3
    for words in ("newer version", "“warp”", "gemini-99-ultra isn't available here"):
        assert words in said(at)


@pytest.mark.parametrize("link", ["x", "a" * 20_000, "eJwrTi0qSS0GAAmTAlw"])
def test_rubbish_is_said_and_the_page_works(app: Open, fake: FakeGemini, link: str) -> None:
    app()
    at = opened(link)
    assert "This link can't be opened: it " in said(at)
    click(at, "Dismiss")
    assert not at.error
    fake.replies = [answer("Hello")]
    checked(at.chat_input[0].set_value("Hi").run())
    assert fake.generated


def link_made(at: AppTest) -> str:
    """The link that the dialog offers."""
    click(at, "Link to this setup")
    return next(code.value for code in at.code if "setup=" in code.value)


def test_the_link_that_is_made_has_the_settings_and_the_last_prompt(
    app: Open, fake: FakeGemini
) -> None:
    at = app()
    at.text_area(key="setting-system_instruction").set_value("Be brief.")
    fake.replies = [answer("Hello")]
    checked(at.chat_input[0].set_value("Hi there").run())
    link = link_made(at)
    read, left_out = from_link(re.search(r"setup=([\w-]+)", link)[1])  # type: ignore[index]
    assert not left_out
    assert read.config == {"system_instruction": "Be brief."}
    assert read.prompt == "Hi there"
    assert read.model == settings(at)["model"]
    area = at.text_area(key="setup-link-chat-prompt")
    checked(area.set_value("Another").run())
    link = next(code.value for code in at.code if "setup=" in code.value)
    assert from_link(re.search(r"setup=([\w-]+)", link)[1])[0].prompt == "Another"  # type: ignore[index]


def test_a_long_one_has_no_qr_code_and_a_longer_one_no_link(app: Open) -> None:
    at = app()
    link_made(at)
    assert len(at.get("image")) == 1
    words = " ".join(str(n * n * 7919) for n in range(1, 800))
    area = at.text_area(key="setup-link-chat-prompt")
    checked(area.set_value(words).run())
    assert len(at.get("image")) == 0
    assert any("Too long for a QR code" in each.value for each in at.caption)
    assert any("setup=" in code.value for code in at.code)
    area = at.text_area(key="setup-link-chat-prompt")
    checked(area.set_value(words * 9 + "".join(map(str, range(9_000)))).run())
    assert not any("setup=" in code.value for code in at.code)
    assert any("No link: it would have" in each.value for each in at.warning)
