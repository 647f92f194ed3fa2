"""Demo packs as files: what goes in comes out; what is broken or hostile is refused or named."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gemini.conversation import Conversation
from gemini.demo import file as demo_file
from gemini.demo.file import FORMAT, PACK, read, write
from gemini.demo.pack import (
    MOST_SCENES,
    Pack,
    PackError,
    Scene,
    scene_of,
    scene_of_conversation,
)
from gemini.media.names import named
from gemini.request import Request
from gemini.run import Candidate, Run

PICTURE = {"inline_data": {"mime_type": "image/png", "data": b"\x89PNG picture" * 50}}
KEY = "AIza" + "SyB0123456789abcdefghij"


def answered(text: str = "Blue.", prompt: str = "Which colour?") -> Run:
    contents = [{"role": "user", "parts": [PICTURE, {"text": prompt}]}]
    run = Run(Request("gemini-2.5-flash", contents, {"temperature": 0.5}), "gemini")
    parts = [{"text": "Hm", "thought": True, "thought_signature": b"\0s"}, {"text": text}]
    run.candidates = [Candidate(0, parts, "STOP", times=[0.5, 1.25])]
    run.usage = {"total_token_count": 7}
    run.outcome = "done"
    return run


def conversation(count: int = 2) -> Conversation:
    made = Conversation()
    for number in range(count):
        picture = named(PICTURE, "sky.png")
        turn = made.add([picture, {"text": f"Question {number}"}], made.leaf)
        turn.run = answered(f"Answer {number}")
    return made


def packed(pack: Pack) -> bytes:
    target = io.BytesIO()
    write(pack, target)
    return target.getvalue()


def opened(data: bytes) -> Pack:
    return read(io.BytesIO(data))


def changed(data: bytes, change: Any) -> bytes:
    """The file with what `change` makes of its members by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    change(members)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def with_head(data: bytes, **fields: Any) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        members[PACK] = json.dumps({**json.loads(members[PACK]), **fields}).encode()

    return changed(data, change)


def a_pack() -> Pack:
    path = conversation().path()
    assert path[-1].run
    chat = scene_of("chat", path[-1].run, conversation_of(path))
    chat.note, chat.live, chat.seconds, chat.takes_over = "Smile.", True, 12.0, True
    return Pack("The show", [chat, scene_of("boxes", answered("[]"))])


def conversation_of(path: list[Any]) -> Conversation:
    made = Conversation()
    for turn in path:
        made.add(turn.prompt, made.leaf).run = turn.run
    return made


def test_a_pack_comes_back_as_it_was() -> None:
    pack = a_pack()
    back = opened(packed(pack))
    assert back.title == "The show"
    assert back.left_out == []
    assert back.pages == ["chat", "boxes"]
    chat, boxes = back.scenes
    fields = ("page", "title", "note", "live", "seconds", "takes_over", "first", "problem")
    assert [getattr(chat, f) for f in fields] == [getattr(pack.scenes[0], f) for f in fields]
    assert chat.first == 1
    assert [turn.prompt for turn in chat.turns] == [turn.prompt for turn in pack.scenes[0].turns]
    assert [turn.run for turn in chat.turns] == [turn.run for turn in pack.scenes[0].turns]
    assert boxes.run == pack.scenes[1].run
    assert boxes.recorded is boxes.run


def test_media_are_in_the_file_once() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(a_pack()))) as file:
        assert sum(name.startswith("media/") for name in file.namelist()) == 1


def test_a_pack_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "show.zip"
    path.write_bytes(packed(a_pack()))
    assert len(read(path).scenes) == 2
    with pytest.raises(PackError, match="can't be read: No such file"):
        read(tmp_path / "away.zip")
    with pytest.raises(PackError, match="can't be read"):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"", b"rubbish", b"PK\x03\x04cut", b"\x89PNG\r\n"])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(PackError, match="isn't a demo pack, or it is damaged"):
        opened(data)


