"""The sample schemas are what they say: sendable, and fitted by their examples."""

from typing import Any

import pytest

from gemini.structured.check import check
from gemini.structured.gallery import gallery
from gemini.structured.validate import violations

SAMPLES = pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.key)


def test_there_are_ten():
    assert [sample.key for sample in gallery()] == [
        "recipe",
        "invoice",
        "cv",
        "meeting_notes",
        "receipt",
        "sentiment",
        "product_review",
        "event_list",
        "form_fields",
        "knowledge_graph",
    ]


@SAMPLES
def test_each_passes_the_check_unmarked(sample: Any):
    report = check(sample.schema)
    assert (report.refused, report.marked) == ((), ())


@SAMPLES
def test_each_example_fits(sample: Any):
    assert violations(sample.example, sample.schema) == ()


@SAMPLES
def test_each_schema_means_something(sample: Any):
    assert violations({"no": "such thing"}, sample.schema)
    assert violations([], sample.schema) or sample.schema["type"] == "array"


@SAMPLES
def test_each_has_a_title_a_use_in_one_line_a_prompt_and_a_text(sample: Any):
    for text in (sample.title, sample.use, sample.prompt):
        assert text
        assert "\n" not in text
    assert len(sample.input) > 80


def test_the_invoice_adds_up():
    invoice = next(sample for sample in gallery() if sample.key == "invoice").example
    rows = sum(line["amount"] for line in invoice["line_items"])
    assert rows == invoice["subtotal"]
    assert round(rows + invoice["tax"], 2) == invoice["total"]
