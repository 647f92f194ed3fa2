"""Function declarations: the rules of the API, and the ways to write them."""

import json
from typing import Any

import pytest

from gemini.tools.built_in import built_ins, is_built_in
from gemini.tools.declarations import MAX_FUNCTIONS, arguments_schema, check, sent
from gemini.tools.declarations_text import read_declarations, write_declarations
from gemini.tools.gallery import gallery
from gemini.tools.signature import read_functions

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = {"name": "get_weather", "description": "The weather", "parameters_json_schema": CITY}
AS_OPENAPI = {
    "name": "get_weather",
    "description": "The weather",
    "parameters": {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING", "nullable": True, "max_length": 80}},
        "required": ["city"],
    },
}


def refusals(*declarations: dict[str, Any]) -> list[str]:
    return [finding.reason for finding in check(declarations).refused]


@pytest.mark.parametrize("name", ["a", "_a", "get.it:now-1", "x" * 128])
def test_names_that_the_api_takes(name: str) -> None:
    assert refusals(WEATHER | {"name": name}) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "needs a name"),
        ("9lives", "can't be a name"),
        ("two words", "can't be a name"),
        ("größe", "can't be a name"),
        ("x" * 129, "can't be a name"),
    ],
)
def test_names_that_it_refuses(name: str, said: str) -> None:
    assert said in refusals(WEATHER | {"name": name})[0]


def test_a_name_counts_once() -> None:
    findings = check([WEATHER, WEATHER]).refused
    assert [f.path for f in findings] == [(1, "name")]
    assert "there twice" in findings[0].reason


def test_at_most_512() -> None:
    many = [WEATHER | {"name": f"f{n}"} for n in range(MAX_FUNCTIONS + 1)]
    assert "513 functions" in refusals(*many)[0]
    assert refusals(*many[:-1]) == []


@pytest.mark.parametrize(
    ("declaration", "said"),
    [
        ({"parameters_json_schema": CITY, "parameters": CITY}, "there twice"),
        ({"parameters_json_schema": []}, "an object {…}"),
        ({"parameters_json_schema": {"type": "array"}}, "The arguments are an object"),
        ({"parameters_json_schema": {"type": "objekt"}}, "The arguments are an object"),
        ({"parameters": {"type": "object", "oneof": []}}, "under parametersJsonSchema"),
        ({"response": {"typ": "STRING"}}, "response.typ"),
    ],
)
def test_parameters_that_cannot_be_sent(declaration: dict[str, Any], said: str) -> None:
    assert said in refusals({"name": "f", "description": "d"} | declaration)[0]


def test_what_is_good_to_know_is_marked() -> None:
    schema = {"type": "object", "properties": {"a-b": {"type": "string"}}, "required": ["town"]}
    report = check([{"name": "f", "parameters_json_schema": schema}])
    assert report.ok
    assert "Without a description" in report.marked[0].reason
    assert "“town”" in report.marked[1].reason
    assert "“a-b”" in report.marked[2].reason


def test_a_function_without_parameters_is_fine() -> None:
    report = check([{"name": "f", "description": "d"}])
    assert report.ok
    assert not report.marked


def test_arguments_declared_as_openapi_are_json_schema_too() -> None:
    schema = arguments_schema(AS_OPENAPI)
    assert sorted(schema["properties"]["city"]["type"]) == ["null", "string"]
    assert schema["properties"]["city"]["maxLength"] == 80
    assert schema["required"] == ["city"]


@pytest.mark.parametrize(
    "around",
    [
        lambda d: d,
        lambda d: [d],
        lambda d: {"functionDeclarations": [d]},
        lambda d: {"tools": [{"function_declarations": [d]}]},
        lambda d: [{"functionDeclarations": [d]}],
    ],
)
def test_json_is_read_with_whatever_stands_around_it(around: Any) -> None:
    ours = {"name": "f", "description": "d", "parametersJsonSchema": CITY}
    reading = read_declarations(json.dumps(around(ours)))
    expected = {"name": "f", "description": "d", "parameters_json_schema": CITY}
    assert reading.declarations == (expected,)


