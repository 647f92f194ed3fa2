"""Create music: a song or a clip by Lyria, from words, lyrics and pictures."""

from components import session
from components.answer.stream import follow_elapsed
from components.page_run import reopen
from pages.create_music.form import draw_form, draw_welcome
from pages.create_music.result import draw_song, draw_songs
from pages.create_music.state import PAGE, CreateMusicState

state = session.state(PAGE, CreateMusicState)
page_run = state.page_run
reopen(page_run)

# --- Draw the page ---

draw_welcome(state)
draw_form(state)
page_run.draw(draw_song, name="Song", following=follow_elapsed)
draw_songs([page_run.live.run] if page_run.live else [])
