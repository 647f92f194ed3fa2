"""What came of embedding texts: their vectors, and the tokens they had."""

import math
from collections import Counter
from typing import Any

from gemini.models.tokens import estimate
from gemini.run import Run

Vector = list[float]


def vectors_of(run: Run) -> list[Vector | None]:
    """A vector for each content of the request; None for those that did not come.

    One of another length than most, or with what isn't a finite number, counts as not come.
    """
    count = len(run.request.contents)
    came = [_values(entry) for entry in (run.result.get("embeddings") or [])[:count]]
    came += [None] * (count - len(came))
    lengths = Counter(len(vector) for vector in came if vector)
    usual = lengths.most_common(1)[0][0] if lengths else 0
    return [vector if vector and len(vector) == usual else None for vector in came]


def tokens_of(run: Run) -> tuple[int, bool]:
    """The tokens of a run's texts, and whether that is the API's own count (else a guess)."""
    if counted := run.usage.get("prompt_token_count"):
        return counted, True
    entries = run.result.get("embeddings") or []
    counted_tokens = [((e or {}).get("statistics") or {}).get("token_count") for e in entries]
    counts = [count for count in counted_tokens if count is not None]
    if counts and len(counts) == len(counted_tokens):  # Vertex AI
        return int(sum(counts)), True
    return estimate(run.request.contents, model=run.request.model), False


def _values(entry: Any) -> Vector | None:
    values = entry.get("values") if isinstance(entry, dict) else None
    if not values or not all(isinstance(v, int | float) and math.isfinite(v) for v in values):
        return None
    return values
