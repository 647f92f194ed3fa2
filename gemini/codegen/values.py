"""A request's contents and config as expressions of Python and of JavaScript."""

import base64
import re
from abc import ABC, abstractmethod
from datetime import datetime
from enum import Enum
from typing import Any

from google.genai import types
from pydantic import BaseModel

from gemini.codegen.fields import TypedRequest, is_member, plain_text, set_fields
from gemini.codegen.files import Blob, MediaFile, digest_of
from gemini.codegen.layout import (
    Node,
    group,
    is_long,
    javascript_string,
    javascript_text,
    python_string,
    python_text,
)
from gemini.tools.mcp import VARIABLE

TYPES = "from google.genai import types"
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")

LACKING = {
    *("FinishReason.MISSING_THOUGHT_SIGNATURE", "FinishReason.ESCALATION"),
    *("FinishReason.PUP_LIMITED_DISABLED", "FinishReason.MODEL_ARMOR"),
    *("EmbeddingApiType.BATCH_EMBED_CONTENTS", "ThinkingLevel.XHIGH"),
    *("ReinforcementTuningThinkingLevel.LOW", "ReinforcementTuningThinkingLevel.MEDIUM"),
}
"""Members that `@google/genai` 3.1.0 lacks: they are written as texts."""

LACKING_ENUMS = {
    *("ComputationBasedMetricType", "DocumentMetadataContentLayer", "JSONSchemaType"),
    *("RubricContentType", "SpreadsheetMetadataContentLayer", "VideoMetadataContentLayer"),
}
"""Enums that it lacks."""

COUNTS = frozenset(
    {
        *("max_items", "max_length", "max_properties"),
        *("min_items", "min_length", "min_properties"),
    }
)
"""Fields of `Schema` that are int64: its types have them as texts, and so has JSON of protobuf."""

_EXACT = 2**53  # JavaScript's numbers are exact up to here


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
    def environment(self, name: str) -> str:
        """The value of an environment variable."""

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
            is_server = value.get("type") == "mcp_server"
            nodes = {
                k: self._headers(v) if is_server and k == "headers" else self.value(v)
                for k, v in value.items()
            }
            return group("{", ((f"{self.key(str(k))}: ", n) for k, n in nodes.items()), "}")
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
        if name == "headers" and isinstance(model, types.StreamableHttpTransport):
            return self._headers(value)
        if name == "system_instruction" and isinstance(value, str):
            return self.text(value, name)
        if name == "text" and isinstance(model, types.Part):
            return self.text(value, "prompt")
        return self.value(value)

    def _headers(self, headers: dict[str, str]) -> Node:
        """The headers of an MCP server, their values read from the environment."""
        variables = {name: VARIABLE.fullmatch(value) for name, value in headers.items()}
        items = ((f"{self.key(n)}: ", self.environment(v[1])) for n, v in variables.items() if v)
        return group("{", items, "}")

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


