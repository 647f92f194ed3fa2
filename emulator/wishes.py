"""What a message wants of the functions: which to call, at once or one after the other.

Which function a part of a message is about is decided by the words they share, because a small
model chooses no better than chance. "Then" makes a wish wait for the results of those before it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from emulator.functions import Function, FunctionPlan, nearest

_THEN = re.compile(r"[\s,;.]*\b(?:and\s+)?(?:then|after that|afterwards)\b[\s,:]*", re.IGNORECASE)
_STATE = r"[A-Z]{2,3}\b"  # "San Francisco, CA" is one place
_AND = re.compile(
    rf"(?:,\s*and\s+|,\s+(?!{_STATE})|(?<=[A-Z]{{2}}),\s+|\s+and\s+|(?<=[.?!;])\s+(?:and\s+)?)"
    r"(?:also\s+)?"
)
_NAME = rf"[^\W\d_a-z][\w'-]*(?: [^\W\d_a-z][\w'-]*)*(?:, {_STATE})?"
_NAME_AT_END = re.compile(rf"{_NAME}(?=[.?!]*$)")
_ITEM = re.compile(rf"(?:in |at |for |of )?(?P<name>{_NAME})(?P<end>[.?!]*)")
MOST = 8  # calls at once


@dataclass(frozen=True)
class Wish:
    """A function to call, and the words of the message that are about it."""

    function: Function
    text: str


def wishes(functions: FunctionPlan, message: str) -> list[list[Wish]]:
    """The wishes by stages: those of a stage go out together. [] where it is about no function.

    "The weather in Paris and Rome" is two wishes, each in a sentence of its own. Where a call is
    forced and none is spoken of, it is the likeliest one, for the whole message.
    """
    stages = [_stage(functions, part) for part in _THEN.split(message) if part.strip()]
    used = [stage[:MOST] for stage in stages if stage]
    if len(used) == 1 and len(used[0]) == 1:
        used = [[Wish(used[0][0].function, message)]]  # one wish: nothing is taken from it
    if not used and functions.forced and (function := nearest(functions, message, forced=True)):
        return [[Wish(function, message)]]
    return used


def uncalled(functions: FunctionPlan, called: Collection[str], message: str) -> Wish | None:
    """A function not called yet, for when a call is forced and all that was asked for was called.

    Without one that the message is about, it is the last declared: agents put there the one that
    ends their loop. None where all were called.
    """
    left = tuple(f for f in reversed(functions.functions) if f.name not in called)
    if not left:
        return None
    function = nearest(replace(functions, functions=left), message, forced=True)
    return Wish(function, message) if function else None


def _stage(functions: FunctionPlan, text: str) -> list[Wish]:
    """The wishes in one part of a message, in their order.

    A piece that is about no function belongs to the wish before it, or lists one more thing.
    """
    wishes: list[Wish] = []
    before = ""
    for piece in _AND.split(text):
        function = nearest(functions, piece)
        if function is not None:
            wishes.append(Wish(function, f"{before} {piece}".strip()))
            before = ""
        elif not wishes:
            before = f"{before} {piece}".strip()
        elif (another := _with_item(wishes[-1].text, piece)) is not None:
            wishes.append(Wish(wishes[-1].function, another))
        else:
            wishes[-1] = Wish(wishes[-1].function, f"{wishes[-1].text} and {piece}")
    if not wishes and (function := nearest(functions, text)) is not None:
        wishes = [Wish(function, text)]
    return list({(wish.function.name, wish.text): wish for wish in wishes}.values())


def _with_item(text: str, piece: str) -> str | None:
    """The text with the name at its end replaced by that of a list's next item, if it is one."""
    item = _ITEM.fullmatch(piece.strip())
    if item is None or not _NAME_AT_END.search(text):
        return None
    return _NAME_AT_END.sub(lambda _: item["name"], text.rstrip(".?!")) + item["end"]
