"""A conversation as it was at one moment, for the writer: the page may go on changing it."""

from collections.abc import Iterable
from dataclasses import dataclass

from gemini.conversation import Conversation
from gemini.request import Part, text_of
from gemini.run import Run

LONGEST_TITLE = 80  # characters


@dataclass(frozen=True)
class TurnState:
    """A turn as it was at one moment; `run` is the Run itself, where it is at hand."""

    id: str
    parent: str | None
    chosen: int
    prompt: list[Part]
    names: list[str]
    run_id: str | None
    run: Run | None = None


@dataclass(frozen=True)
class Tree:
    """A conversation as it was at one moment, safe to be read by another thread."""

    id: str
    page: str
    leaf: str | None
    turns: tuple[TurnState, ...]

    def turn_of(self, run: Run) -> TurnState | None:
        """The turn that a run answers."""
        return next((t for t in self.turns if t.run is run), None)


def tree_of(conversation: Conversation, page: str) -> Tree:
    """The conversation as it is now."""
    states = (
        TurnState(t.id, t.parent, t.chosen, t.prompt, list(t.names), t.run and t.run.id, t.run)
        for t in list(conversation.turns.values())
    )
    return Tree(conversation.id, page, conversation.leaf, tuple(states))


def title_of(prompt: Iterable[Part], names: list[str]) -> str:
    """What a conversation is called that begins so: its first words, or its first file."""
    text = " ".join(text_of(prompt).split()) or (names[0] if names else "")
    return text[: LONGEST_TITLE - 1] + "…" if len(text) > LONGEST_TITLE else text
