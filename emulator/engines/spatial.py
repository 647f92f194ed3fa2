"""Requests for places in a picture: boxes, points and masks of what this machine can really see.

That is writing, found by OCR, and regions of one colour; a label says which ("text: TOTAL",
"red circle"). Things that only a model would recognise aren't found, and the answer leaves them
out. The wire format: https://ai.google.dev/gemini-api/docs/image-understanding#object-detection,
places on a scale of 0-1000, y before x, origin top left.
"""

import base64
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image, ImageDraw

from emulator.engines.ocr import TextLine
from emulator.engines.passages import terms
from emulator.engines.perception import Sight

if TYPE_CHECKING:
    from emulator.engines.regions import Region

Mode = Literal["boxes", "points", "masks"]
SCALE = 1000
MOST = 50  # places in one answer, where the request sets no limit

_KEYS: dict[str, Mode] = {
    "box_2d": "boxes",
    "box2d": "boxes",
    "bounding_box": "boxes",
    "bbox": "boxes",
    "point": "points",
    "mask": "masks",
}
_IN_PROMPT: dict[Mode, str] = {
    "masks": r"segmentation masks?|\"mask\"",
    "points": r"\"point\"|\[y, ?x\]",
    "boxes": r"\bbox_2d\b|\bbounding box(es)?\b|\[ymin, ?xmin, ?ymax, ?xmax\]",
}
# What to find stands between the first of these and the end of its clause.
_FIND = re.compile(
    r"\b(?:detect|find|locate|segment|point (?:to|at|out)|masks? (?:for|of)"
    r"|bounding box(?:es)? (?:for|of|around)|box(?:es)? (?:for|of|around))\s+"
    r"(?P<find>.+?)(?=\s+in (?:the|this|that) (?:image|picture|photo|drawing)|[.;:\n]"
    r"|,? (?:at most|no more than|up to)\b|$)",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"\b(?:at most|no more than|up to|limit(?:ed)? to)\s+(\d{1,4})\b", re.I)
_TOLD_APART = re.compile(r"\b(?:tells? them apart|unique|distinct)\b", re.IGNORECASE)


@dataclass(frozen=True)
class PlacesRequest:
    """What a request for places asks for. `find` are alternatives, each the stems that one thing
    must have; none means everything. `only_text` leaves out what isn't writing.
    """

    mode: Mode
    find: tuple[frozenset[str], ...]
    most: int
    only_text: bool = False
    told_apart: bool = False


@dataclass(frozen=True)
class Place:
    """Something seen: `box` is (ymin, xmin, ymax, xmax) in pixels; `mask` fits it, True inside.

    `words` are the stems it is found by; `is_text` says that it is writing.
    """

    label: str
    box: tuple[float, float, float, float]
    mask: np.ndarray
    words: frozenset[str]
    is_text: bool


def read_request(question: str, schema: dict[str, Any] | None) -> PlacesRequest | None:
    """The request for places that a prompt or its schema makes, None for any other."""
    key, _ = _entry(schema, schema) if schema else (None, None)
    mode = _KEYS[key] if key else None
    for candidate, pattern in _IN_PROMPT.items():
        if mode is None and re.search(pattern, question, re.IGNORECASE):
            mode = candidate
    if mode is None:
        return None
    limit = _AT_MOST.search(question)
    find, only_text = _terms_of(question)
    return PlacesRequest(
        mode=mode,
        find=find,
        most=min(int(limit[1]), MOST) if limit else MOST,
        only_text=only_text,
        told_apart=bool(_TOLD_APART.search(question)),
    )


def answer(request: PlacesRequest, sight: Sight, schema: dict[str, Any] | None) -> str:
    """The places as JSON: a list, or the schema's object around one; in a fence without a schema.

    Nothing found is an empty list.
    """
    places_found = [place for place in places(sight) if _fits(place, request)][: request.most]
    labels = _labels(places_found, told_apart=request.told_apart)
    entries = [
        _as_entry(place, label, request.mode, sight)
        for place, label in zip(places_found, labels, strict=True)
    ]
    if schema is None:
        rows = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
        return f"```json\n[\n{rows}\n]\n```" if rows else "```json\n[]\n```"
    return json.dumps(_shaped(entries, schema), ensure_ascii=False)


def places(sight: Sight) -> list[Place]:
    """Everything that was seen: regions, largest first, then writing in reading order."""
    lines = sight.text.lines if sight.text else ()
    return [*map(_region_place, sight.regions), *map(_text_place, lines)]


def _region_place(region: "Region") -> Place:
    ymin, xmin, ymax, xmax = region.box
    words = _stems(region.label) | {"shape"}
    return Place(region.label, (ymin, xmin, ymax, xmax), region.mask, words, is_text=False)


def _text_place(line: TextLine) -> Place:
    ymin, xmin, ymax, xmax = line.bounds
    size = (max(1, round(xmax - xmin)), max(1, round(ymax - ymin)))
    layer = Image.new("1", size)
    ImageDraw.Draw(layer).polygon([(x - xmin, y - ymin) for x, y in line.box], fill=1)
    return Place(
        f"text: {line.text}", line.bounds, np.asarray(layer), _stems(line.text), is_text=True
    )


def _fits(place: Place, request: PlacesRequest) -> bool:
    if request.only_text and not place.is_text:
        return False
    if not request.find:
        return True
    if place.is_text:  # a line of text says more, or less, than what is looked for in it
        return any(2 * len(stems & place.words) >= len(stems) for stems in request.find)
    return any(stems <= place.words for stems in request.find)


