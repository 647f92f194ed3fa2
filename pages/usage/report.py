"""What was used, as figures, a chart and a table; and what is left of the limits."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from components.history import session_id, spent
from components.limits import limits
from components.markdown.literal import literal
from components.navigation import page_file
from components.prices import price_table
from gemini.format import money, span
from gemini.history.limits import (
    NO_LIMITS,
    Rules,
    Spent,
    VariableError,
    midnight,
    month_end,
)
from gemini.history.store import HistoryStore
from gemini.history.usage import (
    MEASURES,
    UNKNOWN,
    Row,
    UsageSum,
    as_csv,
    by_day,
    by_model,
    cost_text,
    total,
)

DAYS = 30
PERIODS = ("This session", "Today", f"{DAYS} days")


def draw_limits() -> None:
    """Draw a bar for each limit that is set, with what is left of it."""
    try:
        limits_by = limits()
    except VariableError as error:
        st.error(f"{error} Nothing is sent until that's fixed.", icon=":material/error:")
        return
    bars = list(_bars(limits_by))
    for share, text in bars:
        st.progress(share, text=text)
    if any(each.counts_use for each in limits_by.values()):
        now = datetime.now(UTC)
        days = any(each.per_day for each in limits_by.values())
        ends = [f"Days end at midnight UTC, in {span(midnight(now))}"] if days else []
        if any(each.per_month for each in limits_by.values()):
            ends += [f"{'the' if days else 'The'} month ends in {span(month_end(now))}"]
        if ends:
            st.caption(f":material/autorenew: {'; '.join(ends)}. Then the limits begin anew.")
    if not bars:
        st.caption(
            ":material/all_inclusive: No limits are set. Whoever runs the playground can set some "
            "in its environment or a file: `.env.example` names them."
        )


def draw_usage(history: HistoryStore) -> None:
    """Draw the choice of a period, and what was used in it."""
    period = st.segmented_control(
        "Period", PERIODS, default=PERIODS[0], required=True, key="usage-period"
    )
    today = datetime.now(UTC).date()
    since = today if period == "Today" else today - timedelta(days=DAYS - 1)
    session = session_id() if period == PERIODS[0] else None
    sums = history.usage_sums(since, today, session)
    if not sums:
        _draw_empty(str(period))
        return
    _draw_figures(total(sums))
    measure = str(
        st.segmented_control(
            "Chart", MEASURES, default=MEASURES[0], required=True, key="usage-measure"
        )
    )
    table = by_model(sums)
    if period == PERIODS[2]:
        _draw_days(by_day(sums, since, today), measure)
    else:
        _draw_models(table, measure)
    cost = st.column_config.NumberColumn(format="%.4f")
    st.dataframe(table, hide_index=True, column_config={"Cost ($)": cost}, placeholder=UNKNOWN)
    st.download_button(
        "CSV by day and model",
        as_csv(sums),
        file_name=f"usage-{since}-{today}.csv",
        mime="text/csv",
        icon=":material/download:",
        key="usage-csv",
        on_click="ignore",
    )
    _draw_about_cost(sums)


def _bars(limits_by: Rules) -> Iterator[tuple[float, str]]:
    """The share that is used of each limit, 0 to 1, and the words for it."""
    for scope, each in limits_by.items():
        if each == NO_LIMITS:
            continue
        used: Spent = spent(scope, month=each.per_month)
        for most, amount, shown, what in (
            (each.requests_per_minute, len(used.recent), _number, "requests in the last minute"),
            (each.tokens_per_day, used.tokens, _number, "tokens today"),
            (each.dollars_per_day, used.dollars, _dollars, "today"),
            (each.tokens_per_month, used.month_tokens, _number, "tokens this month"),
            (each.dollars_per_month, used.month_dollars, _dollars, "this month"),
        ):
            if most is not None:
                left = shown(max(0, most - amount))
                words = f"{shown(amount)} of {shown(most)} {what}, {left} left"
                yield min(1.0, amount / most) if most else 1.0, f"{literal(scope.words)}: {words}"


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _dollars(value: float) -> str:
    return literal(money(value, 2))


def _draw_empty(period: str) -> None:
    when = "in this session" if period == PERIODS[0] else f"in {DAYS} days"
    st.info(
        f"No requests {'today' if period == 'Today' else when}. "
        "Every request is counted here from the moment it is sent.",
        icon=":material/query_stats:",
    )
    if st.button("Ask something in Chat", icon=":material/chat:"):
        st.switch_page(page_file("chat"))


def _draw_figures(everything: UsageSum) -> None:
    with st.container(horizontal=True):
        st.metric("Requests", f"{everything.requests:,}", border=True)
        st.metric("Tokens", f"{everything.total_tokens:,}", border=True)
        st.metric("Cost, estimated", cost_text(everything), border=True)


def _draw_days(rows: list[Row], measure: str) -> None:
    """A bar a day, each model in its own colour; their names below each other, so none is cut."""
    models = {row["Model"] for row in rows}
    spec = {
        "mark": "bar",
        "encoding": {
            "x": {"field": "Day", "type": "ordinal", "title": None},
            "y": {"field": measure, "type": "quantitative"},
            "color": {
                "field": "Model",
                "legend": {"orient": "bottom", "columns": 1, "title": None, "labelLimit": 300},
            },
            "tooltip": [{"field": name} for name in ("Day", "Model", measure)],
        },
    }
    shown = [{**row, "Day": _label(row["Day"])} for row in rows]
    height = 260 + 20 * len(models)
    st.vega_lite_chart(shown, spec, height=height, alt=f"{measure} by day and model")


def _draw_models(rows: list[Row], measure: str) -> None:
    """A bar a model."""
    st.bar_chart(
        rows,
        x="Model",
        y=measure,
        horizontal=True,
        sort=False,
        height=70 + 45 * len(rows),
        alt=f"{measure} by model",
    )


def _label(day: date) -> str:
    return f"{day:%m-%d}"


def _draw_about_cost(sums: Sequence[UsageSum]) -> None:
    """How the cost was told, and of when the prices are."""
    unpriced = sum(s.unpriced for s in sums)
    without = ""
    if unpriced:
        requests = "1 request has" if unpriced == 1 else f"{unpriced:,} requests have"
        without = (
            f" {requests} no known price, such as those to the local emulator, and cost nothing "
            "here."
        )
    st.caption(
        f"Cost is an estimate by the price list of {price_table().date:%d %B %Y}.{without} "
        "Days are those of UTC. Counts are kept when runs are deleted."
    )
