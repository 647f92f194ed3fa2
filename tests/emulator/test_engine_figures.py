"""Numbers are read whole and written with an end."""

from typing import Any

import pytest

from emulator.engines.instance import FRACTION, bounded, plain_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1,150 euros", "1150 euros"),
        ("$1,234,567.89 in all", "$1234567.89 in all"),
        ("1'150 francs", "1150 francs"),
        ("1, 2, 300", "1, 2, 300"),
        ("sizes 10,20,30", "sizes 10,20,30"),
        ("in 2025,000", "in 2025,000"),
        ("12,34", "12,34"),
        ("1,150,00", "1,150,00"),
    ],
)
def test_signs_for_thousands_are_left_out(text: str, shown: str) -> None:
    assert plain_numbers(text) == shown


def test_every_number_in_a_schema_has_ends() -> None:
    most = 10**15
    integer = {"type": "integer", "minimum": -most, "maximum": most}
    number = {"type": "number", "minimum": -most, "maximum": most, "multipleOf": FRACTION}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "type": {"type": "integer"},
            "list": {"type": "array", "items": {"type": ["number", "null"], "minimum": 3}},
            "either": {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/A"}]},
            "few": {"type": "integer", "enum": [1, 2]},
        },
        "$defs": {"A": {"type": "integer", "maximum": 5}},
    }
    assert bounded(schema) == {
        "type": "object",
        "properties": {
            "type": integer,
            "list": {
                "type": "array",
                "items": number | {"type": ["number", "null"], "minimum": 3},
            },
            "either": {"anyOf": [number, {"$ref": "#/$defs/A"}]},
            "few": {"type": "integer", "enum": [1, 2]},
        },
        "$defs": {"A": integer | {"maximum": 5}},
    }
    assert bounded({"type": "number", "minimum": 1e18})["maximum"] > 1e18
