"""Reads an exported history, whoever made the file: by names that are known, within limits.

    manifest.json         {"format": FORMAT, "version": VERSION}
    runs.jsonl            a run a line, the oldest first
    conversations.jsonl   a conversation a line, its turns naming their runs by id
    presets.jsonl         a version of a saved prompt a line, the oldest of each first
    media/<SHA-256>       the bytes that the lines refer to as {"$media": "<SHA-256>"}

Nothing is unpacked to disk, and no name in the file is ever used as a path. An entry that can't be
taken is left out and named; a file that isn't an exported history is refused.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast, get_args

from gemini.api.connect import Backend
from gemini.api.surrogates import whole
from gemini.conversation import FORMAT as CONVERSATION_FORMAT
from gemini.conversation import VERSION as CONVERSATION_VERSION
from gemini.conversation import Conversation
from gemini.format import size
from gemini.history.listing import clean_tags
from gemini.history.media_store import with_media
from gemini.history.schema import moment, storable
from gemini.history.tree import Tree, TurnState
from gemini.request import Request
from gemini.run import Run
from gemini.run_json import exchanges_from_json, run_from_json

T = TypeVar("T")

FORMAT = "gemini-playground/history"
VERSION = 1
MANIFEST = "manifest.json"
RUNS, CONVERSATIONS, PRESETS = "runs.jsonl", "conversations.jsonl", "presets.jsonl"
MEDIA_FOLDER = "media/"

MOST_MEMBERS = 200_000
LARGEST_MANIFEST = 10_000  # bytes
LARGEST_MEDIUM = 200_000_000  # bytes
LARGEST_LINE = 50_000_000  # bytes
MOST_LISTS = 1_000_000  # lists and objects in a line: each takes a hundred bytes and more
MOST_VALUES = 5_000_000  # in a line
LARGEST_ALL = 4_000_000_000  # bytes unpacked
FREELY_UNPACKED = 200_000_000  # bytes; what is larger must not have shrunk by more than the ratio
LARGEST_RATIO = 200  # streamed answers, which repeat themselves, shrink to a 40th
LONGEST_WORD = 200  # characters of an id, or the name of a page, a model, a prompt
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)  # times beyond can't be shown in every zone and table
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
PAGE_NAME = re.compile("[a-z]+([-_][a-z]+)*")
RENAMED_PAGES = {"long_context": "long-context"}  # since 0003, as in its migration
KINDS = {RUNS: "Run", CONVERSATIONS: "Conversation", PRESETS: "Prompt"}


class ArchiveError(ValueError):
    """A file that isn't an exported history. Its text says why."""


ODD = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
SPEAKING = {ValueError, ArchiveError}  # those among them whose texts are ours


@dataclass(frozen=True)
class ImportedRun:
    """A line of runs, checked."""

    run: Run
    page: str
    name: str
    starred: bool
    cut: bool
    conversation_id: str | None


@dataclass(frozen=True)
class ImportedConversation:
    """A line of conversations, checked."""

    tree: Tree
    title: str
    pinned: bool
    tags: list[str]
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class ImportedPreset:
    """A line of saved prompts, checked."""

    name: str
    page: str
    created: datetime
    template: Request


