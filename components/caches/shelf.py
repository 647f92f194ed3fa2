"""The cached contents that this session knows of, and what was last asked of the API about them.

They are those of one connection: with another one, the shelf is another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.calls import call
from components.client import of_connection
from gemini.caches import Cache, Method, cache_of, change, deletion, listing
from gemini.call import Call

STATE = "cache-shelf"  # session state

Opened = Literal["end", "delete"]


@dataclass
class CacheShelf:
    """Cached contents, newest first. `connection` is the id of whose they are.

    `more` is the token of the next page of the list; `listed` whether any page was asked for.
    `latest` is the last call, for people to look into. `opened` is the name of one and which of
    its forms is open.
    """

    connection: str
    caches: list[Cache] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    latest: Call | None = None
    opened: tuple[str, Opened] | None = None

    @property
    def lasting(self) -> list[Cache]:
        """Those that have not expired."""
        return [one for one in self.caches if not one.gone]

    def refresh(self) -> None:
        """List them anew."""
        made = self._made(listing())
        self.listed = True
        if not made.problem:
            self.caches = [cache_of(item) for item in made.response]
            self.more = made.next_page_token

    def show_more(self) -> None:
        """List the next page of them as well."""
        made = self._made(listing(self.more))
        if not made.problem:
            known = {one.name for one in self.caches}
            found = [cache_of(item) for item in made.response]
            self.caches += [one for one in found if one.name not in known]
            self.more = made.next_page_token

    def create(self, creation: Method) -> Cache | None:
        """Make one; None where the API refuses, `latest` says why."""
        made = self._made(creation)
        if made.problem:
            return None
        one = cache_of(made.response)
        self.caches.insert(0, one)
        return one

    def end(self, name: str, expiry: Mapping[str, Any]) -> None:
        """Give one another end."""
        made = self._made(change(name, expiry))
        self.opened = None
        if not made.problem:
            changed = cache_of(made.response)
            self.caches = [changed if one.name == name else one for one in self.caches]

    def delete(self, name: str) -> None:
        """Delete one. One that is gone already is none to delete."""
        made = self._made(deletion(name))
        self.opened = None
        if not made.problem or made.problem.kind == "cache_gone":
            self.caches = [one for one in self.caches if one.name != name]

    def _made(self, method: Method) -> Call:
        self.latest = call(*method)
        return self.latest


def current_shelf() -> CacheShelf:
    """The shelf of this session and connection, made at the first call."""
    return of_connection(STATE, CacheShelf)
