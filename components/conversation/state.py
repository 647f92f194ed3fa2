"""A chat, one for each page that has turns in a session: what is said, and what one can do.

The actions are made to be widgets' callbacks. They change the conversation and start or stop
runs; drawing is in `turns.py`, and how a chat is found again in `current.py`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import streamlit as st

from components.answer.answer import Cuts, Write
from components.asking import ask
from components.history import current_history, failing_said, follow_on, followed, record
from components.markdown.markdown import shown
from components.recordings import current_recordings
from components.runtime import uninterrupted
from components.session import is_second_click
from components.settings.run_settings import RunSettings, current_settings, take_settings
from gemini.api.resend import page_config
from gemini.conversation import Conversation, Deletion, Turn
from gemini.format import counted
from gemini.importing.result import ImportedChat
from gemini.interactions.request import is_agent
from gemini.live_run import LiveRun
from gemini.media.attachment import Attachment
from gemini.media.names import named
from gemini.replay import Replay
from gemini.request import Content, Part

PARAMETER = "c"  # of the page's address: the conversation
IMPORT_PAGE = "chat"  # where what comes from elsewhere is opened
SHOWN_TURNS = 12  # older ones wait behind a button; a prompt waits 2 ms for each to be redrawn


class Preparation(Protocol):
    """What must end before a prompt can be sent, such as the upload of its media."""

    @property
    def running(self) -> bool: ...

    def stop(self) -> None: ...


@dataclass
class Look:
    """How a page wants its turns drawn.

    `media_beside`: the page shows the media itself, the turns only name them. `write` makes
    Markdown of an answer's text. `below` draws what a page adds under an answer. `edit` draws the
    editor of a prompt that isn't words, and says whether it did. `again` asks a turn again, where
    more is to be done for that than to send it. `answer` draws an answer that isn't its parts one
    below the other, with its LiveRun as it is written, None once it has ended; and says whether it
    did.
    """

    media_beside: bool = False
    write: Write = shown
    below: Callable[[Turn], None] | None = None
    edit: Callable[[Turn], bool] | None = None
    again: Callable[[Turn], None] | None = None
    answer: Callable[[Turn, LiveRun | None], bool] | None = None


@dataclass
class Chat:
    """What a page with turns remembers between two runs of its script.

    `base` is how many turns of the path the page itself draws; the ones after it belong to the
    fragment that streams. `streamed` are those that were drawn by it, and into which elements
    their answers are cut. `inspected` are the turns whose inspector is open, `tabled` those whose
    tables are. `draft` is text on its way back into the field, with the `complaints` that say why,
    and `drawn` the moment when they first were; `fields` counts how often there was one, and
    `last_field` is the key of the field that was drawn last. `typed` says that what is being sent
    comes from there: the field sends once, so the same again is meant. `held` are files that go
    with the next prompt, `deletion` is what can be undone. `titled` is the turn for which a title
    was asked. `extra` is what the page adds to the config of each request, `imported` what an
    import does that no run setting can say; `settings` stand in for the sidebar's, None for those.
    """

    page: str
    conversation: Conversation = field(default_factory=Conversation)
    live: LiveRun | None = None
    preparation: Preparation | None = None
    live_turn: str | None = None
    base: int = 0
    streamed: dict[str, Cuts] = field(default_factory=dict)
    shown: int = SHOWN_TURNS
    editing: str | None = None
    copying: str | None = None
    copying_rich: bool = False
    tabled: set[str] = field(default_factory=set)
    inspected: set[str] = field(default_factory=set)
    message: str = ""
    draft: str = ""
    complaints: list[str] = field(default_factory=list)
    drawn: float | None = None
    held: list[Attachment] = field(default_factory=list)
    deletion: Deletion | None = None
    fields: int = 0
    last_field: str = ""
    typed: bool = False
    titled: str = ""
    look: Look = field(default_factory=Look)
    extra: Callable[[], Mapping[str, Any]] = dict
    imported: dict[str, Any] = field(default_factory=dict)
    settings: Callable[[], RunSettings | None] = lambda: None

    @property
    def busy(self) -> bool:
        """Whether an answer is being written, or prepared for."""
        return any(work is not None and work.running for work in (self.live, self.preparation))

    @property
    def model(self) -> str:
        """The model that is asked next, by its name."""
        return (self.settings() or current_settings()).model.name

    @property
    def alone(self) -> bool:
        """Whether a model is asked that takes one prompt, and no turns before it."""
        return (self.settings() or current_settings()).model.transcribes

    def stop(self) -> None:
        """End the answer that is being written; what has come stays."""
        for work in (self.live, self.preparation):
            if work is not None:
                work.stop()

    def leave(self) -> None:
        """Turn to something else: an answer in the background goes on, all else is stopped."""
        if self.live is not None:
            self.live.leave()
        if self.preparation is not None:
            self.preparation.stop()

    def follow(self, turn: Turn) -> LiveRun | None:
        """Follow a turn's answer on that goes on at the API; None where another process does."""
        live = follow_on(turn.run) if turn.run is not None else None
        if live is not None:
            self._take_up(turn, live)
        return live

    def look_after(self, turn: Turn) -> None:
        """Follow the answer of a turn that is shown now, where it is still being written."""
        if turn.run is None:
            return
        live = followed(turn.run)
        if live.running or isinstance(live, Replay):  # one that has ended leads to the next turn
            self._take_up(turn, live)

    def _take_up(self, turn: Turn, live: LiveRun) -> None:
        turn.run = live.run
        self.live, self.live_turn = live, turn.id

    def give_back(self, text: str, complaints: list[str], files: Iterable[Attachment] = ()) -> None:
        """Put what can't be sent yet back into the field, and say why not."""
        self.draft, self.complaints, self.drawn = text, complaints, None
        self.held = list({a.digest: a for a in [*self.held, *files]}.values())

    def just_asked(self, prompt: Sequence[Part]) -> bool:
        """Whether this has just been asked, by the first half of a double click.

        The second half waits until the answer has ended where Streamlit runs a fragment.
        """
        last = self.conversation.turns.get(self.conversation.leaf or "")
        run = last.run if last is not None and last.id == self.live_turn else None
        if self.typed or last is None or run is None or run.problem or run.outcome == "stopped":
            return False
        ended = run.created + timedelta(seconds=run.timing.end or 0)
        return last.prompt == list(prompt) and (
            is_second_click(run.created) or is_second_click(ended)
        )

    def take_held(self) -> list[Attachment]:
        """The files that wait, for the prompt that takes them along."""
        held, self.held = self.held, []
        return held

    def submit(self, text: str, attachments: list[Attachment]) -> None:
        """Ask with what was typed and attached."""
        prompt = [
            named(a.part(), f"{a.name} ({a.note})" if a.note else a.name) for a in attachments
        ]
        self.send([*prompt, {"text": text}] if text else prompt)

    @uninterrupted()
    def send(self, prompt: list[Part]) -> None:
        """Ask something new at the end of the conversation."""
        if self.just_asked(prompt):
            return
        self._ask(self.conversation.add(prompt, self.conversation.leaf))

    def regenerate(self, turn: Turn, media: Sequence[Part] = ()) -> None:
        """Run it again, beside the answer there is; `media` go before it."""
        self._ask(self.conversation.add([*media, *turn.prompt], turn.parent))

    def resend(self, turn: Turn, text: str) -> None:
        """Ask with another text, beside the turn there is; its media come along."""
        media = [p for p in turn.prompt if "text" not in p]
        self.replace(turn, [*media, {"text": text}] if text.strip() else media)

    def replace(self, turn: Turn, prompt: list[Part]) -> None:
        """Ask with another prompt, beside the turn there is."""
        self.editing = None
        self._ask(self.conversation.add(prompt, turn.parent))

    def delete(self, turn: Turn) -> None:
        """Take a turn out of the conversation; what came after it stays."""
        if turn.id == self.live_turn:
            self.stop()
        self.deletion = self.conversation.delete(turn)
        self.keep()

    def undo(self) -> None:
        """Put the turn back that was deleted last."""
        if self.deletion is None:
            return
        deletion, self.deletion = self.deletion, None
        self.conversation.restore(deletion)
        recorded = self.conversation.id in current_recordings().whole
        if (history := current_history()) is not None and not recorded:
            history.keep_conversation(self.conversation, self.page, [deletion.turn.id])

    def play_on(self) -> bool:
        """Go on to the next turn of a recording, once one was played; whether there is one."""
        playing, leaf = self.live, self.conversation.leaf
        if not isinstance(playing, Replay) or playing.was_stopped:
            return False
        turns = self.conversation.turns.values()
        following = next((t for t in turns if t.parent == leaf and t.run and t.run.replayed), None)
        if following is None or self.live_turn != leaf:
            return False
        self.conversation.leaf = following.id
        self.look_after(following)
        return True

    def show(self, turn: Turn) -> None:
        """Put another version of a turn on the path."""
        self.conversation.show(turn)
        if not self.busy:
            self.look_after(self.conversation.path()[-1])
        self.keep()

    def keep(self) -> None:
        """Keep how the conversation is arranged now."""
        with failing_said():
            if (history := current_history()) is not None:
                history.arrange(self.conversation, self.page)

    def take_settings(self, *, own_model: bool = False) -> bool:
        """Have the settings of the last run in force; whether that has changed any.

        Then `message` says so. An agent takes none of them.
        """
        runs = [turn.run for turn in self.conversation.path() if turn.run]
        if not runs or any(is_agent(run.request.model) for run in runs):
            return False
        said = take_settings(runs[-1], own_model=own_model)
        self.message = f"{self.message} {said}".strip()
        return bool(said)

    def clear(self) -> None:
        """Begin a new conversation."""
        self._begin_anew()

    def _begin_anew(self) -> "Chat":
        self.leave()
        st.query_params.pop(PARAMETER, None)
        fresh = Chat(self.page)
        fresh.take_over(self)
        st.session_state[chat_key(self.page)] = fresh
        return fresh

    def take_over(self, before: "Chat") -> None:
        """Have the files and the text that are on their way back into the field of another chat."""
        self.held, self.draft = before.held, before.draft if before.drawn is None else ""

    def send_whole(self, turn: Turn) -> None:
        """Ask a turn again with all turns before it, beside the answer there is."""
        self._ask(self.conversation.add(turn.prompt, turn.parent), whole=True)

    @uninterrupted()
    def _ask(self, turn: Turn, *, whole: bool = False) -> None:
        """Ask with the turns before it; or with their interaction, where people have it kept."""
        self.leave()
        self._keep_recorded()
        self.deletion = None
        settings = self.settings() or current_settings()
        extra = {**self.imported, **self.extra()}
        alone = settings.model.transcribes
        if not whole and not alone and settings.keeps_interactions:
            previous = self.conversation.interaction_before(turn)
            extra = {**extra, "previous_interaction_id": previous} if previous else extra

        def contents(model: str) -> list[Content]:
            everything = self.conversation.contents(turn, model)
            return everything[-1:] if alone or "previous_interaction_id" in extra else everything

        self.live = ask(contents, extra, settings)
        self.live_turn = turn.id
        turn.run = self.live.run
        record(self.live, self.page, self.conversation)

    def _keep_recorded(self) -> None:
        """Keep the turns of a recording that somebody goes on with, as those of an import."""
        recordings = current_recordings()
        if (whole := recordings.whole.pop(self.conversation.id, None)) is None:
            return
        for turn in self.conversation.turns.values():
            if turn.run is not None and (live := recordings.lives.get(turn.run.id)):
                live.leave()
        with failing_said():
            if (history := current_history()) is not None:
                history.keep_conversation(whole, self.page)

    def send_waiting(self, turn: Turn) -> None:
        """Ask what was brought in and hasn't been sent yet: as a turn that has its answer."""
        self.conversation.delete(turn)
        self.keep()
        self._ask(self.conversation.add(turn.prompt, turn.parent))

    def export(self) -> str:
        """The conversation as JSON text."""
        return json.dumps(self.conversation.to_json(), indent=1, ensure_ascii=False)

    def bring_in(self, chat: ImportedChat) -> None:
        """Put a conversation from elsewhere in the place of this one; `message` says so."""
        fresh = self._begin_anew()
        fresh.conversation = chat.conversation
        count = counted(len(chat.conversation.path()), "turn")
        fresh.message = f"Imported a conversation of {count}."
        if chat.model or chat.config:
            own_model = self.settings() is not None
            said = take_settings(chat.as_run(current_settings().model.name), own_model=own_model)
            fresh.message = f"{fresh.message} {said}".strip()
        if self.page == IMPORT_PAGE:
            fresh.imported = page_config(chat.config)


def chat_key(page: str) -> str:
    """Where the session has the chat of a page."""
    return f"chat-{page}"
