"""Function declarations from Python functions pasted as text.

The text is parsed and read as a tree, never executed and never imported: parameters and their
types from the signature, descriptions from the docstring (Google's, reST's or NumPy's style).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

import docstring_parser

from gemini.structured.finding import TYPE_OF, Finding, JsonSchema
from gemini.structured.pydantic_classes import sort_classes
from gemini.structured.pydantic_source import ModelReader
from gemini.structured.python_syntax import (
    UnreadableError,
    elements,
    literal,
    name_of,
    parse_module,
    placed_problems,
    source_of,
)
from gemini.tools.declarations import DeclarationsReading, FunctionDeclaration

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_OWN = {"self", "cls"}


def read_functions(source: str) -> DeclarationsReading:
    """The declarations of the functions that a Python text defines. Never raises.

    Types may be any that Pydantic classes may have, and such classes and enums in the same text.
    """
    module = parse_module(source)
    if isinstance(module, Finding):
        return DeclarationsReading(errors=(module,))
    functions = [node for node in module.body if isinstance(node, _Function)]
    if not functions:
        reason = "There is no function here: a line that begins with “def”."
        return DeclarationsReading(errors=(Finding(reason, line=1, column=1),))
    reader = _SignatureReader(module)
    declarations = tuple(reader.declaration(node) for node in functions)
    errors = placed_problems(reader.errors, source)
    notes = placed_problems(reader.notes, source)
    return DeclarationsReading(() if errors else declarations, errors, notes)


@dataclass(slots=True)
class _Parameter:
    """One parameter as it stands: `default` None for none."""

    argument: ast.arg
    default: ast.expr | None = None


@dataclass(slots=True)
class _Described:
    """What a docstring says: of the function, and of its parameters by name."""

    function: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


class _SignatureReader:
    """Builds declarations of the functions in a module, collecting errors and notes."""

    def __init__(self, module: ast.Module) -> None:
        definitions = [node for node in module.body if not isinstance(node, _Function)]
        self._classes = sort_classes(ast.Module(definitions, []))
        self._models = ModelReader(self._classes)
        self.errors: list[UnreadableError] = list(self._classes.errors)
        self.notes: list[UnreadableError] = []

    def declaration(self, node: _Function) -> FunctionDeclaration:
        """The declaration of one function."""
        self._models = ModelReader(self._classes)
        described = _described(node)
        properties: dict[str, JsonSchema] = {}
        required: list[str] = []
        for parameter in self._parameters(node):
            name = parameter.argument.arg
            try:
                properties[name] = self._schema(parameter, described.parameters.get(name, ""))
            except UnreadableError as problem:
                self.errors.append(problem)
            if parameter.default is None:
                required.append(name)
        schema: JsonSchema = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        schema = self._models.written_out(schema, node)
        self.errors += self._models.errors
        about = {"description": described.function} if described.function else {}
        return {"name": node.name, **about, "parameters_json_schema": schema}

    def _parameters(self, node: _Function) -> Iterator[_Parameter]:
        arguments = node.args
        for open_ended in (arguments.vararg, arguments.kwarg):
            if open_ended is not None:
                reason = f"“{open_ended.arg}” takes any number of values, which can't be declared."
                self.errors.append(UnreadableError(reason, open_ended))
        positional = [*arguments.posonlyargs, *arguments.args]
        without = len(positional) - len(arguments.defaults)
        defaults = [*[None] * without, *arguments.defaults]
        for argument, default in zip(positional, defaults, strict=True):
            if argument.arg not in _OWN:
                yield _Parameter(argument, default)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            yield _Parameter(argument, default)

    def _schema(self, parameter: _Parameter, description: str) -> JsonSchema:
        """The parameter's schema with its description and default."""
        argument = parameter.argument
        schema: JsonSchema
        if argument.annotation is None:
            schema = {"type": _type_of(parameter.default)}
            reason = (
                f"“{argument.arg}” has no type: taken as {schema['type']}. "
                f"Write “{argument.arg}: …”."
            )
            self.notes.append(UnreadableError(reason, argument))
        else:
            schema = dict(self._models.types.read(argument.annotation))
        if description := description or _annotated_text(argument.annotation):
            schema["description"] = description
        if parameter.default is not None:
            self._add_default(schema, parameter.default)
        return schema

    def _add_default(self, schema: JsonSchema, node: ast.expr) -> None:
        """Its value where it can be read; None only says that the parameter may be left out."""
        try:
            value = self._models.types.value(node)
        except UnreadableError:
            reason = f"The default “{source_of(node)}” is only known when it runs: left out."
            self.notes.append(UnreadableError(reason, node))
            return
        if value is not None:
            schema["default"] = value


def _type_of(default: ast.expr | None) -> str:
    """The JSON type of a default value; a string where there is none, or it can't be read."""
    try:
        value = literal(default) if default is not None else None
    except UnreadableError:
        value = None
    return "string" if value is None else TYPE_OF[type(value)]


def _described(node: _Function) -> _Described:
    text = ast.get_docstring(node)
    if not text:
        return _Described()
    try:
        read = docstring_parser.parse(text)
    except docstring_parser.ParseError:
        return _Described(text)
    parameters = {p.arg_name: p.description or "" for p in read.params}
    return _Described((read.description or "").strip(), parameters)


def _annotated_text(annotation: ast.expr | None) -> str:
    """The text in `Annotated[str, "The city"]`, which many write instead of a docstring."""
    if not isinstance(annotation, ast.Subscript) or name_of(annotation) != "Annotated":
        return ""
    texts = [e.value for e in elements(annotation.slice)[1:] if isinstance(e, ast.Constant)]
    return next((text for text in texts if isinstance(text, str)), "")
