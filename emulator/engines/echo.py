"""The echo engine: no model, always the same answer, and plain about what it received."""

import asyncio
import hashlib
import json
import re
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import asdict

from emulator.engines import (
    AnswerPiece,
    Embedded,
    EngineJob,
    EngineModel,
    Measure,
    Media,
    Prompt,
    PromptTurn,
    TokenLogprob,
    UnsupportedError,
    kinds,
    sentences,
)
from emulator.engines.errors import EngineError
from emulator.engines.instance import Instance
from emulator.engines.verbatim import StopCutter

DIMENSIONS = 768
_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")


def tokens_of(text: str) -> list[str]:
    return _TOKEN.findall(text)


def token_id(token: str) -> int:
    """A number below 2^31 that is always the same for the same token."""
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:4], "big") >> 1


def hashed_words(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A vector of length 1 in which texts that share words are near each other.

    Every word, and every three letters in it at a quarter of the weight, has a direction of +1
    and -1 that its hash decides (random projection, Achlioptas 2003), so any first part of the
    vector says the same more roughly. No text gives no direction: the first axis then.
    """
    import numpy as np

    weights: Counter[str] = Counter()
    for word in re.findall(r"\w+", text.lower()):
        weights[word] += 4
        padded = f"^{word}$"
        weights.update(padded[start : start + 3] for start in range(len(padded) - 2))
    vector = np.zeros(dimensions)
    for feature, weight in weights.items():
        digest = hashlib.shake_128(feature.encode()).digest(-(-dimensions // 8))
        bits = np.unpackbits(np.frombuffer(digest, np.uint8))[:dimensions]
        vector += weight * (2.0 * bits - 1.0)
    return sentences.unit(vector.tolist())


MODEL = EngineModel(
    name="echo",
    display_name="Echo (no model: repeats what it received)",
    description="Repeats what it received, without a model. For tests.",
    input_token_limit=1_048_576,
    output_token_limit=65_536,
    answered_by="echo",
    stands_in="echo, no model",
    embeds_with="hashed words, no model",
    dimensions=DIMENSIONS,
    embedding_token_limit=2_048,
    temperature=1.0,
    top_p=0.95,
    top_k=64,
)
LONGEST_ECHO = 2_000  # characters of a message that are repeated
TOKENS_PER_PIECE = 4


class EchoEngine:
    """Answers at once, or with `delay` seconds between two pieces, to have something to stop."""

    model = MODEL

    def __init__(self, delay: float = 0.0) -> None:
        self._delay = delay

    async def warm(self) -> None:
        """Always ready."""

    async def generate(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        all_tokens = tokens_of(_text(job))
        limit = MODEL.output_token_limit if job.max_tokens is None else job.max_tokens
        shown = all_tokens[:limit]
        finish = "length" if len(all_tokens) > len(shown) else "stop"
        cutter = StopCutter(job.stop)
        for start in range(0, len(shown), TOKENS_PER_PIECE):
            batch = shown[start : start + TOKENS_PER_PIECE]
            text = cutter.feed("".join(batch))
            logprobs = _logprobs(batch, job.logprobs)
            if cutter.stopped:
                yield AnswerPiece(text, len(batch), "stop", logprobs)
                return
            if start + TOKENS_PER_PIECE >= len(shown):
                yield AnswerPiece(text + cutter.flush(), len(batch), finish, logprobs)
                return
            yield AnswerPiece(text, len(batch), logprobs=logprobs)
            await asyncio.sleep(self._delay)

    async def count_prompt(self, prompt: Prompt) -> int:
        texts = [turn.text for turn in prompt.turns] + [prompt.system]
        return sum(len(tokens_of(text)) for text in texts)

    async def embed(self, texts: list[str]) -> Embedded:
        tokens = sum(len(tokens_of(text)) for text in texts)
        return Embedded([hashed_words(text) for text in texts], tokens)

    async def measure(self, media: Media) -> Measure:
        """What can't be opened counts as one image or page: echo takes anything."""
        if kinds.is_text(media.mime_type):
            return Measure("TEXT", len(tokens_of(_in_words(media))))
        try:
            return await asyncio.to_thread(kinds.measure, media)
        except (EngineError, UnsupportedError):
            modality = kinds.modality_of(media.mime_type) or "DOCUMENT"
            return Measure(modality, kinds.IMAGE_TOKENS)

    async def in_words(self, turn: PromptTurn) -> str:
        return _echo(turn)

    async def close(self) -> None:
        """Nothing to close."""


def _text(job: EngineJob) -> str:
    if job.schema is not None:
        value = Instance(_echo(job.prompt.turns[-1])).build(job.schema)
        return json.dumps(value, ensure_ascii=False)
    last = _shortened(_echo(job.prompt.turns[-1]))
    if job.kind == "thought":
        return f"I was asked to think, and I only echo. The last message was: {last}"
    return "\n\n".join([f"Echo: {last}", _particulars(job)])


def _echo(turn: PromptTurn) -> str:
    """The turn with its text files written out and its other media named."""
    return "\n".join(p if isinstance(p, str) else _in_words(p) for p in turn.parts)


def _in_words(media: Media) -> str:
    if not kinds.is_text(media.mime_type):
        label = ", ".join(filter(None, [media.name, media.mime_type]))
        return f"[{label}, {len(media.data):,} bytes]"
    text = media.data.decode("utf-8-sig", errors="replace")
    return f"{media.name}:\n{text}" if media.name else text


def _particulars(job: EngineJob) -> str:
    roles = [turn.role for turn in job.prompt.turns]
    lines = [f"- Turns: {len(roles)} (last ones: {', '.join(roles[-6:])})"]
    echoes = [_echo(turn) for turn in job.prompt.turns[:-1] if turn.role == "user"]
    if echoes:
        lines.append(f"- Message before: {_shortened(echoes[-1])}")
    if job.prompt.system:
        lines.append(f"- System instruction: {_shortened(job.prompt.system)}")
    settings = {name: value for name, value in asdict(job.sampling).items() if value is not None}
    if job.max_tokens is not None and job.max_tokens < MODEL.output_token_limit:
        settings["max_output_tokens"] = job.max_tokens
    if job.stop:
        settings["stop_sequences"] = list(job.stop)
    if settings:
        lines.append("- Settings: " + ", ".join(f"{k} {v}" for k, v in settings.items()))
    if job.thought:
        lines.append(f"- Thought before: {len(tokens_of(job.thought))} tokens")
    if job.candidate:
        lines.append(f"- Candidate: {job.candidate + 1}")
    return "No model answered; the emulator received:\n" + "\n".join(lines)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_ECHO:
        return text
    return f"{text[:LONGEST_ECHO]}… ({len(text):,} characters, shortened here)"


def _logprobs(batch: list[str], alternatives: int | None) -> tuple[TokenLogprob, ...]:
    """Made-up but plausible figures, the same each time: the chosen token is the likeliest."""
    if alternatives is None:
        return ()
    return tuple(_logprob(token, alternatives) for token in batch)


def _logprob(token: str, alternatives: int) -> TokenLogprob:
    chosen = -0.01 * (1 + token_id(token) % 50)
    top = [TokenLogprob(token, token_id(token), chosen)]
    for rank in range(1, alternatives):
        other = f"{token}{rank}"
        top.append(TokenLogprob(other, token_id(other), chosen - rank))
    return TokenLogprob(token, token_id(token), chosen, tuple(top[:alternatives]))
