"""Labelled values in a text ("Total: 42.00", "Tax 20% 364.70", a table's rows), put into a schema.

A field is filled only where its name is the label of exactly one value that suits its type. This
reads: it makes nothing up, and a field whose label isn't there is left to whoever asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from emulator.engines.passages import terms

# Words that many labels have and that alone don't tell one value from another.
_GENERIC_WORDS = "amount number no nr id code date name value sum unit"
LONGEST_TEXT = 80  # characters
_FIGURE = r"-?\d[\d.,' ]*"
_COLON = re.compile(r"(?P<label>[^\W\d_][^:=;]{0,40}?)\s*[:=]\s*(?P<value>[^:=\s].*?)[.;,]?$")
_AT_END = re.compile(
    rf"^(?P<label>[^\W\d_][^\d:=]{{0,40}}?)(?:\s+\d+(?:[.,]\d+)?\s?%)?\s+(?:is\s+|was\s+)?"
    rf"(?:[A-Z]{{3}}\s*|[$€£]\s*)?(?P<value>{_FIGURE})(?:\s*(?:[A-Z]{{3}}|[$€£]))?\.?$"
)
_CURRENCY = r"(?-i:[A-Z]{3})|[$€£]|euros?|dollars?|pounds?|francs?|yen"
# "The monthly rent is 1,150 euros, due on ..."
_STATED = re.compile(
    r"(?P<label>(?:[^\W\d_][\w'’-]*\s+){1,4})(?:is|was|are|were|amounts to|comes to)\s+"
    rf"(?:(?:{_CURRENCY})\s*)?(?P<value>-?\d(?:[\d.,']*\d)?)(?!\s*%|[\w:/-])"
    rf"(?:\s*(?:{_CURRENCY})\b)?",
    re.IGNORECASE,
)
_CELLS = re.compile(r"\s{2,}|\t|\s*\|\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATES = (
    re.compile(r"^(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)$"),
    re.compile(r"^(?P<day>\d{1,2})\.? (?P<month>[A-Za-z]{3,9})\.? (?P<year>\d{4})$"),
    re.compile(r"^(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})$"),
)


@dataclass(frozen=True)
class LabelledValue:
    """A label's stems and the value behind it; `stated` in a sentence, where it is a figure."""

    label: frozenset[str]
    value: str
    stated: bool = False


def pairs_in(text: str) -> list[LabelledValue]:
    """Every label with its value, line by line, and the figures that sentences state."""
    labels = []
    for line in text.splitlines():
        cells = [cell for cell in _CELLS.split(line.strip(" |")) if cell]
        matches = [_COLON.match(cell) for cell in cells]
        matches += [_AT_END.match(piece) for piece in {*cells, " ".join(cells)}]
        for match in filter(None, matches):
            if label := _stems(match["label"]):
                labels.append(LabelledValue(label, match["value"].strip()))
    for match in _STATED.finditer(" ".join(text.split())):
        if label := _stems(match["label"]):
            labels.append(LabelledValue(label, match["value"], stated=True))
    return labels


def pinned(schema: dict[str, Any], text: str) -> dict[str, Any]:
    """The schema with every field that `text` labels fixed to its value (`const`).

    Where it labels any, the others are kept from being made up: those that may be null are, and
    free texts stay short.
    """
    filler = _Filler(schema, text)
    if _kind(schema) == "array":
        return filler.rows(schema)
    filled = filler.fill(schema, frozenset())
    return filled if filled == schema else _restrained(filled)


def values_of(schema: dict[str, Any]) -> tuple[Any, bool]:
    """The value a pinned schema leaves no choice about, and whether it leaves none at all."""
    if "const" in schema:
        return schema["const"], True
    if schema.get("type") != "object" or not schema.get("properties"):
        return None, False
    fields = {name: values_of(field) for name, field in schema["properties"].items()}
    return {n: value for n, (value, _) in fields.items()}, all(done for _, done in fields.values())


def _restrained(schema: dict[str, Any]) -> dict[str, Any]:
    if "const" in schema:
        return schema
    kind = schema.get("type")
    if isinstance(kind, list) and "null" in kind:
        return {"const": None}
    if schema.get("properties"):
        fields = {name: _restrained(field) for name, field in schema["properties"].items()}
        return schema | {"properties": fields}
    free = kind == "string" and not {"enum", "format", "maxLength"} & set(schema)
    return schema | {"maxLength": LONGEST_TEXT} if free else schema


