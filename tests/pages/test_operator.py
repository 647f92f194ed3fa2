"""The operators' page: for those who are named; everyone's figures, and no word of anyone's."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import sign_in
from gemini.history.database import open_history
from pages.operator.use import name_of
from tests.gemini.history.sample_runs import ended
from tests.on_page import Open, checked

PAGE = "../pages/operator/page.py"
AUTH = {"redirect_uri": "http://localhost/oauth2callback", "client_id": "x"}
TABS = ["Use", "People", "Errors", "Running", "Limits", "Links", "Audit"]


def signed_in(monkeypatch: pytest.MonkeyPatch, **claims: object) -> None:
    user = {"is_logged_in": True, "iss": "https://a", "sub": "1", "email_verified": True, **claims}
    monkeypatch.setattr(sign_in, "_auth_section", lambda: AUTH)
    monkeypatch.setattr(st, "user", user)
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: {sign_in.COOKIE: "x"}))


def used(price: float | None = 0.25) -> None:
    """Two people asked something, one of them under a name that a spreadsheet would run."""
    history = open_history(price=lambda _run: price)
    for owner, name in (("https://a 1", "=cmd()"), ("browser:abcdefgh", "")):
        history.people.see(owner, name, ["ml"], "login")
        run = ended(prompt="A secret prompt")
        run.created = datetime.now(UTC)
        history.of(owner).record(run, "chat")
    history.shares.add("https://a 1", "Answer", "Sky", "<p>", datetime.now(UTC) + timedelta(days=1))
    history.people.note("https://a 1", "Exported", "Everything")
    history.close()


def opened(app: Open, tab: str = "Use") -> AppTest:
    at = checked(app(PAGE))
    if tab != "Use":
        at.session_state["operator-tabs"] = tab
        checked(at.run())
    return at


def said(at: AppTest) -> str:
    return "\n".join(str(e.value) for e in [*at.markdown, *at.caption, *at.error])


@pytest.mark.parametrize("operators", ["", "bob@x.org", "group:admins", "nonsense"])
def test_others_see_nothing(app: Open, monkeypatch: pytest.MonkeyPatch, operators: str) -> None:
    used()
    signed_in(monkeypatch, email="ann@x.org")
    monkeypatch.setenv("PLAYGROUND_OPERATORS", operators)
    at = checked(app(PAGE))
    assert "This page is for operators" in at.error[0].value
    assert not at.dataframe
    assert not at.metric


def test_an_address_that_is_not_verified_makes_no_operator(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch, email="ann@x.org", email_verified=False)
    monkeypatch.setenv("PLAYGROUND_OPERATORS", "ann@x.org")
    assert "This page is for operators" in checked(app(PAGE)).error[0].value


def test_where_nobody_signs_in_others_machines_see_nothing(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    assert "This page is for operators" in checked(app(PAGE)).error[0].value


def test_a_cost_that_nobody_knows_is_not_told_as_none(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(price=None)
    signed_in(monkeypatch, email="ann@x.org")
    monkeypatch.setenv("PLAYGROUND_OPERATORS", "ann@x.org")
    at = opened(app)
    assert {m.label: m.value for m in at.metric}["Cost, estimated"] == "unknown"
    for table in at.dataframe[:2]:
        assert table.value["Cost ($)"].isna().all()
        assert table.proto.placeholder == "unknown"


def test_an_operator_sees_who_used_what(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    used()
    signed_in(monkeypatch, email="ann@x.org")
    monkeypatch.setenv("PLAYGROUND_OPERATORS", "ann@x.org")
    at = opened(app)
    figures = {m.label: m.value for m in at.metric}
    assert figures == {"Requests": "2", "Tokens": "30", "Cost, estimated": "$0.5000"}
    people = at.dataframe[0].value
    assert set(people["Person"]) == {"ann@x.org", "Browser abcdef"}  # as she is called by now
    assert "secret prompt" not in said(at)


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_is_drawn_empty_and_filled(app: Open, tab: str) -> None:
    opened(app, tab)
    used()
    at = opened(app, tab)
    assert "secret prompt" not in said(at)


def test_an_operator_revokes_a_link(app: Open) -> None:
    used()
    at = opened(app, "Links")
    token = open_history().shares.all()[0].token
    assert "Sky" not in said(at)  # what was asked
    assert not any(token in str(each.proto) for each in [*at.button, *at.markdown])
    next(b for b in at.button if b.label == "Revoke").click().run()
    checked(at)
    history = open_history()
    assert history.shares.all() == []
    assert history.people.audit()[0].action == "Link revoked"
    history.close()


def test_a_file_of_limits_at_fault_is_named(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_LIMITS", "/nowhere/limits.toml")
    assert "/nowhere/limits.toml can't be read" in opened(app, "Limits").error[0].value


def test_nothing_in_a_csv_is_run_as_a_formula() -> None:
    from gemini.format import csv_text

    text = csv_text([["Person"], [name_of("o", {"o": "=cmd()"})]])
    assert list(csv.reader(io.StringIO(text)))[1] == ["'=cmd()"]
