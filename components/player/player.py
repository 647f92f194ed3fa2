"""Plays a demo pack: turns to the page of each scene, and has its answer played, or asked anew.

The bar that is drawn meanwhile is in `components.player.bar`.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import streamlit as st

from components.asking import send
from components.history import record
from components.navigation import PAGES, page_file
from components.player.packs import STAGE, open_pack, remember
from components.presenter import PARAMETER as PRESENT
from components.presenter import presenting
from components.recordings import current_recordings
from components.settings.run_settings import (
    RunSettings,
    copy_of_settings,
    give_back_settings,
    take_settings,
)
from gemini.conversation import Conversation
from gemini.demo.pack import Pack, Scene
from gemini.live_run import LiveRun
from gemini.replay import Replay, as_recording
from gemini.run import Run

PARAMETER = "demo"  # of the page's address: the pack that is played and the scene, "<id>.<number>"
STATE = "player"  # session state
BY_RUN = frozenset({
    "boxes", "structured", "speech", "create-image", "create-video", "create-music", "embeddings",
    "faults", "prompts",
})  # fmt: skip
"""The pages that show a run by its id; those with turns show a conversation by its own."""
STAGED = frozenset({"prompts"})
"""Pages of these whose scenes are shown on STAGE all the same: in demo mode they are locked."""
OWN_MODEL = BY_RUN - STAGED - {"boxes", "structured", "faults"} | {"agents"}
"""The pages that have a choice of models of their own, and take few of the run settings."""

Way = Literal["play", "show", "return", "close"]
Place = tuple[str, dict[str, str]]
"""A page by its name, and the parameters of its address."""


@dataclass
class Player:
    """A pack that is played in one session, and where it is.

    `opening` is what the next run of the script has to do: play the scene, show its recording as a
    whole, return to it from another page, or close. `origin` is where a single replay was begun,
    and where it ends. `said` is what came in between, `late` that a live answer took too long,
    `drawn_busy` that the bar was drawn while an answer was on its way.
    `before` holds what the session had on the pages of the scenes, and `settings` its run settings.
    """

    pack: Pack
    at: int = 0
    opening: Way | None = "play"
    origin: Place | None = None
    pace: float = 1.0
    live: LiveRun | None = None
    place: Place | None = None
    said: str = ""
    late: bool = False
    drawn_busy: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    settings: RunSettings = field(default_factory=copy_of_settings)

    @property
    def scene(self) -> Scene:
        """The scene that is on; the last one, where scenes were removed meanwhile."""
        self.at = min(self.at, len(self.pack.scenes) - 1)
        return self.pack.scenes[self.at]

    @property
    def problem(self) -> str:
        """Why the scene can't be played, or ""."""
        scene = self.scene
        if not scene.problem and scene.page not in PAGES:
            return f"There is no page called {scene.page} here."
        return scene.problem

    @property
    def is_live(self) -> bool:
        """Whether what is on the screen was asked live."""
        return self.live is not None and not self.live.run.replayed

    @property
    def offers(self) -> bool:
        """Whether a live answer has failed, so that the recording is the way on."""
        return self.is_live and bool(self.said)

    @property
    def playing(self) -> Replay | None:
        """The recording that is being played, or is going to be."""
        lives = [each for each in current_recordings().lives.values() if isinstance(each, Replay)]
        return None if self.stopped else next((each for each in lives if each.running), None)

    @property
    def busy(self) -> bool:
        """Whether an answer is played or awaited."""
        return self.playing is not None or (self.live is not None and self.live.running)

    @property
    def stopped(self) -> list[Replay]:
        """The recordings that were stopped on the way."""
        lives = current_recordings().lives.values()
        return [each for each in lives if isinstance(each, Replay) and each.was_stopped]

    def go(self, at: int, way: Way = "play") -> None:
        """Turn to a scene. For a widget's callback: the next run of the script does it."""
        self.at, self.opening, self.said = min(max(at, 0), len(self.pack.scenes) - 1), way, ""

    def back(self) -> None:
        """Turn to the scene before, to be seen as it ended."""
        self.go(self.at - 1, "show")

    def again(self) -> None:
        """Play the scene again, or ask it again."""
        self.go(self.at)

    def take_recording(self, said: str = "") -> None:
        """Have the recording played in the place of a live answer."""
        if self.live is not None:
            self.live.leave()
        self.live, self.opening, self.said = None, "play", said or "This is the recording."

    def set_pace(self, pace: float) -> None:
        """Play so many times as fast from now on."""
        self.pace = pace
        for live in current_recordings().lives.values():
            if isinstance(live, Replay):
                live.pace = pace

    def show_all(self) -> None:
        """Bring what is left of the recordings that were stopped."""
        for replay in self.stopped:
            replay.finish()

    def close(self) -> None:
        """End it, and have the pages be as they were before. For a widget's callback."""
        self.opening = "close"

    def settle(self) -> bool:
        """Have the recording follow a live answer that failed, or took too long.

        Whether there is something new to be drawn or done.
        """
        live, scene = self.live, self.scene
        if live is None or live.running or not self.is_live or self.said or self.opening:
            return False
        if live.run.outcome != "failed" and not (self.late and live.run.outcome == "stopped"):
            return False
        why = f"took longer than {scene.seconds:g} s" if self.late else "failed"
        if scene.takes_over:
            self.take_recording(f"The live answer {why}. This is the recording.")
        else:
            self.said = f"The live answer {why}."
        return True

    def open(self) -> Place:
        """Do what is due; where that is to be seen."""
        way, self.opening = self.opening, None
        if way == "close":
            return self._end()
        if way != "return" or self.place is None:
            self.place = self._set_up(self.scene, way)
        page, parameters = self.place
        self.pack.at = self.at
        return page, {
            **parameters,
            PARAMETER: f"{self.pack.id}.{self.at + 1}",
            **({PRESENT: "1"} if presenting() else {}),
        }

    def _set_up(self, scene: Scene, way: Way | None) -> Place:
        current_recordings().clear()
        self.live, self.late = None, False
        recorded = scene.recorded
        if self.problem or recorded is None:
            return STAGE, {}
        by_turns = bool(scene.turns)
        page = scene.page if by_turns or scene.page in BY_RUN - STAGED else STAGE
        self._clear_page(page)
        if scene.page not in OWN_MODEL:
            take_settings(recorded)
        ask = scene.live and way == "play" and not self.said
        if by_turns:
            return page, {"c": self._open_turns(scene, ask=ask, play=way == "play")}
        if ask:
            return page, {"run": self._ask(scene, recorded).id}
        return page, {"run": self._recording(recorded, play=way == "play").id}

    def _open_turns(self, scene: Scene, *, ask: bool, play: bool) -> str:
        """Have a conversation be found that is a scene's; gives its id."""
        conversation, recordings = Conversation(), current_recordings()
        whole = Conversation()
        whole.id = conversation.id
        last = len(scene.turns) - 1
        for number, each in enumerate(scene.turns):
            turn = conversation.add(each.prompt, conversation.leaf)
            turn.chosen = each.chosen
            assert each.run is not None
            if ask and number == last:
                turn.run = self._ask(scene, each.run, conversation)
                continue
            turn.run = self._recording(each.run, play=play and not ask and number >= scene.first)
            recorded = recordings.lives[turn.run.id]
            run = recorded.recorded if isinstance(recorded, Replay) else turn.run
            whole.turns[turn.id] = replace(turn, run=run)
            whole.leaf = turn.id
        if play and not ask:
            conversation.leaf = list(conversation.turns)[scene.first]
        recordings.conversations[conversation.id] = conversation
        if whole.turns:
            recordings.whole[conversation.id] = whole
        return conversation.id

    def _recording(self, run: Run, *, play: bool) -> Run:
        """A recorded run as it is on the screen: to be played, or whole."""
        recorded = as_recording(run)
        live = Replay(recorded, self.pace) if play else LiveRun(recorded)
        current_recordings().lives[recorded.id] = live
        if play and self.live is None:
            self.live = live
        return live.run

    def _ask(self, scene: Scene, recorded: Run, conversation: Conversation | None = None) -> Run:
        """Send what a scene asks, and see that it doesn't take too long."""
        live = self.live = send(recorded.request)
        current_recordings().lives[live.run.id] = live
        if conversation is not None:
            conversation.path()[-1].run = live.run
        record(live, scene.page, conversation)
        timer = threading.Timer(scene.seconds, self._expire, (live, scene.takes_over))
        timer.daemon = True
        timer.start()
        return live.run

    def _expire(self, live: LiveRun, takes_over: bool) -> None:
        """The time of a live answer is over."""
        if live is self.live and live.running:
            self.late = True
            if takes_over:
                live.stop()
                live.stop()  # one in the background doesn't wait for the API then

    def _clear_page(self, page: str) -> None:
        """Put aside what the session has on a page, until the demo ends."""
        for key in (f"chat-{page}", f"page-run-{page}", f"attachments-{page}", page):
            there = st.session_state.pop(key, None)
            self.before.setdefault(key, there)

    def _end(self) -> Place:
        current_recordings().clear()
        for key, there in self.before.items():
            st.session_state.pop(key, None)
            if there is not None:
                st.session_state[key] = there
        give_back_settings(self.settings)
        st.session_state.pop(STATE, None)
        return self.origin or (STAGE, {})


