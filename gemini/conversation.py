"""A conversation as a tree of turns: editing or regenerating one makes a branch beside it.

A turn is what somebody said and the Run that answered. What is on screen, and what is sent along
with the next prompt, is one path through the tree; nothing that leaves the path is lost.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from gemini.api.resend import with_placeholders
from gemini.api.surrogates import whole
from gemini.media.names import medium_in, named, nameless, names_of
from gemini.media.transcripts import as_text
from gemini.request import (
    CREATE_INTERACTION,
    Content,
    Part,
    checked_part,
    from_jsonable,
    joined,
    text_of,
    to_jsonable,
    without_signatures,
)
from gemini.run import Run
from gemini.run_json import run_from_json, run_to_json

FORMAT = "gemini-playground/conversation"
VERSION = 1
TEXT = {"text", "thought"}  # all that a plain text part holds
GONE_ON_FROM = {"incomplete", "budget_exceeded"}  # statuses of interactions


@dataclass
class Turn:
    """A prompt, its media `named`, and its answer.

    `chosen` is the candidate that the conversation goes on with.
    """

    prompt: list[Part]
    parent: str | None
    run: Run | None = None
    chosen: int = 0
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def answer(self) -> list[Part]:
        """The parts of the chosen candidate; empty when there is no answer."""
        if self.run is None or self.chosen >= len(self.run.candidates):
            return []
        return self.run.candidates[self.chosen].parts

    @property
    def text(self) -> str:
        """What was said, without its media."""
        return text_of(self.prompt)

    @property
    def names(self) -> list[str]:
        """The file names of the prompt's media, in order; "" for one without."""
        return names_of(self.prompt)


@dataclass(frozen=True)
class Deletion:
    """A turn that was taken out; `children` came after it, `following` is the one seen last.

    `order` is that of all turns then, by their ids.
    """

    turn: Turn
    children: list[str]
    order: list[str]
    following: str | None


