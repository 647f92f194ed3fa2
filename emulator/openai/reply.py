"""Answers of generateContent as chat completions: whole, or in chunks."""

import json
import secrets
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

_FINISH = {"STOP": "stop", "MAX_TOKENS": "length", "SAFETY": "content_filter"}


@dataclass
class Completion:
    """One completion in the making. `one_call` keeps the first of several calls alone.

    Its `model` is what really answered, not the name that was asked for.
    """

    one_call: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))
    _calls: dict[int, int] = field(default_factory=dict)

    def whole(self, reply: dict[str, Any]) -> dict[str, Any]:
        """A GenerateContentResponse as a `chat.completion`."""
        choices = []
        for candidate in _candidates(reply):
            message = {"role": "assistant", "content": None} | self._said(candidate)
            calls = message.get("tool_calls", [])
            message |= {"tool_calls": [_without_index(call) for call in calls]} if calls else {}
            choices.append(self._choice(candidate, "message", message))
        return self._body("chat.completion", reply) | {
            "choices": choices,
            "usage": usage(reply["usageMetadata"]),
        }

    async def chunks(
        self, replies: AsyncGenerator[dict[str, Any]], *, with_usage: bool
    ) -> AsyncGenerator[dict[str, Any]]:
        """Streamed responses as `chat.completion.chunk`s, `with_usage` one more with the tokens."""
        begun: set[int] = set()
        reply: dict[str, Any] = {}
        async with aclosing(replies):
            async for reply in replies:
                choices = []
                for candidate in _candidates(reply):
                    first = {"role": "assistant"} if candidate["index"] not in begun else {}
                    begun.add(candidate["index"])
                    delta = first | self._said(candidate)
                    choices.append(self._choice(candidate, "delta", delta))
                yield self._body("chat.completion.chunk", reply) | {"choices": choices}
        if with_usage and reply:
            chunk = {"choices": [], "usage": usage(reply["usageMetadata"])}
            yield self._body("chat.completion.chunk", reply) | chunk

    def _body(self, kind: str, reply: dict[str, Any]) -> dict[str, Any]:
        model = reply["modelVersion"]
        return {"id": self.id, "object": kind, "created": self.created, "model": model}

    def _choice(
        self, candidate: dict[str, Any], name: str, message: dict[str, Any]
    ) -> dict[str, Any]:
        index = candidate["index"]
        finish = candidate.get("finishReason")
        reason = _FINISH.get(finish, "stop") if finish else None
        if reason == "stop" and self._calls.get(index):
            reason = "tool_calls"
        choice = {"index": index, name: message, "finish_reason": reason}
        if "logprobsResult" in candidate:
            choice["logprobs"] = {"content": _logprobs(candidate["logprobsResult"])}
        return choice

    def _said(self, candidate: dict[str, Any]) -> dict[str, Any]:
        """The answer's text and calls, where there are any; thoughts are left out."""
        index = candidate["index"]
        parts = [p for p in candidate["content"].get("parts", ()) if not p.get("thought")]
        said: dict[str, Any] = {}
        if texts := [part["text"] for part in parts if "text" in part]:
            said["content"] = "".join(texts)
        calls = []
        for part in parts:
            place = self._calls.get(index, 0)
            if "functionCall" in part and not (self.one_call and place):
                calls.append(_tool_call(part, place))
                self._calls[index] = place + 1
        return said | ({"tool_calls": calls} if calls else {})


def _candidates(reply: dict[str, Any]) -> list[dict[str, Any]]:
    """The candidates; for a blocked prompt, which has none, one that is filtered."""
    blocked = {"content": {}, "index": 0, "finishReason": "SAFETY"}
    return reply.get("candidates") or [blocked]


def usage(metadata: dict[str, Any]) -> dict[str, Any]:
    """The tokens in OpenAI's names: those of thoughts are part of the completion's."""
    thoughts = metadata.get("thoughtsTokenCount", 0)
    return {
        "prompt_tokens": metadata.get("promptTokenCount", 0),
        "completion_tokens": metadata.get("candidatesTokenCount", 0) + thoughts,
        "total_tokens": metadata.get("totalTokenCount", 0),
        "completion_tokens_details": {"reasoning_tokens": thoughts},
        "prompt_tokens_details": {"cached_tokens": metadata.get("cachedContentTokenCount", 0)},
    }


def _tool_call(part: dict[str, Any], place: int) -> dict[str, Any]:
    call = part["functionCall"]
    arguments = json.dumps(call["args"], ensure_ascii=False)
    chunk: dict[str, Any] = {
        "index": place,
        "id": call.get("id") or f"call_{secrets.token_hex(8)}",
        "type": "function",
        "function": {"name": call["name"], "arguments": arguments},
    }
    if signature := part.get("thoughtSignature"):
        chunk["extra_content"] = {"google": {"thought_signature": signature}}
    return chunk


def _without_index(call: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in call.items() if name != "index"}


def _logprobs(result: dict[str, Any]) -> list[dict[str, Any]]:
    chosen = result["chosenCandidates"]
    tops = [top["candidates"] for top in result.get("topCandidates", ())] or [[]] * len(chosen)
    return [
        _logprob(token) | {"top_logprobs": _each(top)}
        for token, top in zip(chosen, tops, strict=True)
    ]


def _each(tokens: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_logprob(token) for token in tokens]


def _logprob(token: dict[str, Any]) -> dict[str, Any]:
    text = token["token"]
    return {"token": text, "logprob": token["logProbability"], "bytes": list(text.encode())}
