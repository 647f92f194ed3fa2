"""The cached contents that this session knows of, and what was last asked of the API about them.

They are those of one connection: with another one, it is another list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from components.calls import Steps
from components.connection import of_connection
from components.resource_list import ResourceList
from gemini.api.call import Method
from gemini.resources.caches import Cache, cache_of, change, deletion, listing

STATE = "cache-list"  # session state


@dataclass
class CacheList(ResourceList[Cache]):
    """Cached contents; opened below one is "end" or "delete"."""

    GONE: ClassVar[str] = "cache_gone"

    @property
    def own(self) -> list[Cache]:
        """Those to be shown, which have not expired."""
        return [one for one in super().own if not one.gone]

    def end(self, name: str, expiry: Mapping[str, Any]) -> None:
        """Give one another end."""
        self.opened = None
        self.calls.begin(self._end(name, expiry))

    def listing(self, page_token: str | None) -> Method:
        return listing(page_token)

    def deletion(self, name: str) -> Method:
        return deletion(name)

    def item_of(self, entry: Any) -> Cache:
        return cache_of(entry)

    def _end(self, name: str, expiry: Mapping[str, Any]) -> Steps:
        call = yield change(name, expiry)
        if not call.problem:
            self.replace(cache_of(call.response))


def current_caches() -> CacheList:
    """The list of this session and connection, made at the first call."""
    return of_connection(STATE, CacheList)
