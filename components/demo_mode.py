"""Demo mode: the playground at a stand, where visitors ask and change nothing else.

    PLAYGROUND_DEMO=pack.zip            lock it, and play this demo pack; on: without one
    PLAYGROUND_DEMO_PAGES=chat,image    pages there are, beside those of its scenes
    PLAYGROUND_DEMO_IDLE=120            seconds without a touch after which it starts over; 0: never

What is locked is held here, on the server: settings and connection are those of the operator, a
page that wasn't chosen isn't run, and a visit has a history of its own. Who changes any of these
asks `in_demo` first. What a demo draws, and how it starts over, is in `components.demo_view`.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import streamlit as st

from components.navigation import PAGES, SECTIONS
from gemini.demo.file import read
from gemini.demo.pack import Pack, PackError

log = logging.getLogger(__name__)

SWITCH, PAGES_VARIABLE, IDLE_VARIABLE = VARIABLES = (
    "PLAYGROUND_DEMO",
    "PLAYGROUND_DEMO_PAGES",
    "PLAYGROUND_DEMO_IDLE",
)
ON, OFF = frozenset({"on", "yes", "true", "1"}), frozenset({"", "off", "no", "false", "0"})
CHOSEN = ("chat", "image", "boxes", "document", "structured", "create-image")
NEVER = frozenset({"compare", "prompts", "models", *(e.name for e in SECTIONS["Manage"])})
"""Pages that set what is locked, or show what others have stored."""
SCENES_ONLY = frozenset({"faults"})
"""Pages of those that show a scene, and lock nothing open."""
STAGE = "demo"
IDLE, SHORTEST_IDLE = 120, 30  # seconds
WORK = "demo_work"  # session state: what runs, or has run


class Work(Protocol):
    """What takes a while, and what a visitor waits for: an answer, an upload."""

    @property
    def running(self) -> bool: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Demo:
    """What a demo shows: `pages` by name, the start first; `idle` in seconds, 0 for never.

    Where a `pack` is played, those of its scenes too. `trouble` is what is wrong with the
    variables, in a sentence. Then there are no pages.
    """

    pages: tuple[str, ...] = ()
    idle: int = IDLE
    pack: Pack | None = None
    trouble: str = ""

    def opens(self, name: str) -> bool:
        """Whether a page can be seen. Scenes without a page of their own are seen on STAGE."""
        return name in self.pages or (self.pack is not None and name == STAGE)


def current_demo() -> Demo | None:
    """The demo that the environment names; None for an ordinary playground."""
    return _read(*(os.environ.get(name, "").strip() for name in VARIABLES))


def log_trouble() -> None:
    """Say at the start why the demo can't, where that is so."""
    if (demo := current_demo()) and demo.trouble:
        log.error("The demo can't start. %s", demo.trouble)


def in_demo() -> bool:
    """Whether settings, connection, history and deletion are locked."""
    return current_demo() is not None


def watch(work: Work) -> None:
    """Keep in mind what begins now: a demo doesn't start over while it runs."""
    if in_demo():
        st.session_state[WORK] = [*running_work(), work]


def running_work() -> Sequence[Work]:
    """What runs now in this visit, on any page."""
    return [work for work in st.session_state.get(WORK, ()) if work.running]


@cache
def _read(switch: str, pages: str, idle: str) -> Demo | None:
    if switch.lower() in OFF:
        return None
    try:
        pack = None if switch.lower() in ON else _pack_in(switch)
        names = [*_pages_in(pages), *(_pages_of(pack) if pack else [])]
        return Demo(tuple(dict.fromkeys(names or CHOSEN)), _seconds_in(idle), pack)
    except ValueError as error:
        return Demo(trouble=str(error))


def _pack_in(file: str) -> Pack:
    """The demo pack of a file.

    Raises:
        ValueError: it can't be read, or has nothing to play. The text says which and why.
    """
    try:
        pack = read(Path(file).expanduser())
    except PackError as error:
        raise ValueError(f"{SWITCH} is {file}. {error}") from error
    if not pack.pages:
        raise ValueError(f"{SWITCH} is {file}. This pack has no scene that can be played.")
    return pack


def _pages_of(pack: Pack) -> list[str]:
    """The pages of its scenes; STAGE where none of them has one that can be in a demo."""
    names = [name for name in pack.pages if name in PAGES]
    return [name for name in names if name not in NEVER or name in SCENES_ONLY] or [STAGE]


def _pages_in(text: str) -> tuple[str, ...]:
    """The pages that a list names, each once.

    Raises:
        ValueError: one isn't there, or can't be in a demo. The text names it.
    """
    names = tuple(dict.fromkeys(name for each in text.split(",") if (name := each.strip(" /"))))
    if unknown := [name for name in names if name not in PAGES]:
        raise ValueError(f"{PAGES_VARIABLE} names a page that doesn't exist: {unknown[0]!r}.")
    if locked := [name for name in names if name in NEVER]:
        title = PAGES[locked[0]].title
        raise ValueError(f"{PAGES_VARIABLE} names {title}, which can't be in a demo.")
    return names


def _seconds_in(text: str) -> int:
    try:
        seconds = int(text or IDLE)
    except ValueError:
        seconds = -1
    if seconds != 0 and seconds < SHORTEST_IDLE:
        least = f"0 or a whole number of seconds, at least {SHORTEST_IDLE}"
        raise ValueError(f"{IDLE_VARIABLE} must be {least}, not {text!r}.")
    return seconds