def test_a_cut_file_is_refused() -> None:
    data = packed(a_pack())
    for end in (len(data) - 1, len(data) // 2, 100):
        with pytest.raises(PackError):
            opened(data[:end])


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.zip"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # takes no room on the disk
    with pytest.raises(PackError, match=r"has 2 GB\. A demo pack has at most 200 MB"):
        read(path)


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_file, "LARGEST_UNPACKED", 1_000_000)
    data = changed(packed(a_pack()), lambda m: m.update({f"media/{'0' * 64}": bytes(2_000_000)}))
    with pytest.raises(PackError, match="more than 1 MB in it"):
        opened(data)


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "media/../x", "C:\\x", "notes.txt"])
def test_a_file_with_other_names_in_it_is_refused(name: str) -> None:
    with pytest.raises(PackError, match="it isn't a demo pack"):
        opened(changed(packed(a_pack()), lambda members: members.update({name: b"x"})))


def test_a_pack_of_another_version_says_so() -> None:
    with pytest.raises(PackError, match="another version of the playground: its format is 7"):
        opened(with_head(packed(a_pack()), version=7))


def test_another_kind_of_file_of_ours_is_refused() -> None:
    with pytest.raises(PackError):
        opened(with_head(packed(a_pack()), format="gemini-playground/history"))


@pytest.mark.parametrize("depth", [500, 10_000])
def test_json_nested_out_of_all_proportion_is_refused(depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    data = b'{"format": "%s", "version": 1, "scenes": %s}' % (FORMAT.encode(), nested)
    try:
        pack = opened(changed(packed(a_pack()), lambda members: members.update({PACK: data})))
    except PackError:
        return
    assert all(scene.problem for scene in pack.scenes)


def test_a_run_nested_out_of_all_proportion_leaves_the_other_scenes() -> None:
    def change(members: dict[str, bytes]) -> None:
        first, *rest = members["runs.jsonl"].splitlines()
        members["runs.jsonl"] = b"\n".join([b"[" * 10_000, *rest])
        assert first

    pack = opened(changed(packed(a_pack()), change))
    assert [bool(scene.problem) for scene in pack.scenes] == [True, False]
    assert "Scene 1 can't be played: Its recording is missing" in pack.left_out[0]


def test_a_missing_recording_leaves_the_other_scenes() -> None:
    def change(members: dict[str, bytes]) -> None:
        members["runs.jsonl"] = members["runs.jsonl"].splitlines()[-1]

    pack = opened(changed(packed(a_pack()), change))
    assert [bool(scene.problem) for scene in pack.scenes] == [True, False]
    assert pack.pages == ["boxes"]


def test_a_damaged_medium_is_a_missing_recording() -> None:
    def change(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("media/"))
        members[name] = b"another picture"

    pack = opened(changed(packed(a_pack()), change))
    assert all(scene.problem for scene in pack.scenes)
    assert len(pack.left_out) == 2


@pytest.mark.parametrize(
    "scene",
    [
        None,
        [],
        "chat",
        {},
        {"page": "../x"},
        {"page": "chat", "turns": 5},
        {"page": "chat", "turns": [None]},
        {"page": "chat", "turns": [{"prompt": "x", "names": []}]},
        {"page": "chat", "seconds": "soon"},
        {"page": "chat", "first": {}},
        {"page": "chat", "run": {"a": 1}},
    ],
)
def test_an_odd_scene_stays_in_its_place_and_says_so(scene: Any) -> None:
    data = packed(a_pack())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        scenes = json.loads(file.read(PACK))["scenes"]
    pack = opened(with_head(data, scenes=[scenes[0], scene, scenes[1]]))
    assert [bool(each.problem) for each in pack.scenes] == [False, True, False]


@pytest.mark.parametrize("scenes", [None, {}, "x", [{}] * (MOST_SCENES + 1)])
def test_an_odd_list_of_scenes_is_refused(scenes: Any) -> None:
    with pytest.raises(PackError, match="up to 100 scenes"):
        opened(with_head(packed(a_pack()), scenes=scenes))


@pytest.mark.parametrize(
    ("seconds", "taken"), [(0, 30.0), (-5, 1.0), (1e9, 600.0), (float("nan"), 30.0), (45, 45.0)]
)
def test_the_seconds_of_a_scene_stay_within_reason(seconds: float, taken: float) -> None:
    data = packed(a_pack())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        scene = {**json.loads(file.read(PACK))["scenes"][1], "seconds": seconds}
    (scene,) = opened(with_head(data, scenes=[scene])).scenes
    assert scene.seconds == taken


def test_a_key_is_taken_out_and_said() -> None:
    def change(members: dict[str, bytes]) -> None:
        members["runs.jsonl"] = members["runs.jsonl"].replace(b"Answer 1", KEY.encode())

    pack = opened(changed(packed(a_pack()), change))
    assert pack.left_out == ["Scene 1: 1 text had a key in it, which was taken out."]
    assert KEY not in str(pack.scenes)
    pack = opened(with_head(packed(a_pack()), title=f"My {KEY}"))
    assert "The list of scenes: 1 text had a key in it" in pack.left_out[0]
    assert KEY not in pack.title


def test_no_key_is_written() -> None:
    pack = Pack(scenes=[Scene("chat", run=answered(f"It is {KEY}."), note=f"Use {KEY}")])
    with zipfile.ZipFile(io.BytesIO(packed(pack))) as file:
        everything = b"".join(map(file.read, file.namelist()))
    assert KEY.encode() not in everything


def test_a_secret_setting_in_a_file_is_taken_out_and_said() -> None:
    def change(members: dict[str, bytes]) -> None:
        lines = [json.loads(line) for line in members["runs.jsonl"].splitlines()]
        server = {"streamable_http_transport": {"url": "https://x", "headers": {"A": "secret"}}}
        lines[-1]["run"]["request"]["config"]["tools"] = [{"mcp_servers": [server]}]
        members["runs.jsonl"] = b"\n".join(json.dumps(line).encode() for line in lines)

    pack = opened(changed(packed(a_pack()), change))
    assert "had a key in it" in pack.left_out[0]
    assert "secret" not in str(pack.scenes[1].run)


def test_a_pack_that_would_be_too_large_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_file, "LARGEST", 500)
    with pytest.raises(PackError, match="Take a scene with media out"):
        packed(a_pack())


