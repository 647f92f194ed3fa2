"""embedContent and batchEmbedContents."""

import re
from collections.abc import Sequence
from typing import Any

from emulator.engines import Engine
from emulator.engines.sentences import unit
from emulator.errors import invalid_field
from emulator.messages.base import TASKS
from emulator.messages.requests import BatchEmbedContentsRequest, EmbedContentRequest
from emulator.models import Model
from emulator.prompt import FileReader, read_contents
from emulator.rules import check_content

MAX_BATCH = 100  # https://ai.google.dev/api/embeddings: at most 100 requests in one batch
MOST_NUMBERS = 3072  # https://ai.google.dev/gemini-api/docs/embeddings, output_dimensionality
# The words that say the task to gemini-embedding-2 (same page): no part of what is embedded.
_TASK_IN_WORDS = re.compile(
    r"task: [a-z ]{1,40} \| query: |title: none \| text: |title: (?P<title>[^|]{1,200}) \| text: "
)


async def embed(
    request: EmbedContentRequest, model: Model, engine: Engine, files: FileReader
) -> dict[str, Any]:
    """`{"embedding": {"values"}, "usageMetadata"}` for one content."""
    vectors, tokens = await _vectors((request,), model, engine, files, "EmbedContentRequest")
    return {"embedding": {"values": vectors[0]}, "usageMetadata": _usage(tokens)}


async def batch_embed(
    request: BatchEmbedContentsRequest, model: Model, engine: Engine, files: FileReader
) -> dict[str, Any]:
    """`{"embeddings": [{"values"}, ...], "usageMetadata"}`, in the order of the requests."""
    path = "BatchEmbedContentsRequest.requests"
    if not request.requests:
        raise invalid_field(path, "requests is not specified")
    if len(request.requests) > MAX_BATCH:
        raise invalid_field(path, f"at most {MAX_BATCH} requests can be in one batch")
    vectors, tokens = await _vectors(request.requests, model, engine, files, path)
    return {"embeddings": [{"values": v} for v in vectors], "usageMetadata": _usage(tokens)}


async def _vectors(
    requests: Sequence[EmbedContentRequest],
    model: Model,
    engine: Engine,
    files: FileReader,
    path: str,
) -> tuple[list[list[float]], int]:
    """A vector for each request, cut to its dimensionality and unit length again; tokens in all."""
    texts = []
    for request in requests:
        check_content(request.content, f"{path}.content")
        prompt = await read_contents((request.content,), None, files)
        title = request.title or request.embed_content_config.title
        words = _without_task(await engine.in_words(prompt.turns[0]))
        texts.append("\n".join(filter(None, [title, words])))
    usual = model.dimensions or engine.model.dimensions
    sizes = [_dimensions(request, usual, path) for request in requests]
    embedded = await engine.embed(texts)
    pairs = zip(embedded.vectors, sizes, strict=True)
    return [_sized(vector, size) for vector, size in pairs], embedded.tokens


def _without_task(text: str) -> str:
    """A text without the words before it that say its task; a title there stays, as a line."""
    if (match := _TASK_IN_WORDS.match(text)) is None:
        return text
    return "\n".join(filter(None, [match["title"], text[match.end() :]]))


def _sized(vector: list[float], size: int) -> list[float]:
    """The first numbers of a vector at length 1, or all of it and then zeros; all of it for 0.

    Zeros change no cosine, so what expects as many numbers as a Gemini model gives can be tried.
    """
    return unit(vector[: size or None]) + [0.0] * (size - len(vector))


def _dimensions(request: EmbedContentRequest, usual: int, path: str) -> int:
    config = request.embed_content_config
    task = request.task_type or config.task_type
    if task and task not in TASKS.split():
        raise invalid_field(f"{path}.task_type", f"unknown task type {task[:100]!r}.")
    size = request.output_dimensionality
    if size is None:
        size = config.output_dimensionality
    if size is None:
        return usual
    if not 1 <= size <= MOST_NUMBERS:
        message = f"must be in the range [1, {MOST_NUMBERS}], and is {size}."
        raise invalid_field(f"{path}.output_dimensionality", message)
    return size


def _usage(tokens: int) -> dict[str, Any]:
    details = [{"modality": "TEXT", "tokenCount": tokens}]
    return {"promptTokenCount": tokens, "promptTokensDetails": details, "totalTokenCount": tokens}
