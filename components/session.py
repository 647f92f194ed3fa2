"""What a browser's session keeps between two runs of the script, and the widgets that show it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, TypeVar

import streamlit as st

State = TypeVar("State")
Default = Literal["value", "default", "index"]
DOUBLE_CLICK = 1.0  # seconds; what is begun twice within them is meant once


def state(key: str, make: Callable[[], State]) -> State:
    """What the session keeps under `key`, a page's name mostly; made at the first call."""
    if key not in st.session_state:
        st.session_state[key] = make()
    return st.session_state[key]


def bound(
    key: str,
    value: object,
    store: Callable[[Any], object],
    given: Default | None = "value",
    options: Sequence[object] = (),
) -> dict[str, Any]:
    """The arguments of a widget that shows `value`, which outlasts it: another page, a folded form.

    `store` takes what somebody changes it to. Streamlit tells the browser once of a value that was
    put into the session state. Where that message is lost (a script that is interrupted as it
    begins) the widget would show something else, and send that: so the value is given as the
    widget's own default, too. `given` is the name of that argument: "index" goes with `options`;
    None is for a widget that can be cleared, which a default would prevent. A selectbox is told its
    value each time: the browser knows it by its label only, which may be another one by now.
    """
    if given == "index" or st.session_state.get(key, ...) != value:
        st.session_state[key] = value
    arguments = {"key": key, "on_change": lambda: store(st.session_state[key])}
    if given == "index":
        arguments["index"] = list(options).index(value) if value in options else 0
    elif given:
        arguments[given] = value
    return arguments


def bound_field(
    state: object,
    name: str,
    page: str,
    given: Default | None = "value",
    options: Sequence[object] = (),
) -> dict[str, Any]:
    """The same for a widget that shows an attribute of a page's state."""
    return bound(
        f"{page}-{name}",
        getattr(state, name),
        partial(setattr, state, name),
        given,
        options,
    )


def is_second_click(first: datetime) -> bool:
    """Whether what is to begin now is the second half of a double click.

    `first` is when the same was begun before. It would be sent, and paid for, twice.
    """
    return (datetime.now(UTC) - first).total_seconds() < DOUBLE_CLICK
