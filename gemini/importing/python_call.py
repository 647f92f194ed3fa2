"""A call of Google's SDK in Python: the syntax tree is read, and nothing in it is ever run.

Texts, numbers, lists, dictionaries, names that were given such a value before, and the classes of
`google.genai.types` are read (https://googleapis.github.io/python-genai/). What only a running
program knows, such as the bytes of a file, is named.
"""

import ast
from collections.abc import Callable
from typing import Any

from gemini.importing.fields import config_of, contents_of
from gemini.importing.messages import bytes_of
from gemini.importing.rest import chat_of, checked_request, interaction_of
from gemini.importing.result import ImportResult, Notes, NotImportableError
from gemini.plain import mapping
from gemini.request import Request
from gemini.structured.finding import Finding
from gemini.structured.python_syntax import name_of, parse_module, source_of

KIND = "a Python call"
CALLS = {"generate_content", "generate_content_stream"}
DEEPEST = 100  # expressions in each other


class _UnknownValue:
    """What can't be known without running the program; `source` is how it is written."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __str__(self) -> str:
        return self.source


def looks_like_python(text: str) -> bool:
    """Whether a text may be such a call."""
    return any(f"{name}(" in text for name in CALLS) or "interactions.create(" in text


def read_python(text: str) -> ImportResult:
    """The request that the first call in a text makes.

    Raises:
        NotImportableError: it isn't Python, or there is no such call.
    """
    module = parse_module(text)
    if isinstance(module, Finding):
        raise NotImportableError(f"{module.reason.rstrip('.')}, line {module.line}")
    notes = Notes()
    reader = _SyntaxReader(module, notes)
    call = next((node for node in ast.walk(module) if _asks(node)), None)
    if not isinstance(call, ast.Call):
        raise NotImportableError("no call of generate_content or interactions.create is in it")
    arguments = {k.arg: reader.value(k.value) for k in call.keywords if k.arg}
    for keyword in call.keywords:
        if keyword.arg is None:
            notes.add(f"Left out: **{source_of(keyword.value)}, which only the program knows.")
    arguments = notes.without_keys(_known(arguments, notes))
    _note_keys(module, reader, notes)
    if _is_interaction(call):
        request = interaction_of(arguments, notes)
    else:
        request = _request(arguments, notes)
    return ImportResult(KIND, (chat_of(request),), notes.lines, request)


def _request(arguments: dict[str, Any], notes: Notes) -> Request:
    model = str(arguments.get("model") or "")
    contents = contents_of(arguments.get("contents") or [], notes)
    config = config_of(mapping(arguments.get("config")), notes)
    return checked_request(model, contents, config, notes)


def _asks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (name_of(node.func) in CALLS or _is_interaction(node))


def _is_interaction(node: ast.Call) -> bool:
    inner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return name_of(node.func) == "create" and name_of(inner) == "interactions"


def _note_keys(module: ast.Module, reader: "_SyntaxReader", notes: Notes) -> None:
    """Note a key that is written into the program."""
    for node in ast.walk(module):
        if isinstance(node, ast.keyword) and node.arg == "api_key":
            value = reader.value(node.value)
            if isinstance(value, str):
                notes.key(value)


def _known(value: Any, notes: Notes) -> Any:
    """The values that are known; what isn't is left out and named."""
    if isinstance(value, dict):
        known = {k: _known(v, notes) for k, v in value.items()}
        return {k: v for k, v in known.items() if not isinstance(v, _UnknownValue)}
    if isinstance(value, list):
        known_items = [_known(v, notes) for v in value]
        return [v for v in known_items if not isinstance(v, _UnknownValue)]
    if isinstance(value, _UnknownValue):
        notes.add(f"Left out: {value.source}, which only the running program knows.")
    return value


