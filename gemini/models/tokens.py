"""Tokens: what an answer used, and what a prompt will use as the API counts it."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, cast
from weakref import WeakKeyDictionary

from google import genai
from google.genai import types

from gemini.request import Content

KINDS: tuple[tuple[str, str, str], ...] = (
    ("Prompt", "prompt_token_count", "prompt_tokens_details"),
    ("Cached", "cached_content_token_count", "cache_tokens_details"),
    ("Tool use", "tool_use_prompt_token_count", "tool_use_prompt_tokens_details"),
    ("Thoughts", "thoughts_token_count", ""),
    ("Answer", "candidates_token_count", "candidates_tokens_details"),
    ("Total", "total_token_count", ""),
)
"""Label, field of `types.GenerateContentResponseUsageMetadata`, and its field by modality."""

COUNTED_ALONG = ("system_instruction", "tools")
"""What Vertex AI counts beside the contents; the Gemini API can't be asked about it."""

MOST_COUNTS = 512  # prompts remembered per client
COUNT_TIMEOUT = 30_000  # milliseconds without a byte


def breakdown(usage: Mapping[str, Any]) -> list[tuple[str, int]]:
    """A `usage_metadata` dictionary as (label, tokens), in the order of `KINDS`.

    Holds what the API said and nothing else. Where it tells modalities apart, and there is more
    than text, each follows its sum: ("Prompt, image", 258). The cached part is also in the prompt.
    """
    counts: list[tuple[str, int]] = []
    for label, name, by_modality in KINDS:
        count = usage.get(name)
        if count is None:
            continue
        counts.append((label, count))
        details = usage.get(by_modality) or []
        if any(d.get("modality") != "TEXT" for d in details):
            counts += [
                (f"{label}, {str(d.get('modality', 'other')).lower()}", d.get("token_count") or 0)
                for d in details
            ]
    return counts


def total_of(usage: Mapping[str, Any]) -> int:
    """All tokens of a request: what the API said, or the sum of its parts where that is more.

    Thoughts and what tools bring in are parts of their own, the cached part is in the prompt.
    """
    parts = ("prompt_token_count", "tool_use_prompt_token_count", "thoughts_token_count",
             "candidates_token_count")  # fmt: skip
    return max(usage.get("total_token_count") or 0, sum(usage.get(name) or 0 for name in parts))


class TokenCounter:
    """Asks the API how many tokens a prompt has, and remembers the answers. Safe across threads."""

    def __init__(self, most: int = MOST_COUNTS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counts: WeakKeyDictionary[genai.Client, OrderedDict[str, int]] = WeakKeyDictionary()

    def count(
        self,
        client: genai.Client,
        model: str,
        contents: list[Content],
        *,
        system_instruction: str | None = None,
    ) -> int:
        """The tokens of contents and system instruction. Failures of the API propagate.

        A count is a courtesy: one that takes longer than `COUNT_TIMEOUT` has failed.

        The Gemini API counts contents only, and the SDK raises ValueError when it is given a
        system instruction; there the instruction is counted as one more content, so the sum is
        an estimate, off by a few tokens. Vertex AI counts it exactly.
        """
        key = _digest(model, contents, system_instruction)
        with self._lock:
            known = self._counts.setdefault(client, OrderedDict())
            if key in known:
                known.move_to_end(key)
                return known[key]
        count = _ask(client, model, contents, system_instruction)
        with self._lock:
            known[key] = count
            while len(known) > self._most:
                known.popitem(last=False)
        return count


def count_arguments(
    model: str, contents: list[Content], config: Mapping[str, Any], *, vertex: bool
) -> dict[str, Any]:
    """The arguments of `models.count_tokens` for what a request with this config would send.

    Vertex AI counts system instruction and tools along; for the Gemini API the SDK refuses both
    with a ValueError, so there the count is of the contents alone.
    """
    arguments: dict[str, Any] = {"model": model, "contents": contents}
    along = {name: config[name] for name in COUNTED_ALONG if name in config} if vertex else {}
    return {**arguments, "config": along} if along else arguments


def _ask(
    client: genai.Client, model: str, contents: list[Content], system_instruction: str | None
) -> int:
    config: types.CountTokensConfigDict = {"http_options": {"timeout": COUNT_TIMEOUT}}
    if system_instruction and client.vertexai:
        config["system_instruction"] = system_instruction
    elif system_instruction:
        contents = [{"role": "user", "parts": [{"text": system_instruction}]}, *contents]
    response = client.models.count_tokens(
        model=model, contents=cast(types.ContentListUnionDict, contents), config=config
    )
    return response.total_tokens or 0


def _digest(model: str, contents: list[Content], system_instruction: str | None) -> str:
    """What tells one count from another. Media goes in by its own digest."""
    said = [model, contents, system_instruction]
    text = json.dumps(said, sort_keys=True, default=lambda data: hashlib.sha256(data).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()
