"""Taken along and brought back: the same runs; and nothing that isn't an exported history."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemini.api.wire import Chunk, Exchange
from gemini.conversation import Conversation
from gemini.history import archive_reader
from gemini.history.archive import Imported
from gemini.history.archive_reader import ArchiveError
from gemini.history.database import History, open_history
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.media.names import named
from gemini.run import Run
from tests.gemini.history.sample_runs import MORNING, PICTURE, ended, picture

EXCHANGE = Exchange(
    "POST",
    "http://localhost/",
    {"x": "y"},
    b'{"a": 1}',
    200,
    {"content-type": "text/event-stream"},
    [Chunk(0.5, b'data: {"b": 2}\r\n\r\n')],
)


def fill(store: HistoryStore) -> tuple[Run, Conversation]:
    """Put some of everything into a store."""
    conversation = Conversation()
    for text in ("One", "Two"):
        prompt = [{"text": text}, named(picture(), "sky.png")]
        turn = conversation.add(prompt, conversation.leaf)
        turn.run = ended(text, f"Answer to {text}", picture())
        turn.run.exchanges = [EXCHANGE]
        store.record(turn.run, "chat", conversation=conversation)
    run = ended("Alone", "Here", picture(b"other" * 100), minutes=5)
    store.record(run, "image")
    store.rename_run(run.id, "Named")
    store.star_run(run.id)
    store.rename_conversation(conversation.id, "Titled")
    store.save_preset("Greeting", "chat", run.request)
    store.save_preset("Greeting", "image", ended("Hello {{who}}").request)
    return run, conversation


def exported(store: HistoryStore, *run_ids: str) -> bytes:
    with io.BytesIO() as target:
        store.export(target, run_ids or None)
        return target.getvalue()


def changed(file: bytes, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    """The archive with its members changed."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with io.BytesIO() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return target.getvalue()


