"""Several answers to one prompt held against each other: sweeps, agreement, figures, CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from gemini.capabilities import Capabilities
from gemini.request import text_of
from gemini.run import Run
from gemini.settings import BY_NAME, Setting

MOST = 8  # answers of a sweep or of repeats
SWEPT = ("temperature", "seed", "thinking_budget", "thinking_level")
MOST_WORDS = 2000  # of an answer that are compared; the time grows with their square
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # https://owasp.org/www-community/attacks/CSV_Injection

Row = dict[str, Any]
"""The figures of one answer, by their names on the screen."""


def sweepable(caps: Capabilities) -> list[Setting]:
    """The settings that can be swept for a model."""
    return [BY_NAME[name] for name in SWEPT if BY_NAME[name].offered(caps)]


def sweep_values(name: str, caps: Capabilities, count: int) -> list[Any]:
    """Up to `count` (2 or more) values of a setting, over the range that the model takes.

    Temperatures are at equal distances from 0 to the highest, seeds count from 1, budgets (tokens)
    grow by the same factor and begin with 0 where thinking can be off, levels are the lowest ones.
    """
    if name == "temperature":
        return [round(caps.max_temperature * n / (count - 1), 2) for n in range(count)]
    if name == "seed":
        return list(range(1, count + 1))
    if name == "thinking_level":
        return list(caps.thinking.levels[:count])
    off = [0] if caps.thinking.can_turn_off else []
    low, high = max(caps.thinking.min_budget, 128), max(caps.thinking.max_budget, 128)
    steps = count - len(off)
    factor = (high / low) ** (1 / (steps - 1)) if steps > 1 else 1
    return [*off, *(min(high, round(low * factor**n)) for n in range(steps))]


def with_value(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The settings with one of them at this value; a thinking level gives way to a budget."""
    kept = {k: v for k, v in values.items() if (name, k) != ("thinking_budget", "thinking_level")}
    return {**kept, name: value}


def similarity(one: str, other: str) -> float:
    """How alike two texts are, word by word: 1 for the same words in the same order, 0 for none.

    It is twice the words in common by all words (`difflib.SequenceMatcher.ratio`), taken of the
    first `MOST_WORDS` of each.
    """
    words, others = one.split()[:MOST_WORDS], other.split()[:MOST_WORDS]
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def agreements(texts: Sequence[str]) -> list[float | None]:
    """How alike each text is to the others on average; None for an empty text or a lonely one."""
    found: list[list[float]] = [[] for _ in texts]
    for first, one in enumerate(texts):
        for second in range(first + 1, len(texts)):
            if one and texts[second]:
                alike = similarity(one, texts[second])
                found[first].append(alike)
                found[second].append(alike)
    return [sum(each) / len(each) if each else None for each in found]


def answer_text(run: Run) -> str:
    """The text of the first candidate, without thoughts."""
    return text_of(run.candidates[0].parts) if run.candidates else ""


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
        writer.writerow([_cell(value) for value in [*row.values(), answer_text(run)]])
    return output.getvalue()


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
