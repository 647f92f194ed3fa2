"""What a demo draws on each page: what is locked, and how it starts over.

To start over is to end the visit: the server lets go of all it knows of the session, and the
browser loads the first page anew, so that nothing typed or attached is left there either.
"""

import logging
import threading
from pathlib import Path

import streamlit as st

from components.browser_component import browser_component
from components.connection import choice, usable_connection
from components.connection_panel import draw_what_answers
from components.demo_mode import Demo, running_work
from components.history import current_history
from components.keyboard import draw_shortcuts_button
from components.markdown.literal import literal
from components.navigation import PAGES, base_address
from components.own_things import OWN_NAMES
from components.player.packs import remember
from components.player.player import current_player, play
from components.presenter import PARAMETER, draw_without_settings, presenting
from components.settings.run_settings import current_settings
from gemini.api.call import begin
from gemini.api.connect import Connection
from gemini.format import counted
from gemini.history.engine import HistoryError
from gemini.history.store import HistoryStore

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_suffix(".js")
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
HTML = (
    '<div class="countdown" role="alert" popover="manual" hidden>Still there? This starts over in '
    '<b aria-hidden="true"></b> Touch anything to stay.</div>'
)
KEY = "Mod+Alt+Backspace"
QUESTION = "demo_question"  # session state: whether starting over was asked for while work ran
ENDED = "demo_ended"  # session state: where the browser goes next, once the visit is over
DELETE_WITHIN = 15.0  # seconds for the API to delete a file


def shows_pages(demo: Demo | None) -> bool:
    """Whether there are pages to be seen: in a demo that can start, in a visit that isn't over."""
    return demo is None or not (demo.trouble or ENDED in st.session_state)


def begin_demo(demo: Demo) -> None:
    """Have the pack be played, from its first scene on, in a visit that has just begun."""
    if demo.pack is None or not shows_pages(demo):
        return
    remember(demo.pack)  # a reload stays at its scene
    if current_player() is None:
        play(demo.pack)


def draw_demo(demo: Demo) -> None:
    """Draw what is locked and the way to start over, instead of the sidebar.

    Where no page is to be seen, say why, and end the script.
    """
    draw_without_settings()
    if demo.trouble:
        _draw_trouble(demo)
        st.stop()
    if ENDED in st.session_state:
        _draw_next_visit(st.session_state[ENDED])
        st.stop()
    _draw_head(demo)
    idle = browser_component("demo", SCRIPT, HTML, STYLE)
    idle(key="demo-idle", data={"idle": demo.idle}, height=0, on_idle_change=_idle)


def _draw_head(demo: Demo) -> None:
    locked, way_out = st.columns([3, 2], vertical_alignment="top")
    with locked.container(gap="xsmall"):
        if choice() == "emulator":  # the address of another server is the operator's own
            draw_what_answers()
        st.caption(f":material/lock: {_locked(demo)}")
        if st.session_state.get(QUESTION):  # here it moves nothing that an answer is written into
            _draw_question()
    with way_out.container(horizontal_alignment="right", gap="xsmall"):
        st.button(
            "Start over",
            key="demo-start-over",
            icon=":material/restart_alt:",
            shortcut=KEY,
            on_click=_asked_to_start_over,
        )
        draw_shortcuts_button()


def draw_closed(name: str, demo: Demo) -> None:
    """Draw that a page isn't one of the demo's, and the way to those that are."""
    st.title(PAGES[name].title, anchor=False)
    st.info("This page is locked in the demo.", icon=":material/lock:")
    for each in demo.pages:
        entry = PAGES[each]
        st.page_link(entry.file, label=entry.title, icon=f":material/{entry.icon}:")


def start_over() -> None:
    """End the visit: stop what runs, delete what is kept of it here and at the API, forget all."""
    for work in running_work():
        work.stop()
    names = st.session_state.get(OWN_NAMES, set())
    connection, _ = usable_connection()
    if connection is not None:
        _delete_files(connection, [name for name in names if name.startswith("files/")])
    if (history := current_history()) is not None:
        threading.Thread(target=_delete, args=(history,), name="visit-end", daemon=True).start()
    start = _start()
    for key in list(st.session_state):
        del st.session_state[key]
    st.query_params.clear()
    st.session_state[ENDED] = start


def _draw_trouble(demo: Demo) -> None:
    """Say what is wrong with the demo's variables; nothing else can be done then."""
    st.title("Gemini Playground", anchor=False)
    st.error(f"The demo can't start. {demo.trouble}", icon=":material/error:")
    st.markdown("Correct it in the environment or `.env` and restart.")


def _draw_next_visit(start: str) -> None:
    """Have the browser go to the first page, as if it were just opened."""
    st.markdown("Starting over…")
    st.link_button("Open the first page", start)  # where the browser doesn't go by itself
    leave = browser_component("demo", SCRIPT, HTML, STYLE)
    leave(key="demo-leave", data={"start": start}, height=0)


def _start() -> str:
    """The address of the first page; in larger type where this one is."""
    return base_address() + (f"?{PARAMETER}=1" if presenting() else "")


def _asked_to_start_over() -> None:
    if running_work():
        st.session_state[QUESTION] = True
    else:
        start_over()


def _idle() -> None:
    """Nobody has touched it: start over, unless something still runs that somebody waits for."""
    if not running_work():
        start_over()


def _draw_question() -> None:
    def no() -> None:
        del st.session_state[QUESTION]

    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown("An answer is still being written. Stop it and start over?")
        st.button("Stop and start over", key="demo-yes", type="primary", on_click=start_over)
        st.button("Keep going", key="demo-no", on_click=no)


def _locked(demo: Demo) -> str:
    model = literal(current_settings().model.display_name)
    idle = f", or after {_in_words(demo.idle)} without a touch" if demo.idle else ""
    return (
        f"Demo with {model}. The settings, connection and History are locked. What you ask and "
        f"attach is deleted when you start over{idle}."
    )


def _in_words(seconds: int) -> str:
    return counted(seconds // 60, "minute") if seconds % 60 == 0 else counted(seconds, "second")


def _delete_files(connection: Connection, names: list[str]) -> None:
    for name in names:  # those that can't be deleted are gone with the API after 48 hours
        begin(connection, "files.delete", {"name": name}, DELETE_WITHIN)


def _delete(history: HistoryStore) -> None:
    try:
        history.delete_everything()
    except HistoryError as error:
        log.warning("A visit's history will be deleted later: %s", error)
