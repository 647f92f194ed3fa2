"""Texts that are given as they are, in pieces that keep to a job's limits like a model's."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from emulator.engines import AnswerPiece, EngineJob


class StopCutter:
    """Lets text through until a stop sequence appears, keeping back what might be the start of one.

    Example: with `("END",)`, feeding "one E" gives "one ", then "ND two" gives "" and `stopped`.
    """

    def __init__(self, sequences: tuple[str, ...]) -> None:
        self._sequences = tuple(s for s in sequences if s)
        self._kept = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if self.stopped:
            return ""
        text = self._kept + text
        places = [place for s in self._sequences if (place := text.find(s)) >= 0]
        if places:
            self.stopped = True
            self._kept = ""
            return text[: min(places)]
        keep = max((_overlap(text, s) for s in self._sequences), default=0)
        self._kept = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """What was kept back and turned out to be no stop sequence, at the end of the text."""
        held_back, self._kept = self._kept, ""
        return held_back


def _overlap(text: str, sequence: str) -> int:
    """Length of the longest end of `text` that is a proper beginning of `sequence`."""
    for length in range(min(len(text), len(sequence) - 1), 0, -1):
        if text.endswith(sequence[:length]):
            return length
    return 0


# Asks llama.cpp's `/tokenize` or `/detokenize` with a body, and gives its JSON reply.
Tokenizer = Callable[[str, dict[str, Any]], Awaitable[Any]]


class Verbatim:
    """Counts the tokens of one answer, and ends it at its limit or a stop sequence.

    `left` is how many tokens the job still allows.
    """

    def __init__(self, job: EngineJob, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._cutter = StopCutter(job.stop)
        self.left = sys.maxsize if job.max_tokens is None else job.max_tokens

    async def piece(self, text: str, by: str, *, last: bool = False) -> AnswerPiece:
        """The text as a piece. `last`, the limit and a stop sequence set its `finish`."""
        shown = self._cutter.feed(text)
        stopped = last or self._cutter.stopped
        if stopped:
            shown += self._cutter.flush()
        tokens = (await self._tokenizer("/tokenize", {"content": shown}))["tokens"]
        if len(tokens) <= self.left:
            self.left -= len(tokens)
            return AnswerPiece(shown, len(tokens), "stop" if stopped else None, by=by)
        taken = tokens[: self.left]
        self.left = 0
        reply = await self._tokenizer("/detokenize", {"tokens": taken})
        return AnswerPiece(reply["content"], len(taken), "length", by=by)
