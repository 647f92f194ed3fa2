"""The same tabs under every answer: its text, request and response on the wire, usage, code."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from components.answer.code import draw_code
from components.answer.saving import draw_save
from components.pieces import draw_tabs
from components.prices import price_of, saved_by_cache
from gemini.api.wire import Exchange, shown_json
from gemini.format import counted, duration
from gemini.models.tokens import breakdown, usage_said
from gemini.plain import as_text
from gemini.request import EMBED_CONTENT, text_of
from gemini.run import Run

SHOWN_EVENTS = 50  # of a response; a long one has thousands
MOST_SHOWN = 100_000  # characters of an event
MOST_ATTEMPTS = 8  # with more requests than this one of them is chosen


def draw_inspector(
    run: Run, key: str, first: tuple[str, Callable[[Run], None]] | None = None
) -> None:
    """Draw the tabs for a run. Only the open tab is built; `key` tells inspectors apart.

    `first` is a page's own tab, (name, what draws it), before the ones that all share.
    """
    tabs: dict[str, Callable[[Run], None]] = {first[0]: first[1]} if first else {}
    if run.request.method != EMBED_CONTENT:
        tabs["Text"] = _text
    tabs |= {"Request": _request, "Response": _response}
    tabs |= {"Usage": _usage, "Code": draw_code}
    if any("logprobs_result" in c.metadata for c in run.candidates):
        tabs["Log probabilities"] = _logprobs
    draw_tabs(f"inspector-{key}", {name: partial(draw, run) for name, draw in tabs.items()})


def open_tab(key: str, name: str) -> None:
    """Have the inspector `key` show the tab of this name, when it is next drawn."""
    st.session_state[f"inspector-{key}"] = name


def tab_open(key: str) -> str | None:
    """The name of the tab that the inspector `key` shows."""
    return st.session_state.get(f"inspector-{key}")


def _text(run: Run) -> None:
    """The answer as text, with the copy button that `st.code` has."""
    for candidate in run.candidates:
        st.code(text_of(candidate.parts) or "(no text)", language=None, wrap_lines=True)


def _request(run: Run) -> None:
    draw_save(run)
    if not run.exchanges:
        st.caption("The HTTP exchange isn't stored for this run.")
        st.json(run.request.to_json(), expanded=2)
        return
    if len(run.exchanges) > MOST_ATTEMPTS or _differ(run.exchanges):
        draw_wire_request(_chosen(run.exchanges, f"request-{run.id}"))
    else:
        draw_wire_request(run.exchanges[-1])


def _differ(exchanges: list[Exchange]) -> bool:
    """Whether they are more than attempts at the same request."""
    first = exchanges[0]
    return any((e.method, e.url, e.body) != (first.method, first.url, first.body)
               for e in exchanges)  # fmt: skip


def _chosen(exchanges: list[Exchange], key: str) -> Exchange:
    """One of many requests, the first unless another one is chosen."""
    count = len(exchanges)
    number = st.number_input(f"Request, of {count}", 1, count, key=f"inspector-{key}", width=200)
    return exchanges[int(number) - 1]


def draw_wire_request(exchange: Exchange) -> None:
    """Draw a request as it was on the wire: method, address, body with media as sizes, headers."""
    st.code(f"{exchange.method} {exchange.url}", language=None, wrap_lines=True)
    if exchange.body:
        st.json(shown_json(exchange.body), expanded=4)
    with st.expander("Headers", type="compact"):
        st.json(exchange.headers)


def _response(run: Run) -> None:
    if not run.exchanges:
        st.caption("The HTTP exchange isn't stored for this run.")
        return
    if len(run.exchanges) > MOST_ATTEMPTS:
        draw_wire_response([_chosen(run.exchanges, f"response-{run.id}")])
    else:
        draw_wire_response(run.exchanges)


def draw_wire_response(exchanges: list[Exchange]) -> None:
    """Draw what came back, attempt by attempt and chunk by chunk with times."""
    word = "Request" if _differ(exchanges) else "Attempt"
    for number, exchange in enumerate(exchanges, 1):
        if len(exchanges) > 1:
            st.markdown(f"{word} {number}")
        _draw_exchange(exchange)


def _draw_exchange(exchange: Exchange) -> None:
    if exchange.status is None:
        st.caption("No response.")
        return
    events = exchange.events()
    last = f", the last after {duration(events[-1][0])}" if events else ""
    count = counted(len(events), "event")
    st.caption(f"HTTP {exchange.status}, {count}{last}{_used(events)}")
    middle = len(events) - SHOWN_EVENTS - 1
    lines = [_line(event) for event in events[:SHOWN_EVENTS]]
    if middle > 0:
        lines = [*lines, f"... {middle} more ...", _line(events[-1])]
    many = len(lines) > 12
    height = 360 if many else "content"
    st.code("\n".join(lines), language="json", height=height, wrap_lines=not many)
    with st.expander("Headers", type="compact"):
        st.json(exchange.response_headers)


def _used(events: list[tuple[float, Any]]) -> str:
    """The tokens that a response says it used; nothing where it says none."""
    usage = next((u for _, event in reversed(events) if (u := usage_said(event))), {})
    counts = (("prompt_token_count", "in"), ("candidates_token_count", "out"))
    said = [f"{usage[name]:,} {word}" for name, word in counts if usage.get(name)]
    return f" · tokens: {', '.join(said)}" if said else ""


def _line(timed_event: tuple[float, Any]) -> str:
    at, event = timed_event
    text = as_text(event)
    if len(text) > MOST_SHOWN:
        text = f"{text[:MOST_SHOWN]} ... ({len(text):,} characters)"
    return f"{at:7.3f} s  {text}"


def _usage(run: Run) -> None:
    timing = run.timing
    rows = [(kind, f"{count:,}") for kind, count in breakdown(run.usage)]
    if run.requests > 1:
        rows.append(("Requests", f"{run.requests:,}"))
    if price := price_of(run):
        rows.append(("Price", price))
    if saved := saved_by_cache(run):
        rows.append(("Saved by the cache", f"{saved}, its storage not included"))
    rows += [
        (name, duration(seconds))
        for name, seconds in (
            ("First part", timing.first_part),
            ("First text", timing.first_text),
            ("Total", timing.end),
        )
        if seconds is not None
    ]
    if run.model_version:
        rows.append(("Answered by", run.model_version))
    if run.candidates and run.candidates[0].finish_reason:
        rows.append(("Finish reason", run.candidates[0].finish_reason))
    st.table([{"What": what, "Value": value} for what, value in rows], border="horizontal")


def _logprobs(run: Run) -> None:
    for candidate in run.candidates:
        result = candidate.metadata.get("logprobs_result") or {}
        tops = result.get("top_candidates") or []
        rows = []
        for number, chosen in enumerate(result.get("chosen_candidates") or []):
            others = tops[number].get("candidates", []) if number < len(tops) else []
            rows.append(
                {
                    "Token": repr(chosen.get("token", ""))[1:-1],
                    "Log probability": chosen.get("log_probability"),
                    "Alternatives": "  ".join(
                        f"{o.get('token', '')!r} {o.get('log_probability', 0):.2f}" for o in others
                    ),
                }
            )
        st.dataframe(rows, height=320)
