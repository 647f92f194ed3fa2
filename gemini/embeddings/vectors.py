"""Vectors: those of a run, held against each other (similarity, neighbours, a map), and as files.

A matrix is (n, d) floats: n texts, d dimensions each.
"""

import io
import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gemini.format import csv_text
from gemini.models.estimate import estimate
from gemini.run import Run

Matrix: TypeAlias = NDArray[np.float64]
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


def matrix_of(vectors: Sequence[Sequence[float]]) -> Matrix:
    """Vectors of the same length as a matrix; none at all as one of (0, 0)."""
    return np.asarray(vectors, dtype=np.float64) if vectors else np.zeros((0, 0))


def lengths(matrix: Matrix) -> NDArray[np.float64]:
    """The Euclidean length of each row, (n,)."""
    return np.linalg.norm(matrix, axis=1)


def unit(matrix: Matrix) -> Matrix:
    """Every row scaled to length 1; a row of zeros has no direction and stays as it is."""
    scale = np.abs(matrix).max(axis=1, keepdims=True, initial=0)  # squares can't overflow then
    even = matrix / np.where(scale > 0, scale, 1)
    size = np.linalg.norm(even, axis=1, keepdims=True)
    return even / np.where(size > 0, size, 1)


def similarities(matrix: Matrix, others: Matrix | None = None) -> Matrix:
    """The cosine of each row with each row of `others` (of itself if None): (n, m), -1 to 1."""
    rows = unit(matrix)
    columns = rows if others is None else unit(others)
    return np.clip(rows @ columns.T, -1, 1)


def neighbours(matrix: Matrix, vector: Sequence[float], most: int) -> list[tuple[int, float]]:
    """The rows nearest to a vector, as (number, cosine), the nearest first; ties by number."""
    if not len(matrix):
        return []
    alike = similarities(matrix, matrix_of([vector]))[:, 0]
    order = np.argsort(-alike, kind="stable")[: max(0, most)]
    return [(int(number), float(alike[number])) for number in order]


def chained(alike: Matrix) -> list[int]:
    """An order of the rows of a similarity matrix (n, n) in which alike ones stand together.

    From the first, always on to the most alike of those that are left.
    """
    left = list(range(len(alike)))
    order = left[:1]
    del left[:1]
    while left:
        nearest = max(left, key=lambda number: (alike[order[-1], number], -number))
        left.remove(nearest)
        order.append(nearest)
    return order


def flat_map(matrix: Matrix) -> tuple[Matrix, tuple[float, float]]:
    """The rows as points (n, 2), and what share of the variance each axis shows, 0 to 1.

    Principal component analysis: the two directions in which the rows differ most. Each axis is
    turned so that its largest number is positive, to come out the same every time.
    """
    count = len(matrix)
    points, shares = np.zeros((count, 2)), (0.0, 0.0)
    if count < 2:
        return points, shares
    centred = matrix - matrix.mean(axis=0)
    left, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    total = float((strengths**2).sum())
    if total <= np.finfo(np.float64).eps * max(1.0, float((matrix**2).sum())):
        return points, shares  # all the same, but for rounding
    for axis in range(min(2, len(strengths))):
        along = left[:, axis] * strengths[axis]
        points[:, axis] = along * (1 if along[np.abs(along).argmax()] > 0 else -1)
    variances = [*(strengths[:2] ** 2 / total), 0.0]
    return points, (float(variances[0]), float(variances[1]))


def to_npy(matrix: Matrix) -> bytes:
    """A NumPy file of float32, (n, d): for `numpy.load`."""
    out = io.BytesIO()
    np.save(out, matrix.astype(np.float32), allow_pickle=False)
    return out.getvalue()


def to_csv(texts: Sequence[str], labels: Sequence[str], matrix: Matrix) -> str:
    """A row a text: the text, its label, and its numbers in columns of their own."""
    rows = ((text, label, *row) for text, label, row in zip(texts, labels, matrix, strict=True))
    return csv_text([("text", "label", *range(matrix.shape[1])), *rows])


def to_json(texts: Sequence[str], labels: Sequence[str], matrix: Matrix) -> str:
    """A list of `{"text", "label", "vector"}`."""
    rows = zip(texts, labels, matrix.tolist(), strict=True)
    entries = [{"text": text, "label": label, "vector": row} for text, label, row in rows]
    return json.dumps(entries, ensure_ascii=False)