def run_line(members: dict[str, bytes]) -> dict[str, Any]:
    """The first run of an archive."""
    return json.loads(members["runs.jsonl"].splitlines()[0])


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """A history with nothing in it, for files that must leave it so."""
    opened = open_history(data_dir=tmp_path_factory.mktemp("one"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def good_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An exported history with some of everything in it."""
    history = open_history(data_dir=tmp_path_factory.mktemp("other"))
    fill(history.of())
    file = exported(history.of())
    history.close()
    return file


def test_all_that_was_exported_comes_back(history: History) -> None:
    run, conversation = fill(history.of("ann"))
    file = exported(history.of("ann"))
    bob = history.of("bob")
    assert bob.import_archive(io.BytesIO(file)) == Imported(3, 1, 2, 0)

    assert bob.run(run.id) == run
    summary = bob.find(Filter(text="named", starred=True)).runs[0]
    assert (summary.id, summary.page) == (run.id, "image")
    found = bob.conversation(conversation.id)
    assert found is not None
    assert [t.prompt for t in found.path()] == [t.prompt for t in conversation.path()]
    assert [t.answer for t in found.path()] == [t.answer for t in conversation.path()]
    first = found.path()[0].run
    assert first is not None
    assert first.exchanges[0].events() == EXCHANGE.events()
    store, theirs = (history.of(o).conversations()[0] for o in ("ann", "bob"))
    assert store == theirs
    assert [p.template for p in bob.preset_versions("Greeting")] == [
        p.template for p in history.of("ann").preset_versions("Greeting")
    ]


def test_what_is_there_already_is_passed_over(history: History) -> None:
    run, _ = fill(history.of())
    store = history.of()
    file = exported(store)
    store.rename_run(run.id, "Changed since")
    assert store.import_archive(io.BytesIO(file)) == Imported(0, 0, 0, 6)
    assert [r.name for r in store.find(Filter(starred=True)).runs] == ["Changed since"]
    store.delete_everything()
    assert store.import_archive(io.BytesIO(file)) == Imported(3, 1, 0, 2)
    assert store.run(run.id) == run


def test_chosen_runs_only_bring_what_is_theirs(history: History) -> None:
    run, _ = fill(history.of("ann"))
    file = exported(history.of("ann"), run.id)
    assert PICTURE not in file
    bob = history.of("bob")
    assert bob.import_archive(io.BytesIO(file)) == Imported(runs=1)
    assert bob.run(run.id) == run
    assert bob.conversations() == []
    assert bob.presets() == []


def test_a_reference_that_a_model_wrote_is_nobodys_media(history: History) -> None:
    """A digest in an answer must not fetch another owner's picture."""
    history.of("ann").record(ended("Mine", "x", picture()), "chat")
    digest = hashlib.sha256(PICTURE).hexdigest()
    run = ended("Give it")
    call = {"name": "f", "args": {"data": {"$media": digest}}}
    run.candidates[0].parts.append({"function_call": call})
    bob = history.of("bob")
    bob.record(run, "chat")
    assert bob.run(run.id) == run
    assert PICTURE not in exported(bob)


def test_imported_settings_cannot_send_the_key_elsewhere(history: History) -> None:
    fill(history.of("ann"))

    def add_options(members: dict[str, bytes]) -> None:
        line = run_line(members)
        line["run"]["request"]["config"]["http_options"] = {"base_url": "http://evil.example"}
        members["runs.jsonl"] = json.dumps(line).encode() + b"\n"
        del members["conversations.jsonl"]

    file = changed(exported(history.of("ann")), add_options)
    bob = history.of("bob")
    assert bob.import_archive(io.BytesIO(file)).runs == 1
    run = bob.run(bob.find().runs[0].id)
    assert run is not None
    assert run.request.config == {"temperature": 0.5}


def _set(path: str, value: Any) -> Callable[[dict[str, bytes]], None]:
    """A change of one field of the first run."""

    def change(members: dict[str, bytes]) -> None:
        line = run_line(members)
        *outer, name = path.split(".")
        place = line
        for step in outer:
            place = place[step]
        place[name] = value
        rest = members["runs.jsonl"].splitlines()[1:]
        members["runs.jsonl"] = b"\n".join([json.dumps(line).encode(), *rest]) + b"\n"

    return change


def _add(name: str, data: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: data})


def _add_line(name: str, line: bytes) -> Callable[[dict[str, bytes]], None]:
    """A line more at the beginning of a member."""

    def add_line(members: dict[str, bytes]) -> None:
        members[name] = line + b"\n" + members[name]

    return add_line


def _spoil_media(members: dict[str, bytes]) -> None:
    for name in members:
        if name.startswith("media/"):
            members[name] = b"something else"


@pytest.mark.parametrize(
    "change",
    [
        _add("../../evil.py"),
        _add("/etc/passwd"),
        _add("media/../evil"),
        _add("media/" + "0" * 63),
        _add("media/sub/" + "0" * 64),
        _add("readme.txt"),
        _add("manifest.json", b'{"format": "other", "version": 1}'),
        _add("manifest.json", b'{"format": "gemini-playground/history", "version": 2}'),
        _add("manifest.json", b"[" * 100_000),
        _add("manifest.json", b"\xff"),
        lambda members: members.pop("manifest.json"),
        lambda members: members.pop("runs.jsonl"),
        _spoil_media,
        lambda members: members.update(
            {"runs.jsonl": b"[]\n", "conversations.jsonl": b"", "presets.jsonl": b""}
        ),
    ],
)
def test_what_is_no_exported_history_is_refused_whole(
    one: History, good_file: bytes, change: Callable[[dict[str, bytes]], Any]
) -> None:
    store = one.of()
    with pytest.raises(ArchiveError):
        store.import_archive(io.BytesIO(changed(good_file, change)))
    assert store.find().runs == []
    assert store.conversations() == []
    assert store.presets() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_add_line("runs.jsonl", b"not json"), "Run 1: it isn't JSON."),
        (_add_line("runs.jsonl", b"[1]"), "Run 1: it isn't an object."),
        (_add_line("runs.jsonl", b"[" * 200_000), "Run 1: it is nested too deeply."),
        (_add_line("runs.jsonl", b'{"run": ' * 5_000), "Run 1: it is nested too deeply."),
        (_add_line("runs.jsonl", b'{"run":[' + b"[]," * 10**6), "Run 1: it has too many values."),
        (_add_line("runs.jsonl", b"{}"), "Run 1: KeyError."),
        (_add_line("conversations.jsonl", b"{}"), "Conversation 1: KeyError."),
        (_add_line("presets.jsonl", b'{"name": "x"}'), "Prompt 1: KeyError."),
        (_set("page", 7), "Run 1: a name in it can't be read."),
        (_set("page", "x" * 10_000), "Run 1: a name in it can't be read."),
        (_set("page", "/evil.example/x"), "Run 1: its page is unknown."),
        (_set("page", "\\evil.example"), "Run 1: its page is unknown."),
        (_set("run.id", "nul\0"), "Run 1: a name in it can't be read."),
        (_set("run.id", "x" * 10_000), "Run 1: a name in it can't be read."),
        (_set("run.created", "yesterday"), "Run 1: "),
        (_set("run.created", "2026-01-01T00:00:00"), "Run 1: "),
        (_set("run.created", "9999-12-31T23:59:59+00:00"), "Run 1: its year is 9999."),
        (_set("run.created", "0001-01-01T00:00:00+00:00"), "Run 1: its year is 1."),
        (_set("run.usage.prompt_token_count", "many"), "Run 1: "),
        (_set("run.timing.end", "late"), "Run 1: "),
        (_set("run.timing.end", float("inf")), "Run 1: a time in it isn't a number."),
        (_set("run.backend", "elsewhere"), "Run 1: what answered it is unknown."),
        (_set("run.request.contents", "text"), "Run 1: "),
        (_set("run.candidates", [{"index": 0, "parts": [{"text": 7}]}]), "Run 1: "),
        (_set("wire", [{"method": "GET"}]), "Run 1: "),
    ],
)
def test_an_odd_entry_is_left_out_and_named(
    tmp_path: Path,
    good_file: bytes,
    change: Callable[[dict[str, bytes]], Any],
    reason: str,
) -> None:
    history = open_history(data_dir=tmp_path)
    imported = history.of().import_archive(io.BytesIO(changed(good_file, change)))
    added = reason.startswith(("Conv", "Prompt")) or change.__name__ == "add_line"
    assert (imported.runs, imported.conversations, imported.presets) == (3 if added else 2, 1, 2)
    assert len(imported.left_out) == 1
    assert imported.left_out[0].startswith(reason)
    history.of().find()
    history.close()


