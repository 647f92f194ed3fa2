"""JSON Schema and the older form of the API's schemas, a subset of OpenAPI: there and back.

Not the SDK's converters: `types.Schema.json_schema` of google-genai 3.6.1 makes of a nullable
choice a type that only null fits, and `from_json_schema` refuses `const` and references.
"""

import copy
from typing import Any

from gemini.structured.check import TYPES, check
from gemini.structured.finding import JsonSchema
from gemini.structured.subschemas import inline, keywords, walk

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
_UNSAYABLE = {"prefixItems", "allOf", "not"}


def from_openapi(schema: JsonSchema) -> JsonSchema | None:
    """A schema whose types are in capitals or which says `nullable`, as JSON Schema.

    None for a schema that isn't in that spelling.
    """
    if not any(_is_capital(n.get("type")) or _is_nullable(n) for _, n in walk(schema)):
        return None
    schema = copy.deepcopy(schema)
    for _, node in list(walk(schema)):
        _respell(node)
    return schema


def _is_capital(name: Any) -> bool:
    return isinstance(name, str) and name.isupper() and name.lower() in TYPES


def _is_nullable(node: JsonSchema) -> bool:
    return isinstance(node.get("nullable"), bool)


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


def to_openapi(schema: JsonSchema) -> JsonSchema | None:
    """A schema as `response_schema` takes it: types in capitals, `nullable`, no references.

    Words that only describe are left out where that form has none for them. None for a schema that
    can't be sent, or that it can't say: recursion, tuples, maps, enums of numbers, several types.
    """
    if not check(schema).ok:
        return None
    flat, recursive = inline(schema)
    try:
        return None if recursive else _converted(flat)
    except ValueError:
        return None


def _converted(node: Any) -> JsonSchema:
    """Raises ValueError for what the form can't say."""
    if not isinstance(node, dict) or _UNSAYABLE & node.keys():
        raise ValueError("no such schema")
    types = node.get("type", [])
    names = types if isinstance(types, list) else [types]
    plain = [name.upper() for name in names if name != "null"]
    values = node.get("enum", [node["const"]] if "const" in node else [])
    texts = [value for value in values if value is not None]
    is_map = node.get("additionalProperties", False) is not False
    if is_map or len(plain) > 1 or not all(isinstance(value, str) for value in texts):
        raise ValueError("no such schema")
    result = {word: node[word] for word in _AS_IS if word in node}
    if result.get("format") not in keywords()["formats"]["openapi"]:
        result.pop("format", None)
    if plain:
        result["type"] = plain[0]
    if texts:
        result |= {"type": "STRING", "enum": texts}
    if "null" in names:
        result["nullable"] = True
    if "properties" in node:
        result["properties"] = {name: _converted(one) for name, one in node["properties"].items()}
        result["propertyOrdering"] = node.get("propertyOrdering", list(node["properties"]))
    if "items" in node:
        result["items"] = _converted(node["items"])
    for options in (node[word] for word in ("anyOf", "oneOf") if word in node):
        converted = [_converted(option) for option in options if option != {"type": "null"}]
        choice = converted[0] if len(converted) == 1 else {"anyOf": converted}
        nullable = {"nullable": True} if len(converted) < len(options) else {}
        result = choice | nullable | result
    return result
