"""Two or more of a kind beside each other: the settings of requests, answers, words of texts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any, Literal

from gemini.format import counted, csv_text, shortened
from gemini.plain import as_text
from gemini.request import Content, Request, text_of, to_jsonable
from gemini.run import Run

LONGEST = 200  # characters of a value
Row = dict[str, Any]
"""The figures of one answer, by their names on the screen."""
Matrix = list[list[float | None]]
"""How alike each two of several texts are, 0 to 1, in the order of the texts."""
MOST_WORDS = 2000  # of each text that are compared; the time grows with their square
ChangeKind = Literal["same", "removed", "added"]
WORD = re.compile(r"(\S+)(\s*)")


@dataclass(frozen=True)
class Difference:
    """A setting by its API name (`thinking_config.thinking_budget`), and its value in each request.

    A value is text: JSON, cut where it is long, or "" where it was not set.
    """

    name: str
    one: str
    other: str


def differences(one: Request, other: Request) -> list[Difference]:
    """The model, the settings and the extent of the contents, as far as they are not the same."""
    return [Difference(name, *values) for name, values in differing((one, other)).items()]


def differing(requests: Sequence[Request]) -> dict[str, list[str]]:
    """The same of any number of requests: by name the values in each, in their order."""
    each = [dict(_values(request)) for request in requests]
    names = dict.fromkeys(name for values in each for name in values)
    return {
        name: [shortened(values.get(name, ""), LONGEST) for values in each]
        for name in names
        if len({values.get(name) for values in each}) > 1
    }


def similarity(one: str, other: str) -> float:
    """How alike two texts are, word by word: 1 for the same words in the same order, 0 for none.

    It is twice the words in common by all words (`difflib.SequenceMatcher.ratio`), taken of the
    first `MOST_WORDS` of each.
    """
    words, others = one.split()[:MOST_WORDS], other.split()[:MOST_WORDS]
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def similarities(texts: Sequence[str]) -> Matrix:
    """How alike each two texts are, a row for each; None for an empty text, and with itself."""
    matrix: Matrix = [[None] * len(texts) for _ in texts]
    for first, second in combinations(range(len(texts)), 2):
        if texts[first] and texts[second]:
            alike = similarity(texts[first], texts[second])
            matrix[first][second] = matrix[second][first] = alike
    return matrix


def agreements(alike: Matrix) -> list[float | None]:
    """How alike each text is to the others on average; None for an empty text or a lonely one."""
    known = [[value for value in row if value is not None] for row in alike]
    return [sum(row) / len(row) if row else None for row in known]


def answer_text(run: Run) -> str:
    """The text of the first candidate, without thoughts."""
    return text_of(run.candidates[0].parts) if run.candidates else ""


def told_apart(requests: Sequence[Request]) -> list[str]:
    """What is special about each of several requests: model, API, a setting's value, or more."""
    models, apis = ([getattr(r, name) for r in requests] for name in ("model", "api"))
    if len(set(models)) == len(models):
        return models
    if len(set(apis)) == len(apis):
        return apis
    names = dict.fromkeys(name for request in requests for name in request.config)
    different = [n for n in names if len({repr(r.config.get(n)) for r in requests}) > 1]
    if not different and len(set(models)) == len(set(apis)) == 1:
        return models
    settings = [
        ", ".join(f"{name} {request.config[name]}" for name in different if name in request.config)
        for request in requests
    ]
    if len(set(apis)) > 1:
        both = zip(apis, settings, strict=True)
        settings = [", ".join(filter(None, each)) for each in both]
    elif len(set(models)) == 1 and len(different) == 1:
        return [each or f"{different[0]} by default" for each in settings]
    if len(set(models)) == 1:
        return settings
    return [", ".join(filter(None, both)) for both in zip(models, settings, strict=True)]


def rows(
    runs: Mapping[str, Run],
    cost: Callable[[Run], float | None],
    agreement: Sequence[float | None],
) -> list[Row]:
    """A row of figures for each run, by label; `cost` in US dollars; None is unknown.

    Times are seconds after the request left, "Length" counts characters.
    """
    return [
        {
            "Answer": label,
            "Model": run.request.model,
            "API": run.request.api,
            "Outcome": run.problem.title if run.problem else run.outcome,
            "First token (s)": _rounded(run.timing.first_part),
            "Total (s)": _rounded(run.timing.end),
            "Tokens in": run.usage.get("prompt_token_count"),
            "Tokens out": run.output_tokens or None,
            "Cost ($)": cost(run),
            "Finish": run.candidates[0].finish_reason if run.candidates else None,
            "Length": len(answer_text(run)),
            "Agreement": _rounded(alike),
        }
        for (label, run), alike in zip(runs.items(), agreement, strict=True)
    ]


def to_csv(table: Sequence[Row], runs: Mapping[str, Run]) -> str:
    """The rows with each answer's text as CSV. No cell can be taken for a formula."""
    both = zip(table, runs.values(), strict=True)
    rows = ([*row.values(), answer_text(run)] for row, run in both)
    return csv_text([[*(table[0] if table else ()), "Text"], *rows])


@dataclass(frozen=True)
class Piece:
    """Words in a row that both texts have, or one of them alone, with the space after them."""

    kind: ChangeKind
    text: str


def word_diff(one: str, other: str) -> list[Piece]:
    """How `other` came out of `one`, word by word, of the first `MOST_WORDS` of each.

    The pieces "same" and "added" together are the words of `other` in their order, the pieces
    "same" and "removed" those of `one`. Spaces and line ends are not compared; they are those of
    `other` where both have the words.
    """
    words, others = _words(one), _words(other)
    matcher = SequenceMatcher(None, [w for w, _ in words], [w for w, _ in others], autojunk=False)
    pieces: list[Piece] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _joined(others[other_start:other_end])))
            continue
        if end > start:
            lost = _joined(words[start:end])
            follows = other_end > other_start  # then on the same line
            pieces.append(Piece("removed", lost.rstrip() + " " if follows else lost))
        if other_end > other_start:
            pieces.append(Piece("added", _joined(others[other_start:other_end])))
    return pieces


def is_cut(*texts: str) -> bool:
    """Whether a text is longer than what is compared of it."""
    return any(len(WORD.findall(text)) > MOST_WORDS for text in texts)


def lines(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The pieces line by line, as they are drawn; a piece with a line end in it becomes several."""
    line: list[Piece] = []
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        line.append(Piece(piece.kind, first))
        for text in rest:
            yield line
            line = [Piece(piece.kind, text)]
    if any(piece.text for piece in line):
        yield line


def _values(request: Request) -> Iterator[tuple[str, str]]:
    yield "model", request.model
    yield "API", request.api
    yield "contents", _extent(request.contents)
    yield from _flat("", to_jsonable(request.config))


def _flat(before: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values by their paths; lists are values."""
    for name, value in values.items():
        if isinstance(value, dict) and value and not name.endswith("schema"):
            yield from _flat(f"{before}{name}.", value)
        else:
            yield before + name, as_text(value)


def _extent(contents: list[Content]) -> str:
    """How much is sent: turns, and what is in them beside text."""
    parts = [part for content in contents for part in content.get("parts") or ()]
    others = sum("text" not in part for part in parts)
    turns = counted(len(contents), "turn")
    return f"{turns}, {counted(others, 'other part')}" if others else turns


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def _words(text: str) -> list[tuple[str, str]]:
    return WORD.findall(text)[:MOST_WORDS]


def _joined(words: list[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in words)
