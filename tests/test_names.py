"""One name for each page, and no private words in the code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from components.navigation import PAGES

ROOT = Path(__file__).parents[1]
CODE = ("app.py", "server", "deploy", "pages", "components", "gemini", "emulator", "bench", "tests")
PRIVATE = {"desk", "shelf", "tray", "talk", "film", "keeping", "mine", "via"}
"""Words that stood for things which the API, Streamlit or plain English have a name for."""
PARTICIPLES = {"made", "asked", "found", "told", "kept", "wanted"}
"""Words that say what was done to a thing, and not what it is: none is a thing's whole name."""


def sources() -> Iterator[Path]:
    for place in CODE:
        path = ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def defined_by(node: ast.AST) -> str | None:
    """The name that a definition, an import, a pattern or an exception's handler gives."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.alias(asname=name) | ast.MatchAs(name=name) | ast.ExceptHandler(name=name):
            return name
        case _:
            return None


def names_in(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name
            case _ if name := defined_by(node):
                yield name
            case _:
                pass


def bound_in(path: Path) -> Iterator[str]:
    """The names that a file gives to something."""
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case _ if name := defined_by(node):
                yield name
            case _:
                pass


@cache
def words(name: str) -> set[str]:
    """`FileList` and `file_list` are "file" and "list"."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def test_names_have_no_private_words() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        if "inputs" not in path.parts
        for name in [path.stem, *names_in(path)]
        if words(name) & PRIVATE
    }
    assert not wrong


def test_no_thing_is_called_by_what_was_done_to_it() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] != "tests"
        for name in [path.stem, *bound_in(path)]
        if name.strip("_").lower() in PARTICIPLES
    }
    assert not wrong


def test_a_class_name_means_one_thing() -> None:
    """Programs in `tests/clients` run by themselves, each with the library it is about."""
    places: dict[str, list[str]] = {}
    for path in sources():
        if not {"inputs", "clients", "sdk_suite"} & set(path.parts):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert not {name: where for name, where in places.items() if len(where) > 1}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_name(name: str) -> None:
    module = name.replace("-", "_")
    assert (ROOT / "pages" / module / "page.py").exists()
    assert (ROOT / "tests" / "pages" / f"test_{module}.py").exists()
    constants = {
        constant
        for path in (ROOT / "pages" / module).glob("*.py")
        for constant in re.findall(r'^PAGE = "(.+)"', path.read_text("utf-8"), re.MULTILINE)
    }
    assert constants <= {name}


def test_every_folder_and_every_sample_is_a_page_s() -> None:
    modules = {name.replace("-", "_") for name in PAGES}
    folders = {path.parent.name for path in (ROOT / "pages").glob("*/*.py")}
    samples = {path.stem for path in (ROOT / "samples").glob("*.toml")}
    assert folders == modules
    assert samples <= modules
