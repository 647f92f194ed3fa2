"""Texts that are given as they are, in pieces that keep to a job's limits like a model's."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from emulator.engines import Job, Piece
from emulator.engines.stops import StopCutter

# Asks llama.cpp's `/tokenize` or `/detokenize` with a body, and gives its JSON reply.
Tokenizer = Callable[[str, dict[str, Any]], Awaitable[Any]]


class Verbatim:
    """Counts the tokens of one answer, and ends it at its limit or a stop sequence.

    `left` is how many tokens the job still allows.
    """

    def __init__(self, job: Job, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._cutter = StopCutter(job.stop)
        self.left = sys.maxsize if job.max_tokens is None else job.max_tokens

    async def piece(self, text: str, by: str, *, last: bool = False) -> Piece:
        """The text as a piece. `last`, the limit and a stop sequence set its `finish`."""
        shown = self._cutter.feed(text)
        stopped = last or self._cutter.stopped
        if stopped:
            shown += self._cutter.flush()
        tokens = (await self._tokenizer("/tokenize", {"content": shown}))["tokens"]
        if len(tokens) <= self.left:
            self.left -= len(tokens)
            return Piece(shown, len(tokens), "stop" if stopped else None, by=by)
        taken = tokens[: self.left]
        self.left = 0
        reply = await self._tokenizer("/detokenize", {"tokens": taken})
        return Piece(reply["content"], len(taken), "length", by=by)
