"""The packs of this session: found again by their ids after a reload, and the one worked on."""

from weakref import WeakValueDictionary

import streamlit as st

from components.navigation import address
from components.owner import current_owner
from gemini.demo.pack import Pack

STAGE = "demo"  # the page of packs
NOTES = "notes"  # of that page's address: the pack whose notes are shown
EDITED = "demo-edited"  # session state: the pack that is worked on

_packs: WeakValueDictionary[tuple[str, str], Pack] = WeakValueDictionary()
"""The packs that are open, by owner and id, as long as a session has them: the one after a reload
finds them."""


def remember(pack: Pack) -> None:
    """Have a pack be found again by its id, after a reload."""
    _packs[current_owner(), pack.id] = pack


def open_pack(pack_id: str) -> Pack | None:
    """A pack that this person has open, by its id."""
    return _packs.get((current_owner(), pack_id))


def edit(pack: Pack | None) -> None:
    """Have this session work on a pack, or on none any more."""
    st.session_state[EDITED] = pack
    if pack is not None:
        remember(pack)


def edited_pack() -> Pack | None:
    """The pack that this session works on."""
    return st.session_state.get(EDITED)


def notes_address(pack: Pack) -> str:
    """Where the speaker's notes of a pack are, at the scene it is at."""
    return f"{address(STAGE)}?{NOTES}={pack.id}"
