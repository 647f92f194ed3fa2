"""What the API stores of a kind, as a list that a page keeps: asked for page by page, added to,
deleted from."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import streamlit as st

from components.calls import Calls, Steps, draw_calls
from components.own_things import draw_whose, own_of, remembering
from components.session import is_second_click
from gemini.api.call import ApiCall, Method
from gemini.api.last_known import FAILED
from gemini.api.problems import Problem


class Named(Protocol):
    """A stored thing, by the name that the API gave it; "" for one that is still being made."""

    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=Named)


def _nothing(_: Any) -> None:
    pass


@dataclass
class ResourceList(Generic[Item]):
    """The things of one connection, whose id is `connection`.

    `more` is the token of the next page; `listed` whether any has come, `due` when the list is to
    be asked for, of `time.monotonic`, `problem` why it didn't come last. `opened` is the name of
    one and what is open below it. `creation` is what was made last, and when. A kind says how it is
    listed and deleted, what an entry is, and by which kind of problem the API says that one is
    `GONE`. What has no name can't be used, and isn't listed unless it is `UNNAMED` while it is
    being made.
    """

    GONE: ClassVar[str] = ""
    UNNAMED: ClassVar[bool] = False

    connection: str
    items: list[Item] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    due: float = 0.0
    problem: Problem | None = None
    opened: tuple[str, str] | None = None
    calls: Calls = field(default_factory=Calls)
    creation: tuple[Method, datetime] | None = None

    @property
    def is_due(self) -> bool:
        """Whether the list is to be asked for now."""
        return time.monotonic() >= self.due and not self.calls.busy

    @property
    def own(self) -> list[Item]:
        """Those to be shown; see `own_things`."""
        return own_of(self.items, lambda one: one.name)

    def refresh(self) -> None:
        """List them anew."""
        self.calls.begin(self._list(None))

    def show_more(self) -> None:
        """List the next page of them as well."""
        self.calls.begin(self._list(self.more))

    def create(self, creation: Method, then: Callable[[Item], None]) -> None:
        """Make one as this person's own, then do that; where the API refuses, the last call says
        why."""
        if self.just_created(creation):
            return
        self.calls.begin(self._create(creation, then))
        self.creation = creation, datetime.now(UTC)

    def just_created(self, creation: Method | None = None) -> bool:
        """Whether this, or anything, was made by the first half of a double click."""
        if self.creation is None or (self.calls.latest and self.calls.latest.problem):
            return False
        before, when = self.creation
        return creation in (None, before) and is_second_click(when)

    def delete(self, names: Iterable[str], then: Callable[[str], None] = _nothing) -> None:
        """Delete some, one after the other, until one can't be; after each do that. One that is
        gone already is none to delete."""
        self.opened = None
        self.calls.begin(self._delete(list(names), then))

    def replace(self, changed: Item) -> None:
        """Have one as it is now."""
        self.items = [changed if one.name == changed.name else one for one in self.items]

    def listing(self, page_token: str | None) -> Method:
        """The call for a page of them."""
        raise NotImplementedError

    def deletion(self, name: str) -> Method:
        """The call that deletes one."""
        raise NotImplementedError

    def item_of(self, entry: Any) -> Item:
        """An entry of a page as it is kept here."""
        raise NotImplementedError

    def items_in(self, call: ApiCall) -> list[Item]:
        """What a call answered: a page of them, or one."""
        entries = call.response if isinstance(call.response, list) else [call.response]
        return [self.item_of(entry) for entry in entries]

    def _list(self, page_token: str | None) -> Steps:
        self.due = time.monotonic() + FAILED
        call = yield self.listing(page_token)
        self.problem = call.problem
        if call.problem:
            return
        self.listed, self.due = True, math.inf
        before = self.items if page_token else []
        self.items = self._each_once([*before, *self.items_in(call)])
        self.more = call.next_page_token

    def _each_once(self, items: Iterable[Item]) -> list[Item]:
        """Those that can be told apart: an API may name one twice, or not at all."""
        told_apart: dict[str | int, Item] = {}
        for number, one in enumerate(items):
            told_apart.setdefault(one.name or number, one)
        return [one for one in told_apart.values() if one.name or self.UNNAMED]

    def _create(self, creation: Method, then: Callable[[Item], None]) -> Steps:
        remember = remembering()
        call = yield creation
        if not call.problem:
            (one,) = self.items_in(call)
            if not one.name:
                raise ValueError("It has no name.")
            remember(one.name)
            self.items = self._each_once([one, *self.items])
            then(one)

    def _delete(self, names: list[str], then: Callable[[str], None]) -> Steps:
        for name in names:
            call = yield self.deletion(name)
            if call.problem and call.problem.kind != self.GONE:
                return
            self.items = [one for one in self.items if one.name != name]
            then(name)


def draw_list_head(
    resources: ResourceList[Any],
    page: str,
    title: str,
    nothing: str,
    beside: Callable[[], None] | None = None,
) -> None:
    """Draw what stands above a list: the last call, the title with Refresh, whose things these are,
    and `nothing` where there are none. `beside` draws more next to Refresh."""
    draw_calls(resources.calls, page, resources.refresh)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(title, anchor=False, width="stretch")
        if beside:
            beside()
        st.button("Refresh", icon=":material/refresh:", type="tertiary",
                  on_click=resources.refresh)  # fmt: skip
    draw_whose(page)
    if not resources.own and resources.listed:
        st.caption(nothing)


def draw_more(resources: ResourceList[Any], page: str) -> None:
    """Draw the way to the next page, below a list."""
    if resources.more:
        st.button("Show more", key=f"{page}-more", type="tertiary", on_click=resources.show_more)
