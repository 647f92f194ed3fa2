"""Several answers to one prompt held against each other: agreement, figures, CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

from gemini.format import harmless
from gemini.request import Request, text_of
from gemini.run import Run

MOST_WORDS = 2000  # of an answer that are compared; the time grows with their square

Row = dict[str, Any]
"""The figures of one answer, by their names on the screen."""

Matrix = list[list[float | None]]
"""How alike each two of several texts are, 0 to 1, in the order of the texts."""


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
    """What is special about each of several requests: its model, one setting's value, or both."""
    models = [request.model for request in requests]
    if len(set(models)) == len(models):
        return models
    names = dict.fromkeys(name for request in requests for name in request.config)
    different = [n for n in names if len({repr(r.config.get(n)) for r in requests}) > 1]
    if not different and len(set(models)) == 1:
        return [f"time {number + 1}" for number in range(len(requests))]
    settings = [
        ", ".join(f"{name} {request.config[name]}" for name in different if name in request.config)
        for request in requests
    ]
    if len(set(models)) == 1 and len(different) == 1:
        return [each or f"{different[0]} by default" for each in settings]
    return [", ".join(filter(None, both)) for both in zip(models, settings, strict=True)]


def rows(
    runs: Mapping[str, Run],
    cost: Callable[[Run], float | None],
    agreement: Sequence[float | None],
) -> list[Row]:
    """A row of figures for each run, by label; `cost` in US dollars; None is not known.

    Times are seconds after the request left, "Length" counts characters.
    """
    return [
        {
            "Answer": label,
            "Model": run.request.model,
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
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([*table[0], "Text"] if table else ["Text"])
    for row, run in zip(table, runs.values(), strict=True):
        writer.writerow([harmless(value) for value in [*row.values(), answer_text(run)]])
    return output.getvalue()


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
