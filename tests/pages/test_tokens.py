"""The token counter in process: counts by several models, what is left out, files, failures."""

import threading

import pytest
from streamlit.testing.v1 import AppTest

from gemini.api.call import PendingCall
from gemini.api.connect import Connection
from gemini.media.load import attachment
from pages.tokens.state import TokensState
from tests.fake_gemini import FakeGemini, Reply, error
from tests.on_page import Open, checked

PAGE = "../pages/tokens/page.py"
FLASH, OLDER = "gemini-3.8-flash", "gemini-2.5-flash"


@pytest.fixture
def page(app: Open, gemini_api: None) -> AppTest:
    """The page on the Gemini API, where a prompt has a price."""
    return checked(app(PAGE))


@pytest.fixture
def vertex_page(app: Open, vertex_api: None) -> AppTest:
    return checked(app(PAGE))


def counted(at: AppTest, text: str = "Hello there", models: tuple[str, ...] = (FLASH,)) -> AppTest:
    at.text_area(key="tokens-text").set_value(text)
    at.multiselect(key="tokens-models").set_value(list(models))
    at.button(key="tokens-count").click()
    return checked(at.run())


def state(at: AppTest) -> TokensState:
    return at.session_state["tokens"]


def asked(fake: FakeGemini, method: str = "countTokens") -> list[dict[str, object]]:
    return [seen.body for seen in fake.seen if method in seen.path]


def test_several_models_count_the_same(page: AppTest, fake: FakeGemini) -> None:
    at = counted(page, models=(FLASH, OLDER))
    table = at.dataframe[0].value
    assert list(table["Model"]) == [FLASH, OLDER]
    assert list(table["Tokens"]) == [42, 42]
    assert list(table["Price of the input ($)"]) == pytest.approx([42 * 0.75e-6, 42 * 0.3e-6])
    assert asked(fake)[0]["contents"] == [{"role": "user", "parts": [{"text": "Hello there"}]}]
    assert len(asked(fake)) == 2


def test_a_sample_is_counted_at_a_click(page: AppTest, fake: FakeGemini) -> None:
    page.button(key="sample-tokens-0").click()
    at = checked(page.run())
    assert "Heron Island" in (at.text_area(key="tokens-text").value or "")
    assert len(asked(fake)) == 1
    assert list(at.dataframe[0].value["Model"]) == [FLASH]  # the one of the sidebar


def test_files_are_counted(page: AppTest, fake: FakeGemini) -> None:
    page.session_state["attachments-tokens"].pending.append(attachment("note.txt", b"A note"))
    counted(page, text="")
    parts = asked(fake)[0]["contents"][0]["parts"]  # pyright: ignore[reportIndexIssue]
    assert [next(iter(part)) for part in parts] == ["inlineData"]


def test_what_the_count_leaves_out_is_said(page: AppTest, fake: FakeGemini) -> None:
    page.text_area(key="setting-system_instruction").set_value("Be brief")
    at = counted(checked(page.run()))
    assert any("doesn't count the system instruction" in w.value for w in at.warning)
    assert "systemInstruction" not in asked(fake)[0]


def test_nothing_to_count_is_said(page: AppTest, fake: FakeGemini) -> None:
    at = counted(page, text=" ")
    assert any("Write a text first" in c.value for c in at.caption)
    at = counted(page, models=())
    assert any("Choose a model first" in c.value for c in at.caption)
    assert not asked(fake)


def test_one_failure_leaves_the_others_alone(page: AppTest, fake: FakeGemini) -> None:
    fake.others[f"POST models/{OLDER}:countTokens"] = [error(404, "NOT_FOUND", "Gone")]
    at = counted(page, models=(FLASH, OLDER))
    assert list(at.dataframe[0].value["Model"]) == [FLASH]
    assert any("Gone" in e.value for e in at.main.error)
    fake.others.clear()
    assert len(counted(at, models=(FLASH, OLDER)).dataframe[0].value) == 2


def test_rubbish_for_an_answer_is_a_problem(page: AppTest, fake: FakeGemini) -> None:
    fake.others["POST models/"] = [Reply(body=b"<html>")]
    at = counted(page)
    assert any("couldn't be read" in e.value for e in at.main.error)
    assert at.text_area(key="tokens-text").value == "Hello there"


def test_without_vertex_the_page_says_why_tokens_are_not_listed(page: AppTest) -> None:
    assert any("on Vertex AI only" in info.value for info in page.info)
    assert not [b for b in page.button if b.key == "tokens-list"]


def test_vertex_counts_the_instruction_along(vertex_page: AppTest, fake: FakeGemini) -> None:
    fake.others["POST publishers/"] = [Reply(body={"totalTokens": 7})]
    vertex_page.text_area(key="setting-system_instruction").set_value("Be brief")
    at = counted(checked(vertex_page.run()))
    assert list(at.dataframe[0].value["Tokens"]) == [7]
    assert asked(fake)[0]["systemInstruction"] == {"parts": [{"text": "Be brief"}], "role": "user"}
    assert any("includes the system instruction" in c.value for c in at.caption)


def test_vertex_lists_every_token(vertex_page: AppTest, fake: FakeGemini) -> None:
    info = {"role": "user", "tokens": ["SGVsbG8=", "IHRoZXJl", "/w=="], "tokenIds": ["9", "8", "7"]}
    fake.others["POST publishers/"] = [Reply(body={"tokensInfo": [info]})]
    vertex_page.text_area(key="tokens-text").set_value("Hello there")
    vertex_page.button(key="tokens-list").click()
    at = checked(vertex_page.run())
    table = at.dataframe[0].value
    assert list(table["Token"]) == ["Hello", " there", r"\xff"]
    assert list(table["Id"]) == [9, 8, 7]
    assert len(asked(fake, "computeTokens")) == 1


def test_a_count_of_another_text_is_marked(page: AppTest) -> None:
    at = counted(page)
    assert not any("have changed" in c.value for c in at.caption)
    at.text_area(key="tokens-text").set_value("Something else")
    assert any("have changed" in c.value for c in checked(at.run()).caption)


def test_a_count_that_was_stopped_is_forgotten(page: AppTest) -> None:
    at = counted(page)
    stale = state(at)
    stale.stop()
    assert len(stale.counts) == 1  # what has answered stays


def test_why_a_count_is_made_once_more_is_said(fake: FakeGemini, connection: Connection) -> None:
    held = threading.Event()
    fake.others["POST models/"] = [
        error(503, "UNAVAILABLE", "Overloaded"),
        Reply(body={"totalTokens": 42}, held=held),
    ]
    count = PendingCall(
        connection, "models.count_tokens", {"model": FLASH, "contents": "Hello there"}
    )
    counting = TokensState(counts=[count])
    while not counting.asked_again:
        assert counting.look_up()
    assert counting.asked_again == "The service failed (503). Trying again"
    held.set()
    while counting.look_up():
        pass
    assert not counting.asked_again
