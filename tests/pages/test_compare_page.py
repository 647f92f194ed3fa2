"""The compare page in process: columns, repeats, a sweep, one failure, a blind vote."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.compare import Comparison
from tests.fake_gemini import FakeGemini, answer, error

PAGE = "../pages/prompt/compare.py"


@pytest.fixture
def page(app: Callable[..., AppTest]) -> AppTest:
    return checked(app(PAGE))


def checked(at: AppTest) -> AppTest:
    assert not at.exception, at.exception[0].message
    return at


def comparison(at: AppTest) -> Comparison:
    return at.session_state["compare"]


def send(at: AppTest, prompt: str = "Go") -> AppTest:
    at.text_area(key="compare-prompt").set_value(prompt)
    at.button(key="compare-send").click()
    return checked(at.run())


def test_each_column_asks_its_own_model(page: AppTest, fake: FakeGemini) -> None:
    page.selectbox(key="compare-0-model").set_value("gemini-2.5-flash")
    page.selectbox(key="compare-1-model").set_value("gemini-3.8-flash")
    at = send(checked(page.run()))
    asked = {seen.path.partition(":")[0].rpartition("/")[2] for seen in fake.generated}
    assert asked == {"gemini-2.5-flash", "gemini-3.8-flash"}
    assert [row["Agreement"] for row in comparison(at).rows()] == [1, 1]


def test_a_sweep_sends_each_value(page: AppTest, fake: FakeGemini) -> None:
    comparison(page).mode = "sweep"
    comparison(page).swept = "seed"
    send(checked(page.run()))
    seeds = [seen.body["generationConfig"]["seed"] for seen in fake.generated]
    assert sorted(seeds) == [1, 2, 3, 4]


def test_a_failure_leaves_the_others_alone(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "No"), answer("fine")]
    at = send(page)
    outcomes = sorted(entry.live.run.outcome for entry in comparison(at).entries)
    assert outcomes == ["done", "failed"]


def test_a_blind_vote_shows_the_models_after_it(page: AppTest) -> None:
    page.toggle(key="compare-blind").set_value(True)
    at = send(checked(page.run()))
    assert all("Model" not in row for row in comparison(at).rows())
    at.button(key="compare-best-A").click()
    checked(at.run())
    assert all("Model" in row for row in comparison(at).rows())
    assert sum(comparison(at).votes.values()) == 1


def test_nothing_to_send_is_said(page: AppTest, fake: FakeGemini) -> None:
    at = send(page, "")
    assert any("Write a prompt first" in c.value for c in at.caption)
    assert not fake.generated
