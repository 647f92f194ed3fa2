"""Text made searchable, the same way for every database: words, without case and accents.

A search finds the runs that hold all its terms. A term finds words that begin with it; one that
is longer than `PREFIX`, or in quotes, or more than a word (`gemini-2.5`), is looked up by the
beginnings of its words, then in the text itself. Where nothing begins so, `search` looks in the
texts for words that hold it. Scripts without spaces are indexed by letter.
"""

import re
import unicodedata
from dataclasses import dataclass

PREFIX = 8  # characters of a word that are indexed; the index has a list for every length to here
INDEXED_CHARACTERS = 500_000  # of a text
MOST_WORDS = 20_000  # of a run; PostgreSQL's tsvector ends at 1 MB
LONGEST_QUERY = 1_000  # characters
EXCERPT = 160  # characters

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, kana, ideographs."""

WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+")
TERM = re.compile(r'"([^"]+)"?|([^\s"]+)')


@dataclass(frozen=True)
class Term:
    """What must be found: words that begin so, and, where `exact`, this text."""

    words: tuple[str, ...]
    text: str
    exact: bool

    def is_in(self, folded: str) -> bool:
        """Whether a text (folded) holds the term, as far as the index could not tell."""
        return not self.exact or self.text in folded


def fold(text: str) -> str:
    """Text without case, accents and the width of its spaces, for comparing."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def index(*texts: str) -> str:
    """The words of texts as the index has them: folded, cut short, each once, spaces between."""
    folded = (fold(text[:INDEXED_CHARACTERS]) for text in texts)
    words = {word[:PREFIX] for text in folded for word in WORD.findall(text)}
    return " ".join(sorted(words)[:MOST_WORDS])


def terms(query: str) -> list[Term]:
    """What a search asks for; of a text pasted in, its beginning."""
    terms = []
    for phrase, plain in TERM.findall(query.replace("\0", "")[:LONGEST_QUERY]):
        text = fold(phrase or plain)
        words = WORD.findall(text)
        is_word = not phrase and words == [text] and len(text) <= PREFIX
        if text:
            terms.append(Term(tuple(w[:PREFIX] for w in words), text, not is_word))
    return terms


def excerpt(text: str, terms: list[Term]) -> str:
    """The place in a text where one of the terms is, or its beginning; on one line."""
    at = 0
    for term in terms:
        if match := re.search(re.escape(term.text), text, re.IGNORECASE):
            at = match.start()
            break
    start = max(0, at - EXCERPT // 3) if at > EXCERPT // 2 else 0
    cut = " ".join(text[start : start + EXCERPT].split())
    return f"{'…' if start else ''}{cut}{'…' if start + EXCERPT < len(text) else ''}"
