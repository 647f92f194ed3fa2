"""Asking for boxes, points or masks: the prompt, the answer's schema, the settings that work.

The wording is close to the one in Google's own guide, which is what the models know. It names
`box_2d`, `point` and `mask` and the scale of 1000 in every mode. Settings are data
(`data/boxes.toml`) with the reason of each in words, so that a page can show why.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from gemini.data import table
from gemini.models.capabilities import Capabilities, version_of

Mode = Literal["boxes", "points", "masks"]

_ASKS: dict[Mode, str] = {
    "boxes": (
        "Detect {find} in the image, at most {limit} objects. Answer with a JSON list, nothing "
        'else. Each entry has the 2D bounding box in "box_2d" as [ymin, xmin, ymax, xmax], '
        'normalized to 0-1000, and a short text label in "label". Give similar objects labels '
        "that tell them apart. If there are none, answer with an empty list."
    ),
    "points": (
        "Point to {find} in the image, at most {limit} points. Answer with a JSON list, nothing "
        'else. Each entry has the place in "point" as [y, x], normalized to 0-1000, and a short '
        'text label in "label". If there are none, answer with an empty list.'
    ),
    "masks": (
        "Give the segmentation masks for {find} in the image, at most {limit} objects. Output a "
        "JSON list of segmentation masks where each entry contains the 2D bounding box in the "
        'key "box_2d" as [ymin, xmin, ymax, xmax], normalized to 0-1000, the segmentation mask '
        'in the key "mask", and the text label in the key "label". Use descriptive labels.'
    ),
}
_EVERYTHING = "all of the prominent items"


@dataclass(frozen=True, slots=True)
class AdvisedSetting:
    """A value of `GenerateContentConfig`, by its name there, and why it is advised."""

    name: str
    value: Any
    reason: str


@dataclass(frozen=True, slots=True)
class SpatialPrompt:
    """What to send with the picture.

    `schema` is for `response_json_schema`, with `response_mime_type` "application/json"; None
    where a schema does harm. `settings` are advice, in the order to show them. `warnings` are
    sentences on what the model can't do.
    """

    prompt: str
    schema: dict[str, Any] | None
    settings: tuple[AdvisedSetting, ...]
    warnings: tuple[str, ...]


def ask(
    mode: Mode,
    find: str = "",
    *,
    limit: int | None = None,
    model: Capabilities | None = None,
) -> SpatialPrompt:
    """The request for a mode.

    Args:
        mode: what to ask for.
        find: what to find, in the user's words; empty for everything prominent.
        limit: at most so many; the advised number if not given.
        model: who is asked, for the settings; without it there are none.
    """
    most = advised_limit() if limit is None else max(1, limit)
    generation = _generation(model) if model else None
    return SpatialPrompt(
        prompt=_ASKS[mode].format(find=" ".join(find.split()) or _EVERYTHING, limit=most),
        schema=_schema(mode),
        settings=_settings(model, generation) if model else (),
        warnings=_warnings(mode, generation, most),
    )


def question_in(prompt: str) -> tuple[Mode, str, int] | None:
    """What `ask` was given for a prompt: mode, what to find, at most how many; None for another."""
    for mode, words in _ASKS.items():
        pattern = re.escape(words.replace("{find}", "\0").replace("{limit}", "\1"))
        pattern = pattern.replace(re.escape("\0"), "(.+?)").replace(re.escape("\1"), r"(\d+)")
        if match := re.fullmatch(pattern, prompt):
            find = "" if match[1] == _EVERYTHING else match[1]
            return mode, find, int(match[2])
    return None


def advised_limit() -> int:
    """How many objects a model lists reliably."""
    return table("boxes")["objects"]["limit"]


def max_side() -> AdvisedSetting:
    """The longer side, in pixels, that a picture should have at most when it is sent."""
    return AdvisedSetting(
        "max_side", table("boxes")["picture"]["max_side"], table("boxes")["picture"]["reason"]
    )


def _generation(model: Capabilities) -> dict[str, Any] | None:
    """The advice for a model's generation; None for a name that tells no version."""
    version = version_of(model.name)
    return next((g for g in table("boxes")["generation"] if version >= g["version"]), None)


def _settings(model: Capabilities, generation: dict[str, Any] | None) -> tuple[AdvisedSetting, ...]:
    settings = []
    if generation:
        settings.append(
            AdvisedSetting("temperature", generation["temperature"], generation["reason"]),
        )
    if thinking := _thinking(model):
        settings.append(thinking)
    useless = model.ignored | model.refused
    return tuple(setting for setting in settings if setting.name not in useless)


def _thinking(model: Capabilities) -> AdvisedSetting | None:
    """Thinking turned off, or down as far as it goes; None where it can't be told how."""
    thinking, words = model.thinking, table("boxes")["thinking"]
    if thinking.kind == "level" and thinking.levels:
        value = {"thinking_level": thinking.levels[0]}
        return AdvisedSetting("thinking_config", value, words["lowest"])
    if thinking.kind == "budget":
        least = 0 if thinking.can_turn_off else thinking.min_budget
        return AdvisedSetting(
            "thinking_config", {"thinking_budget": least}, words["lowest" if least else "off"]
        )
    return None


def _warnings(mode: Mode, generation: dict[str, Any] | None, limit: int) -> tuple[str, ...]:
    warnings = []
    if mode == "masks" and generation and not generation["masks"]:
        warnings.append(
            "This model gives boxes but no masks that can be drawn. Choose a Gemini 2.5 model."
        )
    if limit > advised_limit():
        warnings.append(table("boxes")["objects"]["reason"])
    return tuple(warnings)


def _schema(mode: Mode) -> dict[str, Any] | None:
    """The answer's JSON Schema. None for masks: they come as long texts that are no plain JSON
    value to a model, and Google's examples send them without one. How many at most is the
    prompt's to say: a large maxItems is what the API refuses as too complex.
    """
    if mode == "masks":
        return None
    key, length, order = (
        ("box_2d", 4, "[ymin, xmin, ymax, xmax]") if mode == "boxes" else ("point", 2, "[y, x]")
    )
    place = {
        "type": "array",
        "description": f"{order}, normalized to 0-1000",
        "items": {"type": "integer", "minimum": 0, "maximum": 1000},
        "minItems": length,
        "maxItems": length,
    }
    entry = {
        "type": "object",
        "properties": {key: place, "label": {"type": "string"}},
        "required": [key, "label"],
        "propertyOrdering": [key, "label"],
    }
    return {"type": "array", "items": entry}
