"""A demo pack as a file: a zip, read within limits, whoever made it.

    pack.json         {"format": FORMAT, "version": VERSION, "title": "...", "scenes": [...]}
    runs.jsonl        the recorded runs, a line each, as in an exported history
    media/<SHA-256>   the bytes that both refer to as {"$media": "<SHA-256>"}

A scene is an object of these:

    page         the page it is played on, by its address: "chat"
    title, note  texts; the note is the speaker's
    play         "replay" (the recording) or "live" (asked anew)
    seconds      that a live answer may take, 1 to 600
    takes_over   whether the recording then takes over by itself, or is offered (true, false)
    run          the id of its run; or, on a page with turns,
    turns        [{"prompt": [parts], "names": [names of its media], "chosen": 0, "run": id}]
    first        the number of the first turn that is played, from 0

Nothing is unpacked to disk, and no name in the file is used as a path. A scene that can't be taken
stays in its place and says why; what isn't a pack is refused.
"""

import hashlib
import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from gemini.api.redaction import config_without_secrets, redact
from gemini.conversation import FORMAT as CONVERSATION_FORMAT
from gemini.conversation import VERSION as CONVERSATION_VERSION
from gemini.conversation import Conversation, Turn
from gemini.demo.pack import (
    LONGEST,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_SCENES,
    SECONDS,
    SHORTEST,
    Pack,
    PackError,
    Scene,
)
from gemini.format import counted, shortened, size
from gemini.history.archive_reader import (
    MEDIA_FOLDER,
    ODD,
    RUNS,
    ArchivedMedia,
    ArchiveError,
    check_members,
    entry_of,
    lines_of,
    page_name,
    run_of,
)
from gemini.history.media_store import Medium, run_without_media, with_media, without_media
from gemini.media.names import nameless, names_of
from gemini.request import BYTES_KEY, to_jsonable
from gemini.run import Run
from gemini.run_json import exchanges_to_json

FORMAT = "gemini-playground/demo"
VERSION = 1
PACK = "pack.json"
LARGEST = 200_000_000  # bytes of the file
LARGEST_UNPACKED = 500_000_000  # bytes
LARGEST_HEAD = 20_000_000  # bytes of pack.json
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)
NO_PACK = "This file isn't a demo pack, or it is damaged."


def read(source: BinaryIO | Path) -> Pack:
    """The pack of a file; its size is looked at before anything else.

    Raises:
        PackError: it is no pack, too large, or of another version.
    """
    try:
        if (count := _bytes_in(source)) > LARGEST:
            raise PackError(
                f"This file has {size(count)}. A demo pack has at most {size(LARGEST)}."
            )
        with zipfile.ZipFile(source) as file:
            return _Reading(file).pack()
    except PackError:
        raise
    except OSError as error:
        raise PackError(f"The demo pack can't be read: {error.strerror or error}.") from error
    except ArchiveError as error:
        raise PackError(f"This demo pack can't be opened: {error}.") from error
    except (*ODD, *BROKEN) as error:
        raise PackError(NO_PACK) from error


def write(pack: Pack, target: BinaryIO) -> None:
    """Write a pack into a file. What looks like a key is taken out.

    Raises:
        PackError: the file would be too large to be opened again.
    """
    media: dict[str, Medium] = {}
    scenes = [_scene_json(scene, media) for scene in pack.scenes]
    runs = {
        run.id: _run_json(scene.page, run, media) for scene in pack.scenes for run in _of(scene)
    }
    if sum(len(medium.data) for medium in media.values()) > LARGEST * 0.9:
        raise PackError(f"A demo pack has at most {size(LARGEST)}. Take a scene with media out.")
    head = {"format": FORMAT, "version": VERSION, "title": pack.title, "scenes": scenes}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(PACK, json.dumps(without_keys(head)[0], indent=1))
        lines = [json.dumps(without_keys(run)[0], separators=(",", ":")) for run in runs.values()]
        file.writestr(RUNS, "".join(f"{line}\n" for line in lines))
        for digest, medium in media.items():
            file.writestr(f"{MEDIA_FOLDER}{digest}", medium.data, zipfile.ZIP_STORED)


def without_keys(value: Any) -> tuple[Any, int]:
    """Plain data without what looks like a key in its texts, and how many of them had one.

    Bytes as base64 are left alone: anything may be in them.
    """
    if isinstance(value, str):
        clean = redact(value)
        return clean, int(clean != value)
    if isinstance(value, dict) and value.keys() != {BYTES_KEY}:
        pairs = {k: without_keys(v) for k, v in value.items()}
        return {k: v for k, (v, _) in pairs.items()}, sum(n for _, n in pairs.values())
    if isinstance(value, list):
        entries = [without_keys(v) for v in value]
        return [v for v, _ in entries], sum(n for _, n in entries)
    return value, 0


def _bytes_in(source: BinaryIO | Path) -> int:
    if isinstance(source, Path):
        return source.stat().st_size
    count = source.seek(0, 2)
    source.seek(0)
    return count


def _of(scene: Scene) -> list[Run]:
    """The runs of a scene."""
    return [run for run in [scene.run, *(turn.run for turn in scene.turns)] if run is not None]


