"""The limits of a playground: its environment's, and those of the file in PLAYGROUND_LIMITS.

    [everyone]                     # all people together
    dollars_per_month = 200
    [person]                       # each person
    requests_per_minute = 10
    tokens_per_day = 200_000
    [groups.interns]               # its members together
    dollars_per_day = 5
    members = ["@interns.example.org", "ann@example.org"]   # default: the sign-in's group "interns"
    [groups.interns.person]        # each of its members; the rest is as in [person]
    requests_per_minute = 3
    [groups.research.person]
    tokens_per_day = "none"        # no limit, though the others have one

The five limits are `requests_per_minute`, `tokens_per_day`, `tokens_per_month`, `dollars_per_day`
and `dollars_per_month`. A variable of the environment overrides [everyone] and [person]. A file
that can't be read, or has a word in it that is none of these, raises: whoever asks then lets
nothing through.
"""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gemini.history.identity import Entries, Identity, entries_from
from gemini.history.limits import (
    EVERYONE,
    NO_LIMITS,
    Limits,
    Rules,
    Scope,
    VariableError,
    limits_from,
)

VARIABLE = "PLAYGROUND_LIMITS"
NAMES = frozenset(Limits.__dataclass_fields__)
LIFTED = "none"  # in the file: no limit


@dataclass(frozen=True)
class LimitedGroup:
    """The limits of a group: of its members together, of each of them, and who they are."""

    together: Limits
    each: Mapping[str, float | None]  # by name, those that it says; the rest is as for everybody
    members: Entries


@dataclass(frozen=True)
class LimitTable:
    """All limits of a playground."""

    everyone: Limits = NO_LIMITS
    person: Limits = NO_LIMITS
    groups: Mapping[str, LimitedGroup] = field(default_factory=dict)

    def groups_of(self, identity: Identity | None) -> list[str]:
        """The groups of whoever signed in, in the order of the file; nobody else has any."""
        if identity is None:
            return []
        return [name for name, group in self.groups.items() if group.members.name(identity)]

    def rules(self, owner: str, groups: Collection[str] = ()) -> Rules:
        """The limits that hold for a person of these groups."""
        inside = {name: self.groups[name] for name in groups if name in self.groups}
        together = {Scope(group=name): group.together for name, group in inside.items()}
        return {Scope(owner): self.each_of(groups), **together, EVERYONE: self.everyone}

    def each_of(self, groups: Collection[str]) -> Limits:
        """What each member of these groups may; where they say the same limit, the first counts."""
        said: dict[str, float | None] = {}
        for name in groups:
            if name in self.groups:
                said = {**self.groups[name].each, **said}
        return replace(self.person, **said)


def limit_table(environ: Mapping[str, str]) -> LimitTable:
    """The limits that the environment and its file set.

    Raises:
        VariableError: a variable or the file can't be understood; the text says where and why.
    """
    path = environ.get(VARIABLE, "").strip()
    table = _read(Path(path).expanduser()) if path else LimitTable()
    return replace(
        table,
        everyone=_over(table.everyone, limits_from(environ, person=False)),
        person=_over(table.person, limits_from(environ, person=True)),
    )


def _over(limits: Limits, given: Limits) -> Limits:
    """Limits, with those in the place of theirs that are given."""
    set_ones = {name: value for name in NAMES if (value := getattr(given, name)) is not None}
    return replace(limits, **set_ones)


def _read(path: Path) -> LimitTable:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VariableError(f"{VARIABLE}: {path} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VariableError(f"{VARIABLE}: {path} isn't TOML: {error}.") from error
    try:
        _only(data, {"everyone", "person", "groups"}, "the file")
        groups = _table(data.get("groups", {}), "[groups]")
        return LimitTable(
            _limits(data.get("everyone", {}), "[everyone]"),
            _limits(data.get("person", {}), "[person]"),
            {name: _group(name, value) for name, value in groups.items()},
        )
    except ValueError as error:
        raise VariableError(f"{VARIABLE}: {path}: {error}") from error


def _group(name: str, value: Any) -> LimitedGroup:
    where = f"[groups.{name}]"
    table = dict(_table(value, where))
    members, each = table.pop("members", None), table.pop("person", None)
    if members is None:
        members = [f"group:{name}"]
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        raise ValueError(f"members of {where} must be a list of texts.")
    return LimitedGroup(
        _limits(table, where),
        _values({} if each is None else each, f"[groups.{name}.person]"),
        entries_from(f"members of {where}", ",".join(members)),
    )


def _limits(value: Any, where: str) -> Limits:
    return Limits(**_values(value, where))


def _values(value: Any, where: str) -> dict[str, Any]:
    """The limits that a table says, by name; None is one that is lifted."""
    table = _table(value, where)
    _only(table, NAMES, where)
    for name, number in table.items():
        if number == LIFTED:
            continue
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        whole = name.startswith("dollars") or isinstance(number, int)
        if not is_number or not whole or not 0 <= number < math.inf:
            kind = "number" if name.startswith("dollars") else "whole number"
            raise ValueError(f'{name} in {where} must be a {kind} of zero or more, or "none".')
    return {name: None if number == LIFTED else number for name, number in table.items()}


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be a table.")
    return value


def _only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"{unknown[0]!r} in {where} is unknown; {', '.join(sorted(known))} are.")
