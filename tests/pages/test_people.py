"""Who a person is where nobody signs in: a browser, over reloads, new tabs and restarts."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import person_cookie
from components.people import know_browsers
from components.person_cookie import COOKIE, new_name, signed
from gemini.history.database import open_history
from gemini.history.engine import data_folder
from tests.fake_gemini import FakeGemini
from tests.on_page import Open, checked

HISTORY = "../pages/history/page.py"
PER_MINUTE = "PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, empty_history: None) -> Iterator[Callable[..., str]]:
    """On a server that others can reach: what opens another browser, or one with this cookie."""
    cookies: dict[str, str] = {}
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: dict(cookies)))
    know_browsers()

    def use(cookie: str | None = None) -> str:
        value = signed(new_name()) if cookie is None else cookie
        assert value is not None
        cookies[COOKIE] = value
        return value

    yield use
    person_cookie.provide(lambda: None, lambda _name: False)


def ask(at: AppTest, text: str = "Hi") -> AppTest:
    at.chat_input[0].set_value(text).run()
    return checked(at)


def prompts(app: Open) -> list[str]:
    at = checked(app(HISTORY))
    return at.dataframe[0].value["Prompt"].tolist() if at.dataframe else []


def said(at: AppTest) -> str:
    return "\n".join(str(e.value) for e in [*at.markdown, *at.caption, *at.info, *at.warning])


def test_a_browser_finds_its_own_again_and_nobody_elses(
    app: Open, browser: Callable[..., str]
) -> None:
    first = browser()
    ask(app(), "Mine alone")
    assert prompts(app) == ["Mine alone"]  # a new tab
    browser()
    assert prompts(app) == []
    st.cache_resource.clear()  # a restart, as far as what is kept in memory goes
    know_browsers()
    browser(first)
    assert prompts(app) == ["Mine alone"]


@pytest.mark.parametrize("cookie", ["forged", "", "a.b.c"])
def test_a_forged_cookie_is_somebody_new_in_this_tab_alone(
    app: Open, browser: Callable[..., str], cookie: str
) -> None:
    browser()
    ask(app(), "Mine alone")
    browser(cookie)
    at = ask(app(), "Theirs")
    assert "This browser's cookie can't be used" in said(at)
    assert prompts(app) == []


def test_the_id_of_a_person_opens_nothing(app: Open, browser: Callable[..., str]) -> None:
    browser()
    ask(app(), "Mine alone")
    history = open_history()
    owner = history.people.all()[0].owner
    history.close()
    for guess in (owner, owner.removeprefix("browser:")):
        browser(guess)
        assert prompts(app) == []


def test_limits_outlive_a_reload(
    app: Open, fake: FakeGemini, browser: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PER_MINUTE, "1")
    browser()
    ask(app())
    at = ask(app())
    assert "You can send 1 request a minute." in said(at)
    assert len(fake.generated) == 1
    browser()  # somebody else
    ask(app())
    assert len(fake.generated) == 2


def test_forgetting_a_browser_deletes_what_is_its_own(
    app: Open, browser: Callable[..., str]
) -> None:
    other = browser()
    ask(app(), "Theirs stays")
    own = browser()
    at = ask(app(), "Mine goes")
    tab = checked(app())
    assert "for good" in said(at)
    at.button(key="forget-browser").click().run()
    checked(at)
    assert prompts(app) == []
    tab.run()  # the other tab of this browser is nobody's any more
    assert "This browser's cookie can't be used" in said(checked(tab))
    browser(own)
    assert prompts(app) == []
    browser(other)
    assert prompts(app) == ["Theirs stays"]


def test_on_ones_own_machine_nobody_is_asked_to_forget(app: Open) -> None:
    at = ask(app())
    assert not [b for b in at.button if b.label == "Forget this browser"]
    history = open_history()
    assert [p.name for p in history.people.all()] == ["This computer"]
    history.close()


def test_while_the_database_is_away_answers_go_on(
    app: Open, fake: FakeGemini, browser: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = browser()
    monkeypatch.setenv("DATABASE_URL", "oracle://nowhere/x")
    st.cache_resource.clear()
    know_browsers()
    browser(cookie)
    ask(app(), "Still answered")
    assert len(fake.generated) == 1
    monkeypatch.delenv("DATABASE_URL")
    st.cache_resource.clear()
    know_browsers()
    assert prompts(app) == []
    assert (data_folder() / "history.db").exists()
