"""Who somebody is by the claims of a sign-in, and lists of people in the environment.

A list names people by e-mail address, by the domain of one, by a group of the sign-in, or by what
the provider knows them by, separated by commas:

    PLAYGROUND_ALLOWED="@example.org, ann@other.org"
    PLAYGROUND_OPERATORS="ann@other.org, group:playground-admins"

An address counts only where the provider says that it is verified: others can be made up.
https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gemini.history.limits import VariableError

GROUP = "group:"


@dataclass(frozen=True)
class Identity:
    """A person who signed in. `owner` is what never becomes another's: the issuer's name and
    theirs there."""

    owner: str
    email: str  # "" where none is verified
    groups: frozenset[str] = frozenset()
    name: str = ""  # to be shown: their address or name, verified or not


@dataclass(frozen=True)
class Entries:
    """People named by a list."""

    emails: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()

    def name(self, identity: Identity) -> bool:
        """Whether somebody is among them."""
        email = identity.email.casefold()
        return (
            (bool(email) and (email in self.emails or email.rpartition("@")[2] in self.domains))
            or bool(self.groups & identity.groups)
            or identity.owner in self.owners
        )

    def __bool__(self) -> bool:
        return bool(self.emails or self.domains or self.groups or self.owners)


def identity_from(claims: Mapping[str, Any]) -> Identity | None:
    """Who a sign-in's claims say it is; None where they say nothing to know a person by.

    Addresses are given to others, or not verified at all: the issuer and the subject are a person.
    https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    address = str(claims.get("email") or "")
    owner = f"{issuer or ''} {subject}" if subject else address
    if not owner:
        return None
    verified = claims.get("email_verified") in {True, "true"}  # some send it as a text
    groups = claims.get("groups") or ()
    groups = [groups] if isinstance(groups, str) else groups
    return Identity(
        owner,
        address if verified else "",
        frozenset(str(group) for group in groups if group)
        if isinstance(groups, list | tuple)
        else frozenset(),
        address or str(claims.get("name") or "") or owner,
    )


def entries_from(name: str, text: str) -> Entries:
    """The people that a text lists; `name` is that of its variable, for the words of an error.

    Raises:
        VariableError: an entry is none of the four kinds.
    """
    emails, domains, groups, owners = set(), set(), set(), set()
    for entry in filter(None, (part.strip() for part in text.split(","))):
        before, at, after = entry.partition("@")
        if entry.startswith(GROUP) and entry != GROUP:
            groups.add(entry.removeprefix(GROUP).strip())
        elif entry.startswith(("https://", "http://")) and " " in entry:
            owners.add(entry)
        elif at and after and "@" not in after and " " not in entry:
            (emails if before else domains).add((entry if before else after).casefold())
        else:
            raise VariableError(
                f"{name}: {entry!r} names nobody. Write an e-mail address, @domain, or group:name."
            )
    return Entries(frozenset(emails), frozenset(domains), frozenset(groups), frozenset(owners))
