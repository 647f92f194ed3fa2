"""A request's contents and config as expressions: what Python and JavaScript have in common."""

from abc import ABC, abstractmethod
from datetime import datetime
from enum import Enum
from typing import Any

from google.genai import types
from pydantic import BaseModel

from gemini.codegen.fields import TypedRequest, plain_text, set_fields
from gemini.codegen.files import Blob, MediaFile, digest_of
from gemini.codegen.layout import Node, group
from gemini.codegen.strings import is_long


class Values(ABC):
    """Turns values into expressions of a language.

    `texts` collects the texts that read better over several lines: literals by the variables that
    the expressions have in their place.
    """

    def __init__(self, files: dict[str, MediaFile]) -> None:
        self.texts: dict[str, str] = {}
        self._files = files

    @abstractmethod
    def string(self, text: str) -> str:
        """A literal on one line."""

    @abstractmethod
    def long_text(self, text: str) -> str:
        """A literal with its lines as they are."""

    @abstractmethod
    def variable(self, name: str, number: int) -> str:
        """The variable for the text of that field, the first, second... of its name."""

    @abstractmethod
    def model(self, model: BaseModel) -> Node:
        """One of the SDK's types."""

    @abstractmethod
    def member(self, value: Enum) -> str:
        """A member of one of the SDK's enums."""

    @abstractmethod
    def file(self, name: str) -> str:
        """The content of a file, as the SDK takes inline data."""

    @abstractmethod
    def encoded(self, data: bytes) -> Node:
        """Bytes that aren't media, such as a thought signature."""

    @abstractmethod
    def time(self, value: datetime) -> Node:
        """A moment."""

    @abstractmethod
    def scalar(self, value: Any) -> str:
        """A number, a boolean or nothing."""

    @abstractmethod
    def key(self, name: str) -> str:
        """The key of a mapping that is the user's own, such as a schema."""

    def contents(self, request: TypedRequest) -> Node:
        """The argument `contents`, in the shortest form that the SDK reads as the same."""
        if (parts := request.prompt) is None:
            return self.value(request.contents)
        items = [self._prompt_part(part) for part in parts]
        if len(parts) == 1 and plain_text(parts[0]) is not None:
            return items[0]
        return group("[", (("", item) for item in items), "]")

    def value(self, value: Any) -> Node:
        """Any value of a request."""
        if isinstance(value, BaseModel):
            return self.model(value)
        if isinstance(value, Enum):
            return self.member(value)
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, bytes):
            return self.encoded(value)
        if isinstance(value, dict):
            items = ((f"{self.key(str(k))}: ", self.value(v)) for k, v in value.items())
            return group("{", items, "}")
        if isinstance(value, list | tuple):
            return group("[", (("", self.value(item)) for item in value), "]")
        return self.time(value) if isinstance(value, datetime) else self.scalar(value)

    def fields(self, model: BaseModel) -> list[tuple[str, Node]]:
        """The fields of a model that have a value, by the names of the SDK's Python."""
        return [(name, self._field(model, name, value)) for name, value in set_fields(model)]

    def media(self, data: bytes) -> str:
        """Inline data, by the name of its file."""
        return self.file(self._files[digest_of(data)].name)

    def _field(self, model: BaseModel, name: str, value: Any) -> Node:
        if name == "data" and isinstance(model, Blob):
            return self.media(value)
        if name == "system_instruction" and isinstance(value, str):
            return self.text(value, name)
        if name == "text" and isinstance(model, types.Part):
            return self.text(value, "prompt")
        return self.value(value)

    def _prompt_part(self, part: types.Part) -> Node:
        text = plain_text(part)
        return self.model(part) if text is None else self.text(text, "prompt")

    def text(self, text: str, name: str) -> str:
        """A literal, or a variable of about this name for a text of several lines."""
        if not is_long(text):
            return self.string(text)
        literal, number = self.long_text(text), 1
        while self.texts.get(self.variable(name, number), literal) != literal:
            number += 1
        self.texts[self.variable(name, number)] = literal
        return self.variable(name, number)
