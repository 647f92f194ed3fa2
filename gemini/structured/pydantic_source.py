"""A schema from Pydantic classes pasted as text.

The text is parsed and read as a tree, never executed and never imported. What only running it
would tell (computed defaults, validators, generated aliases) is reported with its line.
"""

import ast
from dataclasses import dataclass
from typing import Any

from gemini.structured.finding import Finding, JsonSchema, Reading
from gemini.structured.keywords import keywords
from gemini.structured.pydantic_classes import Classes, sort_classes
from gemini.structured.pydantic_fields import FieldArguments, constrained, field_arguments
from gemini.structured.pydantic_types import TypeReader
from gemini.structured.python_syntax import (
    UnreadableError,
    column,
    literal,
    name_of,
    parse_module,
    source_of,
)


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
    if not names:
        return _failed("There is no class here that inherits from BaseModel.", 1, 1)
    if root is not None and root not in names:
        return _failed(f"There is no model “{root}” here; there is {', '.join(names)}.", 1, 1)
    reader = ModelReader(classes)
    schema = reader.root(root or names[-1])
    errors = tuple(_finding(problem, source) for problem in (*classes.errors, *reader.errors))
    notes = tuple(_finding(problem, source) for problem in (*classes.notes, *reader.notes))
    return PydanticReading(None if errors else schema, errors, notes, root or names[-1], names)


def _failed(reason: str, line: int, at: int) -> PydanticReading:
    return PydanticReading(None, (Finding(reason, line=line, column=max(at, 1)),))


def _finding(problem: UnreadableError, source: str) -> Finding:
    at = column(source, problem.line, problem.offset)
    return Finding(problem.reason, line=problem.line, column=at)


class ModelReader:
    """Builds schemas of the models in `classes`, collecting errors and notes.

    `types` reads any annotation that may name one of them; the models that contain themselves are
    then in `definitions`.
    """

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self.types = TypeReader(self._named, self.member)
        self.definitions: dict[str, JsonSchema] = {}
        self._open_aliases: list[str] = []
        self._models_read = 0
        self.errors: list[UnreadableError] = []
        self.notes: list[UnreadableError] = []

    def root(self, name: str) -> JsonSchema:
        try:
            schema = self._model(name, self._classes.models[name])
        except UnreadableError as problem:
            self.errors.append(problem)
            return {}
        return schema | ({"$defs": self.definitions} if self.definitions else {})

    def _named(self, node: ast.expr, name: str) -> JsonSchema | None:
        """The schema of a name in an annotation, if the text defines it."""
        if name in self._classes.enums:
            return dict(self._classes.enums[name].schema)
        if name in self._classes.models:
            return self._model(name, node)
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

    def _model(self, name: str, node: ast.AST) -> JsonSchema:
        if name not in self._classes.recursive:
            return self._schema(name, node)
        if name not in self.definitions:
            self.definitions[name] = {}  # stands for the one being read
            self.definitions[name] = self._schema(name, node)
        return {"$ref": f"#/$defs/{name}"}

    def _schema(self, name: str, node: ast.AST) -> JsonSchema:
        self._models_read += 1
        if self._models_read > keywords()["limits"]["nodes"]:
            raise UnreadableError("Written out, these classes are too many to send.", node)
        wrapped = self._classes.root_type(name)
        schema = self.types.read(wrapped) if wrapped is not None else self._object(name)
        about: JsonSchema = {"title": name}
        docstring = ast.get_docstring(self._classes.models[name])
        if docstring:
            about["description"] = docstring
        return about | schema | self._classes.config(name)

    def _object(self, name: str) -> JsonSchema:
        properties: dict[str, JsonSchema] = {}
        required: list[str] = []
        for field in self._classes.fields(name).values():
            try:
                key, schema, needed = self._field(field)
            except UnreadableError as problem:
                self._report(problem)
                continue
            properties[key] = schema
            if needed:
                required.append(key)
        schema: JsonSchema = {"type": "object", "properties": properties}
        return schema | ({"required": required} if required else {})

    def _report(self, problem: UnreadableError) -> None:
        """Once, however often the model is used."""
        known = {(other.reason, other.line, other.offset) for other in self.errors}
        if (problem.reason, problem.line, problem.offset) not in known:
            self.errors.append(problem)

    def _field(self, field: ast.AnnAssign) -> tuple[str, JsonSchema, bool]:
        """Name in JSON, schema, and whether it is required."""
        arguments = self._arguments(field)
        schema = constrained(self.types.read(field.annotation), arguments, field)
        given = [arguments, *self._annotated_arguments(field.annotation)]
        for argument in given:
            if argument.values.get("default") is not None:
                schema.setdefault("default", argument.values["default"])
            if argument.unread:
                reason = f"“{argument.unread}” is only known when the code runs: left out."
                self.notes.append(UnreadableError(reason, field))
        alias = next((argument.alias for argument in given if argument.alias), None)
        optional = any(argument.has_default for argument in given)
        return alias or name_of(field.target), schema, not optional

    def _annotated_arguments(self, annotation: ast.expr) -> list[FieldArguments]:
        """Those of `Field(…)` inside `Annotated[…]`, for the default and alias they may give."""
        if not isinstance(annotation, ast.Subscript) or name_of(annotation) != "Annotated":
            return []
        inner = annotation.slice.elts[1:] if isinstance(annotation.slice, ast.Tuple) else []
        return [field_arguments(c) for c in inner if isinstance(c, ast.Call)]

    def _arguments(self, field: ast.AnnAssign) -> FieldArguments:
        """What stands right of the equals sign, as arguments of `Field`."""
        if field.value is None:
            return FieldArguments()
        if isinstance(field.value, ast.Call) and name_of(field.value) == "Field":
            arguments = field_arguments(field.value)
            if arguments.unread == "default":
                self._take_member(_default_of(field.value), arguments)
            return arguments
        arguments = FieldArguments(has_default=True)
        if isinstance(field.value, ast.Constant) and field.value.value is Ellipsis:
            arguments.has_default = False
            return arguments
        try:
            arguments.values["default"] = literal(field.value)
        except UnreadableError:
            arguments.unread = "default"
            self._take_member(field.value, arguments)
        return arguments

    def _take_member(self, node: ast.expr | None, arguments: FieldArguments) -> None:
        """A default that is a member of one of the text's enums is known after all."""
        if node is None:
            return
        try:
            arguments.values["default"] = self.member(node)
        except UnreadableError:
            return
        arguments.unread = ""


def _default_of(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((word.value for word in call.keywords if word.arg == "default"), None)
