"""The cached contents that this session knows of, and what was last asked of the API about them.

They are those of one connection: with another one, it is another list.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from components.calls import Calls, Steps
from components.connection import of_connection
from components.own_things import own_of, remembering
from gemini.api.last_known import FAILED
from gemini.resources.caches import Cache, Method, cache_of, change, deletion, listing

STATE = "cache-list"  # session state

Opened = Literal["end", "delete"]


@dataclass
class CacheList:
    """Cached contents, newest first. `connection` is the id of whose they are.

    `more` is the token of the next page of the list; `listed` whether any page has come, `due` when
    it is to be asked for, of `time.monotonic`. `opened` is the name of one and which of
    its forms is open.
    """

    connection: str
    caches: list[Cache] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    due: float = 0.0
    calls: Calls = field(default_factory=Calls)
    opened: tuple[str, Opened] | None = None

    @property
    def lasting(self) -> list[Cache]:
        """Those to be shown that have not expired; see `own_things`."""
        return own_of((one for one in self.caches if not one.gone), lambda one: one.name)

    @property
    def is_due(self) -> bool:
        """Whether the list is to be asked for now."""
        return time.monotonic() >= self.due and not self.calls.busy

    def refresh(self) -> None:
        """List them anew."""
        self.calls.begin(self._list(None))

    def show_more(self) -> None:
        """List the next page of them as well."""
        self.calls.begin(self._list(self.more))

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

    def _list(self, page_token: str | None) -> Steps:
        self.due = time.monotonic() + FAILED
        call = yield listing(page_token)
        if call.problem:
            return
        self.listed, self.due = True, math.inf
        before = self.caches if page_token else []
        known = {one.name for one in before}
        caches = [cache_of(item) for item in call.response]
        self.caches = [*before, *(one for one in caches if one.name not in known)]
        self.more = call.next_page_token

    def _create(self, creation: Method, then: Callable[[Cache], None]) -> Steps:
        remember = remembering()
        call = yield creation
        if not call.problem:
            one = cache_of(call.response)
            remember(one.name)
            self.caches.insert(0, one)
            then(one)

    def _end(self, name: str, expiry: Mapping[str, Any]) -> Steps:
        call = yield change(name, expiry)
        if not call.problem:
            changed = cache_of(call.response)
            self.caches = [changed if one.name == name else one for one in self.caches]

    def _delete(self, name: str, then: Callable[[], None]) -> Steps:
        call = yield deletion(name)
        if not call.problem or call.problem.kind == "cache_gone":
            self.caches = [one for one in self.caches if one.name != name]
            then()


def current_caches() -> CacheList:
    """The list of this session and connection, made at the first call."""
    return of_connection(STATE, CacheList)
