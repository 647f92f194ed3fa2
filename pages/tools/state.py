"""What the tools page remembers: the functions, how they may be called, results and mocks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from components.conversation.current import current_chat
from components.conversation.state import Chat
from gemini.conversation import Turn
from gemini.media.attachment import Attachment
from gemini.request import Part
from gemini.tools.built_in import is_built_in, run
from gemini.tools.calling import NAMING, Mode, calling_of, functions_of, with_functions
from gemini.tools.declarations import FunctionDeclaration
from gemini.tools.gallery import ToolSample
from gemini.tools.results import FunctionCall, calls_in, read_result, rounds
from pages.tools.draft import FunctionsDraft

PAGE = "tools"
FIRST_LIMIT, LARGEST_LIMIT = 6, 25  # rounds of calls that are answered by themselves


@dataclass
class TypedResult:
    """A result as somebody typed it."""

    text: str = ""
    is_error: bool = False


@dataclass
class ToolsState:
    """The page in one session.

    With `auto`, calls of built-in functions and of those with a mock are answered by themselves,
    up to `limit` rounds after a question. `mocks` are results by the function's name, as text;
    `typed` what stands in the fields of calls that wait, by turn and number; `handed` are the turns
    whose calls somebody has been asked to answer.
    """

    draft: FunctionsDraft = field(default_factory=FunctionsDraft)
    mode: Mode = "AUTO"
    allowed: list[str] = field(default_factory=list)
    auto: bool = True
    limit: int = FIRST_LIMIT
    mocks: dict[str, str] = field(default_factory=dict)
    typed: dict[tuple[str, int], TypedResult] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    complaint: str = ""
    restored: str = ""

    @property
    def chat(self) -> Chat:
        """The conversation on the screen."""
        return current_chat(PAGE)

    def config(self) -> dict[str, Any]:
        """What the functions add to each request."""
        known = [name for name in self.allowed if name in self.draft.names]
        return with_functions(self.draft.now.sent, self.mode, known)

    def declaration(self, name: str) -> FunctionDeclaration | None:
        """The declared function of that name."""
        return next((d for d in self.draft.declarations if d.get("name") == name), None)

    def load(self, sample: ToolSample) -> None:
        """Take over a sample and ask it."""
        self.draft.change(sample.declarations)
        self.draft.chosen = 0
        self.mode, self.allowed = sample.mode, list(sample.allowed)
        self.mocks |= sample.mocks
        self.chat.send([{"text": sample.prompt}])

    def restore(self) -> None:
        """Take the functions of a conversation that was reopened, if it isn't the one there was."""
        conversation = self.chat.conversation
        if self.restored == conversation.id:
            return
        self.restored = conversation.id
        configs = [turn.run.request.config for turn in conversation.path() if turn.run]
        if not configs:
            return
        declared = functions_of(configs[-1])
        if declared != list(self.draft.declarations):
            self.draft.change(declared)
        self.mode, self.allowed = calling_of(configs[-1])

    def submit(self, text: str, attachments: list[Attachment]) -> bool:
        """Ask; while calls wait for results, or nothing can be sent, the text goes back.

        Whether the page looks another way then.
        """
        first, why = not self.chat.conversation.turns, self.draft.blocked
        if waiting := self.waiting():
            names = ", ".join(dict.fromkeys(call.name for call in waiting))
            why = f"Calls are waiting for results: {names}. Send those first."
        if why:
            self.chat.give_back(text, [why], attachments)
        else:
            self.chat.submit(text, attachments)
        return first or bool(why)

    def waiting(self) -> list[FunctionCall]:
        """The calls of the last answer, which nothing has answered yet."""
        path = self.chat.conversation.path()
        return calls_in(path[-1].answer) if path and not self.chat.busy else []

    def answer_of(self, call: FunctionCall) -> str | None:
        """The result that is at hand for a call, as text: its mock, or what a built-in returns."""
        if call.name in self.mocks:
            return self.mocks[call.name]
        declaration = self.declaration(call.name)
        if declaration is None or not is_built_in(declaration):
            return None
        return json.dumps(run(call.name, call.args), ensure_ascii=False)

    def field_of(self, turn: Turn, call: FunctionCall) -> TypedResult:
        """What stands in the field of a call; with `auto` what is at hand, to begin with."""
        key = (turn.id, call.number)
        if key not in self.typed:
            self.typed[key] = TypedResult(self.answer_of(call) or "" if self.auto else "")
        return self.typed[key]

    def give(self, turn: Turn, calls: Sequence[FunctionCall], replaced: Turn | None = None) -> None:
        """Send what is typed for all calls of a turn together; or say what can't be sent yet.

        `replaced` are results that were given before, and get a version beside them.
        """
        if replaced is None and turn.id != self.chat.conversation.leaf:
            return  # given by the first half of a double click
        parts: list[Part] = []
        for call in calls:
            typed = self.field_of(turn, call)
            try:
                parts.append(call.response(read_result(typed.text, is_error=typed.is_error)))
            except ValueError as error:
                self.complaint = f"The result of {call.name} can't be sent. {error}"
                return
        self.complaint = self.draft.blocked
        if self.complaint:
            return
        if replaced is not None:
            self.chat.replace(replaced, parts)
        else:
            self.chat.send(parts)

    def goes_on(self, turn: Turn) -> bool:
        """Whether the calls of a turn will be answered without anybody's doing.

        Only where the answer came in this session: opening a conversation sends nothing.
        """
        chat, path = self.chat, self.chat.conversation.path()
        came_now = chat.live is not None and chat.live_turn == turn.id == path[-1].id
        if not (self.auto and came_now and turn.run and turn.run.outcome == "done"):
            return False
        if turn.id in self.handed:
            return False
        calls = calls_in(turn.answer)
        answerable = bool(calls) and all(self.answer_of(call) is not None for call in calls)
        return answerable and rounds(path) < self.limit and not self.draft.blocked

    def go_on(self) -> bool:
        """Answer the calls of the last turn if they can be; whether a new turn was asked."""
        path = self.chat.conversation.path()
        if not path or not self.goes_on(path[-1]):
            return False
        calls = calls_in(path[-1].answer)
        results = [read_result(self.answer_of(call) or "") for call in calls]
        parts = [call.response(result) for call, result in zip(calls, results, strict=True)]
        self.chat.send(parts)
        return True

    def round_of(self, turn: Turn) -> int:
        """Which round of calls the turn's results were, from 1; 0 where it has none."""
        path = self.chat.conversation.path()
        place = [each.id for each in path].index(turn.id)
        return rounds(path[: place + 1])

    def run_automatically(self, on: bool) -> None:
        """Answer calls without anybody's doing from now on, those that wait included; or don't."""
        self.auto = on
        self.handed.clear()

    def allow(self, names: list[str]) -> None:
        """Say which functions may be called, in the modes that take it."""
        self.allowed = names if self.mode in NAMING else []
