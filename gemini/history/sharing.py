"""A saved prompt as a file or a link for others: with neither secrets nor media in it.

Media and references to media (which need the key they were uploaded with) are left out, and so is
a cache; what looks like a key in a text is hidden. The same is done to what comes in.
"""

from dataclasses import dataclass, replace
from typing import Any

from gemini import links
from gemini.api.redaction import config_without_secrets, redact
from gemini.api.surrogates import whole
from gemini.request import Content, Request
from gemini.template import map_texts

FORMAT = "gemini-playground/preset"
VERSION = 1
LONGEST_NAME = 200  # characters
LEFT_OUT = frozenset({"inline_data", "file_data"})


class SharingError(ValueError):
    """What can't be shared or read. Its text says why."""


@dataclass(frozen=True)
class SharedPreset:
    """A saved prompt as others get it. `left_out` counts the media that they have to add."""

    name: str
    page: str
    template: Request
    left_out: int = 0


def for_sharing(name: str, page: str, template: Request) -> SharedPreset:
    """The prompt without media and secrets."""
    bare = map_texts(template, redact)
    contents, left_out = _without_media(bare.contents)
    config = config_without_secrets(bare.config)
    config.pop("cached_content", None)
    if isinstance(instruction := config.get("system_instruction"), dict | list):
        config["system_instruction"], more = _instruction_without_media(instruction)
        left_out += more
    return SharedPreset(name, page, replace(bare, contents=contents, config=config), left_out)


def to_json(shared: SharedPreset) -> dict[str, Any]:
    """The content of the file."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": shared.name,
        "page": shared.page,
        "request": shared.template.to_json(),
        "left_out": shared.left_out,
    }


def from_json(data: Any) -> SharedPreset:
    """The inverse of `to_json`, whoever wrote the file.

    Raises:
        SharingError: it isn't such a file; the text says what is wrong.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SharingError("this isn't a saved prompt of the playground")
    if data.get("version") != VERSION:
        raise SharingError(f"its version is {data.get('version')!r}, this reads {VERSION}")
    try:
        data = whole(data)
        template = Request.from_json(data["request"])
        name, page = str(data["name"])[:LONGEST_NAME], str(data["page"])[:LONGEST_NAME]
        left_out = int(data.get("left_out", 0))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SharingError(f"it's damaged ({type(error).__name__})") from error
    clean = for_sharing(name, page, template)
    return SharedPreset(name, page, clean.template, left_out + clean.left_out)


def to_link(shared: SharedPreset) -> str:
    """The prompt as a text of letters, digits, `-` and `_`, to be put into an address.

    Raises:
        SharingError: it is too long for that.
    """
    try:
        return links.to_link(to_json(shared))
    except links.LinkError as error:
        message = "this prompt is too long for a link; share it as a file"
        raise SharingError(message) from error


def from_link(link: str) -> SharedPreset:
    """The inverse of `to_link`, whoever made the link.

    Raises:
        SharingError: it isn't one, or too large.
    """
    try:
        return from_json(links.from_link(link))
    except links.LinkError as error:
        raise SharingError(str(error)) from error


def _without_media(contents: list[Content]) -> tuple[list[Content], int]:
    shared, left_out = [], 0
    for content in contents:
        parts = content.get("parts") or []
        rest = [p for p in parts if not LEFT_OUT & p.keys()]
        shared.append({**content, "parts": rest})
        left_out += len(parts) - len(rest)
    return shared, left_out


def _instruction_without_media(instruction: Any) -> tuple[Any, int]:
    if isinstance(instruction, list):
        rest = [p for p in instruction if not (isinstance(p, dict) and LEFT_OUT & p.keys())]
        return rest, len(instruction) - len(rest)
    if "parts" in instruction:
        contents, left_out = _without_media([instruction])
        return contents[0], left_out
    return ("", 1) if LEFT_OUT & instruction.keys() else (instruction, 0)
