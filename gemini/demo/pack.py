"""A demo pack: an ordered list of scenes, each a prompt with its settings and its recorded answer.

Plain data; `gemini.demo.file` writes it to a file and reads it back.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from gemini.conversation import Conversation, Turn
from gemini.creation.operations import is_pending
from gemini.format import shortened
from gemini.history.tree import title_of
from gemini.interactions.background import is_running_there
from gemini.request import Request
from gemini.run import Run

MOST_SCENES = 100
LONGEST_TITLE, LONGEST_NOTE = 80, 10_000  # characters
SECONDS = 30.0  # that a live answer may take
SHORTEST, LONGEST = 1.0, 600.0  # seconds


class PackError(ValueError):
    """Why a pack can't be read, written or played. Its text is a sentence for people."""


@dataclass
class Scene:
    """A page with a prompt and its recorded answer.

    On a page with turns these are the `turns` of one path, each with its run: those before `first`
    stand there already, the others are played. On any other page it is the `run`. A `live` scene
    asks anew: after `seconds`, or when the answer fails, the recording is offered, or it
    `takes_over` by itself. `problem` says why a scene can't be played.
    """

    page: str
    turns: list[Turn] = field(default_factory=list)
    run: Run | None = None
    first: int = 0
    title: str = ""
    note: str = ""
    live: bool = False
    seconds: float = SECONDS
    takes_over: bool = False
    problem: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def recorded(self) -> Run | None:
        """The run of the recorded answer, that of the last turn; None where it is missing."""
        return self.turns[-1].run if self.turns else self.run

    @property
    def request(self) -> Request | None:
        """What a live scene sends."""
        return self.recorded.request if self.recorded else None


@dataclass
class Pack:
    """Scenes in order.

    `left_out` says what of a file couldn't be taken, or was taken out; `at` is the scene that was
    turned to last, in whatever tab.
    """

    title: str = ""
    scenes: list[Scene] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    at: int = 0
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def pages(self) -> list[str]:
        """The pages of the scenes that can be played, in order, each once."""
        return list(dict.fromkeys(scene.page for scene in self.scenes if not scene.problem))

    def move(self, scene: Scene, step: int) -> None:
        """Put a scene so many places further down; past neither end."""
        at = self.scenes.index(scene)
        self.scenes.insert(min(max(at + step, 0), len(self.scenes) - 1), self.scenes.pop(at))

    def add(self, scenes: Iterable[Scene]) -> None:
        """Put scenes at the end.

        Raises:
            PackError: there would be too many.
        """
        more = list(scenes)
        if len(self.scenes) + len(more) > MOST_SCENES:
            raise PackError(f"A pack has at most {MOST_SCENES} scenes.")
        self.scenes += more


def scene_of(page: str, run: Run, conversation: Conversation | None = None) -> Scene:
    """A scene that plays one kept run, on its page with the turns before it.

    Raises:
        PackError: the run hasn't ended.
    """
    if run.outcome == "running" or is_pending(run) or is_running_there(run):
        raise PackError("A run that hasn't ended can't be played.")
    turns = list(conversation.turns.values()) if conversation else []
    turn = next((turn for turn in turns if turn.run and turn.run.id == run.id), None)
    title = shortened(title_of(run.request.last_parts), LONGEST_TITLE)
    if conversation is None or turn is None:
        return Scene(page, run=run, title=title)
    path = [each for each in conversation.path_to(turn.id) if each.run is not None]
    return Scene(page, path, first=len(path) - 1, title=title)


def scene_of_conversation(page: str, conversation: Conversation) -> Scene:
    """A scene that plays all that is shown of a conversation.

    Raises:
        PackError: there is nothing to play, or an answer hasn't ended.
    """
    path = [turn for turn in conversation.path() if turn.run is not None]
    if not path:
        raise PackError("Nothing has been answered yet.")
    if any(turn.run.outcome == "running" for turn in path if turn.run):
        raise PackError("An answer is still being written. Replay it when it has ended.")
    return Scene(page, path, title=shortened(title_of(path[0].prompt), LONGEST_TITLE))
