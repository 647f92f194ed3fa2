"""Sentences of a text, and the few that answer a question.

Ranking is BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, 3.4) over
word stems. A sentence borrows a little from those beside it, since its subject is often there.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

K1, B = 1.2, 0.75  # the usual saturation of repeats and correction for length
BORROWED = 0.25  # what a sentence gets of each neighbour's score
NUMBER_BONUS = 1.3  # for a sentence with a figure, where the question asks for one
HEADING_SHARE = 0.5  # of its score that a heading keeps: it names what the next sentence answers
LONGEST = 600  # characters; a longer "sentence" is cut at a space

_ENGLISH = json.loads(Path(__file__).with_name("english.json").read_text(encoding="utf-8"))
STOP_WORDS = frozenset(_ENGLISH["stop_words"].split())
ABBREVIATIONS = frozenset(_ENGLISH["abbreviations"].split())
_ASKS_NUMBER = re.compile(r"\b(how (many|much|long|far|old|often)|when|what (year|date|time))\b")
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|(?<=[。！？])")
_WORD = re.compile(r"[^\W_]+(?:[.,:'’][^\W_]+)*")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Passage:
    """A sentence, a heading or a table row. `page` counts from 1, None where there are none."""

    text: str
    page: int | None = None


@dataclass(frozen=True)
class Match:
    """A passage with its score against a question: above 0, comparable within one text only."""

    passage: Passage
    score: float


def sentences(block: str) -> list[str]:
    """The sentences of a block of running text; line breaks in it count as spaces."""
    bag: list[str] = []
    for piece in _END.split(" ".join(block.split())):
        if bag and _goes_on(bag[-1], piece):
            bag[-1] += " " + piece
        elif piece:
            bag.append(piece)
    return [part for sentence in bag for part in _cut(sentence)]


def best(passages: Sequence[Passage], question: str, count: int = 3) -> list[Match]:
    """The passages that share most with a question, best first; none if they share nothing."""
    query_terms = set(terms(question))
    bags = [Counter(terms(passage.text)) for passage in passages]
    own = _bm25(bags, query_terms)
    asks_number = bool(_ASKS_NUMBER.search(question.lower()))
    scores = []
    for place, passage in enumerate(passages):
        beside = sum(
            own[other]
            for other in (place - 1, place + 1)
            if 0 <= other < len(own) and passages[other].page == passage.page
        )
        score = own[place] + BORROWED * beside
        if asks_number and any(character.isdigit() for character in passage.text):
            score *= NUMBER_BONUS
        if _is_heading(passage.text):
            score *= HEADING_SHARE
        scores.append(score)
    ranked = sorted(range(len(scores)), key=lambda place: -scores[place])
    return [Match(passages[place], scores[place]) for place in ranked[:count] if scores[place] > 0]


def terms(text: str) -> list[str]:
    """The stems of a text's words, without stop words; pairs of signs for Chinese and the like."""
    bag: list[str] = []
    for word in _WORD.findall(text.lower()):
        if _HAN.search(word):
            bag += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif word not in STOP_WORDS:
            bag.append(_stem(word.removesuffix("'s").removesuffix("’s")))
    return bag


def _bm25(bags: Sequence[Counter[str]], query_terms: Iterable[str]) -> list[float]:
    """The score of each bag of terms."""
    lengths = [bag.total() for bag in bags]
    average = max(sum(lengths) / max(len(lengths), 1), 1e-9)
    scores = [0.0] * len(bags)
    for term in query_terms:
        holders = sum(term in bag for bag in bags)
        rarity = math.log(1 + (len(bags) - holders + 0.5) / (holders + 0.5))
        for place, bag in enumerate(bags):
            if times := bag[term]:
                damping = K1 * (1 - B + B * lengths[place] / average)
                scores[place] += rarity * times * (K1 + 1) / (times + damping)
    return scores


def _is_heading(text: str) -> bool:
    """Short, no sentence, and no figure as a table's row has."""
    return (
        len(text.split()) < 8
        and not text.endswith((".", "!", "?", "。"))
        and not any(character.isdigit() for character in text)
    )


def _goes_on(sentence: str, after: str) -> bool:
    """Whether what looked like a sentence's end was not: an abbreviation, an initial, a number."""
    if not sentence.endswith("."):
        return False
    last = sentence[:-1].rsplit(" ", 1)[-1].strip("(\"'").lower()
    return last in ABBREVIATIONS or (len(last) == 1 and last.isalpha()) or after[:1].islower()


def _cut(sentence: str) -> list[str]:
    parts = []
    while len(sentence) > LONGEST:
        space = sentence.rfind(" ", LONGEST // 2, LONGEST)
        end = space if space > 0 else LONGEST
        parts.append(sentence[:end])
        sentence = sentence[end:].lstrip()
    return [*parts, sentence]


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    stemmer = _stemmer()
    return stemmer.stemWord(word) if stemmer else word


@cache
def _stemmer() -> "BaseStemmer | None":
    """The English stemmer, or None where the package is missing: then whole words are compared."""
    if find_spec("snowballstemmer") is None:
        return None
    import snowballstemmer

    return snowballstemmer.stemmer("english")
