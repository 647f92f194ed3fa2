"""One candidate of an answer: thoughts first, then text, JSON or a function call."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from emulator import functions
from emulator.engines import AnswerPiece, Engine, EngineJob, PromptCall, TokenLogprob, TokenUsage
from emulator.plan import Plan

_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "safety": "SAFETY"}


@dataclass(frozen=True)
class Delta:
    """What one candidate adds. `part` is a wire part; `finish` a FinishReason, on the last.

    `by` names what made it, where that isn't the engine's own model; `usage` is what a native
    engine counted for all of it.
    """

    index: int
    part: dict[str, Any] | None = None
    tokens: int = 0
    thought_tokens: int = 0
    finish: str | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    by: str = ""
    usage: TokenUsage | None = None


async def run_candidates(plan: Plan, engine: Engine) -> AsyncGenerator[Delta]:
    """All candidates at once, their deltas as they come. Closing it stops all of them."""
    candidate = _native if engine.model.native else _candidate
    if plan.candidates == 1:
        async with aclosing(candidate(plan, engine, 0)) as deltas:
            async for delta in deltas:
                yield delta
        return
    queue: asyncio.Queue[Delta | BaseException | None] = asyncio.Queue(maxsize=plan.candidates)
    tasks = [
        asyncio.create_task(_into(queue, candidate(plan, engine, index)))
        for index in range(plan.candidates)
    ]
    try:
        running = len(tasks)
        while running:
            item = await queue.get()
            if isinstance(item, BaseException):
                raise item
            if item is None:
                running -= 1
            else:
                yield item
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _into(
    queue: asyncio.Queue[Delta | BaseException | None], deltas: AsyncGenerator[Delta]
) -> None:
    try:
        async with aclosing(deltas):
            async for delta in deltas:
                await queue.put(delta)
    except Exception as error:
        await queue.put(error)
    else:
        await queue.put(None)


async def _candidate(plan: Plan, engine: Engine, index: int) -> AsyncGenerator[Delta]:
    thoughts: list[str] = []
    spent = 0
    if plan.thinking.tokens:
        async with aclosing(_think(plan, engine, index)) as deltas:
            async for text, delta in deltas:
                thoughts.append(text)
                spent += delta.thought_tokens
                yield delta
    left = plan.max_tokens - spent
    if left <= 0:
        yield Delta(index, finish="MAX_TOKENS")
        return
    thought = "".join(thoughts)
    job = replace(plan.job("answer", index), max_tokens=left, thought=thought)
    write = _calls if plan.calls else _whole_enum if plan.output == "enum" else _text
    async with aclosing(write(plan, engine, job)) as deltas:
        async for delta in deltas:
            yield delta


async def _native(plan: Plan, engine: Engine, index: int) -> AsyncGenerator[Delta]:
    """The candidate of an engine that thinks and calls functions by itself."""
    job = replace(
        plan.job("answer", index),
        max_tokens=plan.max_tokens or None,
        stop=plan.stop,
        schema=plan.schema,
        logprobs=plan.logprobs,
        effort=plan.thinking.effort,
        functions=plan.declared.functions if plan.declared else (),
        must_call=plan.declared is not None and plan.declared.forced,
    )
    making = _NativeParts(plan)
    async with aclosing(engine.generate(job)) as pieces:
        async for piece in pieces:
            part, finish = making.take(piece)
            if part is not None or finish or piece.usage:
                logprobs = piece.logprobs
                yield Delta(index, part, piece.tokens, 0, finish, logprobs, piece.by, piece.usage)
            if finish:
                return


@dataclass
class _NativeParts:
    """Turns a native engine's pieces into parts: thoughts that nobody wants are left out.

    The first call, or else the end of the text, is signed where there were thoughts.
    """

    plan: Plan
    _thought: str = ""
    _value: str = ""
    _calls: int = 0

    def take(self, piece: AnswerPiece) -> tuple[dict[str, Any] | None, str | None]:
        """The wire part of a piece, and why the answer ends with it."""
        if piece.thought:
            self._thought += piece.text
            shown = self.plan.thinking.include and piece.text
            return {"text": piece.text, "thought": True} if shown else None, None
        if piece.call is not None:
            return self._call(piece.call)
        text, finish = piece.text, _FINISH[piece.finish] if piece.finish else None
        if self.plan.output == "enum":
            self._value += text
            text = _unquoted(self._value) if finish else ""
        if not text and (not finish or self._calls):
            return None, finish
        part: dict[str, Any] = {"text": text}
        if finish and self._thought and not self._calls:
            part["thoughtSignature"] = _signature(self._thought)
        return part, finish

    def _call(self, call: PromptCall) -> tuple[dict[str, Any] | None, str | None]:
        try:
            part = functions.call_part(call.name, call.arguments or "{}", self._id(call))
        except ValueError:
            return None, "MALFORMED_FUNCTION_CALL"
        if not self._calls and (self._thought or self.plan.signed_calls):
            part["thoughtSignature"] = _signature(self._thought + call.arguments)
        self._calls += 1
        return part, None

    def _id(self, call: PromptCall) -> str:
        return (call.id or functions.new_id()) if self.plan.call_ids else ""


async def _think(plan: Plan, engine: Engine, index: int) -> AsyncGenerator[tuple[str, Delta]]:
    """Thoughts within the budget, which the answer's limit bounds too."""
    budget = min(plan.thinking.tokens, plan.max_tokens)
    job = replace(plan.job("thought", index), max_tokens=budget)
    async with aclosing(engine.generate(job)) as pieces:
        async for piece in pieces:
            part = None
            if plan.thinking.include and piece.text:
                part = {"text": piece.text, "thought": True}
            yield piece.text, Delta(index, part, thought_tokens=piece.tokens)


