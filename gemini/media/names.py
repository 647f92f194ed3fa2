"""The names of the files in a prompt. The Gemini API takes none, so none are sent."""

from collections.abc import Iterable

from gemini.request import Part

MEDIA = ("inline_data", "file_data")
NAME = "display_name"  # of a medium


def medium_in(part: Part) -> str | None:
    """Which field of a part of a prompt holds a file, or refers to one."""
    return next((kind for kind in MEDIA if part.get(kind)), None)


def named(part: Part, name: str) -> Part:
    """The part with the name of its file, or without one if that is ""."""
    kind = medium_in(part)
    if kind is None:
        return part
    medium = {key: value for key, value in part[kind].items() if key != NAME}
    return {**part, kind: {**medium, NAME: name} if name else medium}


def name_in(part: Part) -> str:
    """The name of the file of a part; "" where it has none."""
    kind = medium_in(part)
    return str(part[kind].get(NAME) or "") if kind else ""


def names_of(prompt: Iterable[Part]) -> list[str]:
    """The file names of a prompt's media, in order; "" for one without."""
    return [name_in(part) for part in prompt if medium_in(part)]


def nameless(prompt: Iterable[Part]) -> list[Part]:
    """The parts of a prompt as the API takes them."""
    return [named(part, "") for part in prompt]
