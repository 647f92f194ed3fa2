"""Sends the texts of one Request in as many requests as the model wants, and joins what comes.

A model that gives one vector for a list of texts is asked for one at a time, several at once. When
one of the requests fails no more are begun; what came, and what is under way, is kept.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from google.genai import types

from gemini.api.methods import arguments, result_of
from gemini.embeddings.inputs import embedder
from gemini.request import Request

AT_ONCE = 8  # requests under way; enough to be quick, few enough for a free tier's limits

Embed = Callable[..., Awaitable[types.EmbedContentResponse]]
"""`client.aio.models.embed_content`."""


async def send(request: Request, embed: Embed, keep: Callable[[dict[str, Any]], None]) -> None:
    """Send all of a request; `keep` is given the whole result each time that more of it has come.

    Errors of the SDK and of the network propagate, the first one, when nothing is under way.
    """
    pieces = split(request)
    results: list[dict[str, Any]] = [{} for _ in pieces]
    errors: list[Exception] = []
    places = asyncio.Semaphore(AT_ONCE)

    async def send_one(number: int) -> None:
        async with places:
            if errors:
                return
            try:
                results[number] = result_of(await embed(**arguments(pieces[number])))
            except Exception as error:
                errors.append(error)
            else:
                keep(join(pieces, results))

    await asyncio.gather(*(send_one(number) for number in range(len(pieces))))
    if errors:
        raise errors[0]


def split(request: Request) -> list[Request]:
    """The requests that are sent for one: at most a batch of the model's each, in order."""
    size = embedder(request.model).batch
    starts = range(0, len(request.contents), size)
    return [replace(request, contents=request.contents[s : s + size]) for s in starts]


def join(pieces: Sequence[Request], results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One result of those of the pieces; an empty one leaves places without `values`.

    `embeddings` has an entry for each content of all pieces.
    """
    embeddings: list[Any] = []
    for piece, result in zip(pieces, results, strict=True):
        came = list(result.get("embeddings") or [])[: len(piece.contents)]
        embeddings += [*came, *({} for _ in range(len(piece.contents) - len(came)))]
    whole: dict[str, Any] = {"embeddings": embeddings}
    if usage := _added(result.get("usage_metadata") for result in results):
        whole["usage_metadata"] = usage
    return whole


def _added(usages: Iterable[Any]) -> dict[str, int]:
    """The counts of several `usage_metadata`, added up."""
    counts: Counter[str] = Counter()
    for usage in usages:
        counts.update({k: v for k, v in (usage or {}).items() if isinstance(v, int)})
    return dict(counts)
