"""Saved prompts: a request with `{{variables}}` in its texts, to be filled in and sent.

A variable stands in any text of the contents or the system instruction; its name has letters,
digits, spaces, `_` and `-`. What stands in `{{}}` otherwise is text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gemini.request import Content, Request

BRACED = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
VARIABLE = re.compile(r"\{\{\s*([^\W_](?:[\w -]{0,58}[\w-])?)\s*\}\}")


@dataclass(frozen=True)
class Preset:
    """One version of a saved prompt; `versions` is the number of the newest."""

    name: str
    page: str
    template: Request
    version: int
    versions: int
    created: datetime


def variables(template: Request) -> list[str]:
    """The names of the variables, in the order in which they are met."""
    names: dict[str, None] = {}

    def note(text: str) -> str:
        names.update(dict.fromkeys(VARIABLE.findall(text)))
        return text

    map_texts(template, note)
    return list(names)


def no_variables(template: Request) -> list[str]:
    """What stands in braces like a variable, but can't be one, such as `user.name`."""
    names: dict[str, None] = {}

    def note(text: str) -> str:
        names.update(dict.fromkeys(b.strip() for b in BRACED.findall(VARIABLE.sub("", text))))
        return text

    map_texts(template, note)
    return [name for name in names if name]


def fill(template: Request, values: Mapping[str, str]) -> Request:
    """The request with values in place of the variables. What is in a value is not looked at.

    Raises:
        ValueError: a variable has no value; the text names all of them.
    """
    missing = [name for name in variables(template) if name not in values]
    if missing:
        raise ValueError(f"no value for {', '.join(missing)}")
    return map_texts(template, lambda text: VARIABLE.sub(lambda m: values[m[1]], text))


def texts(template: Request) -> list[tuple[str, str]]:
    """The texts of a request with where they are: "system instruction", "user" or "model"."""
    shown: list[str] = []

    def note(text: str) -> str:
        shown.append(text)
        return text

    map_texts(replace(template, contents=[]), note)
    places = ["system instruction"] * len(shown)
    for content in template.contents:
        map_texts(replace(template, contents=[content], config={}), note)
        places += [content.get("role") or "user"] * (len(shown) - len(places))
    return list(zip(places, shown, strict=True))


def with_texts(template: Request, changed: Iterable[str]) -> Request:
    """The request with these in place of its texts, in the order of `texts`, as many of them."""
    following = iter(changed)
    return map_texts(template, lambda _old: next(following))


def map_texts(request: Request, change: Callable[[str], str]) -> Request:
    """The request with `change` made to each text of its instruction and its contents, in order."""
    config = dict(request.config)
    if "system_instruction" in config:
        config["system_instruction"] = _in_instruction(config["system_instruction"], change)
    return replace(request, contents=_in_contents(request.contents, change), config=config)


def _in_contents(contents: Iterable[Content], change: Callable[[str], str]) -> list[Content]:
    return [{**c, "parts": [_in_part(p, change) for p in c.get("parts") or ()]} for c in contents]


def _in_part(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return {**part, "text": change(part["text"])}
    return part


def _in_instruction(instruction: Any, change: Callable[[str], str]) -> Any:
    """A system instruction is a text, a part, a content, or a list of texts and parts."""
    if isinstance(instruction, dict) and "parts" in instruction:
        return _in_contents([instruction], change)[0]
    if isinstance(instruction, list):
        return [_in_part(p, change) for p in instruction]
    return _in_part(instruction, change)
