"""JSON Schema as `response_schema`, the OpenAPI subset of the API's older form, where it can be.

And back: a schema in that spelling as JSON Schema.
"""

import copy
from typing import Any

from gemini.structured.check import TYPES, check
from gemini.structured.finding import Finding, JsonSchema, Path, Reading
from gemini.structured.keywords import keywords
from gemini.structured.refs import inline
from gemini.structured.walk import walk

_COUNTS = (  # strings in OpenAPI's JSON, as every int64
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
)
# The fields of types.Schema in google-genai 3.6.1 that mean the same in JSON Schema.
_AS_IS = (
    "title",
    "description",
    "default",
    "format",
    "pattern",
    "minimum",
    "maximum",
    *_COUNTS,
    "required",
)
_CONVERTED = ("type", "enum", "const", "properties", "propertyOrdering", "items", "anyOf", "oneOf")
_MEANINGLESS = ("$id", "$defs", "$anchor", "$schema")  # nothing is lost with these
_UNSAYABLE = ("prefixItems", "allOf", "not")


def from_openapi(schema: JsonSchema) -> JsonSchema | None:
    """A schema whose types are in capitals or which says `nullable`, as JSON Schema.

    None for a schema that isn't in that spelling.
    """
    if not any(_is_openapi(node) for _, node in walk(schema)):
        return None
    schema = copy.deepcopy(schema)
    for _, node in list(walk(schema)):
        _respell(node)
    return schema


def _is_openapi(node: JsonSchema) -> bool:
    return _is_capital(node.get("type")) or isinstance(node.get("nullable"), bool)


def _is_capital(name: Any) -> bool:
    return isinstance(name, str) and name.isupper() and name.lower() in TYPES


def _respell(node: JsonSchema) -> None:
    if _is_capital(node.get("type")):
        node["type"] = node["type"].lower()
    if node.get("format") == "enum":
        del node["format"]
    for word in _COUNTS:
        if isinstance(node.get(word), str) and node[word].isdecimal():
            node[word] = int(node[word])
    if node.pop("nullable", False) is not True:
        return
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if isinstance(node.get("enum"), list) and None not in node["enum"]:
            node["enum"] = [*node["enum"], None]
    elif isinstance(node.get("anyOf"), list):
        node["anyOf"] = [*node["anyOf"], {"type": "null"}]


def to_response_schema(schema: JsonSchema) -> Reading:
    """The schema as a dict that `types.Schema` takes: types in capitals, `nullable`, no references.

    `errors` name what that form can't say: recursion, tuples, maps, enums of numbers, several
    types. `notes` name keywords that are left out.
    """
    report = check(schema)
    if not report.ok:
        return Reading(None, report.refused)
    flat, recursive = inline(schema)
    if recursive:
        reason = f"{recursive[0]} refers to itself, which response_schema can't say."
        return Reading(None, (Finding(reason),))
    conversion = _Conversion()
    result = conversion.convert(flat, ())
    errors = tuple(conversion.errors)
    return Reading(None if errors else result, errors, tuple(conversion.notes))


class _Conversion:
    """One schema's conversion, collecting what can't be said on the way."""

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.notes: list[Finding] = []

    def convert(self, node: Any, path: Path) -> JsonSchema:
        if not isinstance(node, dict):
            self.errors.append(Finding("response_schema can't say true or false here.", path))
            return {}
        self._report_lost(node, path)
        result = {word: node[word] for word in _AS_IS if word in node} | self._type(node, path)
        if "format" in result and result["format"] not in keywords()["formats"]["openapi"]:
            reason = f"response_schema takes no format “{result.pop('format')}”: left out."
            self.notes.append(Finding(reason, (*path, "format")))
        if "properties" in node:
            result["properties"] = {
                name: self.convert(child, (*path, "properties", name))
                for name, child in node["properties"].items()
            }
            result["propertyOrdering"] = node.get("propertyOrdering", list(node["properties"]))
        if "items" in node:
            result["items"] = self.convert(node["items"], (*path, "items"))
        for word in ("anyOf", "oneOf"):
            if word in node:
                result = self._choice(node[word], (*path, word)) | result
        return result

    def _report_lost(self, node: JsonSchema, path: Path) -> None:
        for word, value in node.items():
            is_map = word == "additionalProperties" and value is not False
            if is_map or word in _UNSAYABLE:
                reason = f"response_schema can't say “{word}”."
                self.errors.append(Finding(reason, (*path, word)))
            elif word not in (*_AS_IS, *_CONVERTED, *_MEANINGLESS):
                self.notes.append(Finding(f"“{word}” is left out.", (*path, word)))

    def _type(self, node: JsonSchema, path: Path) -> JsonSchema:
        """`type`, `nullable` and `enum`."""
        types = node.get("type", [])
        names = types if isinstance(types, list) else [types]
        plain = [name for name in names if name != "null"]
        result: JsonSchema = {"nullable": True} if "null" in names else {}
        if len(plain) > 1:
            reason = "response_schema takes one type beside null; use anyOf for a choice."
            self.errors.append(Finding(reason, (*path, "type")))
        elif plain:
            result["type"] = plain[0].upper()
        values = node.get("enum", [node["const"]] if "const" in node else [])
        texts = [value for value in values if value is not None]
        if texts and all(isinstance(value, str) for value in texts):
            result |= {"type": "STRING", "enum": texts}
        elif values:
            reason = "response_schema takes enums of strings only."
            self.errors.append(Finding(reason, (*path, "enum")))
        return result

    def _choice(self, options: list[Any], path: Path) -> JsonSchema:
        """Alternatives; null among them is `nullable`, and a single other one is no choice."""
        plain = [(i, option) for i, option in enumerate(options) if option != {"type": "null"}]
        converted = [self.convert(option, (*path, i)) for i, option in plain]
        nullable: JsonSchema = {"nullable": True} if len(plain) < len(options) else {}
        if len(converted) == 1:
            return converted[0] | nullable
        return {"anyOf": converted} | nullable
