"""Limits in a file, and who they hold for; a file that can't be read lets nothing through."""

import re
from pathlib import Path

import pytest

from gemini.history.identity import Entries, Identity, entries_from, identity_from
from gemini.history.limit_file import LimitTable, limit_table
from gemini.history.limits import EVERYONE, NO_LIMITS, Limits, Scope, VariableError

GUIDE = Path(__file__).parents[3] / "docs" / "OPERATING.md"
WHOLE = """
[everyone]
dollars_per_month = 200
[person]
requests_per_minute = 10
tokens_per_day = 200_000
[groups.interns]
dollars_per_day = 5.5
members = ["@interns.example.org", "ann@example.org"]
[groups.interns.person]
requests_per_minute = 3
[groups.ml]
tokens_per_month = 1_000_000
[groups.ml.person]
requests_per_minute = 60
tokens_per_day = "none"
"""


def table(tmp_path: Path, text: str, **environ: str) -> LimitTable:
    path = tmp_path / "limits.toml"
    path.write_text(text, encoding="utf-8")
    return limit_table({"PLAYGROUND_LIMITS": str(path), **environ})


def person(email: str = "", *groups: str, owner: str = "https://a 1") -> Identity:
    return Identity(owner, email, frozenset(groups))


def test_without_a_file_or_a_variable_there_are_none() -> None:
    assert limit_table({}) == LimitTable()
    assert limit_table({}).rules("ann") == {Scope("ann"): NO_LIMITS, EVERYONE: NO_LIMITS}


def test_the_limits_that_hold_for_a_person(tmp_path: Path) -> None:
    limits = table(tmp_path, WHOLE)
    assert limits.groups_of(None) == []
    assert limits.groups_of(person("x@y.org")) == []
    assert limits.groups_of(person("Ann@Example.org", "ml")) == ["interns", "ml"]
    assert limits.rules("bob") == {
        Scope("bob"): Limits(requests_per_minute=10, tokens_per_day=200_000),
        EVERYONE: Limits(dollars_per_month=200),
    }
    assert limits.rules("ann", ["interns", "ml"]) == {
        Scope("ann"): Limits(requests_per_minute=3),  # the first group that says it
        Scope(group="interns"): Limits(dollars_per_day=5.5),
        Scope(group="ml"): Limits(tokens_per_month=1_000_000),
        EVERYONE: Limits(dollars_per_month=200),
    }


def test_what_a_group_does_not_say_of_its_members_is_as_for_everybody(tmp_path: Path) -> None:
    limits = table(tmp_path, WHOLE, PLAYGROUND_SESSION_LIMIT_DOLLARS_PER_DAY="7")
    assert limits.each_of([]) == Limits(10, 200_000, 7)
    assert limits.each_of(["interns"]) == Limits(3, 200_000, 7)
    assert limits.each_of(["ml"]) == Limits(60, None, 7)  # "none" lifts what holds for the others
    assert limits.each_of(["ml", "interns"]) == Limits(60, None, 7)
    assert limits.each_of(["unknown"]) == limits.person


def test_the_example_in_the_guide_says_what_it_explains(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(\[everyone\].*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    limits = table(tmp_path, example)
    assert limits.person == Limits(requests_per_minute=10, tokens_per_day=200_000)
    assert limits.each_of(["interns"]) == Limits(requests_per_minute=3, tokens_per_day=200_000)
    assert limits.each_of(["research"]) == Limits(requests_per_minute=10)
    both = limits.groups_of(person("bob@interns.example.org", "research"))
    assert both == ["interns", "research"]


def test_a_variable_goes_before_the_file(tmp_path: Path) -> None:
    limits = table(
        tmp_path, WHOLE,
        PLAYGROUND_LIMIT_DOLLARS_PER_MONTH="50",
        PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE="2",
    )  # fmt: skip
    assert limits.everyone == Limits(dollars_per_month=50)
    assert limits.person == Limits(requests_per_minute=2, tokens_per_day=200_000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[person", "isn't TOML"),
        ("[persons]", "'persons' in the file is unknown"),
        ("person = 3", r"\[person\] must be a table"),
        ("[person]\ntokens_per_dya = 3", r"'tokens_per_dya' in \[person\] is unknown"),
        ("[person]\ntokens_per_day = 3.5", "must be a whole number of zero or more"),
        ("[person]\ntokens_per_day = -1", "whole number of zero or more"),
        ("[person]\ndollars_per_day = nan", "must be a number of zero or more"),
        ("[person]\nrequests_per_minute = true", "whole number"),
        ("[person]\nrequests_per_minute = '3'", "whole number"),
        ("[groups.a]\nmembers = 'ann@x.org'", "must be a list of texts"),
        ("[groups.a]\nmembers = ['ann']", "'ann' names nobody"),
        ("[groups.a.person]\nmembers = []", r"'members' in \[groups.a.person\] is unknown"),
        ("groups = [1]", r"\[groups\] must be a table"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(VariableError, match=words) as raised:
        table(tmp_path, text)
    assert str(raised.value).startswith("PLAYGROUND_LIMITS: ")
    assert "limits.toml" in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(VariableError, match=r"PLAYGROUND_LIMITS: .*none.toml can't be read"):
        limit_table({"PLAYGROUND_LIMITS": str(tmp_path / "none.toml")})


def test_people_are_named_in_four_ways() -> None:
    entries = entries_from("X", " Ann@x.org, @y.org ,group:ml, https://a 7 ,")
    assert entries == Entries(
        frozenset({"ann@x.org"}),
        frozenset({"y.org"}),
        frozenset({"ml"}),
        frozenset({"https://a 7"}),
    )
    assert entries.name(person("ANN@x.org"))
    assert entries.name(person("bob@Y.org"))
    assert entries.name(person("", "ml"))
    assert entries.name(person(owner="https://a 7"))
    assert not entries.name(person("ann@x.org.evil.com"))
    assert not entries.name(person("ann@sub.y.org"))
    assert not entries.name(person(""))
    assert not entries_from("X", "").name(person("ann@x.org", "ml"))


@pytest.mark.parametrize("entry", ["ann", "@", "a@b@c", "group:", "ann @x.org", "https://a"])
def test_an_entry_that_names_nobody_is_refused(entry: str) -> None:
    with pytest.raises(VariableError, match=r"VAR: .* names nobody"):
        entries_from("VAR", f"ok@x.org,{entry}")


def test_an_address_counts_only_where_it_is_verified() -> None:
    claims = {"iss": "https://a", "sub": "1", "email": "ann@x.org", "groups": ["ml", "hr"]}
    unverified = identity_from(claims)
    assert unverified == Identity("https://a 1", "", frozenset({"ml", "hr"}), "ann@x.org")
    for said in (True, "true"):
        verified = identity_from({**claims, "email_verified": said})
        assert verified is not None
        assert verified.email == "ann@x.org"
    assert identity_from({"is_logged_in": True}) is None
    assert identity_from({"sub": "1", "groups": {"a": 1}}) == Identity(" 1", "", frozenset(), " 1")
