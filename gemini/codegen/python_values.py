"""A request's contents and config as Python expressions, in the SDK's types."""

import base64
from datetime import datetime
from enum import Enum
from typing import Any

from google.genai import types
from pydantic import BaseModel

from gemini.codegen.fields import is_member, set_fields
from gemini.codegen.files import MediaFile
from gemini.codegen.layout import Node, group
from gemini.codegen.strings import python_string, python_text
from gemini.codegen.values import Values

TYPES = "from google.genai import types"


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
