"""The tree of turns: branches, what is sent along, export and import."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gemini.conversation import Conversation, Turn
from gemini.media.names import named
from gemini.request import Request
from gemini.run import Candidate, Run

SIGNED = {"text": "", "thought_signature": b"signed"}


def answered(turn: Turn, *parts: dict[str, Any], model: str = "m") -> Turn:
    turn.run = Run(Request(model, []), outcome="done", candidates=[Candidate(0, list(parts))])
    return turn


def said(conversation: Conversation, text: str, reply: str = "ok", model: str = "m") -> Turn:
    turn = conversation.add([{"text": text}], conversation.leaf)
    return answered(turn, {"text": reply}, model=model)


def words(conversation: Conversation) -> list[str]:
    return [turn.text for turn in conversation.path()]


def test_an_edited_turn_stands_beside_the_old_one() -> None:
    chat = Conversation()
    first = said(chat, "one")
    second = said(chat, "two")
    said(chat, "three")
    chat.add([{"text": "two, edited"}], first.id)
    assert words(chat) == ["one", "two, edited"]
    chat.show(second)
    assert words(chat) == ["one", "two", "three"]


def test_going_back_to_a_branch_shows_what_was_last_seen_in_it() -> None:
    chat = Conversation()
    first = said(chat, "one")
    left = said(chat, "left")
    said(chat, "left, then this")
    older = chat.path()[-1]
    newer = chat.add([{"text": "left, then that"}], left.id)
    chat.show(older)
    right = chat.add([{"text": "right"}], first.id)
    chat.show(left)
    assert chat.path()[-1] is older
    chat.show(newer)
    chat.show(right)
    chat.show(left)
    assert chat.path()[-1] is newer


def test_deleting_keeps_what_came_after() -> None:
    chat = Conversation()
    said(chat, "one")
    middle = said(chat, "two")
    said(chat, "three")
    chat.delete(middle)
    assert words(chat) == ["one", "three"]
    chat.delete(chat.path()[-1])
    chat.delete(chat.path()[-1])
    assert words(chat) == []
    assert chat.leaf is None


def test_deleting_the_shown_version_shows_another() -> None:
    chat = Conversation()
    first = said(chat, "first try")
    second = chat.add([{"text": "second try"}], None)
    chat.delete(second)
    assert chat.path() == [first]


def test_answers_go_back_as_one_content_with_their_parts_in_order() -> None:
    chat = Conversation()
    turn = chat.add([{"text": "hi"}], None)
    thought = {"text": "hm", "thought": True}
    answered(turn, thought, {"text": "Hel"}, {"text": "lo"}, SIGNED)
    last = chat.add([{"text": "again"}], turn.id)
    assert chat.contents(last, "m")[1]["parts"] == [thought, {"text": "Hello"}, SIGNED]


def test_another_model_gets_neither_thoughts_nor_signatures() -> None:
    chat = Conversation()
    turn = chat.add([{"text": "hi"}], None)
    answered(turn, {"text": "hm", "thought": True}, {"text": "Hello"}, SIGNED)
    last = chat.add([{"text": "again"}], turn.id)
    assert chat.contents(last, "other")[1]["parts"] == [{"text": "Hello"}]


def test_a_turn_without_an_answer_is_not_sent_along() -> None:
    chat = Conversation()
    failed = chat.add([{"text": "lost"}], None)
    failed.run = Run(Request("m", []), outcome="failed")
    last = chat.add([{"text": "again"}], failed.id)
    assert chat.contents(last, "m") == [{"role": "user", "parts": [{"text": "again"}]}]


def test_export_and_import_keep_everything() -> None:
    chat = Conversation()
    picture = {"inline_data": {"mime_type": "image/png", "data": b"\x89PNG"}}
    turn = chat.add([named(picture, "a.png")], None)
    answered(turn, {"text": "seen"}, SIGNED)
    chat.add([{"text": "again"}], turn.id)
    back = Conversation.from_json(json.loads(json.dumps(chat.to_json())))
    assert back.id != chat.id
    assert back.to_json() == chat.to_json()
    assert back.path()[0].prompt == turn.prompt
    assert back.path()[0].answer == turn.answer


def test_the_names_of_files_stay_here() -> None:
    blob = {"inline_data": {"mime_type": "image/png", "data": b"\x89PNG"}}
    stored = {"file_data": {"mime_type": "text/plain", "file_uri": "https://example.com/f"}}
    chat = Conversation()
    turn = chat.add([named(blob, "a.png"), {"text": "look"}, stored, named(blob, "b.png")], None)
    assert turn.names == ["a.png", "", "b.png"]
    plain = [blob, {"text": "look"}, stored, blob]
    assert chat.contents(turn, "gemini-x") == [{"role": "user", "parts": plain}]
    exported = chat.to_json()["turns"][0]
    assert exported["names"] == ["a.png", "", "b.png"]
    assert "display_name" not in json.dumps(exported["prompt"])


@pytest.mark.parametrize(
    "damage",
    [
        {"format": "something else"},
        {"version": 99},
        {"turns": [{"id": "a"}]},
        {"turns": [{"id": "a", "parent": "gone", "prompt": []}]},
        {"turns": [{"id": "a", "parent": None, "prompt": "text"}]},
        {"turns": [{"id": "a", "parent": None, "prompt": [], "run": {"id": 1}}]},
        {"turns": [7]},
    ],
)
def test_a_damaged_export_says_what_is_wrong(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Conversation.from_json({**Conversation().to_json(), **damage})


def test_what_followed_a_deleted_version_follows_the_nearest_one() -> None:
    chat = Conversation()
    first = said(chat, "first")
    edited = answered(chat.add([{"text": "edited"}], None), {"text": "ok"})
    said(chat, "and then")
    chat.delete(edited)
    assert words(chat) == ["first", "and then"]
    assert chat.siblings(first) == [first]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_deleted_turn_can_be_put_back(number: int) -> None:
    chat = Conversation()
    said(chat, "first")
    answered(chat.add([{"text": "edited"}], None), {"text": "ok"})
    said(chat, "and then")
    said(chat, "at last")
    before = chat.to_json()
    turn = list(chat.turns.values())[number]
    chat.restore(chat.delete(turn))
    assert turn in chat.path()
    chat.show(list(chat.turns.values())[-1])
    assert chat.to_json() == before
    assert not chat.deleted


def test_what_was_asked_since_stays_when_a_turn_is_put_back() -> None:
    chat = Conversation()
    said(chat, "one")
    middle = said(chat, "two")
    said(chat, "three")
    deletion = chat.delete(middle)
    said(chat, "four")
    chat.restore(deletion)
    assert words(chat) == ["one", "two", "three", "four"]


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["add", "branch", "delete", "show"]), st.integers(0))
)


@given(OPERATIONS)
@example([*[("add", 0)] * 2, ("branch", 1), *[("add", 0)] * 7, ("delete", 12), ("delete", 21)])
def test_any_use_leaves_a_whole_tree(operations: list[tuple[str, int]]) -> None:
    chat = Conversation()
    for name, number in operations:
        turns = list(chat.turns.values())
        chosen = turns[number % len(turns)] if turns else None
        if name == "add" or chosen is None:
            chat.add([{"text": "x"}], chat.leaf)
        elif name == "branch":
            chat.add([{"text": "y"}], chosen.parent)
        elif name == "delete":
            deletion = chat.delete(chosen)
            if number % 3 == 0:
                chat.restore(deletion)
                assert chosen in chat.path()
        else:
            chat.show(chosen)
            assert chosen in chat.path()
        assert (chat.leaf is None) == (not chat.turns)
        assert all(t.parent is None or t.parent in chat.turns for t in chat.turns.values())
        assert chat.path() == [t for t in chat.path() if t.id in chat.turns]


def test_an_empty_answer_is_not_sent_along() -> None:
    chat = Conversation()
    said(chat, "one", reply="")
    last = chat.add([{"text": "two"}], chat.leaf)
    assert chat.contents(last, "m") == [{"role": "user", "parts": [{"text": "two"}]}]


def test_an_empty_text_with_a_signature_is_sent_along() -> None:
    chat = Conversation()
    answered(chat.add([{"text": "one"}], None), {"text": "Done."}, SIGNED)
    last = chat.add([{"text": "two"}], chat.leaf)
    assert chat.contents(last, "m")[1]["parts"] == [{"text": "Done."}, SIGNED]


def test_what_is_sent_along_depends_on_the_model() -> None:
    chat = Conversation()
    first = answered(chat.add([{"text": "one"}], None), {"text": "hm", "thought": True})
    second = said(chat, "two", reply="")
    third = said(chat, "three")
    assert [t for t, _ in chat.sent_along(third.id, "m")] == [first, third]
    assert [t for t, _ in chat.sent_along(third.id, "other")] == [third]
    assert chat.sent_along(None, "m") == []
    assert second not in [t for t, _ in chat.sent_along(second.id, "m")]
