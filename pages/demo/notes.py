"""The speaker's notes in a window of their own, at the scene that the demo is at."""

import streamlit as st

from components.markdown.literal import literal
from components.player.packs import NOTES, open_pack
from components.presenter import LARGER, NO_SIDEBAR
from gemini.demo.pack import Pack

LOOK_EVERY = 1.0  # seconds


def draw_notes() -> None:
    """Draw the note of the scene that was turned to last, in whatever tab."""
    st.html(NO_SIDEBAR + LARGER)
    st.title("Speaker's notes", anchor=False)
    pack = open_pack(st.query_params[NOTES])
    if pack is None or not pack.scenes:
        st.info("This demo isn't open any more.", icon=":material/info:")
    else:
        _follow(pack)


@st.fragment(run_every=LOOK_EVERY)
def _follow(pack: Pack) -> None:
    number = min(pack.at, len(pack.scenes) - 1)
    scene = pack.scenes[number]
    st.caption(f"{number + 1} of {len(pack.scenes)}")
    st.header(literal(scene.title or "Untitled"), anchor=False)
    st.text(scene.note or "No note for this scene.")
    for following in pack.scenes[number + 1 : number + 2]:
        st.divider()
        st.caption(f"Next: {literal(following.title or 'Untitled')}")
