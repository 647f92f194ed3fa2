"""Function declarations as plain data, and the rules of the API about them.

A declaration is the SDK's `types.FunctionDeclarationDict`: name, description, and the arguments as
`parameters_json_schema` (JSON Schema) or `parameters` (the API's subset of OpenAPI). `sent` is what
goes out: JSON Schema in the keywords the API takes, OpenAPI as it is.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from google.genai import types
from pydantic import ValidationError

from gemini.structured.check import Report
from gemini.structured.check import check as check_schema
from gemini.structured.finding import Finding, JsonSchema, Path, short
from gemini.structured.sending import sendable
from gemini.structured.subschemas import keywords, walk

FunctionDeclaration = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeclarationsReading:
    """The declarations of a text; none where there are `errors`.

    Errors and notes carry line and column from 1. Notes say what was assumed or left out.
    """

    declarations: tuple[FunctionDeclaration, ...] = ()
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


MAX_FUNCTIONS = 512
"""https://ai.google.dev/api/caching#Tool: the declarations of one request."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")
PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
"""Both as `types.FunctionDeclaration` describes them."""

NAME_RULE = (
    "A function's name starts with a letter or an underscore, and has letters a-z, digits, and "
    "_ . : - after it, 128 at most."
)
PARAMETER_RULE = (
    "The API wants names of parameters to start with a letter or an underscore and to have only "
    "letters a-z, digits and underscores, 64 at most."
)
NO_ARGUMENTS: JsonSchema = {"type": "object", "properties": {}}


def arguments_schema(declaration: FunctionDeclaration) -> JsonSchema:
    """The JSON Schema of a function's arguments, whichever way they are declared.

    Raises ValueError for `parameters` that aren't the API's subset of OpenAPI.
    """
    if "parameters_json_schema" in declaration:
        schema = declaration["parameters_json_schema"]
        if not isinstance(schema, dict):
            raise ValueError("The parameters are a JSON Schema, an object {…}.")
        return schema
    if "parameters" not in declaration:
        return NO_ARGUMENTS
    try:
        schema = types.Schema.model_validate(declaration["parameters"]).json_schema
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ValueError(
            f"“parameters” takes the API's subset of OpenAPI, and {where or 'this'} isn't in it: "
            f"{first['msg']}. JSON Schema goes under parametersJsonSchema."
        ) from error
    return schema.model_dump(mode="json", by_alias=True, exclude_none=True)


def sent(declaration: FunctionDeclaration) -> FunctionDeclaration:
    """A declaration that passed `check`, as it is sent; `check` says what is left out.

    Without titles: with them Gemini 2.5 Flash was seen to answer MALFORMED_FUNCTION_CALL
    (https://github.com/PrefectHQ/fastmcp/pull/3861).
    """
    if "parameters_json_schema" not in declaration:
        return declaration
    schema = sendable(_told_defaults(declaration["parameters_json_schema"]))
    for _, node in walk(schema):
        node.pop("title", None)
    return declaration | {"parameters_json_schema": schema}


def _told_defaults(schema: JsonSchema) -> JsonSchema:
    """The schema with the default of each parameter in its description, as the API takes none."""
    schema = copy.deepcopy(schema)
    for _, node in walk(schema):
        if node.get("default") is None or "$ref" in node:
            continue
        note = f"Default: {short(node['default'])}."
        described = node.get("description", "").rstrip().removesuffix(".")
        if not described.endswith(note.removesuffix(".")):
            node["description"] = f"{described}. {note}" if described else note
    return schema


def check(declarations: Sequence[FunctionDeclaration]) -> Report:
    """What the API would refuse, and what it is good to know. Paths begin with the index."""
    refused: list[Finding] = []
    marked: list[Finding] = []
    if len(declarations) > MAX_FUNCTIONS:
        reason = f"{len(declarations)} functions; the API takes {MAX_FUNCTIONS} at most."
        refused.append(Finding(reason))
    names: set[str] = set()
    for number, declaration in enumerate(declarations):
        name = str(declaration.get("name") or "")
        refused += [Finding(reason, (number, "name")) for reason in _name_errors(name, names)]
        names.add(name)
        if not declaration.get("description"):
            reason = "Without a description the model has only the name to go by."
            marked.append(Finding(reason, (number, "name")))
        report = _check_parameters(number, declaration)
        refused += report.refused or _misfits(number, declaration)
        marked += report.marked
    return Report(tuple(refused), tuple(marked))


def _name_errors(name: str, names: set[str]) -> Iterator[str]:
    if not name:
        yield "This function needs a name."
    elif not NAME.fullmatch(name):
        yield f"“{name}” can't be a name. {NAME_RULE}"
    elif name in names:
        yield f"“{name}” is there twice; the API takes each name once."


def _misfits(number: int, declaration: FunctionDeclaration) -> list[Finding]:
    """What else the SDK wouldn't take of a declaration, such as a `response` that is no schema."""
    try:
        types.FunctionDeclaration.model_validate(declaration)
    except ValidationError as error:
        first = error.errors()[0]
        steps = ".".join(str(step) for step in first["loc"])
        return [Finding(f"{steps}: {first['msg']}.", (number, str(first["loc"][0])))]
    return []


def _check_parameters(number: int, declaration: FunctionDeclaration) -> Report:
    """The schema of the arguments by the rules of schemas, at its place in the declaration."""
    key = "parameters" if "parameters" in declaration else "parameters_json_schema"
    base: Path = (number, key)
    if {"parameters", "parameters_json_schema"} <= declaration.keys():
        reason = "The parameters are there twice: as JSON Schema and as OpenAPI. Leave one out."
        return Report((Finding(reason, base),))
    try:
        schema = arguments_schema(declaration)
    except ValueError as error:
        return Report((Finding(str(error), base),))
    if schema.get("type", "object") != "object":
        reason = "The arguments are an object: its properties are the parameters."
        return Report((Finding(reason, (*base, "type")),))
    report = check_schema(schema)
    # A function without parameters is no oversight, and defaults are told in the description.
    known = [f for f in report.marked if f.path != ("type",) and f.path[-1:] != ("default",)]
    if key == "parameters":  # sent as it is, in another spelling
        known = list(_odd_formats(schema))
    odd = [name for name in _properties(schema) if not PARAMETER.fullmatch(name)]
    marked = [Finding(f.reason, (*base, *f.path)) for f in known]
    marked += [Finding(f"“{n}”: {PARAMETER_RULE}", (*base, "properties", n)) for n in odd]
    refused = [Finding(f.reason, (*base, *f.path)) for f in report.refused]
    return Report(tuple(refused), tuple(marked))


def _odd_formats(schema: JsonSchema) -> Iterator[Finding]:
    """Formats that the API was seen to refuse in its subset of OpenAPI."""
    for path, node in walk(schema):
        name = node.get("format")
        if isinstance(name, str) and name not in keywords()["formats"]["openapi"]:
            reason = f"The API may refuse the format “{name}”; it takes date-time and enum here."
            yield Finding(reason, (*path, "format"))


def _properties(schema: JsonSchema) -> list[str]:
    properties = schema.get("properties")
    return [str(name) for name in properties] if isinstance(properties, dict) else []