def test_openai_s_and_mcp_s_forms_are_read() -> None:
    function = {"name": "f", "description": "d", "parameters": CITY, "strict": True}
    expected = {"name": "f", "description": "d", "parameters_json_schema": CITY}
    for text in (
        {"type": "function", "function": function},
        {"type": "function", **function},
    ):
        reading = read_declarations(json.dumps(text))
        assert reading.declarations == (expected,)
        assert "“strict” is left out" in reading.notes[0].reason
    mcp = {"name": "f", "description": "d", "inputSchema": CITY}
    assert read_declarations(json.dumps(mcp)).declarations == (expected,)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[\n{"name": "f",}\n]', 2, "comma too many"),
        ('[\n{"name": "f", "nam": 1}\n]', 2, "“nam” isn't a field"),
        ('[{"name": "f"},\n 3]', 2, "A declaration is an object"),
        ('{"name":\n 3}', 1, "The name is a text"),
        ("[\n\n{}]", 3, "is empty"),
        ('{"name": "f",\n"name": "g"}', 2, "there twice"),
    ],
)
def test_errors_are_at_their_line(text: str, line: int, said: str) -> None:
    reading = read_declarations(text)
    assert not reading.declarations
    assert reading.errors[0].line == line
    assert said in reading.errors[0].reason


def test_nothing_is_no_error() -> None:
    assert read_declarations(" \n").errors == ()
    assert write_declarations([]) == ""


def test_errors_in_a_fenced_text_are_at_their_line() -> None:
    text = 'See } and ]:\n```json\n[\n{"name": "f", "nam": 1}]\n```'
    assert read_declarations(text).errors[0].line == 4


@pytest.mark.parametrize("declarations", [[WEATHER], [AS_OPENAPI], [WEATHER, {"name": "f"}]])
def test_text_keeps_everything(declarations: list[dict[str, Any]]) -> None:
    assert list(read_declarations(write_declarations(declarations)).declarations) == declarations


@pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.label)
def test_samples_can_be_sent(sample: Any) -> None:
    report = check(sample.declarations)
    assert report.ok
    assert not report.marked
    names = {d["name"] for d in sample.declarations}
    assert names >= {*sample.allowed, *sample.mocks}


SOURCE = '''
from enum import Enum
from pydantic import BaseModel


class Unit(Enum):
    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"


class Place(BaseModel):
    """Where."""

    city: str
    country: str = "FR"


@tool
async def get_weather(
    place: Place,
    unit: Unit = Unit.CELSIUS,
    *,
    days: Annotated[int, Field(ge=1, le=14)] = 3,
    tags: list[str] | None = None,
    language: Annotated[str, "Of the answer"] = DEFAULT,
    note=None,
) -> dict:
    """The weather in a place.

    Now, and for some days.

    Args:
        place: Where to look.
        unit: Of the temperature;
            Celsius if not given.
    """
    raise SystemExit("never run")
'''


def test_google_s_tools_beside_functions_are_no_functions() -> None:
    function = {"name": "f", "description": "d", "parametersJsonSchema": CITY}
    for tools in (
        [{"googleSearch": {}}, {"functionDeclarations": [function]}],
        [{"google_search": {}, "function_declarations": [function]}],
    ):
        reading = read_declarations(json.dumps({"contents": [], "tools": tools}))
        assert reading.errors == ()
        assert [d["name"] for d in reading.declarations] == ["f"]
        (note,) = reading.notes
        assert "isn't a function: switch it on in the run settings" in note.reason
    assert "isn't a field" in read_declarations('{"googleSerch": {}}').errors[0].reason


def test_titles_of_an_mcp_tool_are_not_sent_and_a_property_called_title_is() -> None:
    """78 of the public reports."""
    properties = {"title": {"title": "Title", "type": "string"}, "n": {"const": 1}}
    mcp = {"name": "add", "inputSchema": {"title": "A", "type": "object", "properties": properties}}
    (declaration,) = read_declarations(json.dumps(mcp)).declarations
    assert sent(declaration)["parameters_json_schema"] == {
        "type": "object",
        "properties": {"title": {"type": "string"}, "n": {"enum": [1], "type": "integer"}},
        "propertyOrdering": ["title", "n"],
    }
    assert declaration["parameters_json_schema"] == mcp["inputSchema"]


def test_what_is_sent_of_a_built_in_function_is_one_still() -> None:
    for declaration in built_ins().values():
        assert is_built_in(declaration)
        assert is_built_in(sent(declaration))


@pytest.mark.parametrize(
    ("default", "kind"),
    [("5", "integer"), ("0.5", "number"), ("True", "boolean"), ("[]", "array"), ("{}", "object"),
     ("'a'", "string"), ("None", "string"), ("now()", "string")],
)  # fmt: skip
def test_a_parameter_without_a_type_has_that_of_its_default(default: str, kind: str) -> None:
    reading = read_functions(f"def f(a={default}): ...\n")
    assert reading.declarations[0]["parameters_json_schema"]["properties"]["a"]["type"] == kind
    assert f"taken as {kind}" in reading.notes[0].reason