def _scene_json(scene: Scene, media: dict[str, Medium]) -> dict[str, Any]:
    about = {
        "page": scene.page,
        "title": scene.title,
        "note": scene.note,
        "play": "live" if scene.live else "replay",
        "seconds": scene.seconds,
        "takes_over": scene.takes_over,
    }
    if not scene.turns:
        return {**about, "run": scene.run.id if scene.run else None}
    turns = [
        {
            "prompt": to_jsonable(without_media(nameless(turn.prompt), media)),
            "names": names_of(turn.prompt),
            "chosen": turn.chosen,
            "run": turn.run.id if turn.run else None,
        }
        for turn in scene.turns
    ]
    return {**about, "turns": turns, "first": scene.first}


def _run_json(page: str, run: Run, media: dict[str, Medium]) -> dict[str, Any]:
    """A run's line, as an exported history has it."""
    plain = run_without_media(run, media)
    marks = {"name": "", "starred": False, "cut": False, "conversation": None}
    return {"run": plain, "wire": exchanges_to_json(run.exchanges), "page": page, **marks}


class _Reading:
    """A pack's file while it is read."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._media: dict[str, bytes] = {}
        self._runs: dict[str, Run] = {}
        self._cleaned: dict[str, int] = {}  # by the run's id: the texts with keys
        self._left_out: list[str] = []

    def pack(self) -> Pack:
        """The pack, its scenes in order.

        Raises:
            PackError: it is none, or of another version. Damage may raise other errors too.
        """
        check_members(self._file, {PACK, RUNS}, {PACK}, "a demo pack", LARGEST_UNPACKED)
        with self._file.open(PACK) as member:
            text = member.read(LARGEST_HEAD + 1)
        if len(text) > LARGEST_HEAD:
            raise PackError(NO_PACK)
        head, count = without_keys(entry_of(text))
        if head.get("format") != FORMAT:
            raise PackError(NO_PACK)
        if head.get("version") != VERSION:
            raise PackError(
                f"This demo pack was made by another version of the playground: its format is "
                f"{shortened(str(head.get('version')), 20)}, and this one reads {VERSION}."
            )
        entries = head.get("scenes")
        if not isinstance(entries, list) or len(entries) > MOST_SCENES:
            raise PackError(f"A demo pack is a list of up to {MOST_SCENES} scenes.")
        self._read_media()
        self._read_runs()
        if count:
            self._left_out.append(_keys_taken_out("The list of scenes", count))
        scenes = [self._scene(number, entry) for number, entry in enumerate(entries, 1)]
        return Pack(_text(head.get("title"), LONGEST_TITLE), scenes, self._left_out)

    def _read_media(self) -> None:
        """The media that are whole; a run that refers to another one is damaged."""
        archived = ArchivedMedia(self._file)
        for digest in archived:
            with suppress(*BROKEN, ArchiveError):
                data = archived[digest]
                if hashlib.sha256(data).hexdigest() == digest:
                    self._media[digest] = data

    def _read_runs(self) -> None:
        for line in lines_of(self._file, RUNS):
            try:
                entry, count = without_keys(entry_of(line))
                run = run_of(entry, self._media).run
            except ODD:
                continue  # the scene that lacks it says so
            config = config_without_secrets(run.request.config)
            count += config != run.request.config
            run.request = replace(run.request, config=config)
            self._runs[run.id], self._cleaned[run.id] = run, count

    def _scene(self, number: int, entry: Any) -> Scene:
        """A scene; one that can't be taken says why in its place."""
        try:
            scene = self._scene_of(entry)
        except ODD:
            title = _text(entry.get("title"), LONGEST_TITLE) if isinstance(entry, dict) else ""
            scene = Scene("", title=title, problem="It is damaged.")
        if scene.problem:
            self._left_out.append(f"Scene {number} can't be played: {scene.problem}")
        elif count := sum(self._cleaned.get(run.id, 0) for run in _of(scene)):
            self._left_out.append(_keys_taken_out(f"Scene {number}", count))
        return scene

    def _scene_of(self, entry: Mapping[str, Any]) -> Scene:
        turns = [self._turn(turn) for turn in entry.get("turns") or []]
        scene = Scene(
            page_name(entry["page"]),
            turns,
            None if turns else self._runs.get(str(entry.get("run"))),
            first=min(max(int(entry.get("first") or 0), 0), max(len(turns) - 1, 0)),
            title=_text(entry.get("title"), LONGEST_TITLE),
            note=_text(entry.get("note"), LONGEST_NOTE),
            live=entry.get("play") == "live",
            seconds=_seconds(entry.get("seconds")),
            takes_over=entry.get("takes_over") is True,
        )
        if scene.recorded is None or any(turn.run is None for turn in turns):
            scene.problem = "Its recording is missing or damaged."
        return scene

    def _turn(self, entry: Mapping[str, Any]) -> Turn:
        """A turn with its run, None where that is missing."""
        fields = with_media({name: entry[name] for name in ("prompt", "names")}, self._media)
        plain = {**fields, "id": "1", "parent": None, "chosen": entry.get("chosen", 0)}
        kind = {"format": CONVERSATION_FORMAT, "version": CONVERSATION_VERSION, "leaf": "1"}
        turn = Conversation.from_json({**kind, "turns": [plain]}).turns["1"]
        return Turn(turn.prompt, None, self._runs.get(str(entry.get("run"))), turn.chosen)


def _keys_taken_out(where: str, count: int) -> str:
    return f"{where}: {counted(count, 'text')} had a key in it, which was taken out."


def _seconds(value: Any) -> float:
    seconds = float(value or SECONDS)
    return min(max(seconds, SHORTEST), LONGEST) if math.isfinite(seconds) else SECONDS


def _text(value: Any, longest: int) -> str:
    return shortened(value, longest) if isinstance(value, str) else ""