class PythonValues(Values):
    """Expressions of Python. `imports` collects the lines for what they use."""

    def __init__(self, files: dict[str, MediaFile]) -> None:
        super().__init__(files)
        self.imports: set[str] = set()

    def string(self, text: str) -> str:
        return python_string(text)

    def long_text(self, text: str) -> str:
        return python_text(text)

    def variable(self, name: str, number: int) -> str:
        return name if number == 1 else f"{name}_{number}"

    def model(self, model: BaseModel) -> Node:
        self.imports.add(TYPES)
        if isinstance(model, types.Part) and (short := self._short_part(model)) is not None:
            return short
        items = [(f"{name}=", node) for name, node in self.fields(model)]
        return group(f"types.{type(model).__name__}(", items, ")")

    def member(self, value: Enum) -> str:
        if not is_member(value):
            return self.string(str(value.value))
        self.imports.add(TYPES)
        return f"types.{type(value).__name__}.{value.name}"

    def file(self, name: str) -> str:
        self.imports.add("from pathlib import Path")
        return f"Path({self.string(name)}).read_bytes()"

    def encoded(self, data: bytes) -> Node:
        self.imports.add("import base64")
        literal = self.string(base64.b64encode(data).decode("ascii"))
        return group("base64.b64decode(", [("", literal)], ")")

    def environment(self, name: str) -> str:
        self.imports.add("import os")
        return f"os.environ[{self.string(name)}]"

    def time(self, value: datetime) -> Node:
        self.imports.add("import datetime")
        literal = self.string(value.isoformat())
        return group("datetime.datetime.fromisoformat(", [("", literal)], ")")

    def scalar(self, value: Any) -> str:
        return repr(value).replace("e+", "e")  # 1e16, as ruff has it

    def key(self, name: str) -> str:
        return self.string(name)

    def _short_part(self, part: types.Part) -> Node | None:
        """Media by the SDK's short forms, where the part has nothing but media of a known type."""
        blob, file = part.inline_data, part.file_data
        if part.model_fields_set == {"inline_data"} and blob is not None:
            fields = dict(set_fields(blob))
            if fields.keys() == {"data", "mime_type"}:
                items = [("data=", self.media(fields["data"]))]
                items.append(("mime_type=", self.string(fields["mime_type"])))
                return group("types.Part.from_bytes(", items, ")")
        if part.model_fields_set == {"file_data"} and file is not None:
            fields = dict(set_fields(file))
            if fields.keys() == {"file_uri", "mime_type"}:
                items = [(f"{n}=", self.string(fields[n])) for n in ("file_uri", "mime_type")]
                return group("types.Part.from_uri(", items, ")")
        return None


class JavaScriptValues(Values):
    """Expressions of JavaScript.

    `reads_files` says whether one of them reads a file, `enums` which of the SDK's they name.
    """

    def __init__(self, files: dict[str, MediaFile]) -> None:
        super().__init__(files)
        self.reads_files = False
        self.enums: set[str] = set()

    @property
    def sdk_import(self) -> str:
        """The line that imports what the expressions need of the SDK."""
        names = ", ".join(["GoogleGenAI", *sorted(self.enums)])
        return f'import {{ {names} }} from "@google/genai";'

    def string(self, text: str) -> str:
        return javascript_string(text)

    def long_text(self, text: str) -> str:
        return javascript_text(text)

    def variable(self, name: str, number: int) -> str:
        words = name.split("_")
        camel = words[0] + "".join(word.capitalize() for word in words[1:])
        return camel if number == 1 else f"{camel}{number}"

    def model(self, model: BaseModel) -> Node:
        declared = type(model).model_fields
        counts = COUNTS if isinstance(model, types.Schema) else frozenset()
        items = [
            (f"{declared[n].alias or n}: ", self.string(str(node)) if n in counts else node)
            for n, node in self.fields(model)
        ]
        return group("{", items, "}")

    def member(self, value: Enum) -> str:
        enum = type(value).__name__
        member = f"{enum}.{value.name}"
        if not is_member(value) or member in LACKING or enum in LACKING_ENUMS:
            return self.string(str(value.value))
        self.enums.add(enum)
        return member

    def file(self, name: str) -> str:
        self.reads_files = True
        return f'readFileSync({self.string(name)}, "base64")'

    def encoded(self, data: bytes) -> Node:
        return self.string(base64.b64encode(data).decode("ascii"))

    def environment(self, name: str) -> str:
        return f"process.env.{name}"

    def time(self, value: datetime) -> Node:
        return self.string(value.isoformat())

    def scalar(self, value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int) and abs(value) > _EXACT:
            return f'JSON.rawJSON("{value}")'  # a number would be rounded; Node has it from 22 on
        whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
        return repr(int(value) if whole else value).replace("e-0", "e-")  # 1e-7, not 1e-07

    def key(self, name: str) -> str:
        if name == "__proto__":  # bare or quoted, it would set the object's prototype
            return '["__proto__"]'
        return name if _IDENTIFIER.fullmatch(name) else self.string(name)
