"""What goes on: answers that run, limits and what is left of them, links, and who did what."""

import os
from functools import partial

import streamlit as st

from components.history import failing_said
from components.navigation import PAGES
from components.people import audit
from components.shares import draw_one
from gemini.format import money
from gemini.history.database import History
from gemini.history.limit_file import limit_table
from gemini.history.limits import EVERYONE, NO_LIMITS, Limits, Scope, Spent, VariableError
from gemini.history.shares import Share
from pages.operator.use import draw_table, name_of, names_of


def draw_running(history: History) -> None:
    """Draw the answers that are being written just now, in all processes."""
    names = names_of(history)
    running = [
        {
            "Person": name_of(each.owner, names),
            "Page": PAGES[each.page].title if each.page in PAGES else each.page,
            "Model": each.model,
            "Since": each.since,
        }
        for each in history.operating.running()
    ]
    draw_table(running, "running", "No answer is being written.")
    st.button("Refresh", key="operator-running-refresh", icon=":material/refresh:", type="tertiary")


def draw_limits(history: History) -> None:
    """Draw all limits; of those that people share, what is used."""
    try:
        table = limit_table(os.environ)
    except VariableError as error:
        st.error(f"{error} Nothing is sent until that's fixed.", icon=":material/error:")
        return
    rows = []
    together = {EVERYONE: table.everyone}
    together |= {Scope(group=name): group.together for name, group in table.groups.items()}
    for scope, limits in together.items():
        if limits != NO_LIMITS:
            used = history.spent(scope, month=limits.per_month)
            rows += _rows(scope.words, limits, used)
    rows += _rows("Each person", table.person)
    for name, group in table.groups.items():
        if group.each:
            rows += _rows(f"Each of the group {name}", table.each_of([name]))
    draw_table(
        rows,
        "limits",
        "No limits are set. `.env.example` names the variables, and PLAYGROUND_LIMITS a file.",
    )


def draw_links(history: History) -> None:
    """Draw everyone's links, each with a way to revoke it."""
    names = names_of(history)
    shares = history.shares.all()
    for share in shares:
        whose = name_of(share.owner, names)
        draw_one(share, "all", partial(_revoke, history, share, whose), whose)
    if not shares:
        st.caption("Nothing is shared.")


def draw_audit(history: History) -> None:
    """Draw who did what, the latest first."""
    names = names_of(history)
    entries = [
        {
            "Time": entry.at,
            "Person": name_of(entry.owner, names),
            "What": entry.action,
            "Details": entry.detail,
        }
        for entry in history.people.audit()
    ]
    draw_table(entries, "audit", "No entries yet.")
    st.caption(
        "Sign-ins, keys, exports, deletions and links; kept for 400 days. The latest 1,000 are "
        "listed."
    )


def _revoke(history: History, share: Share, whose: str) -> None:
    with failing_said():
        if history.shares.revoke(share.token):
            audit("Link revoked", f"{share.kind} of {whose}, by an operator")


def _rows(whose: str, limits: Limits, used: Spent | None = None) -> list[dict[str, object]]:
    """A row for each limit that is set; `used` is what is used of those, where it is known."""
    return [
        {
            "Whose": whose,
            "Limit": name,
            "At most": _amount(name, most),
            "Used": _amount(name, amount) if used else "",
        }
        for name, most, amount in (
            ("Requests a minute", limits.requests_per_minute, len(used.recent) if used else 0),
            ("Tokens a day", limits.tokens_per_day, used.tokens if used else 0),
            ("Dollars a day", limits.dollars_per_day, used.dollars if used else 0),
            ("Tokens a month", limits.tokens_per_month, used.month_tokens if used else 0),
            ("Dollars a month", limits.dollars_per_month, used.month_dollars if used else 0),
        )
        if most is not None
    ]


def _amount(name: str, value: float) -> str:
    return money(value, 2) if name.startswith("Dollars") else f"{value:,.0f}"
