"""Findings as Markdown: what stands in a schema is shown as it is, and never read as Markdown."""

import pytest

from components.schema.report import code_span, excerpt, finding_line
from gemini.structured.finding import Finding


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("$.a", "`$.a`"),
        ("$['a`b']", "``$['a`b']``"),
        ("`", "`` ` ``"),
        ("``a", "``` ``a ```"),
        ("a\nb", "`a b`"),
    ],
)
def test_a_code_span_holds_anything(text: str, span: str) -> None:
    assert code_span(text) == span


def test_a_finding_names_line_path_and_reason() -> None:
    assert finding_line(Finding("Too long.", ("a", 0))) == "`$.a[0]`: Too long."
    assert finding_line(Finding("Too long.", ("a",), 3, 7)) == "Line 3, `$.a`: Too long."


def test_the_line_of_an_error_is_shown_with_a_mark_below_the_column() -> None:
    text = '{\n  "a": 1,,\n}'
    assert excerpt(text, Finding("x", line=2, column=10)) == '2    "a": 1,,\n            ^'


@pytest.mark.parametrize("column", [1, 50, 999])
def test_of_a_long_line_the_part_around_the_error_is_shown(column: int) -> None:
    text = "".join(chr(ord("a") + n % 26) for n in range(1000))
    line, mark = excerpt(text, Finding("x", line=1, column=column)).split("\n")
    assert len(line) < 80
    assert line[len(mark) - 1] == text[column - 1]


@pytest.mark.parametrize("line", [None, 0, 9])
def test_no_line_no_excerpt(line: int | None) -> None:
    assert excerpt("{}", Finding("x", line=line, column=1)) == ""
