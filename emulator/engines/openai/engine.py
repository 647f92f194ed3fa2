"""The engine: another server's model answers, by that server's own means."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

from pydantic import BaseModel, ValidationError

from emulator.engines import (
    AnswerPiece,
    Embedded,
    EngineJob,
    EngineModel,
    Measure,
    Media,
    Prompt,
    PromptTurn,
    UnavailableError,
    UnsupportedError,
    kinds,
    sentences,
)
from emulator.engines.openai.answer import CompletionReader, plain_name
from emulator.engines.openai.messages import body_of, messages_of, text_of
from emulator.engines.openai.server import READ_SECONDS, OpenAIServer

EMBEDS = re.compile(r"embed|bge|minilm|[-/_]e5|gte-", re.IGNORECASE)
CONTEXTS = ("max_model_len", "max_context_length", "context_length")
"""What servers call the longest context of a model, in their lists."""


class EmbeddingItem(BaseModel):
    embedding: list[float]
    index: int = 0


class EmbeddingTokens(BaseModel):
    prompt_tokens: int = 0


class EmbeddingReply(BaseModel):
    data: list[EmbeddingItem]
    usage: EmbeddingTokens | None = None


class OpenAIEngine:
    """Answers from the server at `url`. Without a `model` it is the first that the server lists.

    Embeddings come from `embedding_model`, or the first listed one whose name says that it makes
    them, or else from `model`. Raises ValueError for an address that is none.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        key: str = "",
        embedding_model: str = "",
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._server = OpenAIServer(url, key, read_seconds)
        self._name = model
        self._embedding_name = embedding_model
        self.model = _described(self._server, model, 0)

    async def look(self) -> None:
        """Ask the server what it has, so that the list of models can name it; it may be away."""
        with suppress(UnavailableError, UnsupportedError):
            listed = await self._server.models()
            name = self._name or _first(listed, embeds=False)
            self.model = _described(self._server, name, _context(listed, name))

    async def warm(self) -> None:
        """The server's own business."""

    async def generate(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        model = await self._writer()
        reader = CompletionReader(job, self._server.name, model)
        body = await body_of(job, model)
        async with aclosing(self._server.stream("chat/completions", body)) as events:
            async for event in events:
                for piece in reader.take(event):
                    yield piece
        for piece in reader.end():
            yield piece

    async def embed(self, texts: list[str]) -> Embedded:
        name = self._embedding_name or await self._listed_name(embeds=True)
        reply = await self._server.post("embeddings", {"model": name, "input": texts})
        try:
            read = EmbeddingReply.model_validate(reply)
        except ValidationError as error:
            message = f"{self._server.name} sent something that is no list of embeddings."
            raise UnavailableError(message) from error
        vectors = [item.embedding for item in sorted(read.data, key=lambda item: item.index)]
        if len(vectors) != len(texts) or not all(vectors):
            sent = f"{len(vectors)} embeddings for {len(texts)} texts"
            raise UnavailableError(f"{self._server.name} sent {sent}, or empty ones.")
        tokens = read.usage.prompt_tokens if read.usage else 0
        return Embedded([sentences.unit(vector) for vector in vectors], tokens)

    async def count_prompt(self, prompt: Prompt) -> int:
        """By the server's own tokenizer: llama.cpp's and vLLM's servers offer theirs."""
        messages = await messages_of(prompt)
        try:
            rendered = await self._server.post("/apply-template", {"messages": messages})
            body = {"content": rendered.get("prompt"), "parse_special": True}
        except UnsupportedError:
            body = {
                "model": await self._writer(),
                "messages": messages,
            }
        return await self._tokens(body)

    async def measure(self, media: Media) -> Measure:
        if kinds.is_text(media.mime_type):
            text = text_of(media)
            model = await self._writer()
            body = {"model": model, "content": text, "prompt": text}
            return Measure("TEXT", await self._tokens(body))
        raise UnsupportedError(
            f"{self._server.name} can't count the tokens of media: it tells them with the answer."
        )

    async def in_words(self, turn: PromptTurn) -> str:
        if any(not kinds.is_text(media.mime_type) for media in turn.media):
            raise UnsupportedError("OpenAI-compatible servers embed text only.")
        return "\n".join(part if isinstance(part, str) else text_of(part) for part in turn.parts)

    async def close(self) -> None:
        await self._server.close()

    async def _tokens(self, body: dict[str, Any]) -> int:
        try:
            reply = await self._server.post("/tokenize", body)
        except UnsupportedError as error:
            raise UnsupportedError(
                f"{self._server.name} has no way to count tokens (no /tokenize): it tells them "
                "with the answer."
            ) from error
        tokens, count = reply.get("tokens"), reply.get("count")
        if isinstance(count, int):
            return count
        if isinstance(tokens, list):
            return len(tokens)
        raise UnavailableError(f"{self._server.name} sent no count of tokens.")

    async def _writer(self) -> str:
        """The model that answers."""
        return self._name or await self._listed_name(embeds=False)

    async def _listed_name(self, *, embeds: bool) -> str:
        """The first listed model of its kind. Raises UnsupportedError where there is none."""
        listed = await self._server.models()
        name = _first(listed, embeds=embeds) or (embeds and self._name) or _first(listed)
        if not name:
            raise UnsupportedError(
                f"{self._server.name} lists no model. Load one, or name one with "
                "EMULATOR_OPENAI_MODEL."
            )
        return name


def _first(listed: list[dict[str, Any]], *, embeds: bool | None = None) -> str:
    names = (model["id"] for model in listed)
    return next((n for n in names if embeds is None or bool(EMBEDS.search(n)) == embeds), "")


def _context(listed: list[dict[str, Any]], name: str) -> int:
    """The context of a listed model in tokens, 0 where it is unknown."""
    entry = next((model for model in listed if model["id"] == name), {})
    meta = entry.get("meta")
    known = [entry.get(field) for field in CONTEXTS]
    known += [meta.get("n_ctx_train")] if isinstance(meta, dict) else []
    return next((n for n in known if isinstance(n, int) and n > 0), 0)


def _described(server: OpenAIServer, name: str, context: int) -> EngineModel:
    """How the list of models shows it; its own name is in every answer once it is known."""
    name = plain_name(name)
    where = f"{name} at {server.name}" if name else f"the server at {server.name}"
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")[:100]
    return EngineModel(
        name=slug or "openai-compatible",
        display_name=where,
        description=f"Answered by {where}, through its OpenAI-compatible API.",
        input_token_limit=context,
        output_token_limit=0,
        answered_by=name or "openai-compatible",
        stands_in=where,
        embeds_with=f"an embedding model at {server.name}",
        dimensions=0,
        embedding_token_limit=0,
        native=True,
    )
