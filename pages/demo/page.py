"""Demo: packs of scenes, opened, edited and played; and the stage of scenes without a page."""

import streamlit as st

from components import session
from components.demo_mode import in_demo
from components.markdown.literal import literal
from components.navigation import page_file
from components.page_run import current_run, reopen
from components.player.packs import NOTES
from components.player.player import current_player
from components.samples import draw_about
from gemini.request import text_of
from pages.demo.editor import draw_pack
from pages.demo.notes import draw_notes
from pages.demo.state import LARGEST_UPLOAD, PAGE, DemoState

state = session.state(PAGE, DemoState)
player = current_player()
on_stage = player is not None and player.place is not None and player.place[0] == PAGE


def draw_stage() -> None:
    """Draw a scene whose page can't show a run of before: the prompt, and the answer as it came."""
    page_run = current_run(PAGE)
    reopen(page_run)
    if page_run.live is not None:
        with st.chat_message("user", avatar=":material/person:"):
            st.text(text_of(page_run.live.run.request.last_parts) or "(no text)")
        with st.chat_message("assistant", avatar=":material/auto_awesome:"):
            page_run.draw()


def draw_opening() -> None:
    """Draw the ways to a pack: a file, or runs of the History."""
    st.file_uploader(
        "Open a demo pack",
        "zip",
        key=state.upload_key,
        max_upload_size=LARGEST_UPLOAD,
        on_change=state.take_file,
    )
    if state.problem:
        st.error(literal(state.problem), icon=":material/error:")
    if state.pack is None:
        st.caption("Or make one: choose the runs to show in the History.")
        st.page_link(page_file("history"), label="Choose runs", icon=":material/history:")


def draw_editing() -> None:
    """Draw the pack that is open, and the ways to another one."""
    state.restore()
    draw_about(PAGE)
    if state.pack is None:
        draw_opening()
    else:
        draw_pack(state, state.pack)
        with st.expander("Open another pack", icon=":material/folder_open:", type="compact"):
            draw_opening()


# --- Draw the page ---

if NOTES in st.query_params and not in_demo():
    draw_notes()
elif on_stage:
    draw_stage()
elif in_demo():
    st.info("Packs can't be opened or changed in the demo.", icon=":material/lock:")
else:
    draw_editing()
