"""What an import comes to: conversations, the call they came from, and what could not be taken."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gemini.api.redaction import HIDDEN, redact
from gemini.api.surrogates import whole
from gemini.conversation import Conversation
from gemini.format import size
from gemini.request import GENERATE_CONTENT, Request
from gemini.run import Run

LARGEST = 100_000_000  # bytes of a file
LONGEST_CODE = 20_000_000  # characters of a pasted call: it may hold a picture
MOST_LISTS = 1_000_000  # lists and objects in a file: each takes a hundred bytes and more
LONGEST_TITLE = 100  # characters
BASE64 = re.compile(r"[A-Za-z0-9+/_=\s-]{200,}")
VARIABLE = re.compile(r"\$\w+|\$\{[^}]*\}|YOUR[\w-]*KEY|<[\w -]+>|\[hidden\]", re.IGNORECASE)
"""What stands where a key goes, and is none: variables of the shell, and Google's placeholders."""
KEY_TAKEN_OUT = (
    "A key was in it and was taken out. Requests from here carry the key of this connection."
)


class NotImportableError(ValueError):
    """Nothing can be taken of it. The text says why, and what would do."""


class Notes:
    """What of an import could not be taken: sentences, each once, with how often it was so."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, sentence: str) -> None:
        """Note one thing that is left out."""
        self._counts[sentence] += 1

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentences in the order in which they came up."""
        return tuple(
            text if count == 1 else f"{text} ({count:,} times)"
            for text, count in self._counts.items()
        )

    def without_keys(self, value: Any) -> Any:
        """Plain data without keys and tokens in its texts; says so where there was one.

        Base64 is left alone: bytes that look like a key are none. Half characters are joined.
        """
        if isinstance(value, dict):
            return {self.without_keys(k): self.without_keys(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.without_keys(v) for v in value]
        if not isinstance(value, str) or BASE64.fullmatch(value):
            return value
        value = whole(value)
        clean = redact(value)
        if clean.count(HIDDEN) > value.count(HIDDEN):
            self.add(KEY_TAKEN_OUT)
        return clean

    def key(self, value: str) -> None:
        """Note a key that stood in its own place, such as a header; a variable is none."""
        if value.strip() and not VARIABLE.fullmatch(value.strip().removeprefix("Bearer ")):
            self.add(KEY_TAKEN_OUT)


@dataclass(frozen=True)
class ImportedChat:
    """A conversation from elsewhere; `config` is what its next prompt is to be sent with.

    A turn without an answer at its end is a prompt that hasn't been sent yet.
    """

    title: str
    conversation: Conversation
    model: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    method: str = GENERATE_CONTENT

    def as_run(self, default_model: str) -> Run:
        """A run with its model and its settings, and nothing else: to take them over."""
        return Run(Request(self.model or default_model, [], dict(self.config), self.method))


@dataclass(frozen=True)
class ImportResult:
    """What was recognised, for a sentence ("a curl command"), and what came of it.

    `call` is the request that a pasted call sends, None for what isn't a call.
    """

    kind: str
    chats: tuple[ImportedChat, ...]
    left_out: tuple[str, ...] = ()
    call: Request | None = None


def json_of(text: str) -> Any:
    """The value of a JSON text, without half characters.

    Raises:
        NotImportableError: it is none, or would take out of all proportion of memory.
    """
    if text.count("[") + text.count("{") > MOST_LISTS:
        raise NotImportableError("it has too many lists and objects in it")
    try:
        return whole(json.loads(text))
    except RecursionError as error:
        raise NotImportableError("it is nested too deeply") from error
    except ValueError as error:
        raise NotImportableError(f"it isn't JSON: {error}") from error


def title_of(value: Any, default: str = "") -> str:
    """A title in one line that isn't too long."""
    text = " ".join(str(value).split()) if isinstance(value, str) else ""
    return (text or default)[:LONGEST_TITLE]


def too_large(count: int) -> NotImportableError:
    """Why a file of so many bytes isn't read."""
    return NotImportableError(f"it has {size(count)}; at most {size(LARGEST)} are read")