def _terms_of(question: str) -> tuple[tuple[frozenset[str], ...], bool]:
    """The alternatives to look for, and whether only writing is meant."""
    match = _FIND.search(question)
    if match is None:
        return (), False
    words = _words()
    named = re.split(r",|;|\band\b|\bor\b", match["find"].lower())
    stems = [_stems(name) for name in named]
    only_text = all(each & words["text"] for each in stems if each - words["everything"])
    said = any(each & words["text"] for each in stems)
    rest = [each - words["everything"] - words["text"] for each in stems]
    if any(each and not left for each, left in zip(stems, rest, strict=True)):
        rest = []  # one of them is everything
    return tuple(each for each in rest if each), only_text and said


def _stems(text: str) -> frozenset[str]:
    """The stems of the words, each in the spelling that labels use."""
    synonyms = _words()["synonyms"]
    return frozenset(synonyms.get(term, term) for term in terms(text))


@cache
def _words() -> dict[str, Any]:
    path = Path(__file__).with_name("spatial_words.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    stemmed = {key: frozenset(terms(data[key])) for key in ("everything", "text")}
    pairs = [(terms(a), terms(b)) for a, b in data["synonyms"].items()]
    return stemmed | {"synonyms": {a[0]: b[0] for a, b in pairs}}


def _labels(places_found: list[Place], *, told_apart: bool) -> list[str]:
    """The places' labels; the second of a kind and those after it get a number where asked."""
    seen: Counter[str] = Counter()
    labels = []
    for place in places_found:
        seen[place.label] += 1
        count = seen[place.label]
        labels.append(f"{place.label} ({count})" if told_apart and count > 1 else place.label)
    return labels


def _as_entry(place: Place, label: str, mode: Mode, sight: Sight) -> dict[str, Any]:
    ymin, xmin, ymax, xmax = place.box
    down, across = SCALE / sight.height, SCALE / sight.width
    if mode == "points":
        middle = _middle(place)
        return {
            "point": [_on_scale(middle[0] * down), _on_scale(middle[1] * across)],
            "label": label,
        }
    box = [ymin * down, xmin * across, ymax * down, xmax * across]
    entry: dict[str, Any] = {"box_2d": [_on_scale(value) for value in box]}
    if mode == "masks":
        entry["mask"] = _png(place.mask)
    return entry | {"label": label}


def _middle(place: Place) -> tuple[float, float]:
    """A point (y, x) on the thing itself: the pixel of it that is nearest to its middle."""
    ys, xs = np.nonzero(place.mask)
    if not len(ys):
        return (place.box[0] + place.box[2]) / 2, (place.box[1] + place.box[3]) / 2
    nearest = int(np.hypot(ys - ys.mean(), xs - xs.mean()).argmin())
    return place.box[0] + float(ys[nearest]) + 0.5, place.box[1] + float(xs[nearest]) + 0.5


def _on_scale(value: float) -> int:
    return min(max(round(value), 0), SCALE)


def _png(mask: np.ndarray) -> str:
    """A map of 0 and 255, the certainty that a pixel of the box is in the thing."""
    buffer = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _entry(
    schema: Any, root: dict[str, Any], depth: int = 0
) -> tuple[str | None, dict[str, Any] | None]:
    """The place's key in a schema and the object that has it; None, None where there is none."""
    schema = _resolved(schema, root)
    if depth > 4 or not schema:
        return None, None
    properties = schema.get("properties", {})
    keys = [name for name in properties if name.lower() in _KEYS]
    if keys:
        first = "mask" if "mask" in keys else keys[0]
        return first.lower(), schema
    for below in (schema.get("items"), *properties.values()):
        key, entry = _entry(below, root, depth + 1)
        if key:
            return key, entry
    return None, None


def _shaped(entries: list[dict[str, Any]], schema: dict[str, Any]) -> Any:
    """The entries in the shape that a schema gives them; a plain list where it gives none."""
    key, entry_schema = _entry(schema, schema)
    if key and entry_schema:
        entries = [_named(entry, entry_schema["properties"]) for entry in entries]
    return _placed(entries, schema, schema)


def _placed(entries: list[dict[str, Any]], schema: Any, root: dict[str, Any]) -> Any:
    schema = _resolved(schema, root)
    properties = schema.get("properties", {})
    if any(name.lower() in _KEYS for name in properties):
        return entries[0] if entries else {}
    holder = next((n for n, s in properties.items() if _entry(s, root)[0]), None)
    if holder:
        return {holder: _placed(entries, properties[holder], root)}
    return entries[: schema.get("maxItems")]


def _named(entry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """An entry with the schema's own names: the place under its key, the label under any text."""
    named: dict[str, Any] = {}
    for name, schema in properties.items():
        mode = _KEYS.get(name.lower())
        if mode == "boxes":
            named[name] = entry.get("box_2d")
        elif mode:
            named[name] = entry.get(name.lower())
        elif schema.get("type") == "string" and not schema.get("enum"):
            named[name] = entry["label"]
    return named


def _resolved(schema: Any, root: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(schema, dict):
        return {}
    ref = schema.get("$ref", "")
    return root.get("$defs", {}).get(ref.rpartition("/")[2], {}) if ref else schema