class Conversation:
    """The tree of turns, and the path through it that is shown.

    `deleted` are the ids of the turns that were taken out here. Another tab may know more turns
    than this one, so what is missing from `turns` is not for that reason deleted.
    """

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.turns: dict[str, Turn] = {}
        self.deleted: set[str] = set()
        self.leaf: str | None = None
        self._last_child: dict[str | None, str] = {}

    def path(self) -> list[Turn]:
        """The turns from the first to the current one."""
        return self.path_to(self.leaf)

    def path_to(self, turn_id: str | None) -> list[Turn]:
        """The turns from the first to this one; none for None."""
        path: list[Turn] = []
        while turn_id is not None:
            path.append(self.turns[turn_id])
            turn_id = self.turns[turn_id].parent
        return path[::-1]

    def siblings(self, turn: Turn) -> list[Turn]:
        """The versions of this turn, itself included, oldest first."""
        return [t for t in self.turns.values() if t.parent == turn.parent]

    def add(self, prompt: list[Part], parent: str | None) -> Turn:
        """A new turn after `parent` (None: a beginning); it becomes the current one."""
        turn = Turn(prompt, parent)
        self.turns[turn.id] = turn
        self._go_to(turn)
        return turn

    def show(self, turn: Turn) -> None:
        """Put this turn on the path, followed by what was last seen after it."""
        at = turn
        self._go_to(at)
        while following := self._seen_after(at):
            at = following
        self._go_to(at)

    def _seen_after(self, turn: Turn) -> Turn | None:
        """What was last seen after a turn, if it still comes after it."""
        following = self.turns.get(self._last_child.get(turn.id, ""))
        return following if following and following.parent == turn.id else None

    def delete(self, turn: Turn) -> Deletion:
        """Take out one turn; gives what `restore` needs to put it back.

        What came after it stays: it comes after the nearest version of this turn from then on,
        which is shown, or moves up to the turn before where there is no other version.
        """
        versions = self.siblings(turn)
        at = versions.index(turn)
        heir = next(iter([*versions[:at][::-1], *versions[at + 1 :]]), None)
        children = [child for child in self.turns.values() if child.parent == turn.id]
        following = self._last_child.pop(turn.id, None)
        deletion = Deletion(turn, [c.id for c in children], list(self.turns), following)
        for child in children:
            child.parent = heir.id if heir else turn.parent
        del self.turns[turn.id]
        self.deleted.add(turn.id)
        if self._last_child.get(turn.parent) == turn.id:
            del self._last_child[turn.parent]
            if heir or following in self.turns:
                self._last_child[turn.parent] = heir.id if heir else str(following)
        if self.leaf == turn.id:
            self.leaf = turn.parent
            if shown := heir or next(iter(children), None):
                self.show(shown)
        elif self.leaf is not None:
            self._go_to(self.turns[self.leaf])
        return deletion

    def restore(self, deletion: Deletion) -> None:
        """Put a deleted turn back where it was, and show it with what came after it."""
        turn = deletion.turn
        if turn.parent not in self.turns:
            turn.parent = None
        there = {**self.turns, turn.id: turn}
        before = {i: there[i] for i in deletion.order if i in there}
        self.turns = {**before, **there}
        self.deleted.discard(turn.id)
        for child in deletion.children:
            if child in self.turns:
                self.turns[child].parent = turn.id
        if deletion.following in self.turns:
            self._last_child[turn.id] = str(deletion.following)
        self.show(turn)

    @staticmethod
    def answer_sent(turn: Turn, model: str) -> list[Part]:
        """What of a turn's answer is sent to a model later; nothing: then the turn is not.

        A turn without an answer is left out: the model never saw it answered. Thoughts and their
        signatures go only to the model that made them. An empty text without a signature and a
        call without a name are left out: the API refuses them.
        """
        answer = [part for part in joined(map(as_text, turn.answer)) if _taken(part)]
        own = turn.run is not None and turn.run.request.model == model
        return answer if own else without_signatures(answer)

    def sent_along(self, last: str | None, model: str) -> list[tuple[Turn, list[Part]]]:
        """The turns of the path to `last` that are sent to a model, with their answers' parts."""
        path = self.path_to(last)
        return [(turn, answer) for turn in path if (answer := self.answer_sent(turn, model))]

    def contents(self, upto: Turn, model: str) -> list[Content]:
        """What is sent to answer `upto`: the turns before it, then its prompt.

        Each answer goes back as one content with its parts in order. Calls that another model
        made get the placeholder for their signature.
        """
        contents: list[Content] = []
        for turn, answer in self.sent_along(upto.parent, model):
            contents.append({"role": "user", "parts": nameless(turn.prompt)})
            contents.append({"role": "model", "parts": answer})
        contents.append({"role": "user", "parts": nameless(upto.prompt)})
        return with_placeholders(contents, model)

    def interaction_before(self, turn: Turn) -> str | None:
        """The interaction in which the API keeps all turns before this one.

        None where there is none, or where the path isn't what was sent: a turn before it is another
        one by now, or was answered through generateContent.
        """
        path = self.path_to(turn.parent)
        for number in range(len(path) - 1, -1, -1):
            run = path[number].run
            if run is None or not _is_kept(run):
                return None
            previous = run.request.config.get("previous_interaction_id")
            if previous is None:
                sent = self.contents(path[number], run.request.model)
                last = path[-1].run
                return last.response_id if last and sent == run.request.contents else None
            before = path[number - 1].run if number else None
            if before is None or before.response_id != previous:
                return None
        return None

    @staticmethod
    def can_be_followed(turn: Turn) -> bool:
        """Whether the API keeps a turn, so that another can go on from it."""
        return turn.run is not None and _is_kept(turn.run)

    def _go_to(self, turn: Turn) -> None:
        self.leaf = turn.id
        at = turn
        while True:
            self._last_child[at.parent] = at.id
            if at.parent is None:
                return
            at = self.turns[at.parent]

    def to_json(self) -> dict[str, Any]:
        """The whole tree as JSON-ready data, media and runs included."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "leaf": self.leaf,
            "turns": [_turn_to_json(t) for t in self.turns.values()],
        }

    @classmethod
    def from_json(cls, data: Any) -> "Conversation":
        """The inverse of `to_json`, with a new id.

        Raises:
            ValueError: the data isn't such a conversation; the text says what is wrong.
        """
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError("this isn't a conversation exported from here")
        if data.get("version") != VERSION:
            raise ValueError(f"its version is {data.get('version')!r}, this reads {VERSION}")
        conversation = cls()
        turns = data.get("turns")
        for entry in turns if isinstance(turns, list) else []:
            turn = _turn_from_json(entry)
            if turn.parent is not None and turn.parent not in conversation.turns:
                raise ValueError("a turn refers to one that isn't there")
            if turn.id in conversation.turns:
                raise ValueError("two turns in it have the same id")
            conversation.turns[turn.id] = turn
            conversation._last_child[turn.parent] = turn.id
        leaf = conversation.turns.get(str(data.get("leaf")))
        if conversation.turns:
            conversation._go_to(leaf or list(conversation.turns.values())[-1])
        return conversation


def _is_kept(run: Run) -> bool:
    """Whether the API keeps what was asked and answered.

    That of an agent that ran out of its budget, too: it can be gone on from
    (https://ai.google.dev/gemini-api/docs/antigravity-agent).
    """
    request = run.request
    stored = request.config.get("store") is not False
    ended = run.outcome == "done" or run.result.get("status") in GONE_ON_FROM
    return request.method == CREATE_INTERACTION and stored and ended


def _taken(part: Part) -> bool:
    """Whether the API takes a part of an answer back."""
    if "function_call" in part:
        return bool(part["function_call"] and part["function_call"].get("name"))
    return part.get("text") != "" or bool(part.keys() - TEXT)


def _turn_to_json(turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "parent": turn.parent,
        "prompt": to_jsonable(nameless(turn.prompt)),
        "names": turn.names,
        "chosen": turn.chosen,
        "run": run_to_json(turn.run) if turn.run else None,
    }


def _turn_from_json(entry: Any) -> Turn:
    try:
        parent, names = entry["parent"], iter(entry.get("names", []))
        prompt = [checked_part(part) for part in from_jsonable(entry["prompt"])]
        return Turn(
            [named(p, whole(str(next(names, "")))) if medium_in(p) else p for p in prompt],
            None if parent is None else str(parent),
            run_from_json(entry["run"]) if entry.get("run") else None,
            max(int(entry.get("chosen", 0)), 0),
            str(entry["id"]),
        )
    except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"a turn in it is damaged ({type(error).__name__})") from error
    except ValidationError as error:
        raise ValueError("a prompt in it is damaged") from error
