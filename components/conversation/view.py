"""A conversation on a page: its menu, the earlier turns, the field, and the turns that stream.

Only the fragment with the latest turns runs again when something is asked, so a long conversation
doesn't slow the next answer down. When the fragment's own turns have become many, the page takes
them over.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.conversation.composer import Composer, Send, composing, place_composer
from components.conversation.current import is_current
from components.conversation.menu import draw_context, draw_menu
from components.conversation.running import draw_running_elsewhere
from components.conversation.state import Chat
from components.conversation.titles import write_title
from components.conversation.turns import draw_latest_actions, draw_turns
from components.field_first import AroundField
from components.player.player import is_due
from components.setup_link import linked_prompt
from gemini.conversation import Turn
from gemini.format import counted
from gemini.request import Part
from gemini.taking_turns import in_turn

MOST_LATEST = 1  # turn in the fragment, whose answer is drawn anew with the next prompt
EARLIER = "earlier-turns"
COVER = "<span></span><style>{} {{ display: none }}</style>"  # a style alone is put elsewhere
WRAPPER = "[data-testid=stLayoutWrapper]:has(> .st-key-{})"  # an empty one would take room
MORE = 100  # turns that a click on the button adds
SETTLING, LOOK_UP_EVERY = 0.4, 0.05  # seconds

Draw = Callable[[], None]


def draw_conversation(
    chat: Chat,
    placeholder: str,
    submit: Send | None = None,
    *,
    menu: DeltaGenerator,
    begun: bool = True,
    above: Draw = lambda: None,
    below: Draw = lambda: None,
    go_on: Callable[[], bool] = lambda: False,
) -> None:
    """Draw the turns where the script is, the menu in its place, the field below.

    `submit` takes what is submitted, where that is not simply the chat's next prompt. `above` and
    `below` draw what stands around the latest turns, anew with each prompt. `go_on` asks for
    another turn after an answer, and says whether it did.
    Until something is `begun` the menu only leads to earlier chats.
    """
    send, around = submit or chat.submit, AroundField()
    with menu:
        context = draw_menu(chat, send, around, begun=begun)
    composer = place_composer(chat, placeholder, send)
    around.add(st.bottom, partial(draw_latest_actions, chat))
    draw_earlier(chat, composer.mark.empty())
    _draw_latest(composer, context, above, below, go_on)
    around.draw_waiting()


def _take_prompt(chat: Chat) -> None:
    """Put the prompt that a link brings into the field."""
    path = chat.conversation.path()
    latest_prompt = path[-1].text if path else ""
    if (prompt := linked_prompt(chat.page, latest_prompt)) != latest_prompt:
        chat.give_back(prompt, [])


@st.fragment
def _draw_latest(
    composer: Composer,
    context: DeltaGenerator,
    above: Draw,
    below: Draw,
    go_on: Callable[[], bool],
) -> None:
    """Draw what was asked since the page was drawn."""
    chat = composer.chat
    if is_due() or not is_current(chat):  # played, cleared, imported: the whole page is another one
        st.rerun()
    _take_prompt(chat)
    with in_turn(), composing(composer) as show_stop:
        above()
        draw_running_elsewhere(chat)
        with st.container(key=_latest_key(chat.base)):
            draw_here(chat, latest(chat))
            while chat.play_on() or go_on():
                show_stop()
                draw_here(chat, chat.conversation.path()[-1:])
    below()
    draw_context(chat, context)
    write_title(chat)
    hand_over(chat)


def draw_here(chat: Chat, turns: list[Turn]) -> None:
    """Draw turns, and note that they stand here, also those whose answer has ended by now."""
    for turn in turns:
        chat.streamed.setdefault(turn.id, [])
    draw_turns(chat, turns)


def draw_earlier(chat: Chat, cover: DeltaGenerator) -> None:
    """Draw the turns before `chat.base`, set anew here; the oldest wait behind a button.

    Those that the fragment has on the screen are covered until all are drawn.
    """
    path = chat.conversation.path()
    answering = chat.live is not None and chat.live.running
    before, chat.base = chat.base, len(path) - 1 if answering else len(path)
    first = max(0, chat.base - chat.shown)
    chat.streamed = {t.id: chat.streamed[t.id] for t in path[first:] if t.id in chat.streamed}
    with st.container(key=EARLIER):
        if first and st.button(
            f"Show {counted(first, 'earlier turn')}",
            key=f"earlier-{chat.page}",
            icon=":material/history:",
            type="tertiary",
        ):
            chat.shown += MORE
            st.rerun()
        old, new = path[first : chat.base], path[max(first, before) : chat.base]
        if any(turn.id in chat.streamed for turn in new):
            old = old[: -len(new)]
            draw_turns(chat, old)
            with _covered(cover, bool(first) + 2 * len(old), _latest_key(before)):
                draw_turns(chat, new)
        else:
            draw_turns(chat, old)
        _take_place(chat.page, bool(first) + 2 * (chat.base - first))


def _take_place(page: str, elements: int) -> None:
    """Have nothing be where more `elements` were before: of a longer conversation, say.

    They would stay there, faded, until the script ends, which is when the answer does.
    """
    key = f"{EARLIER}-{page}"
    for _ in range(st.session_state.get(key, 0) - elements):
        st.empty()
    st.session_state[key] = elements


@contextmanager
def _covered(cover: DeltaGenerator, there: int, latest_key: str) -> Iterator[None]:
    """Hide what is drawn below the elements that are `there`; then show it, and hide the latest.

    That is one step for the browser. Without it the page would be short for a moment, and jump.
    """
    below = f".st-key-{EARLIER} > :nth-child(n + {there + 1})"
    cover.html(COVER.format(below if there else WRAPPER.format(EARLIER)))
    try:
        yield
    finally:
        cover.html(COVER.format(WRAPPER.format(latest_key)))


def _latest_key(base: int) -> str:
    return f"latest-{base}"


def latest(chat: Chat) -> list[Turn]:
    """The turns that are the fragment's to draw."""
    return chat.conversation.path()[chat.base :]


def hand_over(chat: Chat) -> None:
    """Have the page take over the fragment's turns where they have become many.

    To be called at the fragment's end. It waits until the browser has drawn the last words, which
    would otherwise come after all turns were drawn anew; what is asked meanwhile comes first. While
    calls wait for results it doesn't: their fields would be others while somebody types.
    """
    turns = latest(chat)
    if len(turns) <= MOST_LATEST or any(map(_calls, turns[-1].answer)):
        return
    settled = time.monotonic() + SETTLING
    while time.monotonic() < settled:
        time.sleep(LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here
    st.rerun()


def _calls(part: Part) -> bool:
    return bool((part.get("function_call") or {}).get("name"))
