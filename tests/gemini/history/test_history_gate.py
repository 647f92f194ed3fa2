"""Requests that run at once are let through only as far as the limits allow all of them."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gemini.history.database import History
from gemini.history.limits import NO_LIMITS, PERSON, PLAYGROUND, Gate, Limits, Spent
from gemini.run import Run
from tests.gemini.history.sample_runs import running

TEN_TOKENS = {PERSON: NO_LIMITS, PLAYGROUND: Limits(tokens_per_day=10)}


def a_dollar_a_token(run: Run) -> float:
    return float(run.usage.get("total_token_count") or run.usage.get("prompt_token_count") or 0)


def nothing(_session: str | None, _without: Collection[str]) -> Spent:
    return Spent()


def test_it_counts_what_the_history_does_not_know_yet() -> None:
    gate, asked = Gate(a_dollar_a_token), []

    def spent(session: str | None, _without: Collection[str]) -> Spent:
        asked.append(session)
        return Spent()

    limits = {PERSON: Limits(requests_per_minute=2), PLAYGROUND: Limits(requests_per_minute=3)}
    refused = [gate.admit(session, limits, spent) for session in ("a", "a", "a", "b", "b")]
    assert [problem and problem.cause.partition(" can")[0] for problem in refused] == [
        None, None, PERSON, None, PLAYGROUND,
    ]  # fmt: skip
    assert asked == ["a", None, "a", None, "a", "b", None, "b", None]


@pytest.mark.parametrize(
    "limit",
    [Limits(requests_per_minute=1), Limits(tokens_per_day=11), Limits(dollars_per_day=11.0)],
)
def test_of_requests_at_once_only_so_many_pass_as_there_is_room_for(limit: Limits) -> None:
    gate, limits = Gate(a_dollar_a_token), {PERSON: NO_LIMITS, PLAYGROUND: limit}
    runs = [running() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(lambda run: gate.admit(run.id, limits, nothing, run, 6), runs))
    assert sum(problem is None for problem in refused) == 1


def test_a_session_is_not_held_back_by_what_others_have_on_their_way() -> None:
    gate, limits = (
        Gate(a_dollar_a_token),
        {PERSON: Limits(tokens_per_day=10), PLAYGROUND: NO_LIMITS},
    )
    runs = [running() for _ in range(3)]
    assert gate.admit("a", limits, nothing, runs[0], 6) is None
    assert gate.admit("b", limits, nothing, runs[1], 6) is None
    problem = gate.admit("a", limits, nothing, runs[2], 6)
    assert problem is not None
    assert "6 have been used, and this prompt has about 6" in problem.cause


def test_a_prompt_is_let_go_when_its_run_has_ended() -> None:
    gate, first, second = Gate(a_dollar_a_token), running(), running()
    assert gate.admit("s", TEN_TOKENS, nothing, first, 6) is None
    assert gate.admit("s", TEN_TOKENS, nothing, second, 6) is not None
    first.outcome = "stopped"
    assert gate.admit("s", TEN_TOKENS, nothing, second, 6) is None


def test_a_prompt_is_let_go_when_its_run_was_never_sent() -> None:
    gate = Gate(a_dollar_a_token)
    assert gate.admit("s", TEN_TOKENS, nothing, running(), 6) is None
    assert gate.admit("s", TEN_TOKENS, nothing, running(), 6) is None


def test_a_run_of_yesterday_is_none_of_today() -> None:
    gate, old = Gate(a_dollar_a_token), running()
    old.created = datetime.now(UTC) - timedelta(days=1)
    assert gate.admit("s", TEN_TOKENS, nothing, old, 6) is None
    assert gate.admit("s", TEN_TOKENS, nothing, running(), 6) is None


def test_a_run_is_counted_once_while_it_is_written_and_after(history: History) -> None:
    """The history was told 7 tokens of a run that was taken to have 4, and now has 8."""
    gate, run = Gate(a_dollar_a_token), running()
    run.usage = {"total_token_count": 7}
    history.of("s").record(run, "chat")
    assert history.spent("s").tokens == 7

    def refused(tokens: int) -> bool:
        return gate.admit("s", TEN_TOKENS, history.spent, None, tokens) is not None

    assert gate.admit("s", TEN_TOKENS, history.spent, run, 3) is None
    run.usage = {"total_token_count": 8}
    assert refused(3)
    assert not refused(2)
    run.outcome = "done"
    assert refused(3)
    assert not refused(2)
