"""Read-only links to what is on a page: made, listed, revoked; and what is read under one.

    PLAYGROUND_SHARES=off     nobody can share, and links show nothing
    PLAYGROUND_SHARES=open    where people sign in, links can be read without it, too

A link shows the page as it was when it was shared: prompts, answers, media, names of models.
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from urllib.parse import urlsplit

import streamlit as st

from components.format import in_words
from components.history import failing_said, opened_history
from components.markdown.literal import literal
from components.navigation import base_address
from components.owner import current_owner, is_ours_alone, is_passing
from components.people import audit
from components.pieces import draw_qr
from components.sign_in import is_set_up
from gemini.api.redaction import redact
from gemini.format import size
from gemini.history.engine import HistoryError
from gemini.history.retention import OFF
from gemini.history.shares import Share, ShareError

PATH = "shared"  # the addresses of links: /shared/<token>
VARIABLE = "PLAYGROUND_SHARES"
PERIODS = {"1 day": 1, "7 days": 7, "30 days": 30, "1 year": 365}  # days
DEFAULT = "7 days"
LATEST = "share-latest"  # session state: the token made last, by the key of its place
DATA = re.compile(r"""((?:src|href)="data:[^"]*")""")


def is_on() -> bool:
    """Whether people may share here."""
    return _setting() not in OFF


def is_open() -> bool:
    """Whether links can be read without a sign-in, where people sign in."""
    return _setting() == "open"


def shared_page(token: str) -> bytes | None:
    """The HTML under a link; None where it shows nothing.

    Raises:
        HistoryError: the database fails, or there is none.
    """
    if not is_on():
        return None
    history = opened_history()
    if history is None:
        raise HistoryError("The history's database is unavailable.")
    return history.shares.page(token)


def draw_share(kind: str, title: Callable[[], str], make: Callable[[], str], key: str) -> None:
    """Draw the way to share a page, and the link once it is there.

    `kind` is what it is ("Conversation"), `title` its title, `make` gives it as HTML that is whole
    in itself, both as they are at the click. `key` tells the places apart where something can be
    shared. `make` may raise a ShareError that says why it can't be.
    """
    if not is_on():
        st.caption("Sharing is off on this playground.")
        return
    st.caption(_who_can_read())
    period = st.segmented_control(
        "Ends in", list(PERIODS), default=DEFAULT, required=True, key=f"share-period-{key}"
    )
    days = PERIODS[str(period)]
    st.button(
        "Create a link",
        key=f"share-{key}",
        icon=":material/link:",
        on_click=_share,
        args=(kind, title, make, days, key),
    )
    token = st.session_state.get(LATEST, {}).get(key)
    if token:
        st.code(link(token), language=None, wrap_lines=True)
        draw_qr(link(token))


def draw_shares() -> None:
    """Draw this person's links, each with a way to revoke it."""
    history = opened_history()
    shares = history.shares.of(current_owner()) if history else []
    if not shares:
        st.caption(
            "None. A conversation is shared from its *Export* menu, an answer from its run here, "
            "several answers from *Compare*."
        )
    for share in shares:
        draw_one(share, "own", partial(revoke, share))


def draw_one(share: Share, place: str, on_revoke: Callable[[], None], whose: str = "") -> None:
    """Draw a link with what is known of it; `whose` is its owner's name, on everyone's list.

    The browser of who may only revoke it doesn't get to know the link: a key is part of the page.
    """
    ended = share.has_ended(datetime.now(UTC))
    until = "ended" if ended else f"ends {in_words(share.ends)}"
    facts = " · ".join(filter(None, [
        share.kind, literal(whose), f"shared {in_words(share.created)}", until, size(share.size)
    ]))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # What was asked is its owner's alone.
        title = "A link" if whose else literal(share.title) or "Untitled"
        st.markdown(f"**{title}**  \n:small[:gray[{facts}]]", width="stretch")
        if not ended and not whose:
            st.link_button("Open", link(share.token), icon=":material/open_in_new:",
                           type="tertiary")  # fmt: skip
        st.button(
            "Remove" if ended else "Revoke",
            key=f"revoke-{place}-{sha256(share.token.encode()).hexdigest()[:16]}",
            icon=":material/link_off:",
            type="tertiary",
            on_click=on_revoke,
        )


def revoke(share: Share) -> None:
    """Have one of this person's links show nothing any more."""
    history = opened_history()
    with failing_said():
        if history and history.shares.revoke(share.token, current_owner()):
            audit("Link revoked", f"{share.kind}, shared {share.created:%Y-%m-%d}")
            for key, token in list(st.session_state.get(LATEST, {}).items()):
                if token == share.token:
                    del st.session_state[LATEST][key]


def link(token: str) -> str:
    """The address of a link, for others."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme or 'http'}://{here.netloc}{base_address()}{PATH}/{token}"


def without_keys(page: str) -> str:
    """A page of HTML in which what looks like a key is hidden; media are left as they are."""
    pieces = DATA.split(page)
    return "".join(piece if n % 2 else redact(piece) for n, piece in enumerate(pieces))


def _share(
    kind: str, title: Callable[[], str], make: Callable[[], str], days: int, key: str
) -> None:
    history = opened_history()
    if history is None:
        st.toast("Not shared: the history's database is unavailable.", icon=":material/error:")
        return
    ends = datetime.now(UTC) + timedelta(days=days)
    with failing_said():
        try:
            page = without_keys(make())
            share = history.shares.add(current_owner(), kind, redact(title()), page, ends)
        except ShareError as error:
            st.toast(f"Not shared: {error}", icon=":material/error:")
            return
        st.session_state.setdefault(LATEST, {})[key] = share.token
        audit("Link created", f"{kind}, ends {ends:%Y-%m-%d}")


def _who_can_read() -> str:
    """Who can open a link, and what they see."""
    what = " It shows this as it is now: no settings, no key, nothing else of yours."
    if is_ours_alone():
        return f"Only this computer can open the link: others can't reach its server.{what}"
    if is_set_up() and not is_open():
        return f"Whoever has the link and can sign in here can read it.{what}"
    passing = " This tab alone can revoke it." if is_passing() else ""
    return f"Whoever has the link can read it, without an account.{what}{passing}"


def _setting() -> str:
    return os.environ.get(VARIABLE, "").strip().lower()
