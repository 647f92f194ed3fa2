"""The tables of an answer as rows of plain texts, and as columns to be sorted."""

from hypothesis import given
from hypothesis import strategies as st

from components.answer.tables import _columns, _csv
from components.markdown.tables import may_have_tables, tables_in

PLANETS = """Here they are:

| Planet | Moons | Day |
|:---|--:|---|
| **Mars** | 2 | `24.6 h` |
| Jupiter | 1,095 | [9.9 h](https://example.com) |
| Lost |

And a list: a | b

> | Quoted |
> |---|
> | =1+1 |
"""


def test_tables_without_their_marks() -> None:
    assert tables_in(PLANETS) == [
        [["Planet", "Moons", "Day"], ["Mars", "2", "24.6 h"], ["Jupiter", "1,095", "9.9 h"],
         ["Lost", "", ""]],
        [["Quoted"], ["=1+1"]],
    ]  # fmt: skip


def test_numbers_are_sorted_as_numbers_and_other_cells_stay() -> None:
    columns = _columns([["n", "n", ""], ["1,095", "007", "x"], ["", "8", ""], ["-2.5", "9", "y"]])
    assert list(columns.values()) == [[1095.0, None, -2.5], ["007", "8", "9"], ["x", "", "y"]]


def test_no_cell_of_the_csv_is_a_formula() -> None:
    assert _csv(tables_in(PLANETS)[1]).decode("utf-8-sig") == "Quoted\r\n'=1+1\r\n"


def test_a_bar_alone_is_no_table() -> None:
    assert not may_have_tables("a | b\n\n---\n")
    assert not tables_in("a | b\n\n---\n")


@given(st.text())
def test_any_text_has_even_tables(text: str) -> None:
    for table in tables_in(text + "\n\n|a|b|\n|-|-|\n|" + text.replace("\n", " ") + "|"):
        assert {len(row) for row in table} == {len(table[0])}
