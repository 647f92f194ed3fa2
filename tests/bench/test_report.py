"""The table of the benchmark: its lines, its limits, and what an answer of the mock is made of."""

import pytest

from bench.measures import MEASURES, Sizes
from bench.paces import PACES
from bench.report import NAMES, figures, table
from bench.text import chunks, mark
from gemini.spatial.parse import parse

SIZES = Sizes()


def line(results: dict, label: str) -> list[str]:
    """The cells of a line of the table, behind its label."""
    rows = [row[1:-1].split("|") for row in table(results, SIZES).splitlines()]
    lines = [[cell.strip() for cell in row] for row in rows]
    return next(cells[1:] for cells in lines if cells[0].startswith(label))


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.sample)
def test_a_line_is_of_a_measure_and_compared_with_what_there_is(figure) -> None:
    assert figure.sample.partition(".")[0] in MEASURES
    samples = {other.sample for other in figures()}
    assert figure.times in {"", "best peer", *NAMES, *samples}


def test_the_best_peer_is_the_quickest_that_was_measured() -> None:
    firsts = {"stock": [164.0], "gradio": [111.0], "chainlit": [109.0], "app": [75.0]}
    results = {"turns": {peer: {"empty_ms": values} for peer, values in firsts.items()}}
    assert line(results, "short answer")[-2:] == ["0.7 times the best peer's = 76", "yes"]
    del results["turns"]["chainlit"], results["turns"]["gradio"]  # not installed
    assert line(results, "short answer")[-2:] == ["0.7 times the best peer's = 115", "yes"]


def test_a_limit_by_another_peer_waits_until_that_is_measured() -> None:
    results: dict = {"crowd": {"app": {"short_ms": [400.0]}}}
    assert line(results, "30 sessions at once, short")[-2:] == ["1.5 times Chainlit", ""]
    results["crowd"]["chainlit"] = {"short_ms": [200.0]}
    assert line(results, "30 sessions at once, short")[-2:] == ["1.5 times Chainlit = 300", "no"]


def test_a_limit_by_another_line_names_that_line() -> None:
    results = {"crowd": {"app": {"short_ms": [200.0], "short_last_ms": [500.0]}}}
    said = '2 times "30 sessions at once, short answers" = 400'
    assert line(results, "the same: the last of them")[-2:] == [said, "no"]


def test_what_mostly_never_happened_is_said_so() -> None:
    results = {"stop": {"stock": {"steady_closed_ms": [None, None, 9.0]}}}
    assert "never" in line(results, "the same: upstream closed")


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_every_chunk_carries_its_mark_once(pace) -> None:
    text = chunks("kq", pace.chunks, pace.kind)
    assert all(piece.count(mark("kq", index)) == 1 for index, piece in enumerate(text))
    assert "".join(text).count("kq") == pace.chunks


def test_boxes_are_what_the_page_reads() -> None:
    items = parse("".join(chunks("kq", 60, "boxes"))).items
    assert len(items) == 60
    assert items[7].label == f"lamp {mark('kq', 7)}"


def test_formulas_stand_in_the_answer_that_has_them() -> None:
    assert "$$" in "".join(chunks("kq", 400, "formulas"))
    assert "$$" not in "".join(chunks("kq", 400))
