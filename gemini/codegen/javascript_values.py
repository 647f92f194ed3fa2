"""A request's contents and config as JavaScript expressions, for `@google/genai`."""

import base64
import re
from datetime import datetime
from enum import Enum
from typing import Any

from google.genai import types
from pydantic import BaseModel

from gemini.codegen.fields import is_member
from gemini.codegen.files import MediaFile
from gemini.codegen.layout import Node, group
from gemini.codegen.strings import javascript_string, javascript_text
from gemini.codegen.values import Values

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
