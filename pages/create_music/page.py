"""Create music: a song or a clip by Lyria, from words, lyrics and pictures."""

import streamlit as st

from components import session
from components.answer.stream import follow_elapsed
from components.samples import draw_about, draw_sample_buttons
from pages.create_music.form import draw_form
from pages.create_music.result import draw_song, draw_songs
from pages.create_music.state import PAGE, CreateMusicState

state = session.state(PAGE, CreateMusicState)
page_run = state.page_run
state.reopen()

# --- Draw the page ---

draw_about(PAGE)
draw_sample_buttons(PAGE, state.load)
draw_form(state)
answer = st.container()  # filled last: what stands below would be faded while it is made
draw_songs([page_run.live.run] if page_run.live else [])
with answer:
    page_run.draw(draw_song, name="Song", following=follow_elapsed)
