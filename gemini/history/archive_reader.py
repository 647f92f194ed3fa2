"""Reads an exported history, whoever made the file: by names that are known, within limits.

Nothing is unpacked to disk, and no name in the file is ever used as a path.
"""

import hashlib
import json
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from google.genai import types

from gemini.connect import Backend
from gemini.conversation import FORMAT as CONVERSATION_FORMAT
from gemini.conversation import VERSION as CONVERSATION_VERSION
from gemini.conversation import Conversation
from gemini.history import archive, rows
from gemini.history.packing import with_media
from gemini.history.tree import Tree, TurnState
from gemini.history.wire_json import exchanges_from_json
from gemini.request import Request
from gemini.run import Run
from gemini.run_json import run_from_json
from gemini.surrogates import whole

MOST_MEMBERS = 200_000
LARGEST_MANIFEST = 10_000  # bytes
LARGEST_MEDIUM = 200_000_000  # bytes
LARGEST_LINE = 100_000_000  # bytes
LARGEST_ALL = 4_000_000_000  # bytes unpacked
LONGEST_WORD = 200  # characters of an id, or the name of a page, a model, a prompt
MOST_TOKENS = 2**31  # a column ends there


class ArchiveError(ValueError):
    """A file that isn't an exported history. Its text says why."""


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
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class ImportedPreset:
    """A line of saved prompts, checked."""

    name: str
    page: str
    created: datetime
    template: Request


class Media(Mapping[str, bytes]):
    """The media of an archive by digest, each read when it is asked for."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._digests = {
            name.removeprefix(archive.MEDIA_FOLDER): info.file_size
            for name, info in file.NameToInfo.items()
            if _is_medium(name)
        }

    def __getitem__(self, digest: str) -> bytes:
        if self._digests[digest] > LARGEST_MEDIUM:
            raise ArchiveError("a file of media in it is too large")
        return self._file.read(f"{archive.MEDIA_FOLDER}{digest}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


class Reader:
    """The lines and media of an archive, each read by its name and within its limit."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.media = Media(file)

    def check(self) -> None:
        """Read everything once, and keep nothing.

        Raises:
            ArchiveError: something in it is not as it must be. Damage may raise other errors too.
        """
        self._check_members()
        with self._file.open(archive.MANIFEST) as member:
            manifest = json.loads(member.read(LARGEST_MANIFEST))
        if not isinstance(manifest, dict) or manifest.get("format") != archive.FORMAT:
            raise ArchiveError("it is not a history exported from here")
        if manifest.get("version") != archive.VERSION:
            version = manifest.get("version")
            raise ArchiveError(f"its version is {version!r}, this reads {archive.VERSION}")
        for digest, data in self.media.items():
            if hashlib.sha256(data).hexdigest() != digest:
                raise ArchiveError("a file of media in it is damaged")
        without_bytes = dict.fromkeys(self.media, b"")
        for lines in (self.runs, self.conversations, self.presets):
            for _ in lines(without_bytes):
                pass

    def runs(self, media: Mapping[str, bytes]) -> Iterator[ImportedRun]:
        """The runs, the oldest first."""
        for line in self._lines(archive.RUNS):
            run = run_from_json(with_media(line["run"], media))
            run.exchanges = exchanges_from_json(line["wire"])
            _check_run(run)
            yield ImportedRun(
                run=run,
                page=_word(line["page"]),
                name=str(line["name"]),
                starred=bool(line["starred"]),
                cut=bool(line["cut"]),
                conversation_id=_word(line["conversation"]) if line["conversation"] else None,
            )

    def conversations(self, media: Mapping[str, bytes]) -> Iterator[ImportedConversation]:
        """The conversations, the runs of their turns by id only."""
        for line in self._lines(archive.CONVERSATIONS):
            run_ids = {turn["id"]: turn["run_id"] for turn in line["turns"]}
            plain = [{**with_media(turn, media), "run": None} for turn in line["turns"]]
            kind = {"format": CONVERSATION_FORMAT, "version": CONVERSATION_VERSION}
            checked = Conversation.from_json({**kind, "leaf": line["leaf"], "turns": plain})
            states = (
                TurnState(t.id, t.parent, t.chosen, t.prompt, t.names, run_ids[t.id])
                for t in checked.turns.values()
            )
            tree = Tree(_word(line["id"]), _word(line["page"]), checked.leaf, tuple(states))
            created, updated = rows.moment(line["created"]), rows.moment(line["updated"])
            yield ImportedConversation(tree, str(line["title"]), created, updated)

    def presets(self, media: Mapping[str, bytes]) -> Iterator[ImportedPreset]:
        """The versions of saved prompts, the oldest of each first."""
        for line in self._lines(archive.PRESETS):
            request = Request.from_json(with_media(line["request"], media))
            name, page = _word(line["name"]), _word(line["page"])
            yield ImportedPreset(name, page, rows.moment(line["created"]), request)

    def _check_members(self) -> None:
        infos = self._file.infolist()
        names = {info.filename for info in infos}
        if len(infos) > MOST_MEMBERS or len(infos) != len(names):
            raise ArchiveError("it has too many files in it")
        known = {archive.MANIFEST, archive.RUNS, archive.CONVERSATIONS, archive.PRESETS}
        strange = [i for i in infos if i.filename not in known and not _is_medium(i.filename)]
        if strange or not {archive.MANIFEST, archive.RUNS} <= names:
            raise ArchiveError("it is not a history exported from here")
        # zipfile never gives more bytes of a member than it declares, so these are the bytes.
        if sum(info.file_size for info in infos) > LARGEST_ALL:
            raise ArchiveError(f"it has more than {LARGEST_ALL // 10**9} GB in it")

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        if name not in self._file.NameToInfo:
            return
        with self._file.open(name) as lines:
            while line := lines.readline(LARGEST_LINE):
                if len(line) == LARGEST_LINE:
                    raise ArchiveError(f"a line of {name} in it is too long")
                try:
                    entry = whole(json.loads(line))
                except RecursionError as error:
                    raise ArchiveError(f"a line of {name} in it is nested too deeply") from error
                if not isinstance(entry, dict):
                    raise ArchiveError(f"a line of {name} in it is damaged")
                yield entry


def _is_medium(name: str) -> bool:
    folder, _, digest = name.rpartition("/")
    return f"{folder}/" == archive.MEDIA_FOLDER and bool(re.fullmatch("[0-9a-f]{64}", digest))


def _word(value: Any) -> str:
    """A short text, such as an id.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or len(value) > LONGEST_WORD or rows.storable(value) != value:
        raise ValueError("a name in it is none")
    return value


def _check_run(run: Run) -> None:
    """Check what `run_from_json` takes as it comes, and a database would not.

    Raises:
        ValueError: something is not of its type, or out of all proportion.
    """
    for word in (run.id, run.request.model, run.problem.kind if run.problem else ""):
        _word(word)
    types.GenerateContentResponseUsageMetadata.model_validate(run.usage)
    if any(isinstance(n, int) and not 0 <= n < MOST_TOKENS for n in run.usage.values()):
        raise ValueError("a number of tokens in it is none")
    times = (run.timing.first_part, run.timing.first_text, run.timing.end)
    if any(t is not None and not math.isfinite(t) for t in times):
        raise ValueError("a time in it is none")
    if run.backend not in {None, *get_args(Backend)}:
        raise ValueError("what answered a run in it is not known here")
    rows.micros(run.created)
