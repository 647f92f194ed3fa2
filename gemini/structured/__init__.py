"""Structured output: schemas made four ways, checked before sending, and the answers read back.

A schema is a plain dict of JSON Schema. Its four sources give a `Reading` (the schema, or errors
with their places): `write_fields` from a table, `read_text` from JSON, `infer_text` from an
example, `read_pydantic` from classes. Back: `read_fields`, `write_text`, `to_pydantic`.
Before sending: `check`, then `json_mode` or `enum_mode`. After: `partial` while it streams,
`parse` at the end, `violations`, `tables`, `to_csv`, `to_json`.
"""

from gemini.structured.answer import Answer, parse, parse_choice, partial
from gemini.structured.answer_table import AnswerTable, tables, to_csv, to_json
from gemini.structured.check import Report, check
from gemini.structured.field_rows import COLUMNS, RowsReading, from_rows, to_rows
from gemini.structured.fields import (
    COLUMNS_BY_TYPE,
    Field,
    FieldTable,
    format_path,
    parse_path,
    write_fields,
)
from gemini.structured.fields_reading import FieldReading, read_fields
from gemini.structured.finding import Finding, JsonSchema, Path, Reading, path_text
from gemini.structured.gallery import SchemaSample, gallery
from gemini.structured.infer import infer, infer_text
from gemini.structured.openapi import to_response_schema
from gemini.structured.pydantic_source import PydanticReading, read_pydantic
from gemini.structured.sending import (
    ENUM_MIME_TYPE,
    JSON_MIME_TYPE,
    enum_choices,
    enum_mode,
    json_mode,
    sendable,
)
from gemini.structured.text import place, read_text, write_text
from gemini.structured.to_pydantic import PydanticModule, to_pydantic
from gemini.structured.validate import violations
from gemini.structured.walk import field_path

__all__ = [
    "COLUMNS",
    "COLUMNS_BY_TYPE",
    "ENUM_MIME_TYPE",
    "JSON_MIME_TYPE",
    "Answer",
    "AnswerTable",
    "Field",
    "FieldReading",
    "FieldTable",
    "Finding",
    "JsonSchema",
    "Path",
    "PydanticModule",
    "PydanticReading",
    "Reading",
    "Report",
    "RowsReading",
    "SchemaSample",
    "check",
    "enum_choices",
    "enum_mode",
    "field_path",
    "format_path",
    "from_rows",
    "gallery",
    "infer",
    "infer_text",
    "json_mode",
    "parse",
    "parse_choice",
    "parse_path",
    "partial",
    "path_text",
    "place",
    "read_fields",
    "read_pydantic",
    "read_text",
    "sendable",
    "tables",
    "to_csv",
    "to_json",
    "to_pydantic",
    "to_response_schema",
    "to_rows",
    "violations",
    "write_fields",
    "write_text",
]
