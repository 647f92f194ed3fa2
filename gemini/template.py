"""A request with `{{variables}}` in its texts, to be filled in and sent.

A variable stands in any text of the contents or the system instruction; its name has letters,
digits, spaces, `_` and `-`. What stands in `{{}}` otherwise is text.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from gemini.request import Content, Request

BRACED = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
VARIABLE = re.compile(r"\{\{\s*([^\W_](?:[\w -]{0,58}[\w-])?)\s*\}\}")


def variables(template: Request) -> list[str]:
    """The names of the variables, in the order in which they are met."""
    names = (name for _, text in texts(template) for name in VARIABLE.findall(text))
    return list(dict.fromkeys(names))


def no_variables(template: Request) -> list[str]:
    """What stands in braces like a variable, but can't be one, such as `user.name`."""
    braced = (b for _, text in texts(template) for b in BRACED.findall(VARIABLE.sub("", text)))
    return [name for name in dict.fromkeys(b.strip() for b in braced) if name]


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

    def of(place: str, request: Request) -> list[tuple[str, str]]:
        shown: list[str] = []
        map_texts(request, lambda text: shown.append(text) or text)
        return [(place, text) for text in shown]

    result = of("system instruction", replace(template, contents=[]))
    for content in template.contents:
        alone = replace(template, contents=[content], config={})
        result += of(content.get("role") or "user", alone)
    return result


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


def values_in(template: Request, filled: Request) -> dict[str, str]:
    """Values with which `fill` makes a request of a template; none where it wasn't made of that.

    Where what stands between two variables is in a value too, which part is whose is a guess.
    """
    values: dict[str, str] = {}
    said = [text for _, text in texts(filled)]
    patterns = [pattern for _, pattern in texts(template)]
    if len(said) != len(patterns):
        return {}
    for pattern, text in zip(patterns, said, strict=True):
        first, *rest = VARIABLE.split(pattern)  # text, name, text, name, text...
        at = len(first)
        for number in range(0, len(rest), 2):
            name, between = rest[number : number + 2]
            is_last = number + 2 == len(rest)
            end = max(len(text) - len(between) if is_last else text.find(between, at), at)
            values.setdefault(name, text[at:end])
            at = end + len(between)
    again = [text for _, text in texts(fill(template, values))]
    return values if again == said else {}