class ArchivedMedia(Mapping[str, bytes]):
    """The media of an archive by digest, each read when it is asked for."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._digests = {
            name.removeprefix(MEDIA_FOLDER): info.file_size
            for name, info in file.NameToInfo.items()
            if _is_medium(name)
        }

    def __getitem__(self, digest: str) -> bytes:
        if self._digests[digest] > LARGEST_MEDIUM:
            raise ArchiveError("a file of media in it is too large")
        return self._file.read(f"{MEDIA_FOLDER}{digest}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


class Reader:
    """The lines and media of an archive, each read by its name and within its limit.

    `left_out` says of the entries that were read so far which could not be taken, and why.
    """

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._left_out: dict[str, str] = {}
        self.media = ArchivedMedia(file)

    @property
    def left_out(self) -> list[str]:
        """The entries that could not be taken, a sentence each."""
        return [f"{entry}: {reason}." for entry, reason in self._left_out.items()]

    def check(self) -> None:
        """Read everything once, and keep nothing.

        Raises:
            ArchiveError: it is no exported history, or nothing in it can be taken. Damage may
                raise other errors too.
        """
        known = {MANIFEST, RUNS, CONVERSATIONS, PRESETS}
        what = "a history exported from here"
        check_members(self._file, known, {MANIFEST, RUNS}, what, LARGEST_ALL)
        with self._file.open(MANIFEST) as member:
            manifest = json.loads(member.read(LARGEST_MANIFEST))
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ArchiveError("it isn't a history exported from here")
        if manifest.get("version") != VERSION:
            version = manifest.get("version")
            raise ArchiveError(f"its version is {version!r}, this reads {VERSION}")
        for digest, data in self.media.items():
            if hashlib.sha256(data).hexdigest() != digest:
                raise ArchiveError("a file of media in it is damaged")
        without_bytes = dict.fromkeys(self.media, b"")
        kinds = (self.runs, self.conversations, self.presets)
        good = sum(1 for lines in kinds for _ in lines(without_bytes))
        if self._left_out and not good:
            raise ArchiveError(f"nothing in it can be read. {self.left_out[0]}")

    def runs(self, media: Mapping[str, bytes]) -> Iterator[ImportedRun]:
        """The runs, the oldest first."""
        return self._entries(RUNS, lambda line: run_of(line, media))

    def conversations(self, media: Mapping[str, bytes]) -> Iterator[ImportedConversation]:
        """The conversations, the runs of their turns by id only."""
        return self._entries(CONVERSATIONS, lambda line: _conversation(line, media))

    def presets(self, media: Mapping[str, bytes]) -> Iterator[ImportedPreset]:
        """The versions of saved prompts, the oldest of each first."""
        return self._entries(PRESETS, lambda line: _preset(line, media))

    def _entries(self, name: str, make: Callable[[dict[str, Any]], T]) -> Iterator[T]:
        """What `make` makes of each line; a line that it can't be made of is noted instead."""
        for number, line in enumerate(lines_of(self._file, name), 1):
            try:
                entry = make(entry_of(line))
            except ODD as error:
                reason = str(error) if type(error) in SPEAKING else type(error).__name__
                self._left_out[f"{KINDS[name]} {number}"] = reason
            else:
                yield entry


def check_members(
    file: zipfile.ZipFile,
    known: Collection[str],
    needed: Collection[str],
    what: str,
    largest: int,
) -> None:
    """Check names and sizes of what is in a file, before anything of it is read.

    `known` are the names there may be beside media, `needed` those there must be, and `what` is
    what the file should be. `largest` is the number of bytes unpacked.

    Raises:
        ArchiveError: it is no such file, or unpacks to far more than a file should.
    """
    infos = file.infolist()
    names = {info.filename for info in infos}
    if len(infos) > MOST_MEMBERS or len(infos) != len(names):
        raise ArchiveError("it has too many files in it")
    strange = [i for i in infos if i.filename not in known and not _is_medium(i.filename)]
    if strange or not set(needed) <= names:
        raise ArchiveError(f"it isn't {what}")
    # zipfile never gives more bytes of a member than it declares, so these are the bytes.
    unpacked = sum(info.file_size for info in infos)
    if unpacked > largest:
        raise ArchiveError(f"it has more than {size(largest)} in it")
    packed = sum(info.compress_size for info in infos)
    if unpacked > FREELY_UNPACKED + LARGEST_RATIO * packed:
        raise ArchiveError("what is in it is far larger than the file")


