"""ChatGPT's export: `conversations.json`, alone or in the zip that is sent, with its pictures.

Shape as read in LibreChat's importer and its test data
(https://github.com/danny-avila/LibreChat, api/server/utils/import): each chat has a `mapping` of
nodes (`message`, `parent`, `children`), `current_node`, `title`, `default_model_slug`. A message
has `author.role`, `content.content_type` with `parts`, `text` or `thoughts`, and `metadata`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gemini.importing.messages import (
    MOST_MESSAGES,
    ImportedMessage,
    conversation_of,
    moment_of,
    text_parts,
)
from gemini.importing.result import ImportedChat, ImportResult, Notes, title_of
from gemini.media.sniff import sniff
from gemini.plain import listing, mapping
from gemini.request import Part

KIND = "a ChatGPT export"
POINTER = ("file-service://", "sediment://")

Assets = Callable[[str], bytes | None]
"""The bytes of a file of the export by its id; None where there is none."""


def looks_like_chatgpt(data: Any) -> bool:
    """Whether it is such an export, or one chat of it."""
    chats = data if isinstance(data, list) else [data]
    return any(isinstance(mapping(chat).get("mapping"), dict) for chat in chats)


def read_chatgpt(data: Any, assets: Assets = lambda _: None) -> ImportResult:
    """A conversation for each chat."""
    notes, chats = Notes(), []
    for chat in data if isinstance(data, list) else [data]:
        nodes = mapping(chat).get("mapping")
        if not isinstance(nodes, dict) or len(nodes) > MOST_MESSAGES:
            notes.add(f"Left out: the chat “{title_of(mapping(chat).get('title'), 'untitled')}”.")
            continue
        chats.append(_chat(notes.without_keys(chat), notes, assets))
    taken = tuple(chat for chat in chats if chat.conversation.turns)
    return ImportResult(KIND, taken, notes.lines)


def _chat(chat: Mapping[str, Any], notes: Notes, assets: Assets) -> ImportedChat:
    default = str(chat.get("default_model_slug") or "")
    messages = []
    for key, node in mapping(chat.get("mapping")).items():
        message = _message(mapping(mapping(node).get("message")), default, notes, assets)
        parent = mapping(node).get("parent")
        parent = parent if isinstance(parent, str) else None
        messages.append(replace(message, id=str(key), parent=parent))
    conversation = conversation_of(messages, current=str(chat.get("current_node")))
    return ImportedChat(title_of(chat.get("title"), "ChatGPT chat"), conversation, default)


def _message(
    message: Mapping[str, Any], default: str, notes: Notes, assets: Assets
) -> ImportedMessage:
    """What a node says, its place in the tree apart."""
    role = mapping(message.get("author")).get("role")
    about = mapping(message.get("metadata"))
    side = "user" if role == "user" else "model"
    hidden = about.get("is_visually_hidden_from_conversation") or role not in {"user", "assistant"}
    if hidden:
        if role == "tool" and message.get("content"):
            notes.add("Left out: what a tool of ChatGPT's gave back.")
        return ImportedMessage("", None, side)
    parts = list(_parts(mapping(message.get("content")), notes, assets))
    model = str(about.get("model_slug") or default)
    return ImportedMessage("", None, side, parts, model, moment_of(message.get("create_time")))


def _parts(content: Mapping[str, Any], notes: Notes, assets: Assets) -> Iterator[Part]:
    kind = content.get("content_type")
    if kind in {"text", "multimodal_text"}:
        for part in listing(content.get("parts")):
            if isinstance(part, dict):
                yield from _medium(part, notes, assets)
            else:
                yield from text_parts(part)
    elif kind == "code":
        for part in text_parts(content.get("text")):
            yield {"text": f"```{_language(content)}\n{part['text']}\n```"}
    elif kind == "thoughts":
        for thought in listing(content.get("thoughts")):
            for part in text_parts(mapping(thought).get("content")):
                yield {**part, "thought": True}
    elif kind not in {"user_editable_context", "reasoning_recap", "model_editable_context", None}:
        notes.add(f"Left out: a message of the type “{kind}”.")


def _language(content: Mapping[str, Any]) -> str:
    language = str(content.get("language") or "")
    return language if language.isalnum() and language != "unknown" else ""


def _medium(part: Mapping[str, Any], notes: Notes, assets: Assets) -> Iterator[Part]:
    """A picture of the export; named where its file isn't there."""
    yield from text_parts(part.get("text"))
    pointer = str(part.get("asset_pointer") or "")
    if not pointer:
        return
    for scheme in POINTER:
        pointer = pointer.removeprefix(scheme)
    data = assets(pointer)
    mime_type = sniff(data) if data else None
    if data and mime_type:
        yield {"inline_data": {"mime_type": mime_type, "data": data}}
    else:
        notes.add("Missing: an image from ChatGPT. Import the whole zip to include it.")
