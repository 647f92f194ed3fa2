"""JSON and enum answers, function calls: what a schema makes, and which schemas are refused."""

import json
from typing import Any

import jsonschema
import pytest
from google import genai
from google.genai import errors, types
from pydantic import BaseModel

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 18}},
    "required": ["name", "age"],
}


def answer(
    client: genai.Client, schema: Any, contents: str = "Go"
) -> types.GenerateContentResponse:
    config = types.GenerateContentConfig(
        response_mime_type="application/json", response_json_schema=schema
    )
    return client.models.generate_content(model="echo", contents=contents, config=config)


@pytest.mark.parametrize(
    "schema",
    [
        PERSON,
        {"type": "array", "items": PERSON, "minItems": 2, "maxItems": 3},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "minLength": 9, "maxLength": 9},
        {"type": ["number", "null"], "maximum": -3},
        {"anyOf": [{"type": "boolean"}, {"type": "string"}]},
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "minItems": 2},
        {
            "$defs": {
                "Node": {
                    "type": "object",
                    "properties": {
                        "value": {"type": "number"},
                        "next": {"$ref": "#/$defs/Node"},
                    },
                    "required": ["value"],
                }
            },
            "$ref": "#/$defs/Node",
        },
    ],
)
def test_an_answer_satisfies_its_schema(client: genai.Client, schema: dict[str, Any]) -> None:
    text = answer(client, schema).text
    assert text is not None
    jsonschema.validate(json.loads(text), schema)


def test_a_pydantic_schema_comes_back_parsed(client: genai.Client) -> None:
    class Recipe(BaseModel):
        title: str
        minutes: int

    config = types.GenerateContentConfig(
        response_mime_type="application/json", response_schema=Recipe
    )
    response = client.models.generate_content(
        model="gemini-2.5-flash", contents="A soup in 25 minutes", config=config
    )
    assert response.parsed == Recipe(title="text", minutes=25)


def test_property_ordering_is_kept(client: genai.Client) -> None:
    schema = PERSON | {"propertyOrdering": ["age", "name"], "required": []}
    assert list(json.loads(answer(client, schema).text or "")) == ["age", "name"]


def test_an_enum_answer_has_no_quotes(client: genai.Client) -> None:
    config = types.GenerateContentConfig(
        response_mime_type="text/x.enum",
        response_schema={"type": "STRING", "enum": ["blue", "green"]},
    )
    response = client.models.generate_content(model="echo", contents="Sky?", config=config)
    assert response.text == "blue"


TREE = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                "parent": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            },
            "required": ["children", "parent"],
        }
    },
    "$ref": "#/$defs/Node",
}


def test_a_schema_that_may_end_is_no_endless_one(client: genai.Client) -> None:
    assert json.loads(answer(client, TREE).text or "") == {"children": [], "parent": None}


def chain(links: int, items: int) -> dict[str, Any]:
    """Definitions that each need `items` of the next: small to write, huge to satisfy."""
    steps = {
        f"D{n}": {"type": "array", "items": {"$ref": f"#/$defs/D{n + 1}"}, "minItems": items}
        for n in range(links)
    }
    return {"$defs": steps | {f"D{links}": {"type": "string"}}, "$ref": "#/$defs/D0"}


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"x": schema}}
    return schema


def wide(levels: int, items: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema, "minItems": items, "maxItems": items}
    return schema


@pytest.mark.parametrize(
    ("schema", "field", "why"),
    [
        ({"type": "array", "items": {}, "minItems": 5, "maxItems": 2}, ".minItems", "above"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, ".minimum", "above"),
        ({"type": "array"}, ".items", "missing field"),
        ({"type": "thing"}, ".type", "must be one of"),
        ({"format": []}, ".format", "must be a text"),
        ({"additionalProperties": 1}, ".additionalProperties", "true or false"),
        (
            {"type": "object", "properties": {}, "propertyOrdering": [[]]},
            ".propertyOrdering",
            "names",
        ),
        ({"type": "string", "enum": []}, ".enum", "at least one value"),
        ({"type": "string", "enum": [str(n) for n in range(501)]}, ".enum", "more than 500"),
        ({"type": "string", "maxLength": 10**9}, ".maxLength", "above 1000"),
        ({"type": "array", "items": {}, "minItems": -1}, ".minItems", "at least 0"),
        ({"type": "object", "properties": {"a": 1}}, ".properties[a]", "must be a schema"),
        (PERSON | {"required": ["size"]}, ".required", "not defined"),
        ({"anyOf": []}, ".anyOf", "at least one schema"),
        ({"$ref": "#/$defs/No"}, ".$ref", "not in $defs"),
        ({"$ref": "https://example.com/s.json"}, ".$ref", "not in $defs"),
        ({"type": "string", "pattern": "(a+)+"}, ".pattern", "not supported"),
        (wide(2, 100), ".items", "too many"),
        (deep(30), "", "nested deeper"),
        (
            {
                "$defs": {
                    "A": {
                        "type": "object",
                        "properties": {"a": {"$ref": "#/$defs/A"}},
                        "required": ["a"],
                    }
                },
                "$ref": "#/$defs/A",
            },
            ".properties[a]",
            "requires itself",
        ),
        (chain(3, 100), ".items", "more than 1000 values"),
        (chain(40, 1), ".items", "nested deeper"),
        ([1], "", "must be a schema"),
    ],
)
def test_schemas_that_no_answer_could_or_should_satisfy_are_400(
    client: genai.Client, schema: Any, field: str, why: str
) -> None:
    with pytest.raises(errors.ClientError) as caught:
        answer(client, schema)
    assert caught.value.code == 400
    message = caught.value.message or ""
    assert "generation_config.response_json_schema" in message
    assert field in message
    assert why in message


