"""Pydantic source read as text, compared with what Pydantic itself says of the same classes."""

import ast
import copy
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from gemini.structured.pydantic_source import read_pydantic
from gemini.structured.subschemas import inline

HEADER = """
from __future__ import annotations
import datetime
import enum
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum, auto
from typing import *
from uuid import UUID
from annotated_types import Ge, Len
from pydantic import *
import pydantic
"""

SOURCES = {
    "scalars": '''
class Thing(BaseModel):
    """A thing.

    With a longer story.
    """
    text: str
    count: int
    price: float
    sold: bool
    anything: Any
    day: date
    moment: datetime.datetime
    hour: time
    span: timedelta
    key: UUID
    nothing: None
    raw: bytes
''',
    "lists and maps": """
class Thing(pydantic.BaseModel):
    a: list[str]
    b: List[int]
    c: dict[str, float]
    d: Dict[str, list[int]]
    e: set[str]
    f: tuple[int, str]
    g: tuple[int, ...]
    h: Sequence[str]
    i: dict[str, Any]
    j: list[list[bool]]
""",
    "unions": """
class Thing(BaseModel):
    a: Optional[str]
    b: str | None
    c: Union[int, str]
    d: int | str | None = None
    e: "list[int] | None" = None
    f: Optional[list[str]] = None
    g: Union[list[int], dict[str, int]]
""",
    "literals and enums": '''
class Color(str, Enum):
    """A colour."""
    RED = "red"
    BLUE = "blue"

class Level(IntEnum):
    LOW = 1
    HIGH = 2

class Word(StrEnum):
    YES = auto()
    NO = auto()

class Thing(BaseModel):
    a: Literal["x", "y"]
    b: Literal[1, 2]
    c: Literal["only"]
    d: Color
    e: Level | None = None
    f: list[Color]
    g: Literal["x", None]
    h: Color = Color.RED
    i: Literal[Color.RED]
    j: Word
    k: Color = Field(Color.BLUE, description="Which one")
''',
    "field arguments": """
class Thing(BaseModel):
    a: int = Field(ge=1, le=5, description="From 1 to 5")
    b: float = Field(gt=0, lt=1.5)
    c: str = Field(min_length=2, max_length=8, pattern="^a")
    d: list[str] = Field(min_length=1, max_length=3)
    e: int = Field(default=3, multiple_of=3)
    f: str = Field("x", title="Eff", examples=["y"])
    g: list[int] = Field(default_factory=list)
    h: Annotated[int, Field(ge=0, description="In brackets")]
    i: Annotated[str, Field(max_length=4)] = "z"
    j: Optional[int] = Field(None, ge=7)
    k: str = Field(alias="kay")
    m: str = Field(..., json_schema_extra={"format": "email"})
    n: PositiveInt
    o: conint(ge=2)
    p: constr(max_length=3) | None = None
    q: Annotated[list[int], Len(1, 2)]
    r: conlist(str, min_length=1)
    s: Annotated[int, Ge(3)]
    t: dict[str, int] = Field(min_length=1)
""",
    "nested": '''
class Address(BaseModel):
    """Where."""
    city: str
    zip: str | None = None

class Base(BaseModel):
    id: int

class Person(Base):
    model_config = ConfigDict(extra="forbid")
    name: str = "Ann"
    home: Address
    others: list[Address] = []
    work: Address | None = None
    spare: Optional[Address] = Field(None, description="A spare one")
    id: str
''',
    "recursive": """
class Node(BaseModel):
    name: str
    children: list[Node] = []
    twin: Node | None = None
""",
    "recursive at a remove": """
class Folder(BaseModel):
    files: list[File]

class File(BaseModel):
    parent: Optional["Folder"] = None

class Disk(BaseModel):
    root: Folder
""",
    "aliases": """
Mood = Literal["good", "bad"]
Names = list[str]

class Thing(BaseModel):
    mood: Mood
    names: Names | None = None
""",
    "root model": """
class Item(BaseModel):
    a: int

class Items(RootModel[list[Item]]):
    pass
""",
    "not fields": """
class Thing(BaseModel):
    kind: ClassVar[str] = "thing"
    _secret: int = 1
    label: Literal["Thing"]
    a: int

    @field_validator("a")
    @classmethod
    def even(cls, value: int) -> int:
        return value
""",
}


def run(source: str, name: str) -> type[BaseModel]:
    """The class Pydantic makes of the source: executed here only, to compare."""
    module = types.ModuleType(f"pasted_{abs(hash(source))}")
    sys.modules[module.__name__] = module
    exec(compile(HEADER + source, "pasted", "exec"), module.__dict__)
    model = getattr(module, name)
    model.model_rebuild()
    return model


