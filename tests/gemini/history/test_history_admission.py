"""Requests that come at once are let through only as far as the limits allow all of them."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from gemini.history.admission import spent
from gemini.history.database import History, open_history
from gemini.history.engine import HistoryError
from gemini.history.limits import EVERYONE, NO_LIMITS, Limits, Rules, Scope
from gemini.history.schema import micros, reservations
from gemini.run import Run
from tests.gemini.history.sample_runs import ended, running

ROOT = Path(__file__).parents[3]
ANN, TEAM = Scope("ann"), Scope(group="team")
TEN_TOKENS = {EVERYONE: Limits(tokens_per_day=10)}


def a_dollar_a_token(run: Run) -> float:
    return float(run.usage.get("total_token_count") or run.usage.get("prompt_token_count") or 0)


@pytest.fixture
def history(url: str) -> Iterator[History]:
    opened = open_history(url, price=a_dollar_a_token)
    yield opened
    opened.close()


def passes(
    history: History, rules: Rules, tokens: int = 0, owner: str = "ann", run: Run | None = None
) -> bool:
    return history.admit(owner, rules, run or running(), tokens) is None


@pytest.mark.parametrize(
    "limit",
    [
        Limits(requests_per_minute=7),
        Limits(tokens_per_day=47),
        Limits(dollars_per_day=47.0),
        Limits(tokens_per_month=47),
        Limits(dollars_per_month=47.0),
    ],
)
def test_of_requests_at_once_only_so_many_pass_as_there_is_room_for(
    url: str, history: History, limit: Limits
) -> None:
    other = open_history(url, price=a_dollar_a_token)  # as another process has it
    with ThreadPoolExecutor(20) as pool:
        passed = pool.map(
            lambda n: passes((history, other)[n % 2], {EVERYONE: limit}, 6), range(20)
        )
        assert sum(passed) == 7
    other.close()


def test_twenty_requests_at_once_on_two_processes_share_what_is_left(url: str) -> None:
    command = [sys.executable, "-m", "tests.gemini.history.admits_many", url, "10", "7"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    passed = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(passed) == 7


def test_each_person_and_each_group_has_their_own(history: History) -> None:
    for owner in ("ann", "bob"):
        history.people.see(owner, owner, ["team"])
    team = {TEAM: Limits(requests_per_minute=3)}
    assert passes(history, {ANN: Limits(requests_per_minute=1), **team})
    problem = history.admit("ann", {ANN: Limits(requests_per_minute=1), **team}, running())
    assert problem is not None
    assert problem.cause.startswith("You can send 1 request a minute.")
    assert passes(history, team, owner="bob")
    eve = {Scope(owner="eve"): Limits(requests_per_minute=3)}
    assert passes(history, eve, owner="eve")  # not in it: hers doesn't count
    assert passes(history, team, owner="cat")  # came into it a moment ago: hers does
    problem = history.admit("bob", team, running())
    assert problem is not None
    assert problem.cause.startswith("The group team can send 3 requests a minute.")


def test_what_was_reserved_last_month_is_not_of_this_one(history: History) -> None:
    rules = {EVERYONE: Limits(tokens_per_month=10)}
    assert passes(history, rules, 8)
    later = datetime.now(UTC) + timedelta(days=32)
    with history._engine.connect() as connection:
        assert spent(connection, later, EVERYONE, month=True).month_tokens == 0


def test_a_reservation_goes_when_its_run_has_ended(history: History) -> None:
    run = running()
    assert passes(history, TEN_TOKENS, 6, run=run)
    history.of("ann").record(run, "chat")
    assert not passes(history, TEN_TOKENS, 6)
    run.usage, run.outcome = {"total_token_count": 2}, "stopped"
    assert passes(history, TEN_TOKENS, 6)


def test_a_run_counts_once_while_it_is_written_and_after(history: History) -> None:
    """Its prompt was taken to have 3 tokens, and it has 7 by now; then 8."""
    run = running()
    assert passes(history, TEN_TOKENS, 3, run=run)
    run.usage = {"total_token_count": 7}
    history.of("ann").record(run, "chat")
    assert history.spent().tokens == 7
    assert len(history.spent().recent) == 1
    run.usage, run.outcome = {"total_token_count": 8}, "done"
    assert history.spent().tokens == 8
    assert not passes(history, TEN_TOKENS, 3)
    assert passes(history, TEN_TOKENS, 2)


def test_what_was_never_sent_is_let_go_after_a_minute(history: History) -> None:
    assert passes(history, TEN_TOKENS, 6)
    assert not passes(history, TEN_TOKENS, 6)
    earlier = {"at": micros(datetime.now(UTC) - timedelta(seconds=61))}
    history._access.write(lambda c: c.execute(update(reservations), earlier))
    assert passes(history, TEN_TOKENS, 6)


def test_a_call_that_is_no_run_is_a_request_too(history: History) -> None:
    rules = {ANN: Limits(requests_per_minute=1)}
    assert history.admit("ann", rules) is None
    assert history.admit("ann", rules) is not None
    assert history.admit("bob", {Scope("bob"): Limits(requests_per_minute=1)}) is None


def test_the_month_has_the_days_before_today(history: History) -> None:
    now = datetime.now(UTC)
    for days in (0, now.day - 1, now.day):  # today, the first, and the last of the month before
        run = ended()
        run.created = now - timedelta(days=days)
        history.of("ann").record(run, "chat")
    spent = history.spent(ANN, month=True)
    assert spent.month_tokens == 30
    assert spent.month_dollars == 30.0
    assert spent.tokens == (15 if now.day > 1 else 30)
    assert history.spent(ANN).month_tokens == 0
    assert not passes(history, {ANN: Limits(tokens_per_month=30)})
    assert passes(history, {ANN: Limits(tokens_per_month=31)}, 1)


def test_without_limits_nothing_is_looked_up(history: History) -> None:
    assert passes(history, {ANN: NO_LIMITS, EVERYONE: NO_LIMITS}, 10**9)


def test_where_the_database_fails_that_is_said(tmp_path: Path) -> None:
    history = open_history(data_dir=tmp_path)
    history._access.write(lambda c: c.exec_driver_sql("DROP TABLE reservations"))
    with pytest.raises(HistoryError):
        history.admit("ann", TEN_TOKENS, running(), 1)
    history.close()
