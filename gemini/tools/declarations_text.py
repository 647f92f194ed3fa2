"""Function declarations as JSON text: read with every error at its line, and written.

Read are one declaration, a list of them, and the `tools` of a request around them, in the API's
spelling (`parametersJsonSchema`) or the SDK's (`parameters_json_schema`). Also the two other forms
people have at hand: OpenAI's (`{"type": "function", ...}`) and MCP's (`inputSchema`).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.genai import types

from gemini.structured.finding import Finding, Path
from gemini.structured.text import parse_json, placed, positions
from gemini.tools.declarations import DeclarationsReading, FunctionDeclaration

FIELDS = {
    "name": "name",
    "description": "description",
    "parameters": "parameters",
    "parametersJsonSchema": "parameters_json_schema",
    "response": "response",
    "responseJsonSchema": "response_json_schema",
    "behavior": "behavior",
}
"""A declaration's fields: as the API spells them, as the SDK does."""
SPELLINGS = FIELDS | {name: name for name in FIELDS.values()}
AROUND = ("tools", "functionDeclarations", "function_declarations")
"""What may stand around the list of declarations."""
TOOLS = {
    spelling
    for name, field in types.Tool.model_fields.items()
    if name not in SPELLINGS and name not in AROUND
    for spelling in (name, field.alias or name)
}
"""Tools of Google's, which a request's `tools` may have beside functions."""
_SETTING = "“{}” isn't a function: switch it on in the run settings, under Tools."
OPENAI = {"parameters": "parameters_json_schema"}
MCP = {
    "inputSchema": "parameters_json_schema",
    "input_schema": "parameters_json_schema",
    "outputSchema": "response_json_schema",
}
NOT_OURS = {"type", "strict", "title", "annotations", "icons", "_meta", "execution"}
"""Fields of those two forms that the API has none for."""


def read_declarations(text: str) -> DeclarationsReading:
    """The declarations in a JSON text; none in an empty one. Never raises."""
    if not text.strip():
        return DeclarationsReading()
    value, error = parse_json(text)
    if error:
        return DeclarationsReading(errors=(error,))
    reader = _DeclarationsReader()
    declarations = tuple(reader.read(value, ()))
    places = positions(text)
    errors = tuple(placed(finding, places, finding.path) for finding in reader.errors)
    notes = tuple(placed(finding, places, finding.path) for finding in reader.notes)
    return DeclarationsReading(() if errors else declarations, errors, notes)


def write_declarations(declarations: Sequence[FunctionDeclaration]) -> str:
    """The declarations as a JSON list in the API's spelling, indented by two."""
    spelled = {ours: theirs for theirs, ours in FIELDS.items()}
    entries = [
        {spelled.get(name, name): value for name, value in declaration.items()}
        for declaration in declarations
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) if entries else ""


@dataclass
class _DeclarationsReader:
    """What is wrong with the declarations, and what was left out, as they are read."""

    errors: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def read(self, value: Any, path: Path) -> Iterator[FunctionDeclaration]:
        """Every declaration, out of the lists and tools around it."""
        if isinstance(value, list):
            for number, entry in enumerate(value):
                yield from self.read(entry, (*path, number))
            return
        keys = list(value) if isinstance(value, dict) else []
        around = [key for key in AROUND if key in keys]
        tools = [key for key in keys if key in TOOLS]
        if around or (tools and tools == keys):
            self.notes += [Finding(_SETTING.format(key), (*path, key)) for key in tools]
            for key in around:
                yield from self.read(value[key], (*path, key))
        else:
            yield self._declaration(value, path)

    def _declaration(self, entry: Any, path: Path) -> FunctionDeclaration:
        """One declaration in the SDK's spelling."""
        if not isinstance(entry, dict):
            reason = 'A declaration is an object, {"name": …, "description": …, …}.'
            self.errors.append(Finding(reason, path))
            return {}
        foreign: dict[str, str] = {}
        if entry.get("type") == "function":
            foreign = OPENAI
            if isinstance(entry.get("function"), dict):
                entry, path = entry["function"], (*path, "function")
        elif MCP.keys() & entry.keys():
            foreign = MCP
        spellings = SPELLINGS | foreign
        declaration = {spellings[key]: v for key, v in entry.items() if key in spellings}
        wrong: list[Finding] = []
        for key in (key for key in entry if key not in spellings):
            if not foreign or key not in NOT_OURS:
                reason = (
                    f"“{key}” isn't a field of a declaration. The fields are {', '.join(FIELDS)}."
                )
                wrong.append(Finding(reason, (*path, key)))
            elif key != "type":
                reason = f"“{key}” is left out: the API has no such field."
                self.notes.append(Finding(reason, path))
        for name in ("name", "description"):
            if not isinstance(declaration.get(name, ""), str):
                wrong.append(Finding(f"The {name} is a text in double quotes.", (*path, name)))
        if not wrong and not declaration:
            wrong.append(Finding("This declaration is empty; it needs a name.", path))
        self.errors += wrong
        return declaration