class _Filler:
    def __init__(self, schema: dict[str, Any], text: str) -> None:
        self._root = schema
        self._lines = text.splitlines()
        self._pairs = pairs_in(text)
        self._said = _stems(text)

    def fill(self, schema: dict[str, Any], around: frozenset[str]) -> dict[str, Any]:
        """`around` are the stems of the names of the objects this one is in."""
        properties = {}
        for name, field in schema.get("properties", {}).items():
            stems = _stems(name) | around
            kind = _kind(field)
            if kind == "object" and field.get("properties"):
                properties[name] = self.fill(field, stems)
            elif kind == "array":
                properties[name] = self.rows(field)
            else:
                properties[name] = self._field(field, stems)
        return schema | ({"properties": properties} if properties else {})

    def _field(self, field: dict[str, Any], stems: frozenset[str]) -> dict[str, Any]:
        """The field, fixed where the nearest labels agree on one value."""
        ranked: dict[float, list[Any]] = {}
        numeric = _kind(field) in ("number", "integer")
        for pair in self._pairs:
            if pair.stated and not numeric:
                continue
            nearness = self._nearness(stems, pair.label, field)
            value = _converted(pair.value, field) if nearness else None
            if value is not None:
                ranked.setdefault(nearness, []).append(value)
        best = ranked[max(ranked)] if ranked else []
        same = bool(best) and all(value == best[0] for value in best)
        return {"const": best[0]} if same else field

    def _nearness(
        self, name: frozenset[str], label: frozenset[str], field: dict[str, Any]
    ) -> float:
        """How surely a label names the field; 0 for not at all."""
        if name == label:
            return 3.0
        shared = name & label
        if not shared:
            return 0.0
        missing, more = (name - label) - _generic(), (label - name) - _generic()
        if not missing and shared - _generic():
            return 2.0 - len(more) / 4
        # "Number: 17" on a page that says INVOICE is the invoice's number.
        described = _stems(field.get("description", "")) - _generic()
        if label <= _generic() and ((missing | described) & self._said):
            return 1.0
        return 0.0

    def rows(self, field: dict[str, Any]) -> dict[str, Any]:
        """A list of objects, fixed to the rows of a table that has all the columns it requires."""
        item = field.get("items", {})
        properties = item.get("properties", {})
        if len(properties) < 2 or any(_kind(p) in ("object", "array") for p in properties.values()):
            return field
        for place, line in enumerate(self._lines):
            columns = _columns(line, properties, item.get("required", []))
            if columns:
                rows = _table(self._lines[place + 1 :], columns, properties)
                if len(rows) >= max(1, field.get("minItems", 1)):
                    return {"const": rows}
        return field


def _columns(line: str, properties: dict[str, Any], required: Sequence[str]) -> list[str | None]:
    """The property that each column of a table's head is; [] where the line isn't its head."""
    cells = [c for c in _CELLS.split(line.strip(" |")) if c]
    cells = cells if len(cells) > 1 else line.split()
    names: list[str | None] = []
    for cell in cells:
        stems = _stems(cell)
        near = [
            n
            for n in properties
            if n not in names and stems and (stems == _stems(n) or stems == _stems(n) - _generic())
        ]
        names.append(near[0] if near else None)
    if len([name for name in names if name]) < 2:
        return []
    left = [name for name in required if name not in names]
    if len(left) == 1 and names.count(None) == 1:
        names[names.index(None)] = left[0]  # what is left over belongs together
        left = []
    return [] if left else names


def _table(
    lines: Sequence[str], columns: Sequence[str | None], properties: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows under a head, up to the first line that isn't one."""
    rows: list[dict[str, Any]] = []
    for line in lines:
        cells = _row(line, len(columns))
        named = dict(zip(columns, cells, strict=True)) if cells else {}
        row = {n: _converted(named[n], properties[n]) for n in properties if n in named}
        if not row or None in row.values():
            if line.strip():
                break
            continue
        rows.append(row)
    return rows


def _row(line: str, count: int) -> list[str]:
    """A line's cells, where it has as many: parted by gaps, or figures behind one text."""
    cells = [c for c in _CELLS.split(line.strip(" |")) if c]
    if len(cells) == count:
        return cells
    words = line.split()
    head, tail = words[: 1 - count], words[1 - count :]
    figures = all(re.fullmatch(_FIGURE, word) for word in tail)
    return [" ".join(head), *tail] if head and figures and len(tail) == count - 1 else []


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((k for k in kinds if k != "null"), "")


def _converted(text: str, schema: dict[str, Any]) -> Any:
    """The text as the schema's type; None where it isn't one."""
    kind = _kind(schema)
    if "enum" in schema:
        same = [v for v in schema["enum"] if str(v).casefold() == text.casefold()]
        return same[0] if same else None
    if kind in ("number", "integer"):
        return _in_bounds(_number(text), kind, schema)
    if kind == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold())
    if kind != "string" or len(text) > schema.get("maxLength", len(text)):
        return None
    if schema.get("format") == "date":
        return _date(text)
    return (
        text if schema.get("format") is None and len(text) >= schema.get("minLength", 1) else None
    )


def _in_bounds(value: float | None, kind: str, schema: dict[str, Any]) -> float | int | None:
    if value is None or not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return None
    if value.is_integer():
        return int(value)
    return None if kind == "integer" else value


def _number(text: str) -> float | None:
    """A figure, with either sign for thousands, and a currency before or behind it."""
    plain = re.sub(r"^(?:[A-Z]{3}|[$€£])\s*|\s*(?:[A-Z]{3}|[$€£])$", "", text.strip())
    if not re.fullmatch(_FIGURE, plain):
        return None
    plain = re.sub(r"[' ]", "", plain)
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})*,\d{1,2}|-?\d+,\d{1,2}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return float(plain.replace(",", ""))
    except ValueError:
        return None


def _date(text: str) -> str | None:
    """A date as YYYY-MM-DD; None for one that could be read in two ways."""
    for pattern in _DATES:
        if match := pattern.match(text.strip()):
            month = match["month"]
            if not month.isdecimal():
                if month[:3].lower() not in _MONTHS:
                    return None
                month = str(_MONTHS.index(month[:3].lower()) + 1)
            return f"{match['year']}-{int(month):02}-{int(match['day']):02}"
    return None


@cache
def _generic() -> frozenset[str]:
    return frozenset(terms(_GENERIC_WORDS))


def _stems(text: str) -> frozenset[str]:
    """The stems of a label or of a name in camelCase or snake_case."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", text)
    return frozenset(terms(apart))