async def _text(plan: Plan, engine: Engine, job: EngineJob) -> AsyncGenerator[Delta]:
    job = replace(job, stop=plan.stop, schema=plan.schema, logprobs=plan.logprobs)
    async with aclosing(engine.generate(job)) as pieces:
        async for piece in pieces:
            finish = _FINISH[piece.finish] if piece.finish else None
            # The API's last chunk has a part too, if only an empty one.
            part: dict[str, Any] | None = {"text": piece.text} if piece.text or finish else None
            if part and finish and job.thought:
                part["thoughtSignature"] = _signature(job.thought)
            yield Delta(job.candidate, part, piece.tokens, 0, finish, piece.logprobs, piece.by)


async def _whole_enum(plan: Plan, engine: Engine, job: EngineJob) -> AsyncGenerator[Delta]:
    """One of the enum's values, without the quotes that the grammar puts around it."""
    text, tokens, finish = await _whole(replace(job, schema=plan.schema), engine)
    yield Delta(job.candidate, {"text": _unquoted(text)}, tokens, finish=finish)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text.strip().strip('"')


async def _calls(plan: Plan, engine: Engine, job: EngineJob) -> AsyncGenerator[Delta]:
    """The calls one by one. As with Gemini, the first alone is signed."""
    left = plan.max_tokens if job.max_tokens is None else job.max_tokens
    for number, call in enumerate(plan.calls):
        one = replace(
            job, prompt=call.prompt, schema=call.schema, function=call.name, max_tokens=left
        )
        text, tokens, finish = await _whole(one, engine)
        left -= tokens
        try:
            part = functions.call_part(call.name, text, functions.new_id() if plan.call_ids else "")
        except ValueError:
            reason = finish if finish == "MAX_TOKENS" else "MALFORMED_FUNCTION_CALL"
            yield Delta(job.candidate, None, tokens, finish=reason)
            return
        if number == 0 and (job.thought or plan.signed_calls):
            part["thoughtSignature"] = _signature(job.thought + text)
        last = number == len(plan.calls) - 1
        ended = "STOP" if last else "MAX_TOKENS" if left <= 0 else None
        yield Delta(job.candidate, part, tokens, finish=ended)
        if ended:
            return


async def _whole(job: EngineJob, engine: Engine) -> tuple[str, int, str]:
    """The whole text of a job, its tokens, and why it ended."""
    texts: list[str] = []
    tokens, finish = 0, "STOP"
    async with aclosing(engine.generate(job)) as pieces:
        async for piece in pieces:
            texts.append(piece.text)
            tokens += piece.tokens
            finish = _FINISH[piece.finish] if piece.finish else finish
    return "".join(texts), tokens, finish


def _signature(thought: str) -> str:
    """Opaque bytes in base64, as the API signs what came out of thinking; nothing reads them."""
    return base64.b64encode(b"\x12\x20" + hashlib.sha256(thought.encode()).digest()).decode()
