"""What every screen shares: the page's frame, the navigation, the sidebar.

This is the main script that `app.py` serves. It lies here, and not beside `pages/`, because
Streamlit would take that folder for its older kind of multipage app.
"""

from functools import partial
from pathlib import Path

import streamlit as st

from components.calls import settle_calls
from components.connection import connection_error, watch_models
from components.connection_panel import draw_connection
from components.demo_mode import current_demo
from components.demo_view import begin_demo, draw_closed, draw_demo, shows_pages
from components.field_first import AroundField, begin_drawing
from components.history import draw_trouble
from components.keyboard import draw_keyboard, draw_shortcuts_button
from components.limits import known_limits
from components.navigation import is_wide, name_of, pages
from components.next_fault import draw_next_fault
from components.people import draw_account, greet, is_operator
from components.player.bar import draw_player
from components.player.player import follow_player, settle_player
from components.presenter import draw_presenter_view, present, presenting
from components.return_address import go_to_address, keep_address, look_for_address
from components.settings.panel import draw_settings, keep_model
from components.setup_link import draw_setup_link, take_setup
from components.sign_in import draw_sign_in, is_set_up, must_sign_in, signed_in
from components.warm_up import preload
from gemini.history.engine import HistoryError

ASSETS = Path(__file__).parent / "assets"

# Before the navigation: else the browser asks Google for the current page's icon as the tab's.
st.set_page_config(page_icon=str(ASSETS / "mark.svg"))
outside = must_sign_in()
demo = current_demo()
chosen = demo.pages if demo else ()
known = pages(chosen, operator=not outside and is_set_up() and is_operator())
locked = outside or not shows_pages(demo)
page = st.navigation(known, position="hidden" if locked else "top")
name = name_of(page, chosen)
st.set_page_config(
    page_title="Gemini Playground",
    layout="wide" if is_wide(name) else "centered",
    initial_sidebar_state="auto",
)
st.logo(str(ASSETS / "logo.svg"), size="large", icon_image=str(ASSETS / "mark.svg"))
st.html(ASSETS / "shell.css")
unseen = st.container(key="unseen")  # of one place on all pages, for what is drawn in it later


def draw_sidebar() -> None:
    """Draw the run settings, and what else is said and done beside each page."""
    draw_settings()
    draw_setup_link(name)
    draw_connection()
    draw_account()
    st.button("Presenter view", icon=":material/present_to_all:", type="tertiary", on_click=present)
    draw_shortcuts_button()


settle_calls()
if outside:
    draw_sign_in()
    keep_address(page)
    st.stop()
if signed_in():
    go_to_address(page, known)
greet(known_limits)
if demo:
    begin_demo(demo)
follow_player()
if not demo:  # there something may be playing from the first run on
    begin_drawing(name)
around = AroundField()
if demo:
    draw_demo(demo)
elif presenting():
    draw_presenter_view()
else:
    keep_model()
    around.add(st.sidebar.container(), draw_sidebar)
around.add(unseen, partial(draw_keyboard, name))

if trouble := connection_error():  # nothing can be asked on any page until that is settled
    st.error(trouble, icon=":material/error:")
    st.markdown("Correct it in `.env` and restart, or choose another one under *Connection*.")
elif demo and not demo.opens(name):
    draw_closed(name, demo)
else:
    draw_trouble()
    draw_next_fault()
    draw_player(name)
    if not demo:
        take_setup(name)
    try:
        page.run()
    except HistoryError as error:
        st.error(str(error), icon=":material/error:")
        st.button("Try again", key="history-try-again", icon=":material/refresh:")
around.draw_waiting()
settle_player()
watch_models()
if signed_in():
    look_for_address()
with unseen:
    preload()
