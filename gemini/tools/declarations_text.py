"""Function declarations as JSON text: read with every error at its line, and written.

Read are one declaration, a list of them, and the `tools` of a request around them, in the API's
spelling (`parametersJsonSchema`) or the SDK's (`parameters_json_schema`). Also the two other forms
people have at hand: OpenAI's (`{"type": "function", ...}`) and MCP's (`inputSchema`).
"""

import json
from collections.abc import Iterator, Sequence
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
_SETTING = "“{}” is no function: switch it on in the run settings, under Tools."
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
    places = positions(text)
    declared, tools = _sorted(value)
    errors: list[Finding] = []
    notes = [Finding(_SETTING.format(path[-1]), path) for path in tools]
    declarations: list[FunctionDeclaration] = []
    for path, entry in declared:
        declaration, wrong, noted = _declaration(entry, path)
        errors += wrong
        notes += noted
        declarations.append(declaration)
    if errors:
        return DeclarationsReading(errors=tuple(placed(e, places, e.path) for e in errors))
    placed_notes = tuple(placed(note, places, note.path) for note in notes)
    paths = tuple(path for path, _ in declared)
    return DeclarationsReading(tuple(declarations), (), placed_notes, paths)


def write_declarations(declarations: Sequence[FunctionDeclaration]) -> str:
    """The declarations as a JSON list in the API's spelling, indented by two."""
    spelled = {ours: theirs for theirs, ours in FIELDS.items()}
    entries = [
        {spelled.get(name, name): value for name, value in declaration.items()}
        for declaration in declarations
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) if entries else ""


def place_findings(text: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings of `declarations.check` with the lines of the text they were read from."""
    reading = read_declarations(text)
    if not reading.declarations:
        return tuple(findings)
    places = positions(text)
    result = []
    for finding in findings:
        index, *inside = finding.path or (None,)
        if not isinstance(index, int) or index >= len(reading.paths):
            result.append(finding)
            continue
        base = reading.paths[index]
        spellings = [s for s, name in SPELLINGS.items() if inside and name == inside[0]]
        paths = [(*base, spelling, *inside[1:]) for spelling in spellings]
        path = next((p for p in paths if p[: len(base) + 1] in places), base)
        result.append(placed(finding, places, path))
    return tuple(result)


def _sorted(value: Any) -> tuple[list[tuple[Path, Any]], list[Path]]:
    """The declarations with their paths, and the paths of tools that are no functions."""
    declared: list[tuple[Path, Any]] = []
    tools: list[Path] = []
    for path, entry in _placed_in(value, ()):
        others = [key for key in entry if key in TOOLS] if isinstance(entry, dict) else []
        if others and len(others) == len(entry):
            tools += [(*path, key) for key in others]
        else:
            declared.append((path, entry))
    return declared, tools


def _placed_in(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every declaration with its path, out of the lists and tools around it; other tools too."""
    if isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _placed_in(entry, (*path, number))
        return
    around = [key for key in AROUND if isinstance(value, dict) and key in value]
    if around:
        for key in around:
            yield from _placed_in(value[key], (*path, key))
        if beside := {key: value[key] for key in value if key in TOOLS}:
            yield path, beside
    else:
        yield path, value


def _declaration(
    entry: Any, path: Path
) -> tuple[FunctionDeclaration, list[Finding], list[Finding]]:
    """One declaration in the SDK's spelling, what is wrong with it, and what was left out."""
    if not isinstance(entry, dict):
        reason = 'A declaration is an object, {"name": …, "description": …, …}.'
        return {}, [Finding(reason, path)], []
    spellings, foreign = SPELLINGS, False
    if entry.get("type") == "function":
        foreign, spellings = True, SPELLINGS | OPENAI
        if isinstance(entry.get("function"), dict):
            entry, path = entry["function"], (*path, "function")
    elif MCP.keys() & entry.keys():
        foreign, spellings = True, SPELLINGS | MCP
    declaration: FunctionDeclaration = {}
    errors: list[Finding] = []
    notes: list[Finding] = []
    for key, value in entry.items():
        name = spellings.get(key)
        if name is not None:
            declaration[name] = value
        elif foreign and key in NOT_OURS:
            if key != "type":
                notes.append(Finding(f"“{key}” is left out: the API has no such field.", path))
        else:
            known = ", ".join(FIELDS)
            reason = f"“{key}” is no field of a declaration. The fields are {known}."
            errors.append(Finding(reason, (*path, key)))
    for name in ("name", "description"):
        if not isinstance(declaration.get(name, ""), str):
            errors.append(Finding(f"The {name} is a text in double quotes.", (*path, name)))
    if not errors and not declaration:
        errors.append(Finding("This declaration is empty; it needs a name.", path))
    return declaration, errors, notes