def test_what_would_fill_the_memory_is_refused(
    one: History, good_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b'{"run":[' + b"[]," * 3_000_000 + b"[]]}\n"
    bomb = changed(good_file, _add("runs.jsonl", line * 30))
    assert len(bomb) < 1_000_000
    with pytest.raises(ArchiveError, match="far larger than the file"):
        one.of().import_archive(io.BytesIO(bomb))
    assert one.of().find().runs == []


def test_a_line_that_is_too_long_is_left_out(
    one: History, good_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(io.BytesIO(good_file)) as archive:
        longest = max(len(line) for line in archive.read("runs.jsonl").splitlines())
    monkeypatch.setattr(archive_reader, "LARGEST_LINE", longest + 2)
    change = _add_line("runs.jsonl", b"[" * 3 * longest)
    imported = one.of().import_archive(io.BytesIO(changed(good_file, change)))
    assert imported.left_out == ("Run 1: it is too long.",)
    assert imported.runs == 3
    one.of().delete_everything()
    for preset in one.of().presets():
        one.of().delete_preset(preset.name)


TEXTS = st.text(max_size=30)  # NUL among them
PARTS = st.one_of(
    st.builds(lambda text, thought: {"text": text, "thought": thought}, TEXTS, st.booleans()),
    st.builds(lambda data: {"inline_data": {"mime_type": "x/y", "data": data}}, st.binary()),
    st.builds(lambda s, data: {"text": s, "thought_signature": data}, TEXTS, st.binary()),
    st.builds(
        lambda name, args: {"function_call": {"name": name, "args": args}},
        TEXTS,
        st.dictionaries(
            TEXTS | st.sampled_from(["$bytes", "$dict", "$media"]),
            st.recursive(
                TEXTS | st.none() | st.integers() | st.floats(allow_nan=False),
                lambda values: (
                    st.lists(values, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(["data", "$media"]) | TEXTS, values, max_size=3
                    )
                ),
                max_leaves=5,
            ),
            max_size=3,
        ),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    model=TEXTS,
    prompt=st.lists(PARTS, min_size=1, max_size=3),
    answer=st.lists(PARTS, max_size=4),
    counts=st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3),
    name=TEXTS,
)
def test_what_was_kept_is_exported_and_imported_again(
    one: History,
    *,
    model: str,
    prompt: list[Any],
    answer: list[Any],
    counts: list[int],
    name: str,
) -> None:
    run = ended(model=model)
    run.request.contents[-1]["parts"] = prompt
    run.candidates[0].parts = answer
    fields = ("prompt_token_count", "candidates_token_count", "total_token_count")
    run.usage = dict(zip(fields, counts, strict=True))
    conversation = Conversation()
    conversation.add([named(part, name) for part in prompt], None).run = run
    store, theirs = one.of(f"mine-{run.id}"), one.of(f"theirs-{run.id}")
    store.record(run, "chat", conversation=conversation)
    store.rename_run(run.id, name)
    store.save_preset(name or "x", "chat", run.request)
    imported = theirs.import_archive(io.BytesIO(exported(store)))
    assert imported == Imported(1, 1, 1)
    assert theirs.run(run.id) == store.run(run.id) == run
    found = theirs.conversation(conversation.id)
    assert found is not None
    assert found.turns == conversation.turns


@pytest.mark.parametrize("file", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(one: History, file: bytes) -> None:
    with pytest.raises(ArchiveError):
        one.of().import_archive(io.BytesIO(file))


def test_damaged_bytes_are_refused(one: History, good_file: bytes) -> None:
    file = bytearray(good_file)
    file[file.index(PICTURE) + 10] ^= 0xFF
    with pytest.raises(ArchiveError):
        one.of().import_archive(io.BytesIO(file))
    assert one.of().find().runs == []


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("LARGEST_ALL", 1_000),
        ("LARGEST_MEDIUM", 100),
        ("MOST_MEMBERS", 3),
    ],
)
def test_more_than_is_reasonable_is_refused(
    one: History, good_file: bytes, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(archive_reader, limit, value)
    with pytest.raises(ArchiveError):
        one.of().import_archive(io.BytesIO(good_file))


def test_a_bomb_that_lies_about_its_size_is_refused(one: History, good_file: bytes) -> None:
    bomb = changed(good_file, _add("runs.jsonl", bytes(50_000_000)))
    size = (50_000_000).to_bytes(4, "little")
    assert bomb.count(size) == 2  # in the file's own header, and in the directory
    lying = bomb.replace(size, (1_000).to_bytes(4, "little"))
    assert len(lying) < 100_000
    with pytest.raises(ArchiveError):
        one.of().import_archive(io.BytesIO(lying))


def test_runs_of_one_moment_come_in_all(history: History) -> None:
    for n in range(5):
        history.of("ann").record(ended(f"Run {n}"), "chat")
    file = exported(history.of("ann"))
    bob = history.of("bob")
    assert bob.import_archive(io.BytesIO(file)).runs == 5
    assert len({r.key for r in bob.find().runs}) == 5
    assert {r.created.replace(microsecond=0) for r in bob.find().runs} == {MORNING}
