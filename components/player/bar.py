"""The bar above the page while a demo plays: which scene, its note, how it plays, and the keys."""

from pathlib import Path

import streamlit as st

from components import session
from components.browser_component import browser_component
from components.demo_mode import in_demo
from components.markdown.literal import literal
from components.player.packs import notes_address
from components.player.player import Player, current_player
from gemini.replay import AT_ONCE, PACES, has_times

KEYS = Path(__file__).with_name("keys.js")
STYLE = """<style>
.st-key-player {{
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent);
  padding-bottom: 0.5rem
}}
@keyframes player-waits {{ from, to {{ visibility: hidden; height: 0; margin: 0 }} }}
.st-key-player-late {{ animation: player-waits {left:.0f}s linear; overflow: hidden }}
</style>"""
"""What is late is said by the browser's own clock: the script waits for the answer meanwhile."""


def draw_player(page: str) -> None:
    """Draw the bar, where something is played. `page` is the name of the page below it."""
    player = current_player()
    if player is None or player.opening:
        return
    live = player.live if player.is_live else None
    player.drawn_busy = player.busy
    left = max(player.scene.seconds - live.elapsed, 0) if live and live.running else 0
    st.html(STYLE.format(left=left))
    with st.container(key="player", gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"
        ):
            _draw_scenes(player)
            if not in_demo():  # the note is the speaker's
                _draw_note(player)
                _draw_end(player)
        # A place of its own while it is paused: in the same one "Pause" would stay, faded, beside
        # "Go on" until the script ends.
        way = "paused" if player.playing and player.playing.paused else "ways"
        with st.container(
            key=f"player-{way}",
            horizontal=True,
            horizontal_alignment="right",
            vertical_alignment="center",
            gap="small",
        ):
            _draw_mark(player)
            _draw_ways(player, page)
        _draw_words(player)
        if live is not None and live.running and not player.scene.takes_over:
            _draw_late(player)
    if len(player.pack.scenes) > 1:
        browser_component("player_keys", KEYS)(key="player-keys", height=0)


def _draw_end(player: Player) -> None:
    st.button(
        "End",
        key="player-close",
        icon=":material/close:",
        type="tertiary",
        help="Back to where you were",
        on_click=player.close,
    )


def _draw_scenes(player: Player) -> None:
    """Where it is among the scenes, and the way to those beside it."""
    count = len(player.pack.scenes)
    if count > 1:
        st.button(
            "Back",
            key="player-back",
            icon=":material/chevron_left:",
            type="tertiary",
            help="The scene before, as it ended (Page up)",
            disabled=player.at == 0,
            on_click=player.back,
        )
        st.caption(f"{player.at + 1} of {count}", width="content")
        st.button(
            "Next",
            key="player-next",
            icon=":material/chevron_right:",
            type="tertiary",
            help="The next scene (Page down)",
            disabled=player.at == count - 1,
            on_click=player.go,
            args=(player.at + 1,),
        )
    if player.scene.title:
        st.markdown(f"**{literal(player.scene.title)}**", width="stretch")
    else:
        st.space("stretch")


def _draw_note(player: Player) -> None:
    if player.scene.note:
        with st.popover("Note", icon=":material/sticky_note_2:", type="tertiary"):
            st.text(player.scene.note)
            st.link_button(
                "In a window of its own",
                notes_address(player.pack),
                icon=":material/open_in_new:",
                type="tertiary",
                help="For your own screen: it follows the demo",
            )


def _draw_ways(player: Player, page: str) -> None:
    """What can be done with the answer just now."""
    if player.place is not None and page != player.place[0]:
        _draw_button("Return to the scene", "undo", lambda: player.go(player.at, "return"))
        return
    if player.problem:
        return
    if player.is_live:
        if player.scene.recorded is not None:
            _draw_button("Play the recording", "smart_display", player.take_recording,
                         primary=player.offers)  # fmt: skip
        return
    if (replay := player.playing) is not None:
        paused = replay.paused
        way = replay.start if paused else replay.pause
        _draw_button("Go on" if paused else "Pause", "play_arrow" if paused else "pause", way)
    else:
        if player.stopped:
            _draw_button("Show all of it", "fast_forward", player.show_all)
        ask = player.scene.live
        _draw_button(
            "Ask live" if ask else "Play again", "sensors" if ask else "replay", player.again
        )
    st.segmented_control(
        "Pace",
        PACES,
        format_func=lambda pace: "At once" if pace == AT_ONCE else f"{pace:g}x",
        label_visibility="collapsed",
        required=True,
        width="content",
        **session.bound("player-pace", player.pace, player.set_pace, "default"),
    )


def _draw_button(label: str, icon: str, way: object, *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"player-{icon}",
        icon=f":material/{icon}:",
        type="primary" if primary else "tertiary",
        on_click=way,  # pyright: ignore[reportArgumentType]
    )


def _draw_mark(player: Player) -> None:
    """Say whether it is a recording or live."""
    live, recording = ":material/sensors: Live", ":material/smart_display: Recording"
    mark = "" if player.problem else live if player.is_live else recording
    st.caption(mark, width="stretch")


def _draw_words(player: Player) -> None:
    """Say what came in between, and what can't be played."""
    if player.problem:
        st.error(f"This scene can't be played. {literal(player.problem)}", icon=":material/error:")
        return
    recorded, words = player.scene.recorded, []
    if player.said:
        words.append(literal(player.said))
    if not player.is_live and recorded is not None and not has_times(recorded):
        words.append("Its times weren't recorded, so it plays at an even pace.")
    if words:
        st.caption(" ".join(words))


def _draw_late(player: Player) -> None:
    with st.container(key="player-late"):
        about = f"This takes longer than {player.scene.seconds:g} s. Play the recording?"
        st.caption(f":material/timer: {about}")
