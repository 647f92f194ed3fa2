"""Function calls whose arguments stream in pieces, put together.

With `stream_function_call_arguments` (Vertex AI) a call's name comes first, then its arguments by
their JSONPath, texts bit by bit, and an empty call at the end.
https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling
"""

import copy
import re
from typing import Any

from gemini.request import Part

_STEP = re.compile(
    r"""\.([^.\[\]]+) | \[(\d+)\] | \['((?:[^'\\]|\\.)*)'\] | \["((?:[^"\\]|\\.)*)"\]""", re.X
)
_LARGEST_INDEX = 10_000  # of a list; a path beyond it is no argument of anybody's function
_VALUES = ("string_value", "number_value", "bool_value", "null_value")


class CallPieces:
    """Takes the parts of one candidate in their order, and gives them back with calls whole."""

    def __init__(self) -> None:
        self._open: Part | None = None

    def feed(self, part: Part) -> list[Part]:
        """The parts that are complete now."""
        call = part.get("function_call")
        if call is None:
            return [*self.end(), part]
        if call.get("name"):
            ended = self.end()
            if not (call.get("will_continue") or call.get("partial_args")):
                return [*ended, part]
            self._open = copy.deepcopy(part)
            _take_pieces(self._open, self._open["function_call"])
            return ended
        if self._open is None:
            return [part]
        _take_pieces(self._open, call)
        if signature := part.get("thought_signature"):
            self._open.setdefault("thought_signature", signature)
        # The last piece of an argument may not say that more come; an empty call ends them all.
        more = call.get("will_continue") or call.get("partial_args")
        return [] if more else self.end()

    def end(self) -> list[Part]:
        """The call that was open, if one was: nothing more comes."""
        match, self._open = self._open, None
        return [match] if match else []


def _take_pieces(part: Part, piece: dict[str, Any]) -> None:
    """Adds the arguments of a piece to those of the call in `part`."""
    call = part["function_call"]
    args = call.setdefault("args", {})
    args |= piece.get("args") or {}
    for one in piece.get("partial_args") or []:
        name = next((name for name in _VALUES if one.get(name) is not None), None)
        if name is not None:
            _put(args, str(one.get("json_path") or ""), _value(name, one[name]))
    for word in ("partial_args", "will_continue"):
        call.pop(word, None)


def _value(name: str, value: Any) -> Any:
    if name == "null_value":
        return None
    if name == "number_value" and float(value).is_integer():
        return int(value)  # every number comes as a double
    return value


def _put(args: dict[str, Any], path: str, value: Any) -> None:
    """Puts a value where the path leads; a text goes on where one stands already."""
    steps = [_step(match) for match in _STEP.finditer(path.removeprefix("$"))]
    if not steps:
        return
    place: Any = args
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int) != isinstance(place, list):
            return  # the pieces contradict each other
        if isinstance(step, int):
            if step > _LARGEST_INDEX:
                return
            place.extend([None] * (step + 1 - len(place)))
        before = place[step] if isinstance(step, int) else place.get(step)
        if following is None:
            both = isinstance(before, str) and isinstance(value, str)
            place[step] = before + value if both else value
        else:
            if not isinstance(before, (dict, list)):
                place[step] = [] if isinstance(following, int) else {}
            place = place[step]


def _step(match: re.Match[str]) -> str | int:
    if match[2] is not None:
        return int(match[2])
    quoted = match[3] if match[3] is not None else match[4]
    return match[1] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
