"""Text that came as halves of characters, made whole where it comes in.

JSON may write a character beyond U+FFFF as two escapes, "\\ud83d\\ude00", and may hold one of them
alone (RFC 8259, 8.2). Python keeps such a half in a string, but no browser, database or file takes
it. So what comes from outside passes here once, and nothing behind has to care.
"""

import re
from typing import Any

REPLACEMENT = "\ufffd"
SURROGATE = re.compile("[\ud800-\udfff]")
FIRST_HALF_LAST = re.compile("[\ud800-\udbff]\\Z")


def whole(value: Any) -> Any:
    """Plain data with halves that belong together joined, and U+FFFD for one that is alone."""
    if isinstance(value, str):
        if not SURROGATE.search(value):
            return value
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {whole(k): whole(v) for k, v in value.items()}
    return [whole(v) for v in value] if isinstance(value, list | tuple) else value


class Halves:
    """Makes the parts of one streamed answer whole.

    The half of a character at the end of a text waits for the next one, which may begin with the
    other half.
    """

    def __init__(self) -> None:
        self._half = ""
        self._thought: Any = None

    @property
    def pending(self) -> bool:
        """Whether half a character waits for the other one."""
        return bool(self._half)

    def feed(self, part: dict[str, Any]) -> list[dict[str, Any]]:
        """Take a part; what is to be kept now, in order."""
        text, thought = part.get("text"), part.get("thought")
        before = [] if isinstance(text, str) and thought == self._thought else self.end()
        if not isinstance(text, str):
            return [*before, whole(part)]
        text, self._half = self._half + text, ""
        if FIRST_HALF_LAST.search(text):
            text, self._half, self._thought = text[:-1], text[-1], thought
            if not text and part.keys() <= {"text", "thought"}:
                return before
        return [*before, whole({**part, "text": text})]

    def end(self) -> list[dict[str, Any]]:
        """What is left when nothing more comes: a half that stayed alone."""
        if not self._half:
            return []
        self._half = ""
        thought = {} if self._thought is None else {"thought": self._thought}
        return [{"text": REPLACEMENT, **thought}]
