"""A schema as the request's config takes it: JSON mode and enum mode.

JSON mode uses `response_json_schema`, which takes JSON Schema nearly as it is; `openapi` has the
older form.
"""

import re
from itertools import count
from typing import Any
from urllib.parse import unquote

from gemini.schema.check import keywords
from gemini.schema.finding import JsonSchema
from gemini.schema.refs import resolve
from gemini.schema.walk import DIRECT, IN_LIST, IN_MAP, walk

JSON_MIME_TYPE = "application/json"
ENUM_MIME_TYPE = "text/x.enum"


def json_mode(schema: JsonSchema) -> dict[str, Any]:
    """The config for a JSON answer: `response_mime_type` and `response_json_schema`."""
    return {"response_mime_type": JSON_MIME_TYPE, "response_json_schema": sendable(schema)}


def enum_mode(choices: list[str]) -> dict[str, Any]:
    """The config for an answer that is one of `choices` and nothing else, without quotes.

    Raises ValueError if there are none, or one is there twice.
    """
    if not choices or len(set(choices)) < len(choices):
        raise ValueError("Enum mode needs at least one choice, and each only once.")
    schema = {"type": "STRING", "enum": list(choices)}
    return {"response_mime_type": ENUM_MIME_TYPE, "response_schema": schema}


def enum_choices(schema: JsonSchema) -> list[str] | None:
    """The choices of a schema that is one enum of strings, so that enum mode can send it."""
    enum = schema.get("enum")
    if schema.get("type", "string") != "string" or not isinstance(enum, list) or not enum:
        return None
    return list(enum) if all(isinstance(value, str) for value in enum) else None


def sendable(schema: JsonSchema) -> JsonSchema:
    """A copy with only the keywords the API takes, and the order of properties spelled out.

    `propertyOrdering` is added to every object with two properties or more, for models that
    don't keep the order of the text. `check` names what is left out here. What a `$ref` names is
    put in `$defs` if it isn't sent otherwise (`definitions`, say); one that names nothing in
    `schema` is left out.
    """
    result = _sent(schema)
    new_names: dict[str, str] = {}
    pending = [result]
    while pending:
        for _, node in walk(pending.pop()):
            ref = node.get("$ref")
            if "$ref" not in node or (isinstance(ref, str) and _names_schema(result, ref)):
                continue
            target = resolve(schema, ref) if isinstance(ref, str) else None
            if not isinstance(target, (dict, bool)):
                del node["$ref"]
                continue
            if ref not in new_names:
                definitions = result.setdefault("$defs", {})
                new_names[ref] = _free_name(ref, definitions)
                definitions[new_names[ref]] = _sendable(target)
                pending.append(definitions[new_names[ref]])
            node["$ref"] = f"#/$defs/{new_names[ref]}"
    return result


def _names_schema(root: JsonSchema, ref: str) -> bool:
    return isinstance(resolve(root, ref), (dict, bool))


def _free_name(ref: str, taken: JsonSchema) -> str:
    """A name for what `ref` names that needs no escape in a reference."""
    base = re.sub(r"[^A-Za-z0-9_.-]", "_", unquote(ref).rsplit("/", 1)[-1].lstrip("#")) or "root"
    names = (base if number == 1 else f"{base}_{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _sent(schema: JsonSchema) -> JsonSchema:
    taken = keywords()["taken"]
    result: JsonSchema = {}
    for keyword, value in schema.items():
        if keyword not in taken:
            continue
        if keyword in IN_MAP and isinstance(value, dict):
            result[keyword] = {name: _sendable(child) for name, child in value.items()}
        elif keyword in IN_LIST and isinstance(value, list):
            result[keyword] = [_sendable(child) for child in value]
        else:
            result[keyword] = _sendable(value) if keyword in DIRECT else value
    if len(result.get("properties", {})) > 1:
        result.setdefault("propertyOrdering", list(result["properties"]))
    return result


def _sendable(child: Any) -> Any:
    return _sent(child) if isinstance(child, dict) else child
