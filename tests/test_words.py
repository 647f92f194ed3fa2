"""The words that people read: one term for one thing, plain, in American spelling.

They are all texts in the code that have more than one word, but for docstrings and patterns; those
of the data files and samples; and the README.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("app.py", "server", "pages", "components", "gemini", "emulator")
DATA = ("samples", "gemini/data")
PATTERN = re.compile(r"\\[bdswSW]|\(\?|\[\^|\\n?\{")

EVERYWHERE = {
    r"(?:un)?colour\w*|neighbour\w*|favour\w*|behaviour\w*": "American spelling",
    r"\w+(?:ognis|maris|ganis|malis|tialis)(?:e|ed|es|ing|ation)": "American spelling",
    r"labelled|catalogue|centre|grey|towards|whilst": "American spelling",
    r"pictures?": "image",
    r"somebody|everybody|anybody": "someone, everyone, anyone",
    r"for a million": "per million",
}
"""What isn't said, as a pattern of whole words, and what is. The API's documentation decides."""
OURS = {
    r"cannot|(?:could|did|does|was|were|has|had|is) not(?! only)": "a contraction",
    r"(?<!there )(?:is|are) no (?!longer)\w+": "isn't a, aren't any",
    r"not known": "unknown",
    r"goes along|go along|lies (?:in|at)|brought back": "is sent, is in, undone",
}
"""The same for all but the emulator's texts, which are the API's own in part."""
NOT_OURS = {"location is not supported", "At this point in time we cannot.", "writer IS NOT NULL"}
"""What the API says, what a sample shows as bad style, and SQL."""


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file with their lines; what is filled in stands as `{}`."""
    tree = ast.parse(path.read_text("utf-8"))
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}

    def visit(node: ast.AST) -> Iterator[tuple[int, str]]:
        match node:
            case ast.Constant(value=str(text)) if id(node) not in statements:
                yield node.lineno, text
            case ast.JoinedStr(values=values):
                pieces = [str(v.value) if isinstance(v, ast.Constant) else "{}" for v in values]
                yield node.lineno, "".join(pieces)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from visit(child)

    yield from visit(tree)


def texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts_in(each)
        case list():
            for each in value:
                yield from texts_in(each)
        case _:
            pass


def files(places: tuple[str, ...], ending: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob(f"*.{ending}"))


def read_by_people() -> Iterator[tuple[str, str]]:
    """Each text, and where it is: a path and a line."""
    for path in files(CODE, "py"):
        if "migrations" not in path.parts:
            name = path.relative_to(ROOT)
            yield from ((f"{name}:{line}", text) for line, text in texts_of(path))
    for path in files(DATA, "toml"):
        for text in texts_in(tomllib.loads(path.read_text("utf-8"))):
            yield str(path.relative_to(ROOT)), text
    for number, line in enumerate((ROOT / "README.md").read_text("utf-8").splitlines(), 1):
        yield f"README.md:{number}", line


@pytest.fixture(scope="module")
def sentences() -> list[tuple[str, str]]:
    return [
        (at, text)
        for at, text in read_by_people()
        if " " in text and text not in NOT_OURS and not PATTERN.search(text)
    ]


@pytest.mark.parametrize(("words", "instead"), [*EVERYWHERE.items(), *OURS.items()])
def test_nothing_is_said_that_nobody_says(
    sentences: list[tuple[str, str]], words: str, instead: str
) -> None:
    pattern = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    wrong = [
        f"{at}: {text.strip()!r}"
        for at, text in sentences
        if pattern.search(text) and not (words in OURS and at.startswith("emulator/"))
    ]
    assert not wrong, f"Say {instead}:\n" + "\n".join(wrong)
