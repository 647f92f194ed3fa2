"""What was used, summed by day and model; and the limits that stop a request in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gemini.api.problems import Problem
from gemini.api.wire import Exchange
from gemini.history.database import History, open_history
from gemini.history.limits import (
    EVERYONE,
    Limits,
    Scope,
    Spent,
    VariableError,
    check,
    limits_from,
)
from gemini.request import Request
from gemini.run import Run
from tests.gemini.history.sample_runs import ended, running

DAY = date(2026, 3, 14)


def test_sums_by_day_and_model(url: str) -> None:
    history = open_history(url, price=lambda run: 0.5 if run.request.model == "a" else None)
    store = history.of("ann")
    for model, minutes, session in (("a", 0, "s"), ("a", 60, "t"), ("b", 0, "s"), ("a", 1500, "s")):
        store.record(ended(model=model, minutes=minutes), "chat", session=session)
    sums = store.usage_sums(DAY, DAY + timedelta(days=1))
    assert [(s.day, s.model, s.requests) for s in sums] == [
        (DAY, "a", 2), (DAY, "b", 1), (DAY + timedelta(days=1), "a", 1),
    ]  # fmt: skip
    first = sums[0]
    assert (first.prompt_tokens, first.thoughts_tokens, first.answer_tokens) == (14, 6, 10)
    assert (first.total_tokens, first.cached_tokens, first.tool_tokens) == (30, 0, 0)
    assert (first.dollars, first.unpriced) == (1.0, 0)
    assert (sums[1].dollars, sums[1].unpriced) == (0.0, 1)
    assert [s.requests for s in store.usage_sums(DAY, DAY, session="t")] == [1]
    assert store.usage_sums(DAY - timedelta(days=9), DAY - timedelta(days=1)) == []
    history.close()


def test_each_request_of_a_long_answer_counts(history: History) -> None:
    run, store = ended(), history.of()
    run.created = datetime.now(UTC)
    posts = [
        Exchange("POST", "http://a/interactions", {}, b"", status) for status in (503, 200, 200)
    ]
    run.exchanges = [*posts, Exchange("GET", "http://a/interactions/v1", {}, b"", 200)]
    store.record(run, "chat")
    today = datetime.now(UTC).date()
    sums = store.usage_sums(today, today)[0]
    assert (sums.requests, sums.unpriced, sums.total_tokens) == (2, 2, 15)
    assert len(history.spent().recent) == 2


def test_counts_outlive_the_runs(history: History) -> None:
    run, store = ended(), history.of()
    store.record(run, "chat")
    store.delete_everything()
    assert store.usage_sums(DAY, DAY)[0].total_tokens == 15


def test_what_is_spent_counts_a_request_from_its_start(history: History) -> None:
    def sent(session: str, seconds_ago: float) -> Run:
        run = running()
        run.created = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        history.of(f"owner of {session}").record(run, "chat", session=session)
        return run

    sent("s", 90)
    run = sent("s", 10)
    sent("t", 5)
    assert len(history.spent(Scope("owner of s")).recent) == 1
    assert history.spent(Scope("owner of s")).recent[0] >= 10
    assert len(history.spent().recent) == 2
    assert history.spent(Scope("owner of s")).tokens == 0
    run.usage = {"total_token_count": 100}
    run.outcome = "done"
    assert history.spent(Scope("owner of s")).tokens == history.spent().tokens == 100
    assert history.spent(Scope("none")) == Spent()


@pytest.mark.parametrize(
    ("usage", "output", "total"),
    [
        ((264, 0, 104, 989, 1357), 1093, 1357),
        ((264, 0, None, 989, 1253), 989, 1253),
        ((264, 50, 104, 989, 1357), 1093, 1407),  # the sum leaves out what tools brought in
        ((264, 0, 104, 989, None), 1093, 1357),
    ],
)
def test_thoughts_count_as_output_everywhere(
    history: History, usage: tuple[int | None, ...], output: int, total: int
) -> None:
    names = ("prompt", "tool_use_prompt", "candidates", "thoughts", "total")
    run = ended()
    counts = zip(names, usage, strict=True)
    run.usage = {f"{name}_token_count": n for name, n in counts if n is not None}
    run.created = datetime.now(UTC)
    store = history.of()
    store.record(run, "chat", session="s")
    assert run.output_tokens == store.find().runs[0].output_tokens == output
    assert history.spent(Scope("")).tokens == total
    day = run.created.date()
    assert store.usage_sums(day, day)[0].total_tokens == total


@pytest.mark.parametrize(
    ("limits", "spent", "tokens", "allowed"),
    [
        (Limits(), Spent((1.0,) * 999, 10**9, 1e6), 10**6, True),
        (Limits(requests_per_minute=2), Spent((50.0,)), 0, True),
        (Limits(requests_per_minute=2), Spent((50.0, 1.0)), 0, False),
        (Limits(requests_per_minute=0), Spent(), 0, False),
        (Limits(tokens_per_day=100), Spent(tokens=99), 1, True),
        (Limits(tokens_per_day=100), Spent(tokens=99), 2, False),
        (Limits(tokens_per_day=100), Spent(tokens=100), 0, False),
        (Limits(dollars_per_day=1.0), Spent(dollars=0.99), 0, True),
        (Limits(dollars_per_day=1.0), Spent(dollars=1.0), 0, False),
        (Limits(tokens_per_month=100), Spent(tokens=999, month_tokens=99), 1, True),
        (Limits(tokens_per_month=100), Spent(month_tokens=99), 2, False),
        (Limits(dollars_per_month=1.0), Spent(month_dollars=1.0), 0, False),
    ],
)
def test_a_limit_stops_a_request_before_it_is_sent(
    limits: Limits, spent: Spent, tokens: int, allowed: bool
) -> None:
    problem = check(limits, spent, "You", tokens)
    assert (problem is None) == allowed
    if problem:
        assert problem.kind == "limit"
        assert problem.cause.startswith("You can")
        assert problem.remedy


def test_it_says_how_long_to_wait() -> None:
    problem = check(Limits(requests_per_minute=2), Spent((50.0, 30.0, 1.0)), "You")
    assert problem is not None
    assert problem.remedy == "Wait 30 s."  # then one of the three is left
    assert problem.cause == ("You can send 2 requests a minute. 3 were sent in the last minute.")


def test_it_says_what_is_used_and_when_the_day_ends() -> None:
    evening = datetime(2026, 3, 14, 21, 30, tzinfo=UTC)
    problem = check(Limits(tokens_per_day=100), Spent(tokens=99), EVERYONE.words, 5, now=evening)
    assert problem is not None
    assert problem.cause == (
        "This playground can use 100 tokens a day. 99 have been used, and this prompt has about 5."
    )
    assert problem.remedy == "Send less, or wait until midnight UTC, in 2 h 30 min."
    problem = check(Limits(dollars_per_day=2.5), Spent(dollars=2.514), "You", now=evening)
    assert problem is not None
    assert "$2.50 a day. The estimate so far is $2.51." in problem.cause
    problem = check(Limits(dollars_per_day=2.5), Spent(dollars=2.49), "You", 9, 0.02)
    assert problem is not None
    assert "The estimate so far is $2.49, and this prompt costs about $0.0200." in problem.cause


def test_it_says_when_the_month_ends() -> None:
    last = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)
    spent = Spent(month_tokens=99)
    problem = check(Limits(tokens_per_month=100), spent, "The group ml", 5, now=last)
    assert problem is not None
    assert problem.cause.startswith("The group ml can use 100 tokens a month. 99 have been used")
    assert problem.remedy == "Send less, or wait until 1 January (UTC)."


def test_a_request_that_was_held_back_is_not_counted(history: History) -> None:
    store = history.of()
    for kind in ("limit", "no_key", "offline"):
        run = Run(Request("m", []), outcome="failed", problem=Problem(kind, "T", "C", "R"))
        store.record(run, "chat", session="s")
    assert len(store.find().runs) == 3
    assert len(history.spent(Scope("")).recent) == 1


def test_limits_come_from_the_environment() -> None:
    environ = {
        "PLAYGROUND_LIMIT_REQUESTS_PER_MINUTE": "60",
        "PLAYGROUND_LIMIT_DOLLARS_PER_DAY": "2.5",
        "PLAYGROUND_SESSION_LIMIT_TOKENS_PER_DAY": "1000",
    }
    assert limits_from(environ, person=False) == Limits(60, None, 2.5)
    assert limits_from(environ, person=True) == Limits(None, 1000, None)


@pytest.mark.parametrize("value", ["many", "-1", "inf", "nan"])
def test_a_limit_that_is_no_number_is_named(value: str) -> None:
    with pytest.raises(VariableError, match="PLAYGROUND_LIMIT_TOKENS_PER_DAY"):
        limits_from({"PLAYGROUND_LIMIT_TOKENS_PER_DAY": value}, person=False)
