"""Open WebUI's export: a list of chats, or one.

Shape as read in LibreChat's test data of it
(https://github.com/danny-avila/LibreChat, api/server/utils/import): `chat.history.messages` by id
with `parentId`, `role`, `content`, `model`, `timestamp`, `files`, and `history.currentId`. An
older chat has only `chat.messages`, in their order. Thoughts and calls of tools stand in `content`
as `<details type="...">`, and in `output` as they were.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gemini.importing.messages import (
    MOST_MESSAGES,
    ImportedMessage,
    conversation_of,
    in_a_row,
    moment_of,
    part_of_data_url,
    text_parts,
)
from gemini.importing.result import ImportedChat, ImportResult, Notes, title_of
from gemini.plain import listing, mapping
from gemini.request import Part

KIND = "an Open WebUI export"
DETAILS = re.compile(r"<details type=\"[\w-]+\".*?</details>\s*", re.DOTALL)
SETTINGS = {"temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "seed": "seed",
            "max_tokens": "max_output_tokens", "stop": "stop_sequences"}  # fmt: skip


def looks_like_open_webui(data: Any) -> bool:
    """Whether it is such an export, or one chat of it."""
    chats = data if isinstance(data, list) else [data]
    return any(_is_chat(mapping(mapping(chat).get("chat"))) for chat in chats)


def _is_chat(chat: Mapping[str, Any]) -> bool:
    return bool(mapping(mapping(chat.get("history")).get("messages")) or chat.get("messages"))


def read_open_webui(data: Any) -> ImportResult:
    """A conversation for each chat."""
    notes, chats = Notes(), []
    for entry in data if isinstance(data, list) else [data]:
        chat = mapping(mapping(entry).get("chat"))
        title = title_of(mapping(entry).get("title") or chat.get("title"), "Open WebUI chat")
        by_id = mapping(mapping(chat.get("history")).get("messages"))
        if not _is_chat(chat) or len(by_id) > MOST_MESSAGES:
            notes.add(f"Left out: the chat “{title}”.")
            continue
        chats.append(_chat(title, notes.without_keys(chat), notes))
    taken = tuple(chat for chat in chats if chat.conversation.turns)
    return ImportResult(KIND, taken, notes.lines)


def _chat(title: str, chat: Mapping[str, Any], notes: Notes) -> ImportedChat:
    history = mapping(chat.get("history"))
    by_id = mapping(history.get("messages"))
    models = [str(model) for model in listing(chat.get("models"))]
    messages = [_message(str(key), mapping(value), notes) for key, value in by_id.items()]
    if not messages:
        entries = listing(chat.get("messages"))[:MOST_MESSAGES]
        messages = in_a_row(_message("", mapping(value), notes) for value in entries)
    config = _config(chat)
    conversation = conversation_of(messages, config, current=str(history.get("currentId")))
    return ImportedChat(title, conversation, models[0] if models else "", config)


def _message(key: str, message: Mapping[str, Any], notes: Notes) -> ImportedMessage:
    parent = message.get("parentId")
    parent = parent if isinstance(parent, str) else None
    role = message.get("role")
    side = "user" if role == "user" else "model"
    if role not in {"user", "assistant"}:
        return ImportedMessage(key, parent, side)
    parts = [*_files(message, notes), *_words(message, notes)]
    model = str(message.get("model") or "")
    return ImportedMessage(key, parent, side, parts, model, moment_of(message.get("timestamp")))


def _words(message: Mapping[str, Any], notes: Notes) -> Iterator[Part]:
    text = message.get("content")
    if not isinstance(text, str):
        return
    for item in listing(message.get("output")):
        kind = mapping(item).get("type")
        if kind == "reasoning":
            texts = (mapping(c).get("text") for c in listing(mapping(item).get("content")))
            yield from ({**part, "thought": True} for part in text_parts(*texts))
        elif kind == "function_call":
            notes.add("Left out: a call of a tool and its result.")
    plain = DETAILS.sub("", text) if message.get("role") == "assistant" else text
    yield from text_parts(plain)


def _files(message: Mapping[str, Any], notes: Notes) -> Iterator[Part]:
    for file in listing(message.get("files")):
        url = str(mapping(file).get("url") or "")
        if part := part_of_data_url(url):
            yield part
        else:
            name = mapping(file).get("name") or mapping(file).get("type") or "a file"
            notes.add(f"Missing: {title_of(name, 'a file')}, which stayed on that server.")


def _config(chat: Mapping[str, Any]) -> dict[str, Any]:
    """The system prompt and the settings of a chat that have a counterpart."""
    params = mapping(chat.get("params"))
    config = {
        ours: params[theirs] for theirs, ours in SETTINGS.items() if _is_value(theirs, params)
    }
    system = params.get("system") or chat.get("system")
    return config | ({"system_instruction": system} if isinstance(system, str) and system else {})


def _is_value(name: str, params: Mapping[str, Any]) -> bool:
    value = params.get(name)
    if name == "stop":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, int | float) and not isinstance(value, bool)
