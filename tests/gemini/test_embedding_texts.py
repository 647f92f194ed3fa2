"""Texts and labels as people bring them: lines and files, good ones and damaged ones."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.embeddings.texts import LARGEST_FILE, Row, lines_of, sheet_of

INPUTS = Path(__file__).parents[1] / "inputs/batches"


def test_each_line_is_a_text_and_behind_a_tab_its_label() -> None:
    found = lines_of("  one \r\n\n\ttab first\ntwo\tB\tC\n   \nthree")
    assert found == [Row("one"), Row("two", "B\tC"), Row("three")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_with_any_of_three_separators(separator: str, mark: str) -> None:
    head, row = separator.join(["topic", "text"]), separator.join(["A", '"x, y; ""z""\nü"'])
    sheet = sheet_of(f"{mark}{head}\r\n{row}\r\n\r\n".encode())
    assert sheet.columns == ("topic", "text")
    assert sheet.texts("text", "topic") == [Row('x, y; "z"\nü', "A")]
    assert sheet.texts("text", None) == [Row('x, y; "z"\nü')]


def test_rows_may_be_short_or_long_and_columns_nameless_or_twins() -> None:
    sheet = sheet_of(b"a,,a\n1\n1,2,3,4\n,only\n")
    assert sheet.columns == ("a", "Column 2", "a (3)", "Column 4")
    assert sheet.rows == (("1", "", "", ""), ("1", "2", "3", "4"), ("", "only", "", ""))
    assert sheet.texts("a", None) == [Row("1"), Row("1")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a row of column names and a row of values"),
        (b"text\n", "a row of column names and a row of values"),
        ("text\nMünchen\n".encode("latin-1"), "isn't text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "isn't text"),
        (b"text\n\x00\n", "null bytes"),
        (b"x" * (LARGEST_FILE + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        sheet_of(data)
    assert str(caught.value).endswith((".", "”."))


def test_a_cell_may_be_as_long_as_a_file() -> None:
    """83 of the public reports."""
    cell = 'a line\n"quoted", ' * 8_000
    assert len(cell) > 131_072
    quoted = cell.replace('"', '""')
    assert sheet_of(f'id,document\n1,"{quoted}"\n'.encode()).rows == (("1", cell),)


def test_ragged_rows_lose_nothing_and_empty_ones_are_none() -> None:
    sheet = sheet_of((INPUTS / "ragged.csv").read_bytes())
    assert sheet.columns == ("a", "b", "Column 3", "Column 4")
    assert sheet.rows == (("1", "", "", ""), ("1", "2", "3", "4"))
    assert sheet_of(b"a,b\n1,2,,,\n").columns == ("a", "b")


def test_lines_may_end_as_they_did_on_old_macs() -> None:
    sheet = sheet_of((INPUTS / "cr.csv").read_bytes())
    assert (sheet.columns, sheet.rows) == (("a", "b"), (("1", "2"), ("3", "4")))


def test_cells_and_lines_keep_what_is_in_them() -> None:
    assert sheet_of(b"text\n  x \n").texts("text", None) == [Row("  x ")]
    assert lines_of("one\u2028two\nthree") == [Row("one\u2028two"), Row("three")]


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_what_was_written_is_read(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("text", "label"), *rows])
    if not any(any(row) for row in rows):
        return
    sheet = sheet_of(out.getvalue().encode())
    assert list(sheet.rows) == [row for row in rows if any(row)]
