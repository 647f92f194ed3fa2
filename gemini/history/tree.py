"""A conversation as it was at one moment, for another thread to write; and read back in order."""

import re
from dataclasses import dataclass
from typing import Any

from gemini.conversation import Conversation
from gemini.media.names import names_of
from gemini.request import Part, text_of
from gemini.run import Run

LONGEST_TITLE = 60  # characters
SHORTEST_TITLE = 12  # of a sentence that alone is the title
READ = 2_000  # characters of a prompt
BLOCK_MARKS = re.compile(r"\s*([#>*+\-|~]+\s+)+")  # of a heading, a quotation, a list, a table
PAIRED_MARKS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
SENTENCE_END = re.compile(r"[.?!](?=\s)|[。？！]")
FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True)
class TurnState:
    """A turn as it was at one moment; `run` is the Run itself, where it is at hand."""

    id: str
    parent: str | None
    chosen: int
    prompt: list[Part]
    run_id: str | None
    run: Run | None = None


@dataclass(frozen=True)
class Tree:
    """A conversation as it was at one moment, safe to be read by another thread.

    `deleted` are the turns that this session took out; others that are missing here are of other
    tabs.
    """

    id: str
    page: str
    leaf: str | None
    turns: tuple[TurnState, ...]
    deleted: frozenset[str] = frozenset()

    def turn_of(self, run: Run) -> TurnState | None:
        """The turn that a run answers."""
        return next((t for t in self.turns if t.run is run), None)


def tree_of(conversation: Conversation, page: str) -> Tree:
    """The conversation as it is now."""
    states = tuple(
        TurnState(t.id, t.parent, t.chosen, t.prompt, t.run and t.run.id, t.run)
        for t in list(conversation.turns.values())
    )
    deleted = conversation.deleted - conversation.turns.keys()
    return Tree(conversation.id, page, conversation.leaf, states, frozenset(deleted))


def title_of(prompt: list[Part]) -> str:
    """What a conversation is called that begins so: its first sentence or words, or its file."""
    text = text_of(prompt)[:READ].strip()
    lines = (line for line in text.splitlines() if not FENCE.match(line) and _has_words(line))
    line = next(lines, text)
    if marks := BLOCK_MARKS.match(line):
        line = line[marks.end() :]
    words = " ".join(PAIRED_MARKS.sub(r"\2", line).split())
    return _short(words or next(iter(names_of(prompt)), ""))


def _has_words(line: str) -> bool:
    return any(character.isalnum() for character in line)


def _short(title: str) -> str:
    """The title, cut after its first sentence or between words where it is long."""
    if len(title) <= LONGEST_TITLE:
        return title
    for end in SENTENCE_END.finditer(title, SHORTEST_TITLE, LONGEST_TITLE):
        return title[: end.end()]
    words, space, _ = title[:LONGEST_TITLE].rpartition(" ")
    return f"{words if space else title[: LONGEST_TITLE - 1]}…"


def parents_first(plain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns in an order that has parents before their children; two tabs number on their own.

    Those whose parents are not there become beginnings: damage must not hide them.
    """
    ordered: dict[str, dict[str, Any]] = {}
    waiting = plain
    while waiting:
        missing = {turn["id"] for turn in waiting}
        for turn in waiting:
            if turn["parent"] not in missing:
                if turn["parent"] not in ordered:
                    turn["parent"] = None
                ordered[turn["id"]] = turn
                missing.discard(turn["id"])
        still = [turn for turn in waiting if turn["id"] in missing]
        if len(still) == len(waiting):  # they follow each other in a circle
            still[0]["parent"] = None
        waiting = still
    return list(ordered.values())
