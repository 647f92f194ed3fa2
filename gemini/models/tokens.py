"""Tokens: what an answer used, and what a prompt will use as the API counts it."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import wait
from typing import Any
from weakref import WeakKeyDictionary

from gemini.api import last_known
from gemini.api.call import PendingCall
from gemini.api.connect import Connection
from gemini.interactions.stream import USAGE
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

MOST_COUNTS = 512  # prompts remembered of a connection
COUNT_TIMEOUT = 30.0  # seconds


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


def usage_said(event: Any) -> dict[str, int]:
    """What an event or a body of either API says was used, in tokens by the SDK's names."""
    if not isinstance(event, dict):
        return {}
    interaction = event.get("interaction")
    about = interaction if isinstance(interaction, dict) else event
    usage = event.get("usageMetadata") or about.get("usage") or event.get("usage")
    known = {"promptTokenCount": "prompt_token_count",
             "candidatesTokenCount": "candidates_token_count", **USAGE}  # fmt: skip
    counts = usage.items() if isinstance(usage, dict) else ()
    return {known[k]: v for k, v in counts if k in known and isinstance(v, int)}


def total_of(usage: Mapping[str, Any]) -> int:
    """All tokens of a request: what the API said, or the sum of its parts where that is more.

    Thoughts and what tools bring in are parts of their own, the cached part is in the prompt.
    """
    parts = ("prompt_token_count", "tool_use_prompt_token_count", "thoughts_token_count",
             "candidates_token_count")  # fmt: skip
    return max(usage.get("total_token_count") or 0, sum(usage.get(name) or 0 for name in parts))


_counts: WeakKeyDictionary[Connection, OrderedDict[str, PendingCall]] = WeakKeyDictionary()
_lock = threading.Lock()


def begin_count(
    connection: Connection,
    model: str,
    contents: list[Content],
    system_instruction: str | None = None,
) -> PendingCall:
    """Have the tokens of contents and system instruction counted, unless that is known already.

    The answer is waited for a moment only.
    A count is a courtesy: one that takes longer than `COUNT_TIMEOUT` has failed.

    The Gemini API counts contents only, and the SDK raises ValueError when it is given a
    system instruction; there the instruction is counted as one more content, so the sum is
    an estimate, off by a few tokens. Vertex AI counts it exactly.
    """
    key, vertex = (
        _digest(model, contents, system_instruction),
        connection.target.backend == "vertex",
    )
    config = {"system_instruction": system_instruction} if system_instruction else {}
    if system_instruction and not vertex:
        contents = [{"role": "user", "parts": [{"text": system_instruction}]}, *contents]
    arguments = count_arguments(model, contents, config, vertex=vertex)
    with _lock:
        known = _counts.setdefault(connection, OrderedDict())
        count = known.get(key)
        if count is None or (count.call and count.call.problem):
            count = known[key] = PendingCall(
                connection, "models.count_tokens", arguments, COUNT_TIMEOUT
            )
        known.move_to_end(key)
        while len(known) > MOST_COUNTS:
            known.popitem(last=False)
    wait([count.future], last_known.FIRST_WAIT)
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


def _digest(model: str, contents: list[Content], system_instruction: str | None) -> str:
    """What tells one count from another. Media goes in by its own digest."""
    said = [model, contents, system_instruction]
    text = json.dumps(said, sort_keys=True, default=lambda data: hashlib.sha256(data).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()