def play(pack: Pack, at: int = 0, origin: Place | None = None) -> None:
    """Have a pack be played in this session from a scene on; the next run of the script begins."""
    if (before := current_player()) is not None:
        before._end()
    st.session_state[STATE] = Player(pack, at, origin=origin)
    remember(pack)


def current_player() -> Player | None:
    """What is played in this session; after a reload what the address says, as it ended."""
    if STATE in st.session_state:
        player: Player = st.session_state[STATE]
        if player.pack.scenes:
            return player
        player._end()  # all of them were removed
        return None
    if PARAMETER not in st.query_params:
        return None
    pack_id, _, number = st.query_params[PARAMETER].partition(".")
    pack = open_pack(pack_id)
    if pack is None or not pack.scenes:
        st.query_params.pop(PARAMETER, None)
        st.toast("This demo isn't open any more. Open its file again.", icon=":material/info:")
        return None
    at = min(int(number), len(pack.scenes)) - 1 if number.isascii() and number.isdigit() else 0
    player = st.session_state[STATE] = Player(pack, max(at, 0), "show")
    return player


def follow_player() -> None:
    """Turn to the scene that is due. To be called by every run of the script, before the page."""
    player = current_player()
    if player is None:
        return
    player.settle()
    if player.opening:
        page, parameters = player.open()
        turn_to(page, parameters)


def is_due() -> bool:
    """Whether the next run of the script turns to a scene: one of a fragment alone can't."""
    player = st.session_state.get(STATE)
    return player is not None and player.opening is not None


def settle_player() -> None:
    """Look what became of the answer. To be called by every run of the script, after the page."""
    player = current_player()
    if player is None:
        return
    ended, player.drawn_busy = player.drawn_busy and not player.busy, False
    if player.settle() or ended:
        st.rerun()  # for the bar, which was drawn before


def turn_to(page: str, parameters: Mapping[str, str]) -> None:
    """Open a page here at an address with these parameters."""
    st.switch_page(page_file(page), query_params=dict(parameters))
