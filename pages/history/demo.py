"""The runs that were picked, played again, and made the scenes of a demo pack."""

import io
from collections.abc import Sequence

import streamlit as st

from components.history import failing_said
from components.markdown.literal import literal
from components.navigation import address
from components.player.packs import edit, edited_pack
from components.player.player import BY_RUN, Place, play, turn_to
from gemini.demo.file import write
from gemini.demo.pack import Pack, PackError, Scene, scene_of
from gemini.format import counted
from gemini.history.search import RunSummary
from gemini.history.store import HistoryStore

DEMO = "demo"


def draw_demo_button(history: HistoryStore, picked: Sequence[RunSummary]) -> None:
    """Draw the ways to play what was picked: one run again, and all of them in a demo pack."""
    if not picked:
        return
    pack = edited_pack()
    with st.container(horizontal=True, gap="small"):
        if len(picked) == 1:
            st.button(
                "Replay",
                key=f"play-{picked[0].id}",
                icon=":material/smart_display:",
                help="Plays the answer as it came. Nothing is sent.",
                on_click=_replay,
                args=(history, picked[0]),
            )
        label = "Add to the demo pack" if pack else "Make a demo pack"
        if st.button(label, key="history-demo", icon=":material/slideshow:",
                     help=f"With {counted(len(picked), 'scene')}, the earliest first"):  # fmt: skip
            _make(history, picked, pack)


def _make(history: HistoryStore, picked: Sequence[RunSummary], pack: Pack | None) -> None:
    """Add scenes to the pack, or to a new one, and go there; or say what can't be a scene."""
    chosen = pack or Pack()
    scenes, refused = [], []
    for summary in reversed(picked):
        try:
            scenes.append(_scene(history, summary))
        except ValueError as error:
            refused.append(str(error))
    before = list(chosen.scenes)
    try:
        chosen.add(scenes)
        write(chosen, io.BytesIO())  # whether it fits into a file
    except PackError as error:
        chosen.scenes, scenes, refused = before, [], [str(error)]
    for why in dict.fromkeys(refused):
        st.toast(literal(why), icon=":material/error:")
    if scenes:
        edit(chosen)
        turn_to(DEMO, {"pack": chosen.id})


def _replay(history: HistoryStore, summary: RunSummary) -> None:
    with failing_said():
        try:
            scene = _scene(history, summary)
        except ValueError as error:
            st.toast(literal(str(error)), icon=":material/error:")
        else:
            play(Pack(scenes=[scene]), origin=_origin(summary))


def _origin(summary: RunSummary) -> Place:
    """Where a run is shown when its replay ends: on its page, or here."""
    if summary.conversation_id and address(summary.page):
        return summary.page, {"c": summary.conversation_id}
    if summary.page in BY_RUN:
        return summary.page, {"run": summary.id}
    return "history", {}


def _scene(history: HistoryStore, summary: RunSummary) -> Scene:
    """A kept run as a scene, on its page with the turns before it.

    Raises:
        ValueError: it can't be one; the text says why.
    """
    run = history.run(summary.id)
    if run is None:
        raise PackError("This run has been deleted.")
    conversation = (
        history.conversation(summary.conversation_id) if summary.conversation_id else None
    )
    return scene_of(summary.page, run, conversation)