def lines_of(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The lines of a member; of one that is too long, its beginning."""
    if name not in file.NameToInfo:
        return
    with file.open(name) as member:
        lines = io.BufferedReader(cast(io.RawIOBase, member))  # quicker line by line
        while line := lines.readline(LARGEST_LINE):
            yield line
            while len(line) == LARGEST_LINE and not line.endswith(b"\n"):
                line = lines.readline(LARGEST_LINE)


def entry_of(line: bytes) -> dict[str, Any]:
    """The JSON of a line.

    Raises:
        ValueError: it is none, or would take out of all proportion of memory.
    """
    if len(line) == LARGEST_LINE:
        raise ValueError("it is too long")
    if line.count(b"[") + line.count(b"{") > MOST_LISTS or line.count(b",") > MOST_VALUES:
        raise ValueError("it has too many values")
    try:
        entry = whole(json.loads(line))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError("it isn't JSON") from error
    if not isinstance(entry, dict):
        raise ValueError("it isn't an object")
    return entry


def run_of(line: dict[str, Any], media: Mapping[str, bytes]) -> ImportedRun:
    """The run of a line.

    Raises:
        ValueError: it is damaged, and so may other errors of `ODD` be raised.
    """
    run = run_from_json(with_media(line["run"], media))
    run.exchanges = exchanges_from_json(line["wire"])
    _check_run(run)
    return ImportedRun(
        run=run,
        page=page_name(line["page"]),
        name=str(line["name"]),
        starred=bool(line["starred"]),
        cut=bool(line["cut"]),
        conversation_id=_word(line["conversation"]) if line["conversation"] else None,
    )


def _conversation(line: dict[str, Any], media: Mapping[str, bytes]) -> ImportedConversation:
    run_ids = {turn["id"]: turn["run_id"] for turn in line["turns"]}
    plain = [{**with_media(turn, media), "run": None} for turn in line["turns"]]
    kind = {"format": CONVERSATION_FORMAT, "version": CONVERSATION_VERSION}
    checked = Conversation.from_json({**kind, "leaf": line["leaf"], "turns": plain})
    states = (
        TurnState(_word(t.id), t.parent, t.chosen, t.prompt, run_ids[t.id])
        for t in checked.turns.values()
    )
    tree = Tree(_word(line["id"]), page_name(line["page"]), checked.leaf, tuple(states))
    created, updated = _in_time(moment(line["created"])), _in_time(moment(line["updated"]))
    pinned, tags = bool(line.get("pinned")), line.get("tags")  # since 0006
    tags = clean_tags(map(str, tags)) if isinstance(tags, list) else []
    return ImportedConversation(tree, str(line["title"]), pinned, tags, created, updated)


def _preset(line: dict[str, Any], media: Mapping[str, bytes]) -> ImportedPreset:
    request = Request.from_json(with_media(line["request"], media))
    created = _in_time(moment(line["created"]))
    return ImportedPreset(_word(line["name"]), page_name(line["page"]), created, request)


def _is_medium(name: str) -> bool:
    return bool(re.fullmatch(f"{MEDIA_FOLDER}[0-9a-f]{{64}}", name))


def _word(value: Any) -> str:
    """A short text, such as an id.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or len(value) > LONGEST_WORD or storable(value) != value:
        raise ValueError("a name in it can't be read")
    return value


def page_name(value: Any) -> str:
    """The name of a page: it becomes a part of an address.

    Raises:
        ValueError: it can't be one.
    """
    name = _word(value)
    if not PAGE_NAME.fullmatch(name):
        raise ValueError("its page is unknown")
    return RENAMED_PAGES.get(name, name)


def _in_time(when: datetime) -> datetime:
    """A time that can be shown.

    Raises:
        ValueError: it can't be.
    """
    if not EARLIEST <= when <= LATEST:
        raise ValueError(f"its year is {when.year}")
    return when


def _check_run(run: Run) -> None:
    """Check what `run_from_json` takes as it comes, and a page or a database would not.

    Raises:
        ValueError: something is not of its type, or out of all proportion.
    """
    for word in (run.id, run.problem.kind if run.problem else ""):
        _word(word)
    if run.backend not in {None, *get_args(Backend)}:
        raise ValueError("what answered it is unknown")
    _in_time(run.created)
