"""Prompt files and chats of other tools become conversations, versions and all."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.conversation import Conversation
from gemini.importing.messages import ImportedMessage, conversation_of
from gemini.importing.recognizing import read
from gemini.importing.result import ImportedChat, NotImportableError
from gemini.request import text_of
from tests.gemini.importing.imported_files import KEY, imported_file, read_or_refusal

PNG = b"\x89PNG\r\n\x1a\n"


def spoken(conversation: Conversation) -> list[tuple[str, str]]:
    """Prompt and answer of the turns on the path, thoughts left out."""
    return [(turn.text, text_of(turn.answer)) for turn in conversation.path()]


def only(name: str) -> tuple[ImportedChat, str]:
    result = read(name, imported_file(name))
    (chat,) = result.chats
    return chat, "\n".join(result.left_out)


def test_ai_studio() -> None:
    chat, said = only("ai_studio.json")
    assert (chat.title, chat.model) == ("ai_studio", "gemini-2.5-flash")
    assert spoken(chat.conversation) == [
        ("What is in this picture?", "A square of rust, as on my best pan."),
        ("And for dinner?", "Fish, as ever."),
        ("Which fish?", ""),  # was in the field, not sent yet
    ]
    first, _, last = chat.conversation.path()
    assert last.run is None
    assert first.prompt[1]["inline_data"]["data"].startswith(PNG)
    assert first.answer[0] == {"text": "The picture shows one colour.", "thought": True}
    assert first.answer[2]["thought_signature"] == b"\x0a\xfc\x01"
    assert first.run is not None
    assert f"{first.run.created:%Y-%m-%d}" == "2026-03-01"
    assert chat.config == {
        "temperature": 0.4,
        "top_p": 0.9,
        "top_k": 64.0,
        "max_output_tokens": 2048,
        "safety_settings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}
        ],
        "tools": [{"google_search": {}}],
        "system_instruction": "Answer like a ship's cook.",
    }  # fmt: skip
    assert "a document in Google Drive (id 1AbCdEfG)" in said
    assert "“enableTimeTravel”" in said


def test_text_that_was_edited_in_ai_studio_counts() -> None:
    chunks = [
        {"role": "user", "text": "Hi"},
        {"role": "model", "text": "Edited.", "parts": [{"text": "As it came."}]},
    ]
    result = read("x.json", json.dumps({"chunkedPrompt": {"chunks": chunks}}))
    assert spoken(result.chats[0].conversation) == [("Hi", "Edited.")]


def test_librechat_with_its_versions() -> None:
    chat, said = only("librechat.json")
    assert spoken(chat.conversation) == [
        ("How long does dough rest?", "One hour."),
        ("And rye?", "Three hours."),
    ]
    first = chat.conversation.path()[0]
    assert [t.answer[0]["text"] for t in chat.conversation.siblings(first)] == [
        "One hour.",
        "It depends on the heat.",
    ]
    assert chat.config == {"temperature": 0.3, "system_instruction": "Be brief."}
    assert "oven.jpg" in said
    assert "tool_call" in said


def test_open_webui() -> None:
    chat, said = only("open_webui.json")
    assert spoken(chat.conversation) == [("What is 15 * 17?", "255")]
    (turn,) = chat.conversation.path()
    assert turn.prompt[0]["inline_data"]["data"].startswith(PNG)
    assert turn.answer[0] == {"text": "150 + 105", "thought": True}
    assert turn.run is not None
    assert turn.run.created.year == 2026
    assert chat.config == {"temperature": 0.2, "system_instruction": "Show no work."}
    assert "sums.pdf" in said


def test_chatgpt_alone_and_in_its_zip_with_pictures() -> None:
    chat, said = only("chatgpt.json")
    assert (chat.title, chat.model) == ("A red pan", "o4-mini")
    assert spoken(chat.conversation) == [("What colour is this?", "Rust red.")]
    assert len(chat.conversation.siblings(chat.conversation.path()[0])) == 2
    assert "the chat “Corrupted entry”" in said
    assert "Import the whole zip" in said
    picture = read("", imported_file("open_webui.json")).chats[0].conversation.path()[0].prompt[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("export/conversations.json", imported_file("chatgpt.json"))
        file.writestr("export/file-pan-photo.png", picture["inline_data"]["data"])
    result = read("export.zip", packed.getvalue())
    prompt = result.chats[0].conversation.path()[0].prompt
    assert prompt[0]["inline_data"]["data"] == picture["inline_data"]["data"]
    assert not any("Import the whole zip" in line for line in result.left_out)


def test_har_with_the_answer_and_without_the_key() -> None:
    result = read("requests.har", imported_file("requests.har"))
    assert spoken(result.chats[0].conversation) == [("Name a fish.", "A herring.")]
    assert result.call is not None
    assert result.call.config == {"temperature": 0.2}
    assert KEY not in repr(result)
    assert any(line.startswith("A key was in it") for line in result.left_out)
    assert any("AI Studio's own page" in line for line in result.left_out)


def test_a_conversation_of_ours() -> None:
    exported = read("", imported_file("ai_studio.json")).chats[0].conversation.to_json()
    result = read("conversation.json", json.dumps(exported))
    assert result.kind == "a conversation exported from here"
    assert result.chats[0].conversation.path()[0].text == "What is in this picture?"


def test_a_key_in_a_chat_is_taken_out_and_said() -> None:
    text = imported_file("librechat.json").replace(b"And rye?", f"And {KEY}?".encode())
    result = read("", text)
    assert KEY not in repr(result)
    assert result.left_out[0].startswith("A key was in it")


def test_a_picture_that_looks_like_a_key_stays_as_it_is() -> None:
    data = "AIza" + "B" * 796
    chunk = {"role": "user", "inlineImage": {"mimeType": "image/png", "data": data}}
    result = read("", json.dumps({"chunkedPrompt": {"chunks": [chunk]}}))
    assert not result.left_out


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[" * 10_000, "nested too deeply"),
        (b"[" * 2_000_000, "too many lists"),
        (b'{"chunkedPrompt": 1}', "none of what is known"),
        (b'{"chunkedPrompt": {"chunks": []}}', "neither messages nor settings"),
        (b'{"runSettings": {}, "freeformPrompt": {}}', "older kinds"),
        (b'{"log": {"entries": [1, {"request": 2}]}}', "no request to Gemini"),
        (b'{"conversationId": 1, "messages": [3]}', "no messages in it"),
        (b"\x00\x01\x02\xff" * 99, "none of what is known"),
        (b"PK\x03\x04 no zip", "zip is damaged"),
        (b"null", "none of what is known"),
    ],
)
def test_odd_files_get_a_clear_word(data: bytes, said: str) -> None:
    with pytest.raises(NotImportableError, match=said):
        read("file.json", data)


def test_messages_nested_very_deep_are_refused_or_read_but_never_break() -> None:
    tree: dict[str, Any] = {"messageId": "x", "isCreatedByUser": True, "text": "Hi"}
    for number in range(200):
        tree = {"messageId": str(number), "isCreatedByUser": number % 2 == 0, "text": "Hi",
                "children": [tree]}  # fmt: skip
    result = read_or_refusal(json.dumps({"conversationId": "c", "messagesTree": [tree]}))
    if isinstance(result, str):
        assert "too deeply" in result
    else:
        assert len(result.chats[0].conversation.turns) > 90


def test_a_circle_and_a_missing_parent() -> None:
    messages = [
        ImportedMessage("a", "b", "user", [{"text": "round"}]),
        ImportedMessage("b", "a", "model", [{"text": "round"}]),
        ImportedMessage("c", "gone", "user", [{"text": "Hi"}]),
        ImportedMessage("d", "c", "model", [{"text": "Hello"}]),
    ]
    assert spoken(conversation_of(messages)) == [("Hi", "Hello")]


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["user", "model"])), min_size=1, max_size=12
    )
)
def test_every_message_of_a_tree_is_somewhere(shape: list[tuple[int, Any]]) -> None:
    """Each text is in the prompt or the answer of a turn, in the order of the way to it."""
    messages = [
        ImportedMessage(str(n), str(parent % n) if n else None, role, [{"text": f"<{n}>"}])
        for n, (parent, role) in enumerate(shape)
    ]
    conversation = conversation_of(messages)
    by_id = {message.id: message for message in messages}
    ways = [
        "".join(t.text + text_of(t.answer) for t in conversation.path_to(turn.id))
        for turn in conversation.turns.values()
    ]
    for message in messages:
        if not any(other.parent == message.id for other in messages):
            way, at = "", message
            while True:
                way = f"<{at.id}>{way}"
                if at.parent is None:
                    break
                at = by_id[at.parent]
            assert any(way in whole for whole in ways)


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["chunkedPrompt", "chunks", "role", "text", "parts", "mapping", "message",
                         "content", "chat", "history", "messages", "conversationId", "log",
                         "entries", "request", "url", "runSettings", "author", "parent",
                         "children", "messagesTree", "format", "files", "output"]),
        inner, max_size=6),
    max_leaves=30,
))  # fmt: skip
def test_no_json_breaks_it(value: Any) -> None:
    assert read_or_refusal(json.dumps(value))
