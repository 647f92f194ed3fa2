"""The scenes of a pack as a list: their order, words, and how they are played."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from components import session
from components.markdown.literal import literal
from components.navigation import PAGES, page_file
from components.player.packs import notes_address
from components.player.player import play
from gemini.demo.pack import LONGEST, LONGEST_NOTE, LONGEST_TITLE, SHORTEST, Pack, Scene
from gemini.format import counted, duration, file_stem
from pages.demo.state import PAGE, DemoState, file_of

REPLAY, LIVE = "Recording", "Live"


def draw_pack(state: DemoState, pack: Pack) -> None:
    """Draw the pack with all that can be changed."""
    st.text_input(
        "Title",
        max_chars=LONGEST_TITLE,
        placeholder="A name for the demo",
        **session.bound_field(pack, "title", f"{PAGE}-{pack.id}"),
    )
    _draw_actions(state, pack)
    if pack.left_out:
        lines = "\n".join(f"- {literal(line)}" for line in pack.left_out)
        st.warning(f"In this file:\n{lines}", icon=":material/warning:")
    if state.removed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(":material/delete: A scene was removed", width="content")
            st.button("Undo", key=f"{PAGE}-undo", icon=":material/undo:", type="tertiary",
                      on_click=state.undo)  # fmt: skip
    if not pack.scenes:
        st.info("There are no scenes. Choose runs in the History.", icon=":material/slideshow:")
    for number, scene in enumerate(pack.scenes):
        with st.container(border=True, gap="xsmall", key=f"{PAGE}-scene-{scene.id}"):
            _draw_scene(state, pack, number, scene)


def _draw_actions(state: DemoState, pack: Pack) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Play",
            key=f"{PAGE}-play",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not pack.scenes,
            on_click=play,
            args=(pack,),
        )
        st.download_button(
            "Download",
            partial(file_of, pack),
            file_name=f"{file_stem(pack.title, 'demo')}.zip",
            mime="application/zip",
            key=f"{PAGE}-download",
            icon=":material/download:",
            on_click="ignore",
        )
        st.page_link(page_file("history"), label="Add scenes", icon=":material/add:")
        if any(scene.note for scene in pack.scenes):
            st.link_button(
                "Notes",
                notes_address(pack),
                icon=":material/sticky_note_2:",
                type="tertiary",
                help="In a window for your own screen: it follows the demo",
            )
        with st.popover("Close", icon=":material/close:", type="tertiary"):
            st.markdown("What you haven't downloaded is lost.")
            st.button("Close it", key=f"{PAGE}-close", on_click=state.close)


def _draw_scene(state: DemoState, pack: Pack, number: int, scene: Scene) -> None:
    entry = PAGES.get(scene.page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=True):
        icon = f":material/{entry.icon}:" if entry else ":material/error:"
        title = literal(scene.title or "Untitled")
        st.markdown(f"{number + 1}. {icon} **{title}**", width="stretch")
        with st.container(horizontal=True, gap="small", width="content", wrap=False):
            _draw_scene_actions(state, pack, number, scene)
    st.caption(_about(scene))
    if scene.problem or entry is None:
        problem = scene.problem or f"There is no page called {literal(scene.page)} here."
        st.caption(f":material/error: {problem} It is passed over with Next.")
    elif state.unfolded == scene.id:
        _draw_fields(scene)


def _draw_scene_actions(state: DemoState, pack: Pack, number: int, scene: Scene) -> None:
    """What can be done with a scene."""
    unfolded, key = state.unfolded == scene.id, f"{PAGE}-menu-{scene.id}"

    def unfold() -> None:
        state.unfolded = "" if unfolded else scene.id

    def act() -> None:
        ways[st.session_state[key]]()

    ways: dict[str, Callable[[], object]] = {
        ":material/play_arrow: Play from here": partial(play, pack, number),
        ":material/arrow_upward: Move up": partial(pack.move, scene, -1),
        ":material/arrow_downward: Move down": partial(pack.move, scene, 1),
        ":material/delete: Remove": partial(state.remove, scene),
    }
    if not scene.problem:
        st.button(
            "Done" if unfolded else "Edit",
            key=f"{PAGE}-edit-{scene.id}",
            icon=":material/check:" if unfolded else ":material/edit:",
            type="tertiary",
            on_click=unfold,
        )
    st.menu_button("More", list(ways), key=key, icon=":material/more_horiz:", type="tertiary",
                   on_click=act)  # fmt: skip


def _about(scene: Scene) -> str:
    """How a scene is played, in a line."""
    entry, recorded = PAGES.get(scene.page), scene.recorded
    words = [entry.title if entry else literal(scene.page)]
    words.append("Live" if scene.live else "Recording")
    if recorded is not None:
        words.append(literal(recorded.request.model))
        if recorded.timing.end:
            words.append(duration(recorded.timing.end))
    if scene.first == 0 and len(scene.turns) > 1:
        words.append(counted(len(scene.turns), "turn"))
    if scene.note:
        words.append("with a note")
    return " · ".join(words)


def _draw_fields(scene: Scene) -> None:
    """What can be changed of a scene."""
    key = f"{PAGE}-{scene.id}"
    st.text_input(
        "Scene title", max_chars=LONGEST_TITLE, **session.bound_field(scene, "title", key)
    )
    st.text_area(
        "Speaker's note",
        max_chars=LONGEST_NOTE,
        placeholder="What you want to say",
        **session.bound_field(scene, "note", key),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            "Answer",
            [REPLAY, LIVE],
            required=True,
            help="Live sends the prompt to the connection that is in use then.",
            **session.bound(
                f"{key}-answer",
                LIVE if scene.live else REPLAY,
                lambda chosen: setattr(scene, "live", chosen == LIVE),
                "default",
            ),
        )
        if scene.live:
            st.number_input(
                "Seconds for the answer",
                SHORTEST,
                LONGEST,
                step=5.0,
                format="%g",
                width=160,
                **session.bound_field(scene, "seconds", key),
            )
            st.toggle(
                "Then play the recording",
                help="If the answer fails or takes longer. Otherwise the recording is offered.",
                **session.bound_field(scene, "takes_over", key),
            )