def test_a_pack_has_so_many_scenes_and_no_more() -> None:
    pack = Pack(scenes=[Scene("chat")] * MOST_SCENES)
    with pytest.raises(PackError, match="at most 100"):
        pack.add([Scene("chat")])
    assert len(pack.scenes) == MOST_SCENES


def test_scenes_are_moved_within_the_list() -> None:
    one, two, three = scenes = [Scene("chat", title=str(n)) for n in range(3)]
    pack = Pack(scenes=list(scenes))
    pack.move(one, 1)
    assert pack.scenes == [two, one, three]
    pack.move(three, 5)
    pack.move(two, -1)
    assert pack.scenes == [two, one, three]


def test_a_scene_plays_one_turn_after_those_before_it() -> None:
    chat = conversation(3)
    middle = chat.path()[1]
    assert middle.run
    scene = scene_of("chat", middle.run, chat)
    assert (len(scene.turns), scene.first, scene.title) == (2, 1, "Which colour?")
    assert scene.recorded is middle.run


def test_a_conversation_is_played_from_its_first_turn() -> None:
    chat = conversation(3)
    scene = scene_of_conversation("chat", chat)
    assert (len(scene.turns), scene.first, scene.title) == (3, 0, "Question 0")
    with pytest.raises(PackError, match="Nothing has been answered"):
        scene_of_conversation("chat", Conversation())


def test_what_has_not_ended_is_no_scene() -> None:
    run = answered()
    run.outcome = "running"
    with pytest.raises(PackError, match="hasn't ended"):
        scene_of("boxes", run)
    chat = conversation(1)
    turn = chat.path()[0]
    assert turn.run
    turn.run.outcome = "running"
    with pytest.raises(PackError, match="still being written"):
        scene_of_conversation("chat", chat)
    run.outcome, run.result = "done", {"name": "operations/1"}
    with pytest.raises(PackError, match="hasn't ended"):
        scene_of("create-video", run)
