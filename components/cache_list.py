"""The cached contents that this session knows of, and what was last asked of the API about them.

They are those of one connection: with another one, it is another list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.calls import Steps
from components.connection import of_connection
from components.own_things import own_of, remembering
from components.resource_list import ResourceList
from gemini.api.call import Method
from gemini.resources.caches import Cache, cache_of, change, deletion, listing

STATE = "cache-list"  # session state

Opened = Literal["end", "delete"]


@dataclass
class CacheList(ResourceList[Cache]):
    """Cached contents. `opened` is the name of one and which of its forms is open."""

    opened: tuple[str, Opened] | None = None

    @property
    def lasting(self) -> list[Cache]:
        """Those to be shown that have not expired; see `own_things`."""
        return own_of((one for one in self.items if not one.gone), lambda one: one.name)

    def create(self, creation: Method, then: Callable[[Cache], None]) -> None:
        """Make one and have `then` use it; where the API refuses, the last call says why."""
        self.calls.begin(self._create(creation, then))

    def end(self, name: str, expiry: Mapping[str, Any]) -> None:
        """Give one another end."""
        self.opened = None
        self.calls.begin(self._end(name, expiry))

    def delete(self, name: str, then: Callable[[], None]) -> None:
        """Delete one, then do that. One that is gone already is none to delete."""
        self.opened = None
        self.calls.begin(self._delete(name, then))

    def listing(self, page_token: str | None) -> Method:
        return listing(page_token)

    def item_of(self, entry: Any) -> Cache:
        return cache_of(entry)

    def _create(self, creation: Method, then: Callable[[Cache], None]) -> Steps:
        remember = remembering()
        call = yield creation
        if not call.problem:
            one = cache_of(call.response)
            remember(one.name)
            self.items.insert(0, one)
            then(one)

    def _end(self, name: str, expiry: Mapping[str, Any]) -> Steps:
        call = yield change(name, expiry)
        if not call.problem:
            changed = cache_of(call.response)
            self.items = [changed if one.name == name else one for one in self.items]

    def _delete(self, name: str, then: Callable[[], None]) -> Steps:
        call = yield deletion(name)
        if not call.problem or call.problem.kind == "cache_gone":
            self.remove([name])
            then()


def current_caches() -> CacheList:
    """The list of this session and connection, made at the first call."""
    return of_connection(STATE, CacheList)
