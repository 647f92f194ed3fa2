"""The parts of a request's config that bind an answer to a schema, or to one of some choices."""

from typing import Any

from gemini.structured.finding import JsonSchema
from gemini.structured.reducing import reduced

JSON_MIME_TYPE = "application/json"
ENUM_MIME_TYPE = "text/x.enum"
SCHEMA_FIELD = "response_json_schema"  # of a config


def json_mode(schema: JsonSchema) -> dict[str, Any]:
    """The config for a JSON answer: `response_mime_type` and `response_json_schema`."""
    return {"response_mime_type": JSON_MIME_TYPE, SCHEMA_FIELD: sendable(schema)}


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
    """A copy in the keywords the API takes, and the order of properties spelled out.

    `propertyOrdering` is added to every object with two properties or more, for models that
    don't keep the order of the text. `check` names what is left out here.
    """
    return reduced(schema)[0]