def normal(schema: Any) -> Any:
    """A schema with everything aside that two ways of saying the same may differ in.

    Titles; default null; a type list for `anyOf` with null; `const` as an enum; whole numbers
    above a bound; additionalProperties true; items {}.
    """
    if isinstance(schema, list):
        return [normal(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    node = {k: v for k, v in schema.items() if k != "title" or not isinstance(v, str)}
    if node.get("default", ...) is None:
        del node["default"]
    if "const" in node:
        node["enum"] = [node.pop("const")]
    node = with_type_list(node)
    if node.get("enum") and None in node["enum"]:
        node.setdefault("type", ["string", "null"])
    if node.get("type") == "integer" and "exclusiveMinimum" in node:
        node["minimum"] = node.pop("exclusiveMinimum") + 1
    if node.get("additionalProperties") is True:
        del node["additionalProperties"]
    if node.get("items") == {}:
        del node["items"]
    if isinstance(node.get("required"), list):
        node["required"] = sorted(node["required"])
    return {key: normal(value) for key, value in node.items()}


def with_type_list(node: dict[str, Any]) -> dict[str, Any]:
    """`anyOf` of one typed schema and null, as that schema with a list of types."""
    options = node.get("anyOf", [])
    rest = [option for option in options if option != {"type": "null"}]
    if len(rest) != 1 or len(options) != 2 or not isinstance(rest[0].get("type"), str):
        return node
    option = {k: v for k, v in rest[0].items() if k not in {"title", "const"}}
    if "const" in rest[0]:
        option["enum"] = [rest[0]["const"]]
    if "enum" in option:
        option["enum"] = [*option["enum"], None]
    outer = {key: value for key, value in node.items() if key != "anyOf"}
    return option | outer | {"type": [option["type"], "null"]}


@pytest.mark.parametrize("title", SOURCES)
def test_reads_what_pydantic_says(title: str):
    source = SOURCES[title]
    reading = read_pydantic(HEADER + source)
    assert reading.errors == ()
    assert reading.schema is not None
    assert reading.root is not None
    expected = run(source, reading.root).model_json_schema()
    assert normal(inline(reading.schema)[0]) == normal(inline(expected)[0])


def test_property_order_is_that_of_the_class():
    reading = read_pydantic("class A(BaseModel):\n  z: int\n  a: int\n  m: int")
    assert reading.schema is not None
    assert list(reading.schema["properties"]) == ["z", "a", "m"]


def test_several_classes_the_root_is_the_last_or_the_named_one():
    source = "class A(BaseModel):\n  a: int\nclass B(BaseModel):\n  b: A"
    assert read_pydantic(source).root == "B"
    assert read_pydantic(source).models == ("A", "B")
    named = read_pydantic(source, root="A").schema
    assert named is not None
    assert list(named["properties"]) == ["a"]
    assert "no model “C”" in read_pydantic(source, root="C").errors[0].reason


def test_nothing_is_executed(tmp_path: Path):
    trace = tmp_path / "ran"
    source = f"""
open({str(trace)!r}, "w")
class A(BaseModel):
    a: int = open({str(trace)!r}, "w")
    b: str = Field(default=__import__("os").system("touch {trace}"))
    c: int = Field(default_factory=lambda: open({str(trace)!r}, "w"))
"""
    reading = read_pydantic(source)
    assert not trace.exists()
    assert reading.schema is not None
    assert "required" not in reading.schema
    assert [note.line for note in reading.notes] == [4, 5]


@pytest.mark.parametrize(
    ("source", "line", "column", "said"),
    [
        ("class A(BaseModel):\n  a: int\n  b: Foo", 3, 6, "“Foo” isn't known"),
        ("class A(BaseModel):\n  é: dict[int, str]", 2, 11, "keys of a JSON object are text"),
        ("class A(BaseModel)\n  a: int", 1, 19, "isn't Python"),
        ("class A(Base):\n  a: int", 1, 1, "inherits from Base"),
        ("x = 1", 1, 1, "no class here"),
        ("class A(BaseModel):\n  a: int = Field(min_length=2)", 2, 3, "doesn't apply"),
        ("class A(BaseModel):\n  a: str = Field(**more)", 2, 20, "without running it"),
        ("class A(BaseModel):\n  a: Literal[b]", 2, 14, "isn't a plain value"),
        ("class E(Enum):\n  pass\nclass A(BaseModel):\n  a: E", 1, 1, "has no members"),
        ("X = list['X']\nclass A(BaseModel):\n  a: X", 1, 10, "defined by itself"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(source: str, line: int, column: int, said: str):
    reading = read_pydantic(source)
    assert reading.schema is None
    error = reading.errors[0]
    assert said in error.reason
    assert (error.line, error.column) == (line, column)


def test_every_field_that_cannot_be_read_is_told():
    reading = read_pydantic("class A(BaseModel):\n  a: Foo\n  b: Foo\n  c: Bar")
    assert [error.line for error in reading.errors] == [2, 3, 4]


def test_classes_that_multiply_are_refused_quickly():
    doubling = "".join(
        f"class C{n}(BaseModel):\n  a: C{n - 1}\n  b: C{n - 1}\n" for n in range(1, 25)
    )
    reading = read_pydantic("class C0(BaseModel):\n  x: int\n" + doubling)
    assert reading.schema is None
    assert "too many" in reading.errors[0].reason


@pytest.mark.parametrize(
    "text", ["(" * 5000, "-" * 20000 + "1", "a." * 20000 + "b", "\x00", "x" * 60000]
)
def test_hostile_text_is_an_error_and_no_crash(text: str):
    assert read_pydantic(f"class A(BaseModel):\n  a: {text}").errors


WORDS = st.one_of(
    st.sampled_from(
        ["class", "A", "B", "(", ")", "BaseModel", ":", "\n ", "a", "int", "|", "None"]
    ),
    st.sampled_from(
        ["=", "Field", "ge", "1", "[", "]", ",", "list", "Literal", "'x'", "Enum", "é"]
    ),
    st.sampled_from(["\t", "...", "lambda", "@", ".", "**", "Optional", "RootModel", "Annotated"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=30))
def test_reading_never_raises(words: list[str]):
    read_pydantic(" ".join(words))
    read_pydantic("class A(BaseModel):\n  a: " + " ".join(words))


def test_reading_leaves_its_own_tables_alone():
    before = copy.deepcopy(read_pydantic("class A(BaseModel):\n  a: int").schema)
    read_pydantic("class A(BaseModel):\n  a: int = Field(ge=3, description='x')")
    assert read_pydantic("class A(BaseModel):\n  a: int").schema == before


def test_the_module_has_no_way_to_execute_anything():
    folder = Path(__file__).parents[2] / "gemini" / "structured"
    paths = list(folder.glob("*.py"))
    assert paths
    for path in paths:
        called = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"eval", "exec", "compile", "__import__"}, path.name


def test_a_description_that_names_a_class_is_no_use_of_it() -> None:
    source = """
class A(BaseModel):
    b: list[Annotated[str, Field(description="not an A")]]
class Root(BaseModel):
    a: A
"""
    reading = read_pydantic(source)
    assert reading.schema is not None
    assert "$defs" not in reading.schema


FENCED = """Here you are:

```python
class A(BaseModel):
    x: int
```
"""
INDENTED = """
    class A(BaseModel):
        x: int
"""


@pytest.mark.parametrize("source", [FENCED, INDENTED, f"```{INDENTED}```"])
def test_pasted_code_may_be_fenced_or_indented(source: str):
    reading = read_pydantic(source)
    assert reading.errors == ()
    assert reading.schema is not None
    assert reading.schema["properties"] == {"x": {"type": "integer"}}


def test_errors_in_fenced_or_indented_code_are_where_they_stand():
    error = read_pydantic(FENCED.replace("int", "Frob")).errors[0]
    assert (error.line, error.column) == (5, 8)
    error = read_pydantic(INDENTED.replace("int", "Frob")).errors[0]
    assert (error.line, error.column) == (3, 12)
    error = read_pydantic(FENCED.replace("int", "int)")).errors[0]
    assert (error.line, error.column) == (5, 11)


ROOTS = {
    "an alias": "Items = RootModel[list[Item]]",
    "a class": "class Items(RootModel[list[Item]]): ...",
    "Pydantic 1": "class Items(BaseModel):\n    __root__: list[Item]",
}


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_model_in_each_spelling_is_a_list(root: str):
    reading = read_pydantic(f"class Item(BaseModel):\n    x: int\n{ROOTS[root]}\n")
    assert reading.errors == ()
    assert reading.root == "Items"
    assert reading.schema is not None
    assert (reading.schema["title"], reading.schema["type"]) == ("Items", "array")
    assert reading.schema["items"]["properties"] == {"x": {"type": "integer"}}


def test_syntax_of_python_3_12_is_read_by_3_11_too():
    source = "type Name = str\nclass A(BaseModel):\n    x: Name\n    y: list[Name]\n"
    reading = read_pydantic(source)
    assert reading.errors == ()
    assert reading.schema is not None
    assert reading.schema["properties"]["x"] == {"type": "string"}
    error = read_pydantic("class Box[T](BaseModel):\n    x: T\n").errors[0]
    assert (error.line, error.column) == (2, 8)
    assert "“T” isn't known" in error.reason
