"""Two runs compared, duplicates merged, labels counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.spatial.items import Box, Point
from gemini.spatial.match import Pair, compare, counts, iou, merge_duplicates, overlap


def box(y: float, x: float, height: float, width: float, label: str = "a") -> Box:
    return Box(label, y, x, y + height, x + width)


boxes = st.builds(
    box,
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(1, 500),
    st.integers(1, 500),
    st.sampled_from(["a", "b"]),
)
points = st.builds(Point, st.just("p"), st.integers(0, 1000), st.integers(0, 1000))
lists = st.lists(boxes | points, max_size=8)


def test_intersection_over_union() -> None:
    assert iou(box(0, 0, 100, 100), box(0, 50, 100, 100)) == pytest.approx(1 / 3)
    assert iou(box(0, 0, 10, 10), box(0, 10, 10, 10)) == 0


def test_points_are_the_same_when_near() -> None:
    assert overlap(Point("", 100, 100), Point("", 100, 100)) == 1
    assert overlap(Point("", 100, 100), Point("", 100, 125)) == pytest.approx(0.5)
    assert overlap(Point("", 100, 100), Point("", 100, 900)) == 0
    assert overlap(Point("", 5, 5), box(0, 0, 10, 10)) == 0


@given(boxes, boxes)
def test_overlap_is_a_share_and_has_no_sides(a: Box, b: Box) -> None:
    assert 0 <= iou(a, b) <= 1
    assert iou(a, b) == iou(b, a)
    assert iou(a, a) == 1


def test_pairs_and_what_only_one_side_has() -> None:
    left = [box(0, 0, 100, 100), box(500, 500, 100, 100), box(0, 800, 50, 50)]
    right = [box(505, 500, 100, 100), box(10, 0, 100, 100), box(800, 0, 50, 50)]
    result = compare(left, right)
    assert [(p.left, p.right) for p in result.pairs] == [(1, 0), (0, 1)]
    assert result.only_left == (2,)
    assert result.only_right == (2,)


def test_the_best_overlap_wins_and_of_equals_the_same_label() -> None:
    left = [box(0, 0, 100, 100, "cat")]
    right = [box(0, 0, 100, 100, "dog"), box(0, 0, 100, 100, "Cat")]
    assert compare(left, right).pairs == (Pair(0, 1, 1.0),)
    assert compare(left, right[:1]).pairs == (Pair(0, 0, 1.0),)
    assert compare(left, right[:1], same_label=True).pairs == ()


@given(lists, lists)
def test_every_item_is_in_one_place(left, right) -> None:
    result = compare(left, right)
    assert sorted([p.left for p in result.pairs] + list(result.only_left)) == [*range(len(left))]
    assert sorted([p.right for p in result.pairs] + list(result.only_right)) == [*range(len(right))]


@given(lists)
def test_a_run_equals_itself(items) -> None:
    result = compare(items, items)
    assert len(result.pairs) == len(items)
    assert all(p.overlap == 1 for p in result.pairs)


def test_duplicates_keep_the_first_of_each_label() -> None:
    items = [box(0, 0, 100, 100), box(1, 0, 100, 100, " A"), box(0, 0, 100, 100, "b")]
    assert merge_duplicates(items, 0.9) == [items[0], items[2]]
    assert merge_duplicates(items, 0.995) == items


@given(lists, st.floats(0.1, 1))
def test_merged_items_do_not_overlap(items, threshold: float) -> None:
    kept = merge_duplicates(items, threshold)
    assert all(
        a.label != b.label or overlap(a, b) < threshold
        for i, a in enumerate(kept)
        for b in kept[i + 1 :]
    )
    assert merge_duplicates(kept, threshold) == kept


def test_counts_have_the_most_frequent_first() -> None:
    items = [box(0, 0, 1, 1, label) for label in ("cat", "dog", "dog")]
    assert list(counts(items).items()) == [("dog", 2), ("cat", 1)]