class _SyntaxReader:
    """Reads expressions; a name stands for what it was given last before, at the top or not."""

    def __init__(self, module: ast.Module, notes: Notes) -> None:
        self._notes = notes
        self._named: dict[str, ast.expr] = {}
        for node in ast.walk(module):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                self._name(node.targets[0], node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._name(node.target, node.value)
        self._depth = 0

    def _name(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._named[target.id] = value

    def value(self, node: ast.expr) -> Any:
        """The value of an expression as plain data; unknown ones as `_UnknownValue`."""
        if self._depth >= DEEPEST:
            return _UnknownValue("something nested too deeply")
        self._depth += 1
        try:
            return self._value(node)
        finally:
            self._depth -= 1

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return None if value is Ellipsis else value
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self.value(item) for item in items]
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                return {str(self.value(k)): self.value(v) for k, v in pairs if k is not None}
            case ast.Name(id=name) if name in self._named:
                return self._once(name)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._sum(node, self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self.value(operand)
                return -value if isinstance(value, int | float) else _UnknownValue(source_of(node))
            case ast.Attribute(attr=member) if member.isupper():
                return member  # of one of the SDK's enumerations: their names are their values
            case ast.Call():
                return self._call(node)
            case _:
                return _UnknownValue(source_of(node))

    def _once(self, name: str) -> Any:
        """The value of a name; within it the name is unknown, as in `x = x + 1`."""
        expression = self._named.pop(name)
        try:
            return self.value(expression)
        finally:
            self._named[name] = expression

    def _sum(self, node: ast.expr, left: Any, right: Any) -> Any:
        same = isinstance(left, str | list) and type(left) is type(right)
        return left + right if same else _UnknownValue(source_of(node))

    def _call(self, node: ast.Call) -> Any:
        name = name_of(node.func)
        arguments = {k.arg: self.value(k.value) for k in node.keywords if k.arg}
        given = [self.value(each) for each in node.args]
        if make := _CLASSES.get(name):
            return make(arguments, given) if arguments or given else {}
        if name == "b64decode" and given and isinstance(given[0], str):
            return bytes_of(given[0])
        if name == "fromisoformat" and given:
            return given[0]
        if name in {"dedent", "strip"}:
            text = given[0] if given else self.value(_object_of(node))
            return text if isinstance(text, str) else _UnknownValue(source_of(node))
        in_types = isinstance(node.func, ast.Attribute) and name_of(node.func.value) == "types"
        if (in_types or name == "dict" or name[:1].isupper()) and not given:
            return arguments
        return _UnknownValue(source_of(node))


def _object_of(node: ast.Call) -> ast.expr:
    return node.func.value if isinstance(node.func, ast.Attribute) else node.func


def _from_bytes(arguments: dict[str, Any], given: list[Any]) -> Any:
    data = arguments.get("data", given[0] if given else None)
    if isinstance(data, _UnknownValue):
        data = data.source
    return {"inline_data": {"data": data, "mime_type": arguments.get("mime_type")}}


def _content_of(role: str) -> Callable[[dict[str, Any], list[Any]], Any]:
    def make(arguments: dict[str, Any], given: list[Any]) -> Any:
        parts = arguments.get("parts", given[0] if given else [])
        return {"role": role, "parts": parts if isinstance(parts, list) else [parts]}

    return make


def _from_uri(arguments: dict[str, Any], given: list[Any]) -> Any:
    uri = arguments.get("file_uri", given[0] if given else None)
    return {"file_data": {"file_uri": uri, "mime_type": arguments.get("mime_type")}}


_CLASSES: dict[str, Callable[[dict[str, Any], list[Any]], Any]] = {
    "from_text": lambda arguments, given: {"text": arguments.get("text", *given[:1])},
    "from_uri": _from_uri,
    "from_bytes": _from_bytes,
    "UserContent": _content_of("user"),
    "ModelContent": _content_of("model"),
    "from_function_call": lambda arguments, _: {"function_call": arguments},
    "from_function_response": lambda arguments, _: {"function_response": arguments},
}
"""The SDK's classes and methods that don't simply hold their arguments."""
