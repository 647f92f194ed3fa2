"""Numbers of things in words, and CSV that runs no formula."""

import csv
import io

import numpy as np
import pytest

from gemini.batches.results import as_csv
from gemini.embeddings.vectors import to_csv
from gemini.format import counted, duration, harmless, money, size


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+2", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1", "-"]
)
def test_a_text_that_begins_a_formula_gets_an_apostrophe(text: str):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("cell", [-3, -3.5, "-3", "-2.5e-7", "a=b", "", None])
def test_numbers_and_plain_texts_stay(cell: object):
    assert harmless(cell) == cell


def test_the_csv_of_batches_holds_no_formula():
    rows = [{"=name": "+1+2", "answer": '=HYPERLINK("http://example.com")', "tokens": -3}]
    table = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"))))
    assert table == [
        ["'=name", "answer", "tokens"],
        ["'+1+2", '\'=HYPERLINK("http://example.com")', "-3"],
    ]


def test_the_csv_of_embeddings_holds_no_formula():
    table = list(csv.reader(io.StringIO(to_csv(["=1"], ["@a"], np.array([[-0.5, 1.0]])))))
    assert table[1] == ["'=1", "'@a", "-0.5", "1.0"]


def test_one_thing_is_one():
    assert counted(1, "file") == "1 file"


def test_several_have_a_plural_and_thousands_are_set_off():
    assert counted(0, "file") == "0 files"
    assert counted(12_000, "row") == "12,000 rows"


def test_a_plural_can_be_given():
    assert counted(2, "box", "boxes") == "2 boxes"
    assert counted(1, "box", "boxes") == "1 box"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (3_400, "3.4 KB"),
        (5_000_000, "5 MB"),
        (12_400_000, "12 MB"),
        (4_000_000_000, "4 GB"),
    ],
)
def test_sizes(count: int, words: str):
    assert size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.44, "0.4 s"), (12, "12 s"), (89, "89 s"), (125, "2 min 5 s")]
)
def test_durations(seconds: float, words: str):
    assert duration(seconds) == words


def test_money():
    assert money(1234.5, 2) == "$1,234.50"
    assert money(0.00123) == "$0.0012"
    assert money(0.00002) == "under $0.0001"
    assert money(0) == "$0.0000"
