"""The usage page in process: what was used, by period and model, and what is left."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.prices import price_table
from gemini.history.database import open_history
from tests.fake_gemini import FakeGemini
from tests.gemini.history.sample_runs import ended
from tests.on_page import Open, checked

PAGE = "../pages/usage/page.py"


def ask(at: AppTest) -> AppTest:
    at.chat_input[0].set_value("Hi").run()
    return checked(at)


def page(at: AppTest) -> AppTest:
    return checked(at.switch_page(PAGE).run())


def period(at: AppTest, name: str) -> AppTest:
    at.segmented_control(key="usage-period").set_value(name)
    return checked(at.run())


def texts(at: AppTest) -> str:
    return "\n".join(
        str(e.value) for e in [*at.markdown, *at.text, *at.caption, *at.info, *at.error]
    )


def figures(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def used_days_ago(days: int, model: str) -> None:
    """Have a request counted that was sent some days ago, at a price of a cent."""
    history = open_history(price=lambda _run: 0.01)
    run = ended(model=model)
    run.created = datetime.now(UTC) - timedelta(days=days)
    history.of().record(run, "chat", session="earlier")
    history.close()


def test_an_empty_page_says_what_is_counted(app: Open) -> None:
    at = checked(app(PAGE))
    assert "No requests in this session." in texts(at)
    assert "No limits are set." in texts(at)
    assert "No requests today." in texts(period(at, "Today"))
    next(b for b in at.button if b.label == "Ask something in Chat").click().run()
    assert checked(at).chat_input


def test_only_the_ends_that_matter_are_told(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_LIMIT_TOKENS_PER_MONTH", "1000")
    shown = texts(checked(app(PAGE)))
    assert "The month ends in" in shown
    assert "Days end" not in shown
    monkeypatch.setenv("PLAYGROUND_LIMIT_TOKENS_PER_DAY", "100")
    assert "; the month ends in" in texts(checked(app(PAGE)))


def test_the_session_the_day_and_the_month(app: Open) -> None:
    used_days_ago(0, "model-b")
    used_days_ago(20, "model-c")
    used_days_ago(40, "model-d")
    at = page(ask(ask(app())))
    assert figures(at) == {"Requests": "2", "Tokens": "18", "Cost, estimated": "unknown"}
    period(at, "Today")
    assert figures(at)["Requests"] == "3"
    assert at.dataframe[0].value["Model"].tolist() == ["gemini-3.8-flash", "model-b"]
    period(at, "30 days")
    assert figures(at) == {"Requests": "4", "Tokens": "48", "Cost, estimated": "$0.0200"}
    assert set(at.dataframe[0].value["Model"]) == {"gemini-3.8-flash", "model-b", "model-c"}


def test_what_was_used_can_be_taken_along(app: Open) -> None:
    used_days_ago(1, "gemini-3.8-flash")
    at = period(checked(app(PAGE)), "30 days")
    assert "CSV by day and model" in [button.label for button in at.get("download_button")]


def test_the_cost_says_what_it_is(app: Open) -> None:
    used_days_ago(0, "model-b")
    at = period(page(ask(app())), "Today")
    assert f"price list of {price_table().date:%d %B %Y}" in texts(at)
    assert "1 request has no known price" in texts(at)


@pytest.mark.parametrize("measure", ["Tokens", "Requests", "Cost ($)"])
def test_each_measure_has_its_chart(app: Open, measure: str) -> None:
    at = page(ask(app()))
    for name in ("This session", "30 days"):
        period(at, name)
        at.segmented_control(key="usage-measure").set_value(measure)
        checked(at.run())


def test_what_is_left_of_the_limits(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE", "5")
    monkeypatch.setenv("PLAYGROUND_LIMIT_TOKENS_PER_DAY", "1000")
    monkeypatch.setenv("PLAYGROUND_LIMIT_DOLLARS_PER_DAY", "0")
    at = page(ask(ask(app())))
    bars = [element.proto.text for element in at.get("progress")]
    assert bars == [
        "You: 2 of 5 requests in the last minute, 3 left",
        "This playground: 18 of 1,000 tokens today, 982 left",
        "This playground: \\$0.00 of \\$0.00 today, \\$0.00 left",
    ]


def test_a_limit_that_cannot_be_read_is_named(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_LIMIT_TOKENS_PER_DAY", "many")
    at = checked(app(PAGE))
    assert "PLAYGROUND_LIMIT_TOKENS_PER_DAY" in at.error[0].value


def test_nobody_sees_what_others_used(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    ask(app())
    at = period(checked(app(PAGE)), "30 days")
    assert "No requests in 30 days." in texts(at)
