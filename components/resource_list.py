"""What the API stores of a kind, as a list that a page keeps: asked for page by page."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from components.calls import Calls, Method, Steps
from gemini.api.last_known import FAILED


class Named(Protocol):
    """A stored thing, by the name that the API gave it."""

    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=Named)


@dataclass
class ResourceList(Generic[Item]):
    """The things of one connection, whose id is `connection`.

    `more` is the token of the next page; `listed` whether any has come, `due` when the list is to
    be asked for, of `time.monotonic`. A kind says how it is listed, and what an entry is.
    """

    connection: str
    items: list[Item] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    due: float = 0.0
    calls: Calls = field(default_factory=Calls)

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

    def listing(self, page_token: str | None) -> Method:
        """The call for a page of them."""
        raise NotImplementedError

    def item_of(self, entry: Any) -> Item:
        """An entry of a page as the page keeps it."""
        raise NotImplementedError

    def remove(self, names: Sequence[str]) -> None:
        """Take those off the list that are gone."""
        self.items = [item for item in self.items if item.name not in names]

    def _list(self, page_token: str | None) -> Steps:
        self.due = time.monotonic() + FAILED
        call = yield self.listing(page_token)
        if call.problem:
            return
        self.listed, self.due = True, math.inf
        before = self.items if page_token else []
        known = {item.name for item in before}
        items = [self.item_of(entry) for entry in call.response]
        self.items = [*before, *(item for item in items if item.name not in known)]
        self.more = call.next_page_token
