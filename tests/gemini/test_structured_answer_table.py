"""Values as rows, CSV and JSON."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.structured.answer_table import AnswerTable, flatten, tables, to_csv, to_json


def test_a_list_of_objects_is_a_table_with_nested_names():
    value = [{"a": 1, "b": {"c": {"d": "x"}}}, {"b": {"e": [1, 2]}, "f": None}]
    (table,) = tables(value)
    assert table.path == ()
    assert table.columns == ("a", "b.c.d", "b.e", "f")
    assert table.rows == ((1, "x", None, None), (None, None, "[1, 2]", None))


def test_every_outermost_list_of_objects_is_found_with_its_path():
    value = {
        "meta": {"rows": [{"x": 1}]},
        "names": ["a"],
        "lines": [{"y": [{"z": 1}]}],
        "empty": [],
    }
    assert [table.path for table in tables(value)] == [("meta", "rows"), ("lines",)]
    assert tables({"a": 1}) == ()
    assert tables([1, {"a": 1}]) == ()


def test_names_that_meet_are_told_apart():
    assert flatten({"a.b": 1, "a": {"b": 2}}) == {"a.b": 1, "a.b (2)": 2}


def test_a_column_of_mixed_kinds_is_text_and_numbers_stay_numbers():
    (table,) = tables([{"n": 1, "m": 1, "b": True}, {"n": 2.5, "m": "x", "b": None}, {"m": True}])
    assert table.rows == ((1, "1", True), (2.5, "x", None), (None, "true", None))
    (huge,) = tables([{"n": 2**70}])
    assert huge.rows == ((str(2**70),),)


FORMULAS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_header_is_a_formula(text: str):
    written = to_csv(AnswerTable((), (text,), ((text,),)))
    for (cell,) in csv.reader(io.StringIO(written, newline="")):
        assert cell == f"'{text}"


def test_numbers_and_truth_stay_as_they_are():
    (table,) = tables([{"a": -5, "b": False, "c": None, "d": 'a,b\n"c"', "e": -2.5}])
    assert to_csv(table) == 'a,b,c,d,e\r\n-5,false,,"a,b\n""c""",-2.5\r\n'


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=4), min_size=1, max_size=5)


@settings(max_examples=100, deadline=None)
@given(OBJECTS)
def test_any_list_of_objects_is_a_table_without_mixed_columns(value: list[Any]):
    (table,) = tables(value)
    assert len(table.rows) == len(value)
    for number, _ in enumerate(table.columns):
        kinds = {type(row[number]) for row in table.rows if row[number] is not None}
        assert len(kinds) <= 1 or kinds == {int, float}
    rows = list(csv.reader(io.StringIO(to_csv(table), newline="")))
    assert len(rows) == len(value) + 1 or not table.columns
    for row in rows:
        for cell in row:
            number_like = cell.lstrip("-").replace(".", "").replace("e", "").replace("+", "")
            assert not cell.startswith(("=", "+", "@")) or number_like.isdigit()


def test_json_is_indented_and_keeps_its_order():
    assert to_json({"z": "é", "a": [1]}) == '{\n  "z": "é",\n  "a": [\n    1\n  ]\n}'
    assert json.loads(to_json([1.5, None])) == [1.5, None]