WEATHER = types.FunctionDeclaration(
    name="get_weather",
    description="The weather in a city",
    parameters_json_schema={
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
        "required": ["city"],
    },
)
ALARM = types.FunctionDeclaration(name="set_alarm", description="Sets an alarm clock")


def call(client: genai.Client, contents: Any, mode: str = "AUTO", **config: Any):
    calling = types.FunctionCallingConfig(
        mode=types.FunctionCallingConfigMode(mode), **config.pop("calling", {})
    )
    tools = config.pop("tools", [types.Tool(function_declarations=[WEATHER, ALARM])])
    return client.models.generate_content(
        model=config.pop("model", "echo"),
        contents=contents,
        config=types.GenerateContentConfig(
            tools=tools,
            tool_config=types.ToolConfig(function_calling_config=calling),
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            **config,
        ),
    )


def test_auto_calls_the_function_that_the_message_is_about(client: genai.Client) -> None:
    calls = call(client, "What is the weather in Paris?").function_calls
    assert [(c.name, c.args) for c in calls] == [("get_weather", {"city": "Paris"})]
    assert calls[0].id
    assert call(client, "Wake me with an alarm").function_calls[0].name == "set_alarm"


def test_auto_answers_in_words_when_no_function_fits(client: genai.Client) -> None:
    response = call(client, "Tell me a joke")
    assert response.function_calls is None
    assert response.text.startswith("Echo: Tell me a joke")


def test_any_must_call_and_keeps_to_the_allowed_names(client: genai.Client) -> None:
    assert call(client, "Tell me a joke", "ANY").function_calls
    allowed = {"calling": {"allowed_function_names": ["set_alarm"]}}
    response = call(client, "What is the weather in Paris?", "ANY", **allowed)
    assert [c.name for c in response.function_calls] == ["set_alarm"]


def test_none_calls_nothing(client: genai.Client) -> None:
    assert call(client, "What is the weather in Paris?", "NONE").function_calls is None


def test_after_the_function_s_answer_come_words(client: genai.Client) -> None:
    first = call(client, "What is the weather in Paris?")
    asked = first.function_calls[0]
    answered = types.Part.from_function_response(name="get_weather", response={"sky": "clear"})
    history = [
        types.UserContent("What is the weather in Paris?"),
        first.candidates[0].content,
        types.Content(role="user", parts=[answered]),
    ]
    second = call(client, history)
    assert asked.name == "get_weather"
    assert '{"sky": "clear"}' in second.text


def test_gemini_3_signs_its_calls(client: genai.Client) -> None:
    response = call(client, "The weather in Rome?", model="gemini-3.8-flash")
    part = response.candidates[0].content.parts[0]
    assert part.function_call.args == {"city": "Rome"}
    assert part.thought_signature


@pytest.mark.parametrize(
    ("tools", "mode", "calling", "why"),
    [
        ([WEATHER, WEATHER], "AUTO", {}, "Duplicate function declaration found: get_weather"),
        ([types.FunctionDeclaration(name="9 lives")], "AUTO", {}, "Invalid function name"),
        ([WEATHER], "AUTO", {"allowed_function_names": ["get_weather"]}, "mode is ANY"),
        ([WEATHER], "ANY", {"allowed_function_names": ["other"]}, "not among"),
        ([], "ANY", {}, "without function_declarations"),
    ],
)
def test_function_settings_that_make_no_sense_are_400(
    client: genai.Client, tools: list[Any], mode: str, calling: dict[str, Any], why: str
) -> None:
    given = [types.Tool(function_declarations=tools)] if tools else []
    with pytest.raises(errors.ClientError, match=why):
        call(client, "Hi", mode, tools=given, calling=calling)
