"""Function declarations from Python functions pasted as text.

The text is parsed and read as a tree, never executed and never imported: parameters and their
types from the signature, descriptions from the docstring (Google's, reST's or NumPy's style).
"""

import ast
from collections.abc import Iterator

import docstring_parser

from gemini.structured.finding import TYPE_OF, Finding, JsonSchema
from gemini.structured.pydantic_classes import sort_classes
from gemini.structured.pydantic_source import ModelReader
from gemini.structured.python_syntax import (
    UnreadableError,
    elements,
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


class _SignatureReader:
    """Builds declarations of the functions in a module, collecting errors and notes."""

    def __init__(self, module: ast.Module) -> None:
        definitions = [node for node in module.body if not isinstance(node, _Function)]
        self._classes = sort_classes(ast.Module(definitions, []))
        self.errors: list[UnreadableError] = list(self._classes.errors)
        self.notes: list[UnreadableError] = []

    def declaration(self, node: _Function) -> FunctionDeclaration:
        """The declaration of one function."""
        models = ModelReader(self._classes)
        text, descriptions = _described(node)
        properties: dict[str, JsonSchema] = {}
        required: list[str] = []
        for argument, default in self._parameters(node):
            try:
                schema = self._schema(argument, default, models)
            except UnreadableError as problem:
                self.errors.append(problem)
                continue
            if description := descriptions.get(argument.arg) or _annotated_text(argument):
                schema["description"] = description
            properties[argument.arg] = schema
            if default is None:
                required.append(argument.arg)
        arguments: JsonSchema = {"type": "object", "properties": properties}
        arguments |= {"required": required} if required else {}
        arguments = models.written_out(arguments, node)
        self.errors += models.errors
        about = {"description": text} if text else {}
        return {"name": node.name, **about, "parameters_json_schema": arguments}

    def _parameters(self, node: _Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
        """Each parameter with its default, None for none."""
        arguments = node.args
        for open_ended in (arguments.vararg, arguments.kwarg):
            if open_ended is not None:
                reason = f"“{open_ended.arg}” takes any number of values, which can't be declared."
                self.errors.append(UnreadableError(reason, open_ended))
        positional = [*arguments.posonlyargs, *arguments.args]
        without = [None] * (len(positional) - len(arguments.defaults))
        for argument, default in zip(positional, [*without, *arguments.defaults], strict=True):
            if argument.arg not in _OWN:
                yield argument, default
        yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)

    def _schema(
        self, argument: ast.arg, default: ast.expr | None, models: ModelReader
    ) -> JsonSchema:
        """The parameter's schema with its default; a default of None only makes it optional."""
        value, unread = None, []
        if default is not None:
            try:
                value = models.types.value(default)
            except UnreadableError:
                reason = f"The default “{source_of(default)}” is only known when it runs: left out."
                unread = [UnreadableError(reason, default)]
        if argument.annotation is not None:
            schema = dict(models.types.read(argument.annotation))
        else:
            kind = "string" if value is None else TYPE_OF[type(value)]
            schema = {"type": kind}
            reason = f"“{argument.arg}” has no type: taken as {kind}. Write “{argument.arg}: …”."
            self.notes.append(UnreadableError(reason, argument))
        self.notes += unread
        return schema if value is None else schema | {"default": value}


def _described(node: _Function) -> tuple[str, dict[str, str]]:
    """What a docstring says: of the function, and of its parameters by name."""
    text = ast.get_docstring(node) or ""
    try:
        read = docstring_parser.parse(text)
    except docstring_parser.ParseError:
        return text, {}
    return (read.description or "").strip(), {p.arg_name: p.description or "" for p in read.params}


def _annotated_text(argument: ast.arg) -> str:
    """The text in `Annotated[str, "The city"]`, which many write instead of a docstring."""
    annotation = argument.annotation
    if not isinstance(annotation, ast.Subscript) or name_of(annotation) != "Annotated":
        return ""
    texts = [e.value for e in elements(annotation.slice)[1:] if isinstance(e, ast.Constant)]
    return next((text for text in texts if isinstance(text, str)), "")
