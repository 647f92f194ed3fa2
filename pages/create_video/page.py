"""Create video: a long operation, followed to its end over reloads and restarts."""

import streamlit as st

from components import session
from components.attachments.uploading import draw_uploads
from components.page_run import draw_earlier
from components.samples import draw_about, draw_sample_buttons
from pages.create_video.form import draw_form
from pages.create_video.operation import draw_video
from pages.create_video.state import PAGE, CreateVideoState

state = session.state(PAGE, CreateVideoState)
state.reopen()

# --- Draw the page ---

draw_about(PAGE)
draw_sample_buttons(PAGE, state.load)
draw_form(state)
draw_uploads(state.sending, f"{PAGE}-stop-uploads")
answer = st.container()  # filled last: what stands below would be faded while it is made
draw_earlier(state.page_run, PAGE)
with answer:
    draw_video(state.page_run)
