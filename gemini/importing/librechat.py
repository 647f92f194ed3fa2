"""LibreChat's export of one conversation as JSON: a tree of messages, or a list of them.

Shape as read in its importer and test data
(https://github.com/danny-avila/LibreChat, api/server/utils/import): `conversationId`, `title`,
`options`, and `messagesTree` (with `children`, where `recursive`) or `messages`. A message has
`messageId`, `parentMessageId`, `isCreatedByUser`, `text` or `content[]` (`type`: `text`, `think`,
`image_file`, `tool_call`), `model`, `createdAt`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gemini.importing.messages import (
    MOST_MESSAGES,
    ImportedMessage,
    conversation_of,
    in_a_row,
    moment_of,
    text_parts,
)
from gemini.importing.result import ImportedChat, ImportResult, Notes, NotImportableError, title_of
from gemini.plain import listing, mapping
from gemini.request import Part

KIND = "a LibreChat export"
NUMBERS = {"temperature": "temperature", "top_p": "top_p", "topP": "top_p", "topK": "top_k",
           "max_tokens": "max_output_tokens", "maxOutputTokens": "max_output_tokens",
           "presence_penalty": "presence_penalty",
           "frequency_penalty": "frequency_penalty"}  # fmt: skip


def looks_like_librechat(data: Any) -> bool:
    """Whether it is such an export."""
    if not isinstance(data, dict) or "conversationId" not in data:
        return False
    return isinstance(data.get("messagesTree") or data.get("messages"), list)


def read_librechat(data: dict[str, Any]) -> ImportResult:
    """The conversation of an export, with its versions.

    Raises:
        NotImportableError: it has no messages, or more than are read.
    """
    notes = Notes()
    data = notes.without_keys(data)
    options = mapping(data.get("options"))
    model = str(options.get("model") or "")
    messages = _messages(listing(data.get("messagesTree") or data.get("messages")), model, notes)
    if len(messages) > MOST_MESSAGES:
        raise NotImportableError(f"it has more than {MOST_MESSAGES:,} messages")
    config = _config(options)
    if not data.get("branches", True) and all(m.parent is None for m in messages):
        messages = in_a_row(messages)
    conversation = conversation_of(messages, config)
    if not conversation.turns:
        raise NotImportableError("there are no messages in it")
    title = title_of(data.get("title"), "LibreChat conversation")
    return ImportResult(KIND, (ImportedChat(title, conversation, model, config),), notes.lines)


def _messages(roots: list[Any], model: str, notes: Notes) -> list[ImportedMessage]:
    messages: list[ImportedMessage] = []
    waiting: list[tuple[Any, str | None]] = [(root, None) for root in reversed(roots)]
    while waiting and len(messages) <= MOST_MESSAGES:
        value, above = waiting.pop()
        message = mapping(value)
        key = str(message.get("messageId") or f"message {len(messages)}")
        parent = above or message.get("parentMessageId")
        parent = parent if isinstance(parent, str) else None
        user = bool(message.get("isCreatedByUser"))
        parts = list(_parts(message, notes))
        if message.get("error"):
            notes.add("Left out: an answer that failed.")
            parts = []
        written_by = str(message.get("model") or ("" if user else model))
        when = moment_of(message.get("createdAt"))
        side = "user" if user else "model"
        messages.append(ImportedMessage(key, parent, side, parts, written_by, when))
        waiting += [(child, key) for child in reversed(listing(message.get("children")))]
    return messages


def _parts(message: Mapping[str, Any], notes: Notes) -> Iterator[Part]:
    for file in listing(message.get("files")):
        name = title_of(mapping(file).get("filename"), "a file")
        notes.add(f"Missing: {name}, which stayed on that server.")
    content = listing(message.get("content"))
    if not content:
        yield from text_parts(message.get("text"))
    for item in content:
        kind = mapping(item).get("type")
        value = mapping(item).get(str(kind))
        text = value.get("value") if isinstance(value, dict) else value
        if kind in {"text", "think"}:
            thought = {"thought": True} if kind == "think" else {}
            yield from ({**part, **thought} for part in text_parts(text))
        else:
            notes.add(f"Left out: a part of the type “{title_of(kind, 'unknown')}”.")


def _config(options: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that have a counterpart; those at OpenAI's defaults say nothing."""
    defaults = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
    config: dict[str, Any] = {}
    for theirs, ours in NUMBERS.items():
        value = options.get(theirs)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and value != defaults.get(theirs):
            config[ours] = value
    system = options.get("promptPrefix") or options.get("system") or options.get("instructions")
    return config | ({"system_instruction": system} if isinstance(system, str) and system else {})
