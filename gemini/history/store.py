"""One owner's part of the history. Nothing of anybody else's can be reached through it."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, TypeVar

from sqlalchemy import Connection, Engine, select

from gemini.conversation import Conversation
from gemini.history import (
    archive,
    batch_tables,
    conversations,
    deletions,
    listing,
    presets,
    retention,
    rows,
    search,
    usage,
)
from gemini.history.archive import Imported
from gemini.history.engine import HistoryError, reclaim
from gemini.history.listing import ConversationPage, ConversationSummary
from gemini.history.presets import PROMPT, Preset, PresetKind
from gemini.history.recording import Recording, RunRecorder, claim, let_go
from gemini.history.schema import runs
from gemini.history.search import PAGE_SIZE, Choices, Filter, RunPage
from gemini.history.shares import delete_shares
from gemini.history.tree import tree_of
from gemini.history.usage import UsageSum
from gemini.history.writer import Writer, in_words
from gemini.live_run import LiveRun
from gemini.request import Request
from gemini.run import Run

T = TypeVar("T")

NO_FILTER = Filter()
BEGIN_WITHIN = 0.2  # seconds; the first words come before, and a short answer is whole by then


class HistoryStore:
    """What can be done with an owner's runs, conversations, prompts and counts.

    Reading sees what was written before it, an answer that has just ended included. Writing waits
    until it is done, but for `record`. Ids that are not this owner's are as good as none. Where the
    database fails, both raise a HistoryError, whose text is for people.
    """

    def __init__(
        self,
        engine: Engine,
        writer: Writer,
        recorder: RunRecorder,
        owner: str,
        *,
        keep: bool,
        author: str = "",
    ) -> None:
        self.owner = owner
        self.author = author  # who saves prompts here, where several people do
        self.keep = keep
        self._engine = engine
        self._writer = writer
        self._recorder = recorder

    def record(
        self,
        run: LiveRun | Run,
        page: str,
        *,
        session: str = "",
        conversation: Conversation | None = None,
        secrets: Collection[str | None] = (),
    ) -> None:
        """Keep a run from now on: it is written as it streams, and whole when it has ended.

        Returns at once. Call it right after `filling.fill`. With `conversation`, the turn that
        this run answers is kept too. `secrets` are values that must not be written even where a
        server repeats them: the key in use. Where nothing is kept, the request is still counted.
        """
        live, plain = (run, run.run) if isinstance(run, LiveRun) else (None, run)
        tree = tree_of(conversation, page) if conversation is not None else None
        hidden = tuple(secret for secret in secrets if secret)
        recording = Recording(plain, live, self.owner, page, session, self.keep, hidden, tree)
        self._recorder.add(recording)
        self._writer.wake_within(BEGIN_WITHIN)

    def live(self, run_id: str) -> LiveRun | None:
        """A run that this process is filling, to be followed by a page that was loaded anew."""
        return self._recorder.live(self.owner, run_id)

    def resume(
        self,
        run_id: str,
        follow: Callable[[Run], LiveRun],
        secrets: Collection[str | None] = (),
    ) -> LiveRun | None:
        """Have a run that goes on at the API filled by `follow`, and written again.

        Where this process fills it already it is that one. None when it is no such run, or
        another process has taken it over.
        """
        with self._recorder.taking_over:
            if live := self.live(run_id):
                return live
            writer = self._recorder.writer
            claimed = self._write(lambda c: claim(c, self.owner, run_id, writer))
            if claimed is None:
                return None
            key, page, run = claimed
            before = [len(candidate.parts) for candidate in run.candidates]
            try:
                live = follow(run)
            except Exception:
                self._write(lambda c: let_go(c, key))
                raise
            hidden = tuple(secret for secret in secrets if secret)
            recording = Recording(run, live, self.owner, page, "", self.keep, hidden)
            recording.begun, recording.key, recording.parts = True, key, before
            recording.interaction = run.response_id or ""
            self._recorder.add(recording)
        self._writer.wake()
        return live

    def find(
        self, filters: Filter = NO_FILTER, after: int | None = None, limit: int = PAGE_SIZE
    ) -> RunPage:
        """Runs, the latest first; `after` is the `next` of the page before."""
        return self._read(lambda c: search.find(c, self.owner, filters, after, limit))

    def choices(self) -> Choices:
        """The pages and models that `find` can filter by."""
        return self._read(lambda c: search.choices(c, self.owner))

    def run(self, run_id: str) -> Run | None:
        """A run with its media and the record of its wire; one that is live as it is.

        Raises:
            ValueError: what is stored is damaged.
        """
        if live := self.live(run_id):
            return live.run

        self._end_what_was_cut()

        def work(connection: Connection) -> Run | None:
            stored = rows.stored_runs(connection, self.owner, [run_id]).get(run_id)
            return rows.load(connection, stored) if stored else None

        return self._read(work)

    def rewrite(self, run: Run, secrets: Collection[str | None] = ()) -> bool:
        """Keep what came to a run after its end, such as the video of a long operation.

        False when there is no such run any more.
        """
        hidden = [secret for secret in secrets if secret]

        def work(connection: Connection) -> bool:
            key = rows.key_of(connection, self.owner, run.id)
            return key is not None and rows.replace(connection, key, run, secrets=hidden)

        return self._write(work)

    def rename_run(self, run_id: str, name: str) -> bool:
        """Name a run ("" takes the name away); False when there is no such run."""
        return self._write(lambda c: rows.rename(c, self.owner, run_id, name))

    def star_run(self, run_id: str, *, starred: bool = True) -> bool:
        """Star a run, or take the star away; False when there is no such run."""
        return self._write(lambda c: rows.star(c, self.owner, run_id, starred=starred))

    def delete_runs(self, run_ids: Collection[str]) -> int:
        """Delete runs with their turns, and their media where nobody else holds them."""
        return self._delete(lambda c: retention.delete_runs(c, self.owner, run_ids))

    def delete_everything(self) -> int:
        """Delete all runs, conversations, media and shared links; saved prompts and counts stay."""
        number = 0
        self._write(lambda c: delete_shares(c, self.owner))
        self._write(lambda c: conversations.forget(c, self.owner))
        self._write(lambda c: deletions.purge(c, owner=self.owner))
        while deleted := self._write(lambda c: retention.delete_some(c, self.owner)):
            number += deleted
        reclaim(self._engine)
        return number

    def conversation(self, conversation_id: str) -> Conversation | None:
        """A conversation with its runs; those that are live are the live ones.

        Raises:
            ValueError: what is stored is damaged.
        """
        self._end_what_was_cut()
        conversation = self._read(lambda c: conversations.load(c, self.owner, conversation_id))
        for turn in conversation.turns.values() if conversation else ():
            live = self.live(turn.run.id) if turn.run else None
            if live:
                turn.run = live.run
        return conversation

    def conversations(self, limit: int = PAGE_SIZE) -> list[ConversationSummary]:
        """The conversations, the latest first."""
        return self._read(lambda c: listing.listed(c, self.owner, limit))

    def recent(
        self, page: str, text: str = "", tag: str = "", limit: int = PAGE_SIZE
    ) -> ConversationPage:
        """The conversations of a page, those that are pinned first, then the latest.

        `text` is searched for in their titles, tags and texts.
        """
        return self._read(
            lambda c: listing.recent(c, self.owner, page, text=text, tag=tag, limit=limit)
        )

    def summary(self, conversation_id: str) -> ConversationSummary | None:
        """A conversation as a list shows it; None when there is none."""
        return self._read(lambda c: listing.summary(c, self.owner, conversation_id))

    def tags(self, page: str | None = None) -> list[str]:
        """The tags of the conversations of a page, or of all, in order."""
        return self._read(lambda c: listing.tags_of(c, self.owner, page))

    def arrange(self, conversation: Conversation, page: str) -> None:
        """Note which branch is shown and which turns were taken out; nothing new is added."""
        tree = tree_of(conversation, page)
        if self.keep:
            self._write(lambda c: conversations.rearrange(c, self.owner, tree))

    def keep_conversation(
        self, conversation: Conversation, page: str, new: Collection[str] | None = None
    ) -> None:
        """Keep turns that came from elsewhere, with their runs: those of `new` by id, or all."""
        tree = tree_of(conversation, page)
        if self.keep:
            turn_ids = [turn.id for turn in tree.turns] if new is None else new
            self._write(lambda c: conversations.write(c, self.owner, tree, turn_ids))

    def rename_conversation(self, conversation_id: str, title: str) -> bool:
        """Give a conversation a title; False when there is no such conversation."""
        return self._write(lambda c: listing.rename(c, self.owner, conversation_id, title))

    def title_conversation(self, conversation_id: str, before: str, title: str) -> bool:
        """Give a conversation a title unless it has been renamed; `before` is what it had."""
        return self._write(lambda c: listing.rename(c, self.owner, conversation_id, title, before))

    def pin_conversation(self, conversation_id: str, *, pinned: bool = True) -> bool:
        """Have a conversation listed first, or not any more; False when there is none."""
        return self._write(lambda c: listing.pin(c, self.owner, conversation_id, pinned=pinned))

    def tag_conversation(self, conversation_id: str, tags: Collection[str]) -> bool:
        """Give a conversation these tags and no others; False when there is none."""
        return self._write(lambda c: listing.set_tags(c, self.owner, conversation_id, tags))

    def delete_conversation(self, conversation_id: str) -> str | None:
        """Delete a conversation with its runs and media; gives what `undo_deletion` needs.

        Answers that this process is writing in it are stopped. None when there is no such
        conversation, as where another tab was first.
        """
        for run_id in self._read(lambda c: deletions.running_in(c, self.owner, conversation_id)):
            if live := self.live(run_id):
                live.stop()
        return self._write(
            lambda c: deletions.delete_conversation(
                c, self.owner, conversation_id, datetime.now(UTC)
            )
        )

    def undo_deletion(self, deletion: str) -> bool:
        """Bring a deleted conversation back, whole; False when it is gone for good."""
        return self._write(lambda c: deletions.undo(c, self.owner, deletion))

    def export(self, target: BinaryIO, run_ids: Collection[str] | None = None) -> None:
        """Write everything, or these runs only, into a file to take along; see `archive`."""
        self._read(lambda c: archive.export(c, self.owner, target, run_ids))

    def import_archive(self, source: BinaryIO) -> Imported:
        """Take in what was exported.

        Raises:
            ArchiveError: it is no such file; the text says why. Nothing was written then.
        """
        return archive.import_archive(self._writer, self.owner, source)

    def save_preset(self, name: str, page: str, template: Request) -> int:
        """Save a prompt, as the next version where the name is taken; gives its version.

        With a kind of `presets.KINDS` in the place of the page it is something of that kind.

        Raises:
            NameTakenError: the name is that of something of another kind.
        """
        author = self.author
        return self._write(
            lambda c: presets.save_preset(c, self.owner, name, page, template, author=author)
        )

    def presets(self, kind: PresetKind = PROMPT) -> list[Preset]:
        """The newest versions of what is saved of a kind, by name."""
        return self._read(lambda c: presets.newest_presets(c, self.owner, kind))

    def preset_names(self, kind: PresetKind = PROMPT) -> dict[str, int]:
        """The names of what is saved of a kind, in order, with the number of the newest version."""
        return self._read(lambda c: presets.preset_names(c, self.owner, kind))

    def preset_versions(self, name: str) -> list[Preset]:
        """The versions of something saved, the newest first."""
        return self._read(lambda c: presets.preset_versions_of(c, self.owner, name))

    def rename_preset(self, name: str, new: str) -> bool:
        """Rename something saved; False when there is none, or one with the new name."""
        return self._write(lambda c: presets.rename_preset(c, self.owner, name, new))

    def delete_preset(self, name: str) -> bool:
        """Delete something saved with its versions; False when there is none."""
        return self._delete(lambda c: presets.delete_preset(c, self.owner, name))

    def keep_batch_table(self, job: str, data: dict[str, Any], days: float) -> None:
        """Keep the table that a batch job was made from for so many days."""
        self._write(lambda c: batch_tables.keep(c, self.owner, job, data, days))

    def batch_table(self, job: str) -> Any:
        """The table of a batch job as JSON; None where none is kept.

        Raises:
            ValueError: what is stored is damaged.
        """
        return self._read(lambda c: batch_tables.find(c, self.owner, job))

    def forget_batch_tables(self, job: str | None = None) -> None:
        """Remove the table of a batch job, or of all of them."""
        self._write(lambda c: batch_tables.forget(c, self.owner, job))

    def usage_sums(self, since: date, until: date, session: str | None = None) -> list[UsageSum]:
        """The requests of some days (UTC, both included), by day and model."""
        return self._read(lambda c: usage.sums(c, self.owner, since, until, session))

    def _end_what_was_cut(self) -> None:
        """End answers whose process is gone: whoever opens one is told, and not a minute later."""
        others = select(runs.c.key).where(
            runs.c.owner == self.owner,
            runs.c.writer.is_not(None),
            runs.c.writer != self._recorder.writer,
        )
        with suppress(HistoryError):
            if self._read(lambda c: c.execute(others.limit(1)).first()):
                self._write(self._recorder.mark_cut)

    def _read(self, work: Callable[[Connection], T]) -> T:
        if self._recorder.is_behind():
            self._writer.settle()
        with in_words(), self._engine.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        if self._recorder.is_behind():  # what is to be changed may only be about to be written
            self._writer.settle()
        return self._writer.run(work)

    def _delete(self, work: Callable[[Connection], T]) -> T:
        """Do work that deletes, and leave nothing of what it deleted in the file."""
        result = self._write(work)
        reclaim(self._engine)
        return result
