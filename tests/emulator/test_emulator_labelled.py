"""Values that a text labels land in the schema's fields; nothing else does."""

import json
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from google import genai
from google.genai import types

from emulator import launch
from emulator.engines.labelled import pinned

MEDIA = Path(__file__).parents[2] / "samples" / "media"
INPUTS = Path(__file__).parents[1] / "inputs" / "emulator"
NUMBER, TEXT = {"type": "number"}, {"type": "string"}
TABLE = """
Item                 Quantity   Price    Amount
City bicycle         4          389.00   1,556.00
Child seat           2          74.50    149.00

Subtotal  1,705.00
"""


def fixed(text: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """What of the fields the text fixes."""
    schema = pinned({"type": "object", "properties": fields}, text)
    return {n: f["const"] for n, f in schema["properties"].items() if "const" in f}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Total: 42.00", {"total": NUMBER}, 42),
        ("TOTAL EUR 2,188.20", {"total_amount": NUMBER}, 2188.2),
        ("Total: 1.234,50 EUR", {"total": NUMBER}, 1234.5),
        ("Tax 20% 364.70", {"tax": NUMBER}, 364.7),
        ("The monthly rent is 1,150 euros, due soon.", {"monthly_rent": NUMBER}, 1150),
        ("My age is 17 and my brother's age is 19.", {"age": NUMBER}, 17),
        ("The order.\nColour: dark red", {"colour": TEXT}, "dark red"),
        ("Due: 2 April 2026", {"dueDate": {"type": "string", "format": "date"}}, "2026-04-02"),
        ("INVOICE\nNumber: A-17  Bill to:", {"invoice_number": TEXT}, "A-17"),
        ("Paid: yes", {"paid": {"type": "boolean"}}, True),
        ("Status: OPEN", {"status": {"type": "string", "enum": ["open", "shut"]}}, "open"),
        ("Age: 31", {"age": {"type": ["integer", "null"], "minimum": 18}}, 31),
    ],
)
def test_a_labelled_value_is_taken(text: str, field: dict[str, Any], value: Any) -> None:
    assert fixed(text, **field) == {next(iter(field)): value}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Subtotal: 42.00", {"total": NUMBER}),
        ("Total: 42\nTotal: 43", {"total": NUMBER}),
        ("Total: unknown", {"total": NUMBER}),
        ("Number: INV-1", {"phone_number": TEXT}),
        ("Tax 20% 364.70", {"tax_percent": NUMBER}),
        ("Age: 17", {"age": {"type": "integer", "minimum": 18}}),
        ("Date: 03/04/2026", {"date": {"type": "string", "format": "date"}}),
        ("The rent is 20% of the income.", {"rent": NUMBER}),
        ("The rent is 1,150 euros.", {"rent": TEXT}),
        ("Five apples cost 3 euros, what is the total if I buy 10?", {"total": NUMBER}),
    ],
)
def test_what_isn_t_plainly_labelled_is_left_open(text: str, field: dict[str, Any]) -> None:
    assert fixed(text, **field) == {}


def test_fields_that_may_be_null_are_not_made_up() -> None:
    fields = {"total": NUMBER, "phone": {"type": ["string", "null"]}, "shop": TEXT}
    assert fixed("Total: 3", **fields) == {"total": 3, "phone": None}
    assert fixed("No label here", **fields) == {}


def test_a_table_fills_a_list_of_objects() -> None:
    item = {
        "type": "object",
        "properties": {
            "description": TEXT,
            "quantity": NUMBER,
            "unit_price": NUMBER,
            "amount": NUMBER,
        },
        "required": ["description", "quantity", "amount"],
    }
    array = {"type": "array", "items": item}
    rows = fixed(TABLE, items=array)["items"]
    assert rows[1] == {
        "description": "Child seat",
        "quantity": 2,
        "unit_price": 74.5,
        "amount": 149,
    }
    assert pinned(array, TABLE) == {"const": rows}
    assert fixed(TABLE.replace("Quantity", "Pieces"), items=array) == {}


def extract(client: genai.Client, schema: dict[str, Any], *contents: Any) -> Any:
    response = client.models.generate_content(
        model="gemini-2.5-flash",
        contents=list(contents),
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=schema
        ),
    )
    return json.loads(response.text or "")


INVOICE = {
    "type": "object",
    "properties": {
        "date": {"type": "string", "format": "date"},
        "tax": {"type": "number"},
        "total": {"type": "number"},
    },
    "required": ["date", "tax", "total"],
}


@pytest.mark.parametrize(
    ("name", "mime_type"), [("invoice.png", "image/png"), ("invoice.pdf", "application/pdf")]
)
def test_the_invoice_s_total_lands_in_its_field(
    small: genai.Client, name: str, mime_type: str
) -> None:
    part = types.Part.from_bytes(data=(MEDIA / name).read_bytes(), mime_type=mime_type)
    value = extract(small, INVOICE, part, "Take the details of this invoice.")
    jsonschema.validate(value, INVOICE)
    assert (value["tax"], value["total"]) == (364.7, 2188.2)


def test_labelled_values_of_a_prompt_come_back_and_the_model_adds_the_rest(
    small: genai.Client,
) -> None:
    schema = {
        "type": "object",
        "properties": {
            "colour": {"type": "string"},
            "price": {"type": "number"},
            "mood": {"type": "string", "enum": ["calm", "wild"]},
        },
        "required": ["colour", "price", "mood"],
    }
    value = extract(small, schema, "A quiet kettle.\nColour: dark red\nPrice: 24.90 EUR")
    jsonschema.validate(value, schema)
    assert (value["colour"], value["price"]) == ("dark red", 24.9)


def test_signs_for_thousands_end_no_number(local: launch.Emulator) -> None:
    body = json.loads((INPUTS / "structured_thousands.json").read_text("utf-8"))
    schema = body["generationConfig"]["responseSchema"]
    schema["properties"]["note"] = {"type": "STRING"}  # so that the model has to write as well
    url = f"{local.url}/v1beta/models/gemini-2.5-flash:generateContent"
    reply = httpx2.post(url, json=body, headers={"x-goog-api-key": "k"}, timeout=120).json()
    answer = json.loads(reply["candidates"][0]["content"]["parts"][0]["text"])
    assert (answer["monthly_rent"], answer["deposit"]) == (1150, 2300)


def test_an_answer_in_json_ends(small: genai.Client) -> None:
    """Its digits and white space went on until 1,536 tokens were made."""
    fields = {"landlord": {"type": "string"}, "rent": {"type": "number"}}
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    lease = types.Part.from_bytes(
        data=(INPUTS / "lease.pdf").read_bytes(), mime_type="application/pdf"
    )
    assert extract(small, schema, lease, "Extract the terms.")["rent"] == 1150
