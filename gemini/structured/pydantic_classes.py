"""The classes of a Python text: which are models, which enums, what they inherit and refer to."""

import ast
from dataclasses import dataclass, field
from typing import Any

from gemini.structured.finding import JsonSchema
from gemini.structured.pydantic_types import enum_schema
from gemini.structured.python_syntax import UnreadableError, literal, name_of, source_of

_ENUM_BASES = {"Enum", "StrEnum", "IntEnum"}
_MIXINS = {"str", "int", "float", *_ENUM_BASES}
_MODEL_BASES = {"BaseModel", "RootModel"}


@dataclass(slots=True)
class EnumClass:
    """An enum: the values of its members, and the schema they make."""

    members: dict[str, Any]
    schema: JsonSchema


@dataclass(slots=True)
class Classes:
    """What a text defines, by name and in its order."""

    models: dict[str, ast.ClassDef] = field(default_factory=dict)
    enums: dict[str, EnumClass] = field(default_factory=dict)
    aliases: dict[str, ast.expr] = field(default_factory=dict)
    errors: list[UnreadableError] = field(default_factory=list)
    notes: list[UnreadableError] = field(default_factory=list)

    def lineage(self, name: str) -> list[ast.ClassDef]:
        """The model's bases from this text, furthest first, then the model itself."""
        collected: dict[str, None] = {}
        pending = [name]
        while pending:
            current = pending.pop()
            if current in self.models and current not in collected:
                collected[current] = None
                pending += [name_of(base) for base in self.models[current].bases]
        return [self.models[each] for each in reversed(collected)]

    def fields(self, name: str) -> dict[str, ast.AnnAssign]:
        """The model's fields by name, inherited ones first; a later one replaces an earlier."""
        collected: dict[str, ast.AnnAssign] = {}
        for node in self.lineage(name):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and is_field(line):
                    collected[name_of(line.target)] = line
        return collected

    def root_type(self, name: str) -> ast.expr | None:
        """What a `RootModel[…]` or, in Pydantic 1, a `__root__` wraps; None for other models."""
        for node in self.lineage(name):
            for base in node.bases:
                if isinstance(base, ast.Subscript) and name_of(base) == "RootModel":
                    return base.slice
            wraps = any(name_of(base) == "RootModel" for base in node.bases)
            names = {"__root__", "root"} if wraps else {"__root__"}
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and name_of(line.target) in names:
                    return line.annotation
        return None

    def config(self, name: str) -> JsonSchema:
        """The keywords that `model_config` stands for: extra="forbid", a title."""
        settings: dict[str, Any] = {}
        for node in self.lineage(name):
            settings |= _settings(node)
        result: JsonSchema = {}
        if settings.get("extra") == "forbid":
            result["additionalProperties"] = False
        if isinstance(settings.get("title"), str):
            result["title"] = settings["title"]
        return result


def is_field(line: ast.AnnAssign) -> bool:
    """Whether an annotated line of a model is a field: not private, no class variable."""
    name = name_of(line.target)
    return (
        bool(name)
        and name[0] != "_"
        and name_of(line.annotation) != "ClassVar"
        and (name != "model_config")
    )


def sort_classes(module: ast.Module) -> Classes:
    """Everything a module defines, with errors for classes that can't be read."""
    classes = Classes()
    for line in module.body:
        if isinstance(line, ast.ClassDef):
            _sort_class(line, classes)
        elif model := _assigned_model(line):
            _sort_class(model, classes)
        elif isinstance(line, ast.Assign) and len(line.targets) == 1 and name_of(line.targets[0]):
            classes.aliases[name_of(line.targets[0])] = line.value
        elif isinstance(line, ast.AnnAssign) and line.value and name_of(line.target):
            classes.aliases[name_of(line.target)] = line.value
        elif type(line).__name__ == "TypeAlias":  # `type X = …`, new in Python 3.12's ast
            alias: Any = line
            classes.aliases[name_of(alias.name)] = alias.value
        elif not isinstance(line, (ast.Import, ast.ImportFrom, ast.Expr, ast.Pass)):
            reason = "Only classes and type aliases count here; this is ignored."
            classes.notes.append(UnreadableError(reason, line))
    return classes


def _assigned_model(line: ast.stmt) -> ast.ClassDef | None:
    """`Items = RootModel[list[Item]]` as the class it makes."""
    if not isinstance(line, ast.Assign) or not isinstance(line.value, ast.Subscript):
        return None
    if name_of(line.value) != "RootModel" or not name_of(line.targets[0]):
        return None
    name = name_of(line.targets[0])
    model = ast.ClassDef(name, bases=[line.value], keywords=[], body=[], decorator_list=[])
    return ast.copy_location(model, line)


def _sort_class(node: ast.ClassDef, classes: Classes) -> None:
    bases = [name_of(base) for base in node.bases]
    if _ENUM_BASES & set(bases) and set(bases) <= _MIXINS:
        try:
            classes.enums[node.name] = _enum(node, "StrEnum" in bases)
        except UnreadableError as problem:
            classes.errors.append(problem)
        return
    unknown = [base for base in bases if base not in _MODEL_BASES and base not in classes.models]
    if not bases or unknown:
        said = f"inherits from {unknown[0] or source_of(node)}" if unknown else "has no base class"
        reason = (
            f"“{node.name}” {said}. Read are classes that inherit from BaseModel, RootModel, Enum, "
            "or a class above them in this text."
        )
        classes.errors.append(UnreadableError(reason, node))
        return
    classes.models[node.name] = node
    _note_unread(node, classes)


def _note_unread(node: ast.ClassDef, classes: Classes) -> None:
    """Says once a class that validators and the like don't travel in a schema."""
    for line in node.body:
        if isinstance(line, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            reason = f"“{line.name}” isn't part of a schema: ignored."
            classes.notes.append(UnreadableError(reason, line))
            return


def _enum(node: ast.ClassDef, auto_is_name: bool) -> EnumClass:
    members: dict[str, Any] = {}
    for line in node.body:
        if not isinstance(line, ast.Assign) or not name_of(line.targets[0]):
            continue
        name = name_of(line.targets[0])
        if name_of(line.value) == "auto":
            whole = [value for value in members.values() if isinstance(value, int)]
            members[name] = name.lower() if auto_is_name else max(whole, default=0) + 1
        elif name[0] != "_":
            members[name] = literal(line.value)
            if not isinstance(members[name], (str, int, float)):
                raise UnreadableError("The values of an enum are strings or numbers.", line.value)
    if not members:
        raise UnreadableError(f"The enum “{node.name}” has no members.", node)
    schema = enum_schema(list(dict.fromkeys(members.values())))
    docstring = ast.get_docstring(node)
    return EnumClass(members, schema | ({"description": docstring} if docstring else {}))


def _settings(node: ast.ClassDef) -> dict[str, Any]:
    """The literal settings of `model_config = ConfigDict(…)` or `{…}`."""
    pairs: list[tuple[Any, ast.expr]] = []
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if name_of(target) == "model_config" and isinstance(value, ast.Call):
            pairs += [(word.arg, word.value) for word in value.keywords]
        elif name_of(target) == "model_config" and isinstance(value, ast.Dict):
            keys = (getattr(key, "value", None) for key in value.keys)
            pairs += zip(keys, value.values, strict=True)
    constants = {name: value for name, value in pairs if isinstance(value, ast.Constant)}
    return {name: constant.value for name, constant in constants.items() if name}
