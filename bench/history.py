"""How the history's figures grow with its size: ``python -m bench.history``.

Finding and opening among 100,000 runs should take at most twice the time of 100. Each question has
the same number of answers in both, so that only what lies around them differs.
"""

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from gemini.history.database import History, open_history
from gemini.history.engine import for_writing
from gemini.history.media_store import pack
from gemini.history.rows import disk_size, figures
from gemini.history.schema import micros, run_data, run_texts, runs
from gemini.history.search import Filter, index_words
from gemini.history.store import HistoryStore
from gemini.request import Request
from gemini.run import Candidate, Run, Timing
from gemini.run_json import run_to_json

SMALL, LARGE = 100, 100_000  # runs
BOUND = 2.0  # times the small history
ROUNDS = 40
PORTION = 2_000  # runs inserted at once
START = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT_WORDS, ANSWER_WORDS = 15, 90
RARE = 5  # runs with the rare word


def vocabulary() -> list[str]:
    """20,000 words of syllables, of one to four each, always the same."""
    chance = random.Random(1811)
    syllables = ["".join(pair) for pair in itertools.product("bdfglmnprstvz", "aeiou")]
    return ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(20_000)]


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Prompts and answers; a word is the rarer the later it is in the vocabulary, as in speech.

    Every second prompt has "lighthouse", and "tower" and "keeper" in a row; RARE of them, evenly
    spread, have "zugspitze".
    """
    chance, every = random.Random(count), vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(every))))
    for number in range(count):
        said = chance.choices(every, cum_weights=weights, k=PROMPT_WORDS + ANSWER_WORDS)
        prompt, answer = " ".join(said[:PROMPT_WORDS]), " ".join(said[PROMPT_WORDS:])
        if number % 2 == 0:
            prompt += " lighthouse tower keeper"
        if number % (count // RARE) == 0:
            prompt += " zugspitze"
        yield prompt, answer


def made_run(prompt: str, answer: str, number: int) -> Run:
    """A run as a stream leaves it."""
    model = f"gemini-{number % 5}"
    usage = {"prompt_token_count": 20, "candidates_token_count": 120, "total_token_count": 140}
    return Run(
        Request(model, [{"role": "user", "parts": [{"text": prompt}]}], {"temperature": 0.5}),
        "gemini",
        created=START + timedelta(seconds=30 * number),
        outcome="done",
        candidates=[Candidate(0, [{"text": answer}], "STOP")],
        usage=usage,
        timing=Timing(0.3, 0.4, 2.0),
    )


def fill(history: History, count: int) -> list[str]:
    """Put so many runs into an empty history, past its writer; gives their ids."""
    ids: list[str] = []
    engine = for_writing(history._engine)
    numbered = enumerate(texts(count))
    while some := list(itertools.islice(numbered, PORTION)):
        rows_made = [_rows(prompt, answer, number) for number, (prompt, answer) in some]
        with engine.begin() as connection:
            for table in (runs, run_texts, run_data):
                connection.execute(insert(table), [rows[table] for rows in rows_made])
        ids += [rows[runs]["id"] for rows in rows_made]
    return ids


def _rows(prompt: str, answer: str, number: int) -> dict[Table, dict[str, Any]]:
    run = made_run(prompt, answer, number)
    data = run_to_json(run)
    packed, indexed = pack(data), index_words(prompt, answer)
    row = {
        "key": micros(run.created),
        "id": run.id,
        "owner": "",
        "page": ("chat", "image", "document")[number % 3],
        "conversation_id": None,
        "model": run.request.model,
        "backend": run.backend,
        "cut": False,
        "starred": number % 50 == 0,
        "name": "",
        "writer": None,
        "size": disk_size(prompt, answer, indexed) + len(packed),
        **figures(data),
    }
    key = {"key": row["key"]}
    return {
        runs: row,
        run_texts: {**key, "prompt": prompt, "answer": answer, "words": indexed},
        run_data: {**key, "data": packed, "wire": None},
    }


@dataclass(frozen=True)
class Question:
    """Something asked of a history, and how many things must be found."""

    name: str
    ask: Callable[[HistoryStore], Sequence[Any]]
    results: int


def questions(count: int, ids: list[str]) -> list[Question]:
    """What is asked of a history of so many runs."""
    chance = random.Random(7)
    middle = micros(START + timedelta(seconds=30 * (count // 2)))
    recent = Filter(since=START + timedelta(seconds=30 * (count - 20)))
    narrow = Filter(page="chat", model="gemini-0")
    filtered = [
        ("the latest", Filter(), 50),
        ("the last 20, by time", recent, 20),
        ("a common word", Filter(text="lighthouse"), 50),
        ("the beginning of a common word", Filter(text="lightho"), 50),
        ("a rare word", Filter(text="zugspitze"), RARE),
        ("a rare word and a common one", Filter(text="zugspitze tower"), RARE),
        ("a phrase", Filter(text='"tower keeper"'), 50),
        ("a word that is nowhere", Filter(text="matterhorn"), 0),
    ]
    return [
        *(Question(name, lambda s, f=filters: s.find(f).runs, n) for name, filters, n in filtered),
        Question("a page from the middle", lambda s: s.find(after=middle).runs, 50),
        Question("of one page and model", lambda s: s.find(narrow, limit=5).runs, 5),
        Question("what can be filtered by", lambda s: s.choices().models, 5),
        Question("a run opened", lambda s: [s.run(chance.choice(ids))], 1),
    ]


def milliseconds(store: HistoryStore, question: Question) -> float:
    """How long a question takes."""
    start = time.perf_counter()
    results = question.ask(store)
    taken = (time.perf_counter() - start) * 1000
    assert len(results) == question.results, (question.name, len(results))
    return taken


def compare(folder: Path, large: int) -> list[tuple[str, float, float]]:
    """The medians of a small and a large history, taken in turns: (question, ms, ms)."""
    histories = {count: open_history(data_dir=folder / str(count)) for count in (SMALL, large)}
    by_count = {count: questions(count, fill(h, count)) for count, h in histories.items()}
    lines = []
    for small, big in zip(by_count[SMALL], by_count[large], strict=True):
        samples: dict[int, list[float]] = {SMALL: [], large: []}
        for _ in range(ROUNDS):
            for count, question in ((SMALL, small), (large, big)):
                samples[count].append(milliseconds(histories[count].of(), question))
        medians = (statistics.median(samples[count]) for count in (SMALL, large))
        lines.append((small.name, *medians))
    lines.append(("a run recorded", *(recorded(h) for h in histories.values())))
    counted = histories[large].stored_bytes() / 1e6
    for history in histories.values():
        history.close()
    size = (folder / str(large) / "history.db").stat().st_size / 1e6
    print(f"SQLite, {large:,} runs: {size:.0f} MB on disk, {counted:.0f} MB counted")
    return lines


def recorded(history: History) -> float:
    """The median of milliseconds from handing in a run that has ended until it can be found."""
    samples = []
    for number in range(ROUNDS):
        run = made_run("What is new?", "Nothing but this.", number)
        run.created = datetime.now(UTC)
        start = time.perf_counter()
        history.of().record(run, "chat")
        assert history.of().find(limit=1).runs[0].id == run.id
        samples.append((time.perf_counter() - start) * 1000)
    return statistics.median(samples)


def table(lines: list[tuple[str, float, float]], large: int) -> str:
    """The figures as a markdown table."""
    rows = [
        f"| {'':30} | {SMALL:,} runs, ms | {large:,} runs, ms | times | limit {BOUND:g} |",
        f"| {'-' * 30} | ---: | ---: | ---: | --- |",
    ]
    for name, small, big in lines:
        met = "yes" if big <= BOUND * small else "no"
        rows.append(f"| {name:30} | {small:.2f} | {big:.2f} | {big / small:.2f} | {met} |")
    return "\n".join(rows)


def main() -> int:
    """Fill, ask, and print; about a minute."""
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("--runs", type=int, default=LARGE, help=f"default: {LARGE:,}")
    large = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="history-") as name:
        folder, start = Path(name), time.monotonic()
        lines = compare(folder, large)
    print(table(lines, large))
    print(f"Medians of {ROUNDS}; {time.monotonic() - start:.0f} s in all.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
