"""What everyone used, by person, model and day; and what failed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from components.format import in_words, table_height
from gemini.api.problems import WORDS
from gemini.format import csv_text
from gemini.history.database import History
from gemini.history.people import BROWSER_OWNER
from gemini.history.retention import SESSION_OWNER
from gemini.history.usage import UNKNOWN, Row, as_csv, by_model, cost_text, total

PERIODS = {"Today": 1, "7 days": 7, "30 days": 30, "90 days": 90}
COST = {"Cost ($)": st.column_config.NumberColumn(format="%.4f")}


def names_of(history: History) -> Mapping[str, str]:
    """What people are called, by owner; `name_of` knows those that aren't in it."""
    return {person.owner: person.name for person in history.people.all() if person.name}


def name_of(owner: str, names: Mapping[str, str]) -> str:
    """What a person is called."""
    if owner in names:
        return names[owner]
    if owner.startswith(BROWSER_OWNER):
        return f"Browser {owner.removeprefix(BROWSER_OWNER)[:6]}"
    if owner.startswith(SESSION_OWNER):
        return "A tab without a cookie"
    return owner or "This computer"


def draw_table(rows: Sequence[Row], name: str, nothing: str) -> None:
    """Draw rows as a table with its CSV; `nothing` where there are none."""
    if not rows:
        st.caption(nothing)
        return
    shown = [{key: _shown(value) for key, value in row.items()} for row in rows]
    st.dataframe(
        shown,
        hide_index=True,
        column_config=COST,
        height=table_height(len(rows)),
        placeholder=UNKNOWN if "Cost ($)" in rows[0] else None,
        width="stretch",
    )
    _draw_csv(csv_text([list(rows[0]), *(_cells(row) for row in rows)]).encode("utf-8-sig"), name)


def draw_use(history: History) -> None:
    """Draw everyone's use together: figures, and tables by person and by model."""
    since, today = _period("operator-use-period")
    sums = history.operating.usage_sums(since, today)
    everything = total(sums)
    with st.container(horizontal=True):
        st.metric("Requests", f"{everything.requests:,}", border=True)
        st.metric("Tokens", f"{everything.total_tokens:,}", border=True)
        st.metric("Cost, estimated", cost_text(everything), border=True)
    if not sums:
        st.caption("No requests in this time.")
        return
    names = names_of(history)
    st.header("By person", anchor=False)
    people = [
        {
            "Person": name_of(each.owner, names),
            "Requests": each.requests,
            "Tokens": each.tokens,
            "Cost ($)": each.dollars,
            "Last request": each.last,
        }
        for each in history.operating.by_person(since, today)
    ]
    draw_table(people, f"use-by-person-{since}-{today}", "")
    st.header("By model", anchor=False)
    st.dataframe(
        by_model(sums), hide_index=True, column_config=COST, placeholder=UNKNOWN, width="stretch"
    )
    days = [
        {"Day": f"{day:%m-%d}", "Tokens": sum(s.total_tokens for s in sums if s.day == day)}
        for day in (since + timedelta(days=n) for n in range((today - since).days + 1))
    ]
    if len(days) > 1:
        st.bar_chart(days, x="Day", y="Tokens", height=220, alt="Tokens by day")
    _draw_csv(as_csv(sums), f"use-by-day-and-model-{since}-{today}", "CSV by day and model")


def draw_people(history: History) -> None:
    """Draw everybody who was here."""
    people = [
        {
            "Person": name_of(person.owner, {person.owner: person.name} if person.name else {}),
            "Groups": ", ".join(person.groups),
            "First seen": person.first_seen,
            "Last seen": person.last_seen,
            "State": "Browser forgotten" if person.ended else "",
        }
        for person in history.people.all()
    ]
    draw_table(people, "people", "Nobody has been here yet.")


def draw_errors(history: History) -> None:
    """Draw what failed, by kind and model."""
    since, _ = _period("operator-errors-period")
    errors = [
        {
            "Kind": WORDS[each.kind][0] if each.kind in WORDS else each.kind,
            "Model": each.model,
            "Requests": each.number,
            "Last": each.last,
        }
        for each in history.operating.errors(since)
    ]
    draw_table(errors, f"errors-since-{since}", "Nothing failed in this time.")
    st.caption("Of the runs that are stored; those that people deleted are not counted.")


def _period(key: str) -> tuple[date, date]:
    """The days that are chosen, both included (UTC)."""
    chosen = st.segmented_control("Period", list(PERIODS), default="7 days", required=True, key=key)
    today = datetime.now(UTC).date()
    return today - timedelta(days=PERIODS[str(chosen)] - 1), today


def _draw_csv(data: bytes, name: str, label: str = "CSV") -> None:
    st.download_button(
        label,
        data,
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"operator-csv-{name.partition('-since')[0]}",
        icon=":material/download:",
        on_click="ignore",
    )


def _shown(value: Any) -> Any:
    return in_words(value) if isinstance(value, datetime) else value


def _cells(row: Row) -> list[Any]:
    return [each.isoformat() if isinstance(each, datetime) else each for each in row.values()]
