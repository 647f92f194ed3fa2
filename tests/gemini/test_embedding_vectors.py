"""Vectors held against each other: what holds for any of them."""

import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gemini.embeddings import vectors

FINITE = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: 0.0 if abs(x) < 1e-6 else x)
SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 8))
MATRICES = arrays(np.float64, SHAPES, elements=FINITE)
few = settings(max_examples=60, deadline=None)


@few
@given(MATRICES)
def test_rows_become_unit_length_and_keep_their_direction(matrix: vectors.Matrix) -> None:
    scaled = vectors.unit(matrix)
    there = vectors.lengths(matrix) > 0
    assert vectors.lengths(scaled)[there] == pytest.approx(1)
    assert not scaled[~there].any()
    assert scaled * vectors.lengths(matrix)[:, None] == pytest.approx(matrix, rel=1e-6, abs=1e-6)


def test_numbers_whose_squares_overflow_have_a_direction_all_the_same() -> None:
    assert vectors.unit(np.array([[3e200, 4e200], [3e-200, 4e-200]])) == pytest.approx(
        np.array([[0.6, 0.8], [0.6, 0.8]])
    )


@few
@given(MATRICES, st.floats(0.5, 1e3))
def test_similarity_is_symmetric_bounded_and_blind_to_length(
    matrix: vectors.Matrix, factor: float
) -> None:
    alike = vectors.similarities(matrix)
    assert alike == pytest.approx(alike.T)
    assert (np.abs(alike) <= 1).all()
    there = vectors.lengths(matrix) > 0
    assert np.diag(alike)[there] == pytest.approx(1)
    assert vectors.similarities(matrix * factor) == pytest.approx(alike, abs=1e-9)


def test_similarity_of_what_is_known() -> None:
    half = 0.5**0.5
    expected = [[1, half, -1], [half, 1, -half], [-1, -half, 1]]
    alike = vectors.similarities(np.array([[1.0, 0], [1, 1], [-2, 0]]))
    assert alike == pytest.approx(np.array(expected))


@few
@given(MATRICES, st.integers(0, 15))
def test_neighbours_come_nearest_first_each_once(matrix: vectors.Matrix, most: int) -> None:
    found = vectors.neighbours(matrix, matrix[0].tolist(), most)
    numbers, cosines = [n for n, _ in found], [c for _, c in found]
    assert len(found) == min(most, len(matrix)) == len(set(numbers))
    assert cosines == sorted(cosines, reverse=True)
    if found and vectors.lengths(matrix)[0] > 0:
        assert cosines[0] == pytest.approx(1)


def test_the_nearest_of_nothing_is_nothing() -> None:
    assert vectors.neighbours(vectors.matrix_of([]), [1.0], 3) == []


@few
@given(MATRICES)
def test_a_chain_has_every_row_once_and_begins_with_the_first(matrix: vectors.Matrix) -> None:
    order = vectors.chained(vectors.similarities(matrix))
    assert sorted(order) == list(range(len(matrix)))
    assert order[0] == 0


def test_a_chain_puts_groups_together() -> None:
    groups = np.array([[1, 0.0], [0, 1], [1, 0.1], [0.1, 1]])
    assert vectors.chained(vectors.similarities(groups)) == [0, 2, 3, 1]


@few
@given(MATRICES)
def test_a_flat_map_is_centred_and_never_stretches(matrix: vectors.Matrix) -> None:
    points, shares = vectors.flat_map(matrix)
    assert points.shape == (len(matrix), 2)
    size = np.abs(matrix).max() + 1
    assert points.mean(axis=0) / size == pytest.approx(0, abs=1e-6)
    assert 0 <= sum(shares) <= 1 + 1e-9
    assert shares[0] >= shares[1] >= 0
    for one in range(len(matrix)):
        shown = np.linalg.norm(points - points[one], axis=1)
        true = np.linalg.norm(matrix - matrix[one], axis=1)
        assert (shown <= true + 1e-6 * size).all()


def test_a_flat_map_of_what_is_flat_is_exact() -> None:
    square = np.array([[0.0, 0, 5], [2, 0, 5], [0, 1, 5], [2, 1, 5]])
    points, shares = vectors.flat_map(square)
    assert sum(shares) == pytest.approx(1)
    assert np.linalg.norm(points[0] - points[3]) == pytest.approx(5**0.5)
    again, _ = vectors.flat_map(square.copy())
    assert (points == again).all()


@pytest.mark.parametrize("matrix", [np.zeros((0, 0)), np.ones((1, 3)), np.full((4, 3), 0.1)])
def test_a_flat_map_without_differences_is_one_point(matrix: Any) -> None:
    points, shares = vectors.flat_map(matrix)
    assert not points.any()
    assert shares == (0, 0)


def test_files_hold_every_number() -> None:
    matrix = np.array([[0.5, -0.25], [1.0, 0.125]])
    texts, labels = ['a "b", c\nd', "ü"], ["x", ""]
    assert (np.load(io.BytesIO(vectors.to_npy(matrix))) == matrix).all()
    assert json.loads(vectors.to_json(texts, labels, matrix)) == [
        {"text": texts[0], "label": "x", "vector": [0.5, -0.25]},
        {"text": "ü", "label": "", "vector": [1.0, 0.125]},
    ]
    written = vectors.to_csv(texts, labels, matrix)
    assert written.startswith('text,label,0,1\r\n"a ""b"", c\nd",x,0.5,-0.25\r\n')
