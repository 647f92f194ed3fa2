"""Python source as data: parsed, its literals read, and nothing in it ever executed."""

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

from gemini.format import shortened
from gemini.structured.finding import Finding
from gemini.structured.text import unfenced

LONGEST = 300_000
"""Characters of source that are parsed; a deep enough text exhausts Python's own parser."""


# What Python 3.12 reads and earlier ones don't: `type X = …`, `class X[T]`, `def f[T]`.
_TYPE_ALIAS = re.compile(r"^(\s*)type +(\w+)(?:\[[^]\n]*\])?(?= *=[^=])", re.MULTILINE)
_TYPE_PARAMETERS = re.compile(r"^(\s*(?:class|def|async +def) +\w+)(\[[^]\n]*\])", re.MULTILINE)


def parse_module(source: str) -> ast.Module | Finding:
    """The syntax tree of a Python text, or why there is none. Nothing is ever executed.

    A text may be indented as a whole, or stand in a code fence with prose around it; lines and
    columns are those of the text all the same.
    """
    if len(source) > LONGEST:
        return Finding(f"The text is longer than {LONGEST} characters.", line=1, column=1)
    error: SyntaxError | None = None
    for text in dict.fromkeys((source, unfenced(source), _older(unfenced(source)))):
        try:
            return _parsed(text)
        except SyntaxError as problem:
            error = problem
        except (ValueError, RecursionError, MemoryError) as problem:
            return Finding(f"This can't be read as Python: {problem}.", line=1, column=1)
    assert error is not None
    line, at = max((error.lineno or 1), 1), max(error.offset or 1, 1)
    return Finding(f"This isn't Python: {error.msg}.", line=line, column=at)


def _parsed(source: str) -> ast.Module:
    if not source.lstrip("\n")[:1].isspace():
        return ast.parse(source)
    try:  # within a block, an indented text keeps its columns
        module = ast.parse(f"if True:\n{source}")
    except SyntaxError as error:
        error.lineno = (error.lineno or 2) - 1
        raise
    ast.increment_lineno(module, -1)
    block = module.body[0]
    assert isinstance(block, ast.If)
    module.body = [*block.body, *module.body[1:]]
    return module


def _older(source: str) -> str:
    """A text in which the syntax of 3.12 is blanked out, so that 3.11 reads it too."""
    source = _TYPE_ALIAS.sub(lambda match: _padded(match, match[1] + match[2]), source)
    return _TYPE_PARAMETERS.sub(lambda match: _padded(match, match[1]), source)


def _padded(match: re.Match[str], text: str) -> str:
    return text.ljust(len(match[0]))


class UnreadableError(Exception):
    """Part of the source that can't be read without running it, or not at all."""

    def __init__(self, reason: str, node: ast.AST) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line: int = getattr(node, "lineno", 1)
        self.offset: int = getattr(node, "col_offset", 0)
        """Bytes of UTF-8 from the start of the line, from 0, as `ast` counts."""


def placed_problems(problems: Iterable[UnreadableError], source: str) -> tuple[Finding, ...]:
    """Findings of what can't be read in `source`, each once, with line and column from 1."""
    lines = ["", *source.splitlines()]
    findings: dict[Finding, None] = {}
    for problem in problems:
        before = lines[problem.line].encode("utf-8", "replace")[: problem.offset]
        column = len(before.decode("utf-8", "replace")) + 1
        findings[Finding(problem.reason, line=problem.line, column=column)] = None
    return tuple(findings)


def name_of(node: ast.AST | None) -> str:
    """The last name of `Field`, `pydantic.Field`, `Field(…)` or `List[…]`; "" for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def literal(node: ast.expr) -> Any:
    """The JSON value of a literal: text, number, true/false/None, lists and dicts of these.

    Raises UnreadableError for everything else.
    """
    try:
        value = ast.literal_eval(node)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise UnreadableError(f"“{source_of(node)}” isn't a plain value.", node) from error
    return list(value) if isinstance(value, tuple) else value


def source_of(node: ast.AST) -> str:
    """The source of a node for a sentence, cut after 40 characters."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        text = "…"
    return shortened(text, 40)


def elements(node: ast.expr) -> list[ast.expr]:
    """What stands in the brackets of a subscript: one expression, or those of a tuple."""
    return node.elts if isinstance(node, ast.Tuple) else [node]
