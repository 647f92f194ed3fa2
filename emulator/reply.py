"""Deltas into the API's `GenerateContentResponse`: one by one for a stream, or all in one."""

import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from emulator.candidate import Delta
from emulator.engines import Modality, TokenLogprob
from emulator.plan import Plan


@dataclass
class ResponseBuilder:
    """Turns one plan's deltas into responses, keeping the count of tokens.

    `cached` are those tokens of the prompt that came from a cached content. `prompt_tokens` are
    those that a native engine counted; 0 until it has told them.
    """

    plan: Plan
    model_version: str
    cached: Mapping[Modality, int] = field(default_factory=dict)
    response_id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    prompt_tokens: int = 0
    answer_tokens: int = 0
    thought_tokens: int = 0

    async def stream(self, deltas: AsyncGenerator[Delta]) -> AsyncGenerator[dict[str, Any]]:
        """A response for every delta that shows something."""
        async with aclosing(deltas):
            async for delta in deltas:
                self._count(delta)
                if delta.part is not None or delta.finish:
                    yield self._response([self._candidate(delta)])

    async def whole(self, deltas: AsyncGenerator[Delta]) -> dict[str, Any]:
        """One response with every candidate complete."""
        by_index: dict[int, list[Delta]] = {}
        async with aclosing(deltas):
            async for delta in deltas:
                self._count(delta)
                by_index.setdefault(delta.index, []).append(delta)
        return self._response([self._merged(by_index[index]) for index in sorted(by_index)])

    def _count(self, delta: Delta) -> None:
        self.answer_tokens += delta.tokens
        self.thought_tokens += delta.thought_tokens
        self.model_version = delta.by or self.model_version
        if delta.usage is not None:
            self.prompt_tokens = delta.usage.prompt
            self.answer_tokens += delta.usage.answer
            self.thought_tokens += delta.usage.thoughts

    def _merged(self, deltas: list[Delta]) -> dict[str, Any]:
        parts: list[dict[str, Any]] = []
        for part in (delta.part for delta in deltas if delta.part is not None):
            if parts and _continues(parts[-1], part):
                parts[-1] = parts[-1] | part | {"text": parts[-1]["text"] + part["text"]}
            else:
                parts.append(dict(part))
        logprobs = tuple(logprob for delta in deltas for logprob in delta.logprobs)
        last = deltas[-1]
        return self._wire_candidate(last.index, parts, last.finish, logprobs)

    def _candidate(self, delta: Delta) -> dict[str, Any]:
        parts = [] if delta.part is None else [delta.part]
        return self._wire_candidate(delta.index, parts, delta.finish, delta.logprobs)

    def _wire_candidate(
        self,
        index: int,
        parts: list[dict[str, Any]],
        finish: str | None,
        logprobs: tuple[TokenLogprob, ...],
    ) -> dict[str, Any]:
        content: dict[str, Any] = {"parts": parts} if parts else {}
        candidate: dict[str, Any] = {"content": content | {"role": "model"}, "index": index}
        if finish:
            candidate["finishReason"] = finish
        if logprobs:
            total = sum(token.logprob for token in logprobs)
            candidate["avgLogprobs"] = total / len(logprobs)
            candidate["logprobsResult"] = _logprobs_result(logprobs, total)
        return candidate

    def _response(self, candidates: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "candidates": candidates,
            "usageMetadata": self._usage(),
            "modelVersion": self.model_version,
            "responseId": self.response_id,
        }

    def _usage(self) -> dict[str, Any]:
        """Empty where nobody counts, or not yet."""
        prompt = self.prompt_tokens or sum(self.plan.prompt_tokens.values())
        if not prompt + self.answer_tokens + self.thought_tokens:
            return {}
        usage: dict[str, Any] = {
            "promptTokenCount": prompt,
            "candidatesTokenCount": self.answer_tokens,
            "totalTokenCount": prompt + self.answer_tokens + self.thought_tokens,
            "promptTokensDetails": token_details(self.plan.prompt_tokens),
            "candidatesTokensDetails": token_details({"TEXT": self.answer_tokens}),
        }
        if self.thought_tokens:
            usage["thoughtsTokenCount"] = self.thought_tokens
        return usage | cached_usage(self.cached)


def cached_usage(tokens: Mapping[Modality, int]) -> dict[str, Any]:
    """The cached tokens of a prompt as the API tells them; nothing where there are none."""
    if not tokens:
        return {}
    details = token_details(tokens)
    return {"cachedContentTokenCount": sum(tokens.values()), "cacheTokensDetails": details}


def token_details(tokens: Any) -> list[dict[str, Any]]:
    """`{"TEXT": 3}` as the API lists tokens by modality."""
    return [{"modality": name, "tokenCount": count} for name, count in tokens.items() if count]


def _continues(before: dict[str, Any], part: dict[str, Any]) -> bool:
    """Whether two parts are one text cut in two: same kind, and no signature between them."""
    return (
        "text" in before
        and "text" in part
        and "thoughtSignature" not in before
        and before.get("thought") == part.get("thought")
    )


def _logprobs_result(logprobs: tuple[TokenLogprob, ...], total: float) -> dict[str, Any]:
    result: dict[str, Any] = {
        "logProbabilitySum": total,
        "chosenCandidates": [_logprob(token) for token in logprobs],
    }
    if any(token.top for token in logprobs):
        result["topCandidates"] = [
            {"candidates": [_logprob(top) for top in token.top]} for token in logprobs
        ]
    return result


def _logprob(token: TokenLogprob) -> dict[str, Any]:
    return {"token": token.token, "tokenId": token.token_id, "logProbability": token.logprob}
