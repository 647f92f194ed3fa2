"""Who was here, whose browsers were forgotten, who did what; and the links that people made."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from gemini.api.problems import Problem
from gemini.history import shares as shares_module
from gemini.history.database import History, open_history
from gemini.history.people import ABANDONED_DAYS, AUDIT_DAYS
from gemini.history.presets import INSTRUCTION
from gemini.history.retention import Retention
from gemini.history.schema import audit, micros, people, shares
from gemini.history.shares import KEPT_AFTER, MOST, ShareError
from tests.gemini.history.sample_runs import delete_what_is_old, ended, running

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def test_processes_that_start_together_agree_on_a_secret(url: str) -> None:
    opened = [open_history(url) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        secrets = set(pool.map(lambda n: opened[n % 3].people.secret("cookie"), range(6)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    assert opened[0].people.secret("other") not in secrets
    for history in opened:
        history.close()


def test_who_was_here(history: History) -> None:
    history.people.see("iss 1", "ann@x.org", ["ml", "ml", "hr"], "first")
    history.people.see("iss 1", "ann@y.org", ["hr"], "first")
    history.people.see("browser:a", "Browser a")
    people = {person.owner: person for person in history.people.all()}
    assert people["iss 1"].name == "ann@y.org"
    assert people["iss 1"].groups == ("hr",)
    assert people["iss 1"].first_seen < people["iss 1"].last_seen
    assert not people["browser:a"].ended
    assert [(e.owner, e.action) for e in history.people.audit()] == [("iss 1", "Signed in")]
    history.people.see("iss 1", "ann@y.org", [], "second")
    assert len(history.people.audit()) == 2


def test_a_forgotten_browser_leaves_its_counts_only(history: History) -> None:
    owners = ("browser:a", "browser:b")
    for owner in owners:
        history.people.see(owner, owner)
        store = history.of(owner)
        store.record(ended(), "chat")
        store.save_preset("Mine", "chat", ended().request)
        store.save_preset("Brief", INSTRUCTION, ended().request)
        history.people.add_own(owner, "files/1")
        history.shares.add(owner, "Answer", "T", "<p>", TOMORROW)
    store = history.of(owners[0])
    store.delete_everything()
    history.people.end(owners[0])
    assert [history.people.has_ended(owner) for owner in (*owners, "browser:c")] == [
        True, False, False,
    ]  # fmt: skip
    assert not store.find().runs
    assert not store.presets() + store.presets(INSTRUCTION)
    assert not history.shares.of(owners[0])
    assert history.people.own(owners[0]) == frozenset()
    assert store.usage_sums(ended().created.date(), ended().created.date())[0].total_tokens == 15
    other = history.of(owners[1])
    assert len(other.find().runs) == len(other.presets()) == len(history.shares.of(owners[1])) == 1
    assert history.people.own(owners[1]) == {"files/1"}


def test_what_people_did_is_noted_and_goes_after_a_while(history: History) -> None:
    for number in range(3):
        history.people.note("ann", "Exported", f"{number}\0" + "x" * 9999)
    latest = history.people.audit(2)
    assert [entry.detail[0] for entry in latest] == ["2", "1"]
    assert len(latest[0].detail) == 500
    old = {"at": micros(datetime.now(UTC) - timedelta(days=AUDIT_DAYS + 1))}
    history._access.write(
        lambda c: c.execute(update(audit).where(audit.c.detail.startswith("0")), old)
    )
    delete_what_is_old(history)
    assert len(history.people.audit()) == 2


def test_a_link_shows_its_page_until_it_ends_or_is_revoked(history: History) -> None:
    first = history.shares.add("ann", "Conversation", "Sky", "<p>blué</p>", TOMORROW)
    second = history.shares.add("ann", "Answer", "Sea", "<p>green</p>", TOMORROW)
    assert history.shares.page(first.token) == "<p>blué</p>".encode()
    assert [share.title for share in history.shares.of("ann")] == ["Sea", "Sky"]
    assert history.shares.of("bob") == []
    assert not history.shares.revoke(first.token, "bob")
    assert history.shares.revoke(first.token, "ann")
    assert history.shares.page(first.token) is None
    past = {"ends": micros(datetime.now(UTC) - timedelta(seconds=1))}
    history._access.write(lambda c: c.execute(update(shares), past))
    assert history.shares.page(second.token) is None
    assert history.shares.of("ann")[0].has_ended(datetime.now(UTC))
    assert history.shares.revoke(second.token)  # an operator


@pytest.mark.parametrize("token", ["", "x", "%", "' OR 1=1", "é" * 43, "a" * 100_000, "\ud800"])
def test_a_guess_shows_nothing(history: History, token: str) -> None:
    history.shares.add("ann", "Answer", "T", "<p>", TOMORROW)
    assert history.shares.page(token) is None


def test_tokens_are_long_and_differ(history: History) -> None:
    tokens = {history.shares.add("a", "A", "T", "<p>", TOMORROW).token for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)  # 256 bits


def test_what_is_too_large_or_too_much_is_refused(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares_module, "LARGEST", 5)
    with pytest.raises(ShareError, match="too large"):
        history.shares.add("ann", "A", "T", "<p>123", TOMORROW)
    monkeypatch.setattr(shares_module, "MOST", 1)
    history.shares.add("ann", "A", "T", "<p>", TOMORROW)
    with pytest.raises(ShareError, match="Revoke one"):
        history.shares.add("ann", "A", "T", "<p>", TOMORROW)
    history.shares.add("bob", "A", "T", "<p>", TOMORROW)
    assert MOST == 500


def test_a_link_that_ended_long_ago_is_deleted(history: History) -> None:
    ends = datetime.now(UTC) - KEPT_AFTER - timedelta(days=1)
    history.shares.add("ann", "A", "T", "<p>", ends)
    delete_what_is_old(history)
    assert history.shares.all() == []


def test_what_operators_see(url: str) -> None:
    history = open_history(url, price=lambda _run: 0.5, retention=Retention())
    today = datetime.now(UTC).date()
    for owner, number in (("ann", 1), ("bob", 2)):
        for _ in range(number):
            run = ended()
            run.created = datetime.now(UTC)
            history.of(owner).record(run, "chat")
    failed = running(model="m")
    failed.outcome, failed.problem = "failed", Problem("offline", "T", "C", "R")
    history.of("bob").record(failed, "chat")
    going = running(model="n")
    history.of("ann").record(going, "image")
    operating = history.operating
    history.of("ann").find()  # settles
    assert [(p.owner, p.requests, p.tokens, p.dollars) for p in operating.by_person(today, today)] \
        == [("bob", 3, 30, 1.5), ("ann", 2, 15, 0.5)]  # fmt: skip
    assert sum(s.total_tokens for s in operating.usage_sums(today, today)) == 45
    assert [(e.kind, e.model, e.number) for e in operating.errors(today)] == [("offline", "m", 1)]
    assert [(r.owner, r.page, r.model) for r in operating.running()] == [("ann", "image", "n")]
    history.close()


def test_what_a_browser_cannot_find_again_is_deleted(history: History) -> None:
    for owner in ("browser:gone", "browser:here", "iss 1"):
        history.people.see(owner, owner)
        history.of(owner).record(ended(), "chat")
        history.of(owner).save_preset("Mine", "chat", ended().request)
    long_ago = {"last_seen": micros(datetime.now(UTC) - timedelta(days=ABANDONED_DAYS + 1))}
    others = people.c.owner != "browser:here"
    history._access.write(lambda c: c.execute(update(people).where(others), long_ago))
    delete_what_is_old(history)
    left = {owner: len(history.of(owner).find().runs) for owner in ("browser:here", "iss 1")}
    assert left == {"browser:here": 1, "iss 1": 1}
    assert not history.of("browser:gone").find().runs
    assert not history.of("browser:gone").presets()
    assert history.people.has_ended("browser:gone")
