"""Messages of any chat, in their tree, as a conversation of turns."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from gemini.conversation import Conversation, Turn
from gemini.history.archive_reader import EARLIEST, LATEST
from gemini.media.names import nameless
from gemini.request import Part, Request
from gemini.run import Candidate, Run

UNKNOWN_MODEL = "unknown"
MOST_MESSAGES = 20_000  # of one conversation
DATA_URL = re.compile(r"data:([\w.+/-]+)(?:;[\w=.-]+)*;base64,(.*)", re.DOTALL)


@dataclass(frozen=True)
class ImportedMessage:
    """What one side said, as parts. `parent` is the id of the message before it.

    Without parts it only passes on: a system message, say, that stands between two others.
    """

    id: str
    parent: str | None
    role: Literal["user", "model"]
    parts: list[Part] = field(default_factory=list)
    model: str = ""
    created: datetime | None = None
    finish: str = "STOP"


@dataclass
class _Place:
    """Where one is while walking down: a prompt that waits, or an answer that may go on."""

    parent: str | None = None
    prompt: list[Part] = field(default_factory=list)
    turn: Turn | None = None


def in_a_row(messages: Iterable[ImportedMessage]) -> list[ImportedMessage]:
    """The messages as a chain, each after the one before it."""
    chain: list[ImportedMessage] = []
    for number, message in enumerate(messages):
        before = chain[-1].id if chain else None
        chain.append(replace(message, id=str(number), parent=before))
    return chain


def conversation_of(
    messages: Iterable[ImportedMessage],
    config: Mapping[str, Any] | None = None,
    current: str | None = None,
) -> Conversation:
    """The conversation of a tree of messages; versions of a message become versions of a turn.

    Several messages of one side in a row are one prompt, or one answer. A prompt that nobody
    answered is a turn without an answer. `current` is the message that was on the screen last.
    Messages whose parent is missing begin anew; what goes round in a circle is left out.
    """
    by_id = {message.id: message for message in messages}
    children: dict[str | None, list[ImportedMessage]] = {}
    for message in by_id.values():
        parent = message.parent if message.parent in by_id else None
        children.setdefault(parent, []).append(message)
    conversation = Conversation()
    seen: Turn | None = None
    waiting = [(first, _Place()) for first in reversed(children.get(None, []))]
    while waiting:
        message, place = waiting.pop()
        after = children.get(message.id, [])
        alone = len(children.get(message.parent if message.parent in by_id else None, [])) == 1
        place = _placed(conversation, message, place, config or {}, alone=alone)
        if not after and place.prompt:
            place = replace(place, turn=conversation.add(place.prompt, place.parent), prompt=[])
        if message.id == current and place.turn is not None:
            seen = place.turn
        waiting += [(child, replace(place)) for child in reversed(after)]
    if conversation.turns:
        conversation.show(seen or _longest(conversation))
    return conversation


def _placed(
    conversation: Conversation,
    message: ImportedMessage,
    place: _Place,
    config: Mapping[str, Any],
    *,
    alone: bool,
) -> _Place:
    """The place after a message; a message of the model's makes a turn, or goes on with one."""
    if not message.parts:
        return place
    if message.role == "user":
        if place.turn is not None:
            return _Place(place.turn.id, message.parts)
        return _Place(place.parent, [*place.prompt, *message.parts])
    if place.turn is None:
        turn = conversation.add(place.prompt, place.parent)
        turn.run = answered(message, place.prompt, config)
    elif alone and place.turn.run:
        turn = place.turn
        place.turn.run.candidates[0].parts.extend(message.parts)
        place.turn.run.created = message.created or place.turn.run.created
    else:  # another way on from the middle of an answer
        turn = conversation.add(place.turn.prompt, place.turn.parent)
        parts = [*place.turn.answer, *message.parts]
        turn.run = answered(replace(message, parts=parts), turn.prompt, config)
    return _Place(turn.parent, [], turn)


def answered(message: ImportedMessage, prompt: list[Part], config: Mapping[str, Any]) -> Run:
    """The run of an answer that came elsewhere: no exchange, no usage, no time."""
    model = message.model or UNKNOWN_MODEL
    contents = [{"role": "user", "parts": nameless(prompt)}]
    run = Run(Request(model, contents, dict(config)), outcome="done", model_version=model)
    run.candidates = [Candidate(parts=list(message.parts), finish_reason=message.finish)]
    if message.created is not None:
        run.created = message.created
    return run


def _longest(conversation: Conversation) -> Turn:
    """The end of the longest way through a conversation, the later one of two."""
    depths: dict[str | None, int] = {None: 0}
    for turn in conversation.turns.values():  # each comes after its parent
        depths[turn.id] = depths[turn.parent] + 1
    return max(reversed(conversation.turns.values()), key=lambda turn: depths[turn.id])


def moment_of(value: Any) -> datetime | None:
    """A time by seconds since 1970, or in ISO 8601; None for what is none that can be shown."""
    try:
        if isinstance(value, str):
            when = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            when = datetime.fromtimestamp(value, UTC)
        else:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return when.astimezone(UTC) if EARLIEST <= when <= LATEST else None
    except (ValueError, OverflowError, OSError):
        return None


def bytes_of(text: Any) -> bytes | None:
    """The bytes of base64 in either alphabet, padded or not; None for anything else."""
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        return None
    plain = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def part_of_data_url(url: str) -> Part | None:
    """The medium of a `data:` URL as a part; None for another URL."""
    match = DATA_URL.fullmatch(url)
    data = bytes_of(match[2]) if match else None
    if match is None or not data:
        return None
    return {"inline_data": {"mime_type": match[1], "data": data}}


def text_parts(*texts: Any) -> Iterator[Part]:
    """A part for each text that says something."""
    for text in texts:
        if isinstance(text, str) and text.strip():
            yield {"text": text}
