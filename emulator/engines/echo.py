"""The echo engine: no model, always the same answer, and plain about what it received."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import asdict

from emulator.engines import (
    Description,
    EngineModel,
    Job,
    Media,
    Modality,
    Piece,
    Prompt,
    TokenLogprob,
    words,
)
from emulator.engines.instance import Instance
from emulator.engines.stops import StopCutter

MODEL = EngineModel(
    name="echo",
    display_name="Echo (no model: repeats what it received)",
    description="No model answers: it repeats what it received. For tests.",
    input_token_limit=1_048_576,
    output_token_limit=65_536,
    answered_by="echo",
    stands_in="echo, no model",
    embeds_with="hashed words, no model",
    dimensions=words.DIMENSIONS,
    embedding_token_limit=2_048,
    temperature=1.0,
    top_p=0.95,
    top_k=64,
)
LONGEST_ECHO = 2_000  # characters of a message that are repeated
TOKENS_PER_PIECE = 4

_MODALITIES: dict[str, Modality] = {"image": "IMAGE", "audio": "AUDIO", "video": "VIDEO"}


class EchoEngine:
    """Answers at once, or with `delay` seconds between two pieces, to have something to stop."""

    model = MODEL

    def __init__(self, delay: float = 0.0) -> None:
        self._delay = delay

    async def warm(self) -> None:
        """Always ready."""

    async def generate(self, job: Job) -> AsyncGenerator[Piece]:
        all_tokens = words.tokens(_text(job))
        limit = MODEL.output_token_limit if job.max_tokens is None else job.max_tokens
        shown = all_tokens[:limit]
        finish = "length" if len(all_tokens) > len(shown) else "stop"
        cutter = StopCutter(job.stop)
        for start in range(0, len(shown), TOKENS_PER_PIECE):
            batch = shown[start : start + TOKENS_PER_PIECE]
            text = cutter.feed("".join(batch))
            logprobs = _logprobs(batch, job.logprobs)
            if cutter.stopped:
                yield Piece(text, len(batch), "stop", logprobs)
                return
            if start + TOKENS_PER_PIECE >= len(shown):
                yield Piece(text + cutter.flush(), len(batch), finish, logprobs)
                return
            yield Piece(text, len(batch), logprobs=logprobs)
            await asyncio.sleep(self._delay)

    async def count_prompt(self, prompt: Prompt) -> int:
        texts = [turn.text for turn in prompt.turns] + [prompt.system]
        return sum(len(words.tokens(text)) for text in texts)

    async def count_text(self, text: str) -> int:
        return len(words.tokens(text))

    async def embed(self, texts: list[str]) -> list[list[float]]:
        return [words.embed(text) for text in texts]

    async def describe(self, media: Media, question: str) -> Description:  # noqa: ARG002
        label = ", ".join(filter(None, [media.name, media.mime_type]))
        modality = _MODALITIES.get(media.mime_type.split("/")[0], "DOCUMENT")
        return Description(f"[{label}, {len(media.data):,} bytes]", modality)

    async def close(self) -> None:
        """Nothing to close."""


def _text(job: Job) -> str:
    if job.schema is not None:
        value = Instance(job.prompt.turns[-1].text).build(job.schema)
        return json.dumps(value, ensure_ascii=False)
    last = _shortened(job.prompt.turns[-1].text)
    if job.kind == "thought":
        return f"I was asked to think, and I only echo. The last message was: {last}"
    return "\n\n".join([f"Echo: {last}", _particulars(job)])


def _particulars(job: Job) -> str:
    roles = [turn.role for turn in job.prompt.turns]
    lines = [f"- Turns: {len(roles)} (last ones: {', '.join(roles[-6:])})"]
    asked = [turn.text for turn in job.prompt.turns[:-1] if turn.role == "user"]
    if asked:
        lines.append(f"- Message before: {_shortened(asked[-1])}")
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
        lines.append(f"- Thought before: {len(words.tokens(job.thought))} tokens")
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
    chosen = -0.01 * (1 + words.token_id(token) % 50)
    top = [TokenLogprob(token, words.token_id(token), chosen)]
    for rank in range(1, alternatives):
        other = f"{token}{rank}"
        top.append(TokenLogprob(other, words.token_id(other), chosen - rank))
    return TokenLogprob(token, words.token_id(token), chosen, tuple(top[:alternatives]))
