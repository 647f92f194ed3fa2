"""Follows a run on the screen while it streams.

The first words are drawn at once, the rest every `FLUSH_EVERY` seconds, the end at once again. Each
time there is one thing to draw: Streamlit's server sends what there is at most every 5 ms, so that
a second thing would come later than that and have the browser draw the page twice. A block is
drawn as soon as it is done, not at the next turn: the words after it have to wait for one more.
The run itself goes on by itself (`gemini.filling`): when Streamlit interrupts this script, for a
click anywhere, the next run of the script just follows again.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import AnswerDrawer, Cuts, Write
from components.format import why_again
from components.markdown.markdown import shown
from gemini.format import duration
from gemini.live_run import Event, LiveRun, PartArrived, Retrying
from gemini.request import Part
from gemini.taking_turns import waiting

FLUSH_EVERY = 0.04  # seconds; more often costs the browser more than the eye gains
BLOCK_AFTER = 0.02  # seconds between a drawing and that of a block that is done since...
BLOCK_LOOK_EVERY = 0.006  # seconds, and how often it is looked for
POURING = 1000  # parts a second: more than anyone reads, and each drawing on the way costs...
LONGEST_PAUSE = 0.4  # seconds, as much as the last one would
TOGETHER_EVERY = 0.015  # seconds between drawings of several answers: the slowest one counts
WORDS_FIRST = 0.05  # seconds; the browser would take up what stands below an answer before its end
LOOK_UP_EVERY = 0.1  # seconds; how long a click may have to wait while nothing comes
SAY_WAITING_AFTER = 0.3  # seconds; a remark that comes and goes costs as much as the answer
SAY_HOW_LONG_AFTER = 2.0  # seconds


class Drawer(Protocol):
    """Draws one candidate as it comes; `AnswerDrawer` is one.

    `flush()` draws one thing of what has come and says whether more is to be drawn soon. `ready`
    says that something is complete, and better drawn now than later.
    """

    @property
    def thinking(self) -> bool: ...

    @property
    def ready(self) -> bool: ...

    def add(self, part: Part) -> None: ...

    def flush(self) -> bool: ...

    def thought_for(self, seconds: float | None) -> None: ...

    def close(self) -> None: ...


class Follower:
    """Draws one answer into a container, what has come since the last `step()` at a time.

    `drawer` makes what draws a candidate, where that isn't its text as Markdown; `cuts` are those
    of an answer's Markdown. `fresh` says whether the last step had anything to draw, `behind`
    whether something is left for the next one.
    """

    def __init__(
        self,
        live: LiveRun,
        container: DeltaGenerator,
        write: Write = shown,
        drawer: Callable[[DeltaGenerator], Drawer] | None = None,
        cuts: Cuts | None = None,
    ) -> None:
        self.live = live
        self.seen = 0
        self.fresh = self.behind = False
        self._columns = _columns(live, container)
        if len(self._columns) > 1:  # they are for one answer
            cuts = None
        self._draw_into = drawer or partial(self._draw_text, write, cuts)
        self._note: DeltaGenerator | None = None
        self._noted = ""
        self._drawers: list[Drawer] = []
        self._taken: list[Event] = []  # since the last step

    def step(self, *, whole: bool = False) -> bool:
        """Draw what has come; whether the run goes on.

        `whole`: what would be left for the next step, too.
        """
        ended = not self.live.running  # asked before the events: none may slip in between
        self.take()
        self.fresh = bool(self._taken)
        self._taken = []
        if not ended:
            left = [each.flush() and (not whole or each.flush()) for each in self._drawers]
            self.behind = any(left)
        quiet = ended or bool(self._drawers)
        self._say("" if quiet else _waiting_for(self.live))
        if ended:
            self._close()
        return not ended

    def take(self) -> bool:
        """Take in what has come, for the next step; whether one had better be made now."""
        events = self.live.events[self.seen :]
        self.seen += len(events)
        self._taken += events
        for event in events:
            if isinstance(event, PartArrived):
                while len(self._drawers) <= event.candidate:
                    self._drawers.append(self._draw_into(self._next_place()))
                _take(self._drawers[event.candidate], event, self.live)
        return any(each.ready for each in self._drawers)

    def _draw_text(self, write: Write, cuts: Cuts | None, column: DeltaGenerator) -> Drawer:
        key = f"{self.live.run.id}-{len(self._drawers)}"
        return AnswerDrawer(column, live=True, write=write, cuts=cuts, key=key)

    def _next_place(self) -> DeltaGenerator:
        """Where the next candidate is drawn: the first one in the place of the remark."""
        if self._drawers:
            return self._columns[len(self._drawers) % len(self._columns)]
        place, self._note, self._noted = self._note or self._columns[0], None, ""
        return place.container()

    def _say(self, remark: str) -> None:
        """Show a passing remark where the first words will be, or take it away."""
        if remark == self._noted:
            return
        self._noted = remark
        if self._note is None:
            self._note = self._columns[0].empty()
        if remark:
            self._note.caption(f":shimmer[{remark}]")
        else:
            self._note.empty()

    def _close(self) -> None:
        for each in self._drawers:
            if each.thinking:
                each.thought_for(self.live.run.timing.thinking)
            each.close()


@waiting()
def follow(
    live: LiveRun,
    container: DeltaGenerator,
    write: Write = shown,
    drawer: Callable[[DeltaGenerator], Drawer] | None = None,
    cuts: Cuts | None = None,
) -> None:
    """Draw the answer into the container as it comes, until the run has ended.

    Then it waits a moment before what is drawn next: the last words are to be seen before the
    figures below them, and the first words of others before these figures.
    """
    follower = Follower(live, container, write, drawer, cuts)
    while follower.step():
        if follower.fresh or follower.behind:
            _pause(follower)
        else:
            live.wait(follower.seen, LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here
    if live.run.outcome == "done":
        time.sleep(WORDS_FIRST)


@waiting()
def follow_elapsed(live: LiveRun, container: DeltaGenerator) -> None:
    """Say how long it has been until the run has ended, of what comes whole: a video, a song."""
    place, noted = container.empty(), ""
    while live.running:
        since = (datetime.now(UTC) - live.run.created).total_seconds()
        age = live.elapsed if live.run.replayed else since
        retrying = bool(live.events) and isinstance(live.events[-1], Retrying)
        now = _waiting_for(live) if retrying else f"Generating for {_whole(age)}"
        if now != noted:
            place.caption(f":shimmer[{now}]")
            noted = now
        live.wait(len(live.events), LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here


def _whole(seconds: float) -> str:
    return duration(seconds) if seconds >= 10 else f"{seconds:.0f} s"


def _pause(follower: Follower) -> None:
    """Wait between two drawings, or until the end.

    Shorter where a block is done, but not than `BLOCK_AFTER`; longer while parts pour in.
    """
    live = follower.live
    for _ in range(int(LONGEST_PAUSE / FLUSH_EVERY)):
        before, begun, wait = len(live.events), time.monotonic(), BLOCK_AFTER
        pouring = False
        while wait > 0:
            if live.ended.wait(wait):
                return
            gone = time.monotonic() - begun
            pouring = len(live.events) - before >= POURING * gone
            if not pouring and follower.take():
                return
            wait = min(BLOCK_LOOK_EVERY, FLUSH_EVERY - gone)
        if not pouring:
            return


def follow_together(followers: Sequence[Follower]) -> None:
    """Draw several answers side by side as they come, until one of the runs has ended.

    More often than a single one, and what is left at once: there are more to be behind.
    """
    first = followers[0]
    while True:
        # Every one, before any is judged.
        going = [follower.step(whole=True) for follower in followers]
        if not all(going):
            return
        if any(follower.fresh or follower.behind for follower in followers):
            first.live.ended.wait(TOGETHER_EVERY)
        else:  # what comes to another is seen a moment later
            first.live.wait(first.seen, TOGETHER_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here


def _columns(live: LiveRun, container: DeltaGenerator) -> list[DeltaGenerator]:
    """A column for each candidate that was asked for, or the container alone."""
    count = live.run.request.config.get("candidate_count") or 1
    return candidate_columns(container, count, live.run.id) if count > 1 else [container]


def candidate_columns(place: DeltaGenerator, count: int, run_id: str) -> list[DeltaGenerator]:
    """A column for each candidate, scrolled where they are many: see the shell's style."""
    return list(place.container(key=f"candidates-{run_id}").columns(count, border=True))


def _take(drawer: Drawer, event: PartArrived, live: LiveRun) -> None:
    if drawer.thinking and not event.part.get("thought"):
        drawer.thought_for(live.run.timing.thinking)
    drawer.add(event.part)


def _waiting_for(live: LiveRun) -> str:
    """What a person should know while nothing has come yet."""
    last = live.events[-1] if live.events else None
    if isinstance(last, Retrying):
        left = last.at + last.seconds - live.elapsed
        why = why_again(last.status)
        return f"{why}. Trying again in {left:.0f} s" if left > 0.5 else "Trying again"
    spoken = live.run.request.config.get("response_modalities") == ["AUDIO"]
    remark = "Waiting for the audio" if spoken else "Waiting for the first words"
    if live.elapsed > SAY_HOW_LONG_AFTER:
        return f"{remark} ({live.elapsed:.0f} s)"
    return remark if live.elapsed > SAY_WAITING_AFTER else ""