FINDS = '''
def find(
    major: int = 0,
    tags: list[str] | None = None,
    unit: Literal["c", "f"] = "c",
    when: datetime = datetime.now(),
) -> str:
    """Finds.

    Args:
        major: The major version
    """
'''


def test_defaults_are_told_in_the_description_as_the_api_takes_none() -> None:
    """77 of the public reports."""
    reading = read_functions(FINDS)
    assert reading.errors == ()
    assert any("only known when it runs" in note.reason for note in reading.notes)
    schema = sent(reading.declarations[0])["parameters_json_schema"]
    assert "required" not in schema
    properties = schema["properties"]
    assert properties["major"] == {
        "type": "integer",
        "description": "The major version. Default: 0.",
    }
    assert properties["unit"]["description"] == 'Default: "c".'
    assert properties["tags"] == {"type": ["array", "null"], "items": {"type": "string"}}
    assert properties["when"] == {"type": "string", "format": "date-time"}
    assert sent(sent(reading.declarations[0])) == sent(reading.declarations[0])
    assert not [
        finding for finding in check(reading.declarations).marked if "default" in finding.reason
    ]


def test_a_python_function_is_declared() -> None:
    reading = read_functions(SOURCE)
    assert not reading.errors
    (declaration,) = reading.declarations
    assert declaration["name"] == "get_weather"
    assert declaration["description"] == "The weather in a place.\n\nNow, and for some days."
    schema = declaration["parameters_json_schema"]
    assert schema["required"] == ["place"]
    properties = schema["properties"]
    assert properties["place"]["properties"]["city"] == {"type": "string"}
    assert properties["place"]["description"] == "Where to look."
    assert properties["unit"] == {
        "type": "string",
        "enum": ["celsius", "fahrenheit"],
        "description": "Of the temperature;\nCelsius if not given.",
        "default": "celsius",
    }
    assert properties["days"] == {"type": "integer", "minimum": 1, "maximum": 14, "default": 3}
    assert properties["tags"] == {"type": ["array", "null"], "items": {"type": "string"}}
    assert properties["language"] == {"type": "string", "description": "Of the answer"}
    assert properties["note"] == {"type": "string"}
    said = [(note.line, note.reason) for note in reading.notes]
    assert any("“DEFAULT” is only known when it runs" in reason for _, reason in said)
    assert any("“note” has no type" in reason for _, reason in said)
    assert check(reading.declarations).ok


@pytest.mark.parametrize(
    "docstring",
    [
        "Says.\n\n    :param city: The city",
        "Says.\n\n    Parameters\n    ----------\n    city : str\n        The city\n",
    ],
)
def test_other_styles_of_docstrings_are_read(docstring: str) -> None:
    reading = read_functions(f'def f(self, city: str):\n    """{docstring}\n    """\n')
    (declaration,) = reading.declarations
    assert declaration["description"] == "Says."
    properties = declaration["parameters_json_schema"]["properties"]
    assert properties == {"city": {"type": "string", "description": "The city"}}


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("def f(:\n", 1, "This isn't Python"),
        ("x = 1\n", 1, "no function here"),
        ("def f(\n    a: Frobnicate): ...\n", 2, "“Frobnicate” isn't known"),
        ("def f(\n  *args: int): ...\n", 2, "any number of values"),
        ("def f(\n  **more: int): ...\n", 2, "any number of values"),
        ("def f(a: __import__('os').system('x')): ...\n", 1, "isn't"),
        ("class A(BaseModel):\n    b: Frob\ndef f(a: A): ...\n", 2, "“Frob” isn't known"),
        ("x" * 300_001, 1, "longer than"),
        ("(" * 5_000, 1, ""),
        ("\0", 1, ""),
    ],
)
def test_what_cannot_be_read_is_at_its_line(source: str, line: int, said: str) -> None:
    reading = read_functions(source)
    assert not reading.declarations
    assert reading.errors[0].line == line
    assert said in reading.errors[0].reason


def test_a_class_that_contains_itself_becomes_a_definition_of_its_function_alone() -> None:
    source = (
        "class Node(BaseModel):\n    children: list['Node'] = []\n"
        "def walk(node: Node): ...\n"
        "def stop(): ...\n"
    )
    walk, stop = read_functions(source).declarations
    assert walk["parameters_json_schema"]["properties"]["node"] == {"$ref": "#/$defs/Node"}
    assert "Node" in walk["parameters_json_schema"]["$defs"]
    assert stop["parameters_json_schema"] == {"type": "object", "properties": {}}
