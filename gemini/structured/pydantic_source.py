"""A schema from Pydantic classes pasted as text.

The text is parsed and read as a tree, never executed and never imported. What only running it
would tell (computed defaults, validators, generated aliases) is reported with its line.
"""

import ast
from dataclasses import dataclass
from typing import Any

from gemini.structured.check import multiplies
from gemini.structured.finding import Finding, JsonSchema, Reading
from gemini.structured.pydantic_classes import Classes, sort_classes
from gemini.structured.pydantic_fields import FieldArguments, constrained, field_arguments
from gemini.structured.pydantic_types import TypeReader
from gemini.structured.python_syntax import (
    UnreadableError,
    elements,
    name_of,
    parse_module,
    placed_problems,
    source_of,
)
from gemini.structured.subschemas import inline, reached


@dataclass(frozen=True, slots=True)
class PydanticReading(Reading):
    """The schema of `root`, one of the `models` in the text (in the order of the text)."""

    root: str | None = None
    models: tuple[str, ...] = ()


def read_pydantic(source: str, root: str | None = None) -> PydanticReading:
    """The schema of the model named `root`, or of the last one. Never raises.

    Nested models are written in place; those that contain themselves become `$defs`. Errors and
    notes carry line and column from 1.
    """
    module = parse_module(source)
    if isinstance(module, Finding):
        return PydanticReading(None, (module,))
    classes = sort_classes(module)
    names = tuple(classes.models)
    problem = ""
    if not names:
        problem = "There is no class here that inherits from BaseModel."
    elif root is not None and root not in names:
        problem = f"There is no model “{root}” here; there is {', '.join(names)}."
    if problem:
        return PydanticReading(None, (Finding(problem, line=1, column=1),))
    root = root or names[-1]
    reader = ModelReader(classes)
    schema = reader.written_out(reader.model(root), classes.models[root])
    errors = placed_problems([*classes.errors, *reader.errors], source)
    notes = placed_problems([*classes.notes, *reader.notes], source)
    return PydanticReading(None if errors else schema, errors, notes, root, names)


class ModelReader:
    """Builds schemas of the models in `classes`, collecting errors and notes.

    `types` reads any annotation that may name one of them, as a reference that `written_out`
    replaces.
    """

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self.types = TypeReader(self._named, self.member)
        self._definitions: dict[str, JsonSchema] = {}
        self._open_aliases: list[str] = []
        self.errors: list[UnreadableError] = []
        self.notes: list[UnreadableError] = []

    def model(self, name: str) -> JsonSchema:
        """A reference to the model's schema."""
        if name not in self._definitions:
            self._definitions[name] = {}  # stands for the one being read
            self._definitions[name] = self._schema(name)
        return {"$ref": f"#/$defs/{name}"}

    def written_out(self, schema: JsonSchema, node: ast.AST) -> JsonSchema:
        """A schema with its models in place; those that contain themselves are in `$defs`."""
        root: JsonSchema = {"prefixItems": [schema], "$defs": self._definitions}
        if multiplies(root):
            reason = "Written out, these classes are too many to send."
            self.errors.append(UnreadableError(reason, node))
            return {}
        refs = {f"#/$defs/{name}": name for name in self._definitions}
        circular = [ref for ref in refs if ref in {n.get("$ref") for n in reached(root, ref)}]
        root["prefixItems"] += [self._definitions[refs[ref]] for ref in circular]
        result, *definitions = inline(root, circular)[0]["prefixItems"]
        names = [refs[ref] for ref in circular]
        return result | ({"$defs": dict(zip(names, definitions, strict=True))} if names else {})

    def _named(self, node: ast.expr, name: str) -> JsonSchema | None:
        """The schema of a name in an annotation, if the text defines it."""
        if name in self._classes.enums:
            return dict(self._classes.enums[name].schema)
        if name in self._classes.models:
            ref = self.model(name)
            # What a root model wraps may be bounded where it is used: its type has to be known.
            wraps = self._classes.root_type(name) is not None and self._definitions[name]
            return dict(self._definitions[name]) if wraps else ref
        if name not in self._classes.aliases:
            return None
        if name in self._open_aliases:
            raise UnreadableError(f"“{name}” is defined by itself.", node)
        self._open_aliases.append(name)
        try:
            return self.types.read(self._classes.aliases[name])
        finally:
            self._open_aliases.pop()

    def member(self, node: ast.expr) -> Any:
        """The value of `Color.RED` (or `Color.RED.value`)."""
        if isinstance(node, ast.Attribute) and node.attr == "value":
            node = node.value
        if isinstance(node, ast.Attribute):
            enum = self._classes.enums.get(name_of(node.value))
            if enum and node.attr in enum.members:
                return enum.members[node.attr]
        raise UnreadableError(f"“{source_of(node)}” isn't a member of an enum in this text.", node)

    def _schema(self, name: str) -> JsonSchema:
        about: JsonSchema = {"title": name}
        if docstring := ast.get_docstring(self._classes.models[name]):
            about["description"] = docstring
        wrapped = self._classes.root_type(name)
        try:
            schema = self.types.read(wrapped) if wrapped is not None else self._object(name)
        except UnreadableError as problem:
            self.errors.append(problem)
            schema = {}
        return about | schema | self._classes.config(name)

    def _object(self, name: str) -> JsonSchema:
        properties: dict[str, JsonSchema] = {}
        required: list[str] = []
        for field in self._classes.fields(name).values():
            try:
                key, schema, needed = self._field(field)
            except UnreadableError as problem:
                self.errors.append(problem)
                continue
            properties[key] = schema
            if needed:
                required.append(key)
        schema: JsonSchema = {"type": "object", "properties": properties}
        return schema | ({"required": required} if required else {})

    def _field(self, field: ast.AnnAssign) -> tuple[str, JsonSchema, bool]:
        """Name in JSON, schema, and whether it is required."""
        arguments = self._arguments(field)
        schema = constrained(self.types.read(field.annotation), arguments, field)
        calls = [arguments, *self._annotated_arguments(field.annotation)]
        for argument in calls:
            if argument.values.get("default") is not None:
                schema.setdefault("default", argument.values["default"])
            if argument.unread:
                reason = f"“{argument.unread}” is only known when the code runs: left out."
                self.notes.append(UnreadableError(reason, field))
        alias = next((argument.alias for argument in calls if argument.alias), None)
        optional = any(argument.has_default for argument in calls)
        return alias or name_of(field.target), schema, not optional

    def _arguments(self, field: ast.AnnAssign) -> FieldArguments:
        """What stands right of the equals sign, as arguments of `Field`."""
        if field.value is None:
            return FieldArguments()
        if isinstance(field.value, ast.Call) and name_of(field.value) == "Field":
            return field_arguments(field.value, self.types.value)
        call = ast.Call(ast.Name("Field"), [field.value], [])
        return field_arguments(call, self.types.value)

    def _annotated_arguments(self, annotation: ast.expr) -> list[FieldArguments]:
        """Those of `Field(…)` inside `Annotated[…]`, for the default and alias they may give."""
        if not isinstance(annotation, ast.Subscript) or name_of(annotation) != "Annotated":
            return []
        extras = elements(annotation.slice)[1:]
        return [field_arguments(c, self.types.value) for c in extras if isinstance(c, ast.Call)]
