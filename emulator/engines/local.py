"""The local engine: a small language model on this machine, through llama.cpp."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.engines import (
    AnswerPiece,
    Embedded,
    EngineJob,
    EngineModel,
    Measure,
    Media,
    Prompt,
    PromptTooLongError,
    PromptTurn,
    TokenLogprob,
    UnavailableError,
    UnsupportedError,
    findings,
    kinds,
    labelled,
    sentences,
    spatial,
    voice,
)
from emulator.engines.instance import bounded, has_numbers, plain_numbers
from emulator.engines.llama_process import LlamaError, LlamaProcess, TokenGate
from emulator.engines.perception import Perception
from emulator.engines.verbatim import Verbatim
from emulator.engines.weights import Header, read_header, text_weights

CONTEXT = 8_192  # tokens, shared by all answers made at the same time
SLOTS = 4
READ_AT_ONCE = 256  # tokens of a prompt
LONGEST_ANSWER = 1_536  # that the model writes; what is found in a file may be longer
LONGEST_OUTPUT = 65_536
SHORTEST_ANSWER = 16  # a prompt that leaves less room than this is too long

# What HuggingFaceTB/SmolLM2-135M-Instruct's model card samples with.
DEFAULT_SAMPLING = {"temperature": 0.2, "top_p": 0.9, "top_k": 40}
# A small model repeats itself; these stop it, unless the user set penalties of their own.
AGAINST_LOOPS = {"repeat_penalty": 1.1, "dry_multiplier": 0.8, "dry_penalty_last_n": 1024}
# In JSON a few tokens come again by right; what is longer, and was just written, does not.
AGAINST_ROUNDS = {"dry_multiplier": 0.8, "dry_allowed_length": 12, "dry_penalty_last_n": 96}
# llguidance's options: white space that is left to the model may never end.
ON_ONE_LINE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}

_THINK = (
    "Before you answer the message above, think about it: what is asked, what you know about it, "
    "and how to go about it. Write short notes, and no answer yet."
)


_THOUGHT_ABOUT_FILES = (
    "There's a file to look at. What's in it is found by measuring and reading it, so there's "
    "nothing to think about first."
)


class LocalEngine:
    """Answers with the GGUF model that `weights` finds. Raises OSError or NotGgufError without."""

    def __init__(self) -> None:
        weights = text_weights()
        if weights is None:
            raise FileNotFoundError("no text model is installed")
        header = read_header(weights)
        self.model = _model(weights, header)
        self._context = min(CONTEXT, header.context)
        self._llama = LlamaProcess(weights, self._context, SLOTS)
        self._gate = TokenGate(self._context)
        self._perception = Perception()

    async def warm(self) -> None:
        """Loads the model, so that the first request needn't wait for it."""
        with suppress(UnavailableError):  # the first request then says why
            await self._count("")

    async def generate(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        """What is in attached files comes as it is; the model answers what they leave open."""
        async with aclosing(await self._answering(job)) as pieces:
            async for piece in pieces:
                yield piece

    async def _answering(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        """What answers the job."""
        files = findings.subjects(job.prompt)
        if files and job.kind == "thought":
            return self._said(job, _THOUGHT_ABOUT_FILES)
        if job.results_text and job.kind == "answer":
            return self._said(job, job.results_text, findings.BY_FUNCTIONS)
        if job.function or job.kind == "thought" or not (files or job.schema):
            return self._written(await self._with_facts(job))
        if (places := await self._places(job)) is not None:
            return self._said(job, places, findings.BY_PICTURE)
        return self._findings(job) if job.schema is None else await self._filled(job)

    async def _with_facts(self, job: EngineJob) -> EngineJob:
        return replace(job, prompt=await findings.with_facts(job.prompt, self._perception))

    async def _places(self, job: EngineJob) -> str | None:
        """The answer to a request for boxes, points or masks; None for any other request.

        Of several pictures it is about the first. Raises UnsupportedError.
        """
        files = findings.subjects(job.prompt)
        pictures = [m for m in files if kinds.modality_of(m.mime_type) == "IMAGE"]
        request = spatial.read_request(job.prompt.question, job.schema) if pictures else None
        if request is None:
            return None
        sight = await self._perception.look(pictures[0])
        return await asyncio.to_thread(spatial.answer, request, sight, job.schema)

    async def _filled(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        """A schema filled with what is labelled in the text; the model writes the other fields."""
        files = findings.subjects(job.prompt)
        texts = [await findings.text_in(media, self._perception) for media in files]
        schema = job.schema or {}
        pinned = labelled.pinned(schema, "\n".join([job.prompt.question, *texts]))
        value, complete = labelled.values_of(pinned)
        if complete:
            text = json.dumps(value, ensure_ascii=False, indent=2)
            return self._said(job, text, findings.BY_TEXT)
        job = await self._with_facts(replace(job, schema=pinned))
        return self._written(job if pinned == schema and not files else _exact(job))

    async def _said(self, job: EngineJob, text: str, by: str = "") -> AsyncGenerator[AnswerPiece]:
        """A text as it is, within the job's limits."""
        yield await Verbatim(job, self._ask).piece(text, by, last=True)

    async def _findings(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        """What is in the files; the model's answer where a later question finds nothing there."""
        verbatim, makers = Verbatim(job, self._ask), list[str]()
        async with aclosing(findings.findings(job.prompt, self._perception)) as pieces:
            async for text, by in pieces:
                if by not in makers:
                    makers.append(by)
                yield (piece := await verbatim.piece(text, " + ".join(makers)))
                if piece.finish:
                    return
        if makers:
            yield await verbatim.piece("", " + ".join(makers), last=True)
            return
        async with aclosing(self._written(await self._with_facts(job))) as pieces:
            async for piece in pieces:
                yield piece

    async def _written(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        """What the model writes."""
        tokens = await self._tokens(_messages(job))
        room = self._context - len(tokens)
        if room < SHORTEST_ANSWER:
            raise PromptTooLongError(len(tokens), self._context - SHORTEST_ANSWER)
        most = min(room, LONGEST_ANSWER, job.max_tokens or LONGEST_ANSWER)
        body = {"prompt": tokens, "n_predict": most} | _settings(job)
        async with self._gate.reserve(len(tokens) + most):
            try:
                await self._read_ahead(tokens, job)
                async with aclosing(self._pieces(body, job)) as pieces:
                    async for piece in pieces:
                        yield piece
            except LlamaError as error:
                if error.code == 400:
                    raise UnsupportedError(f"The text model can't do that: {error}") from error
                message = f"The text model failed: {error}. Send the request once more."
                raise UnavailableError(message) from error

    async def _read_ahead(self, tokens: list[int], job: EngineJob) -> None:
        """A long prompt read in steps: llama.cpp reads on to its end when nobody waits any more.

        With a seed nothing that was read before is used again, so then it is read at once.
        """
        if job.sampling.seed is not None:
            return
        for end in range(READ_AT_ONCE, len(tokens), READ_AT_ONCE):
            await self._llama.post("/completion", {"prompt": tokens[:end], "n_predict": 0})

    async def _pieces(self, body: dict[str, Any], job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        counted = 0
        async with aclosing(self._llama.stream("/completion", body)) as events:
            async for event in events:
                finish = None
                tokens = len(event.get("tokens") or ())
                if event["stop"]:
                    finish = "length" if event["stop_type"] == "limit" else "stop"
                    tokens = max(0, event["tokens_predicted"] - counted)
                counted += tokens
                # The last event repeats every log probability of the answer.
                shown = [] if finish else event.get("completion_probabilities") or []
                logprobs = tuple(_logprob(entry, job.logprobs) for entry in shown)
                yield AnswerPiece(event["content"], tokens, finish, logprobs)

    async def count_prompt(self, prompt: Prompt) -> int:
        return len(await self._tokens(_messages(EngineJob(prompt))))

    async def embed(self, texts: list[str]) -> Embedded:
        tokens = sum([await self._count(text) for text in texts])
        return Embedded(await self._vectors(texts), tokens)

    async def _count(self, text: str) -> int:
        reply = await self._ask("/tokenize", {"content": text})
        return len(reply["tokens"])

    async def _vectors(self, texts: list[str]) -> list[list[float]]:
        if sentences.is_here():
            return await asyncio.to_thread(sentences.embed, texts)
        vectors = []
        for text in texts:
            reply = await self._ask("/tokenize", {"content": text})
            tokens = reply["tokens"][: self.model.embedding_token_limit] or [0]
            async with self._gate.reserve(len(tokens)):
                reply = await self._ask("/v1/embeddings", {"input": tokens})
            vectors.append(sentences.unit(reply["data"][0]["embedding"]))
        return vectors

    async def measure(self, media: Media) -> Measure:
        if kinds.is_text(media.mime_type):
            text = media.data.decode("utf-8-sig", errors="replace")
            return Measure("TEXT", await self._count(text))
        return await self._perception.measure(media)

    async def in_words(self, turn: PromptTurn) -> str:
        return await findings.in_words(turn, "", self._perception)

    async def close(self) -> None:
        await asyncio.shield(self._llama.close())

    async def _tokens(self, messages: list[dict[str, str]]) -> list[int]:
        rendered = await self._ask("/apply-template", {"messages": messages})
        body = {"content": rendered["prompt"], "add_special": False, "parse_special": True}
        return (await self._ask("/tokenize", body))["tokens"]

    async def _ask(self, path: str, body: dict[str, Any]) -> Any:
        try:
            return await self._llama.post(path, body)
        except LlamaError as error:
            raise UnavailableError(f"The text model failed: {error}.") from error


def _model(weights: Path, header: Header) -> EngineModel:
    """Named after its file, without how it was quantised: what is inside is often unreadable."""
    title = re.sub(r"[.-]I?Q\d\w*$", "", weights.stem)
    name = re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-.")
    context = min(CONTEXT, header.context)
    by_meaning = sentences.is_here()
    return EngineModel(
        name=name,
        display_name=f"{title} (on this machine)",
        description=(
            f"{title} answers, on this machine: a small model, often wrong. Functions are chosen "
            "by the words they share with the message."
        ),
        input_token_limit=context - SHORTEST_ANSWER,
        output_token_limit=LONGEST_OUTPUT,
        answered_by=f"{name} (local)",
        stands_in=f"{title} on this machine",
        embeds_with=(
            f"{sentences.TITLE}, on this machine"
            if by_meaning
            else f"the mean of {title}'s token vectors, on this machine"
        ),
        dimensions=sentences.DIMENSIONS if by_meaning else header.dimensions,
        embedding_token_limit=sentences.TOKENS if by_meaning else 512,
        speaks=voice.is_here(),
        **DEFAULT_SAMPLING,
    )


def _messages(job: EngineJob) -> list[dict[str, str]]:
    """The conversation as the chat template takes it, with what this job adds to it."""
    system = job.prompt.system
    if job.function:
        rule = f"Give the arguments of the function {job.function}, taken from the last message"
        system = f"{system}\n\n{rule}, as JSON.".strip()
    elif job.schema is not None:
        fields = ", ".join(job.schema.get("properties", {}))
        fields_note = f" with these fields: {fields}" if fields else ""
        system = f"{system}\n\nAnswer in JSON{fields_note}.".strip()
    if job.thought:
        system = f"{system}\n\nYour notes on the last message:\n{job.thought}".strip()
    messages = [{"role": "system", "content": system}] if system else []
    roles = {"user": "user", "model": "assistant"}
    copies = plain_numbers if has_numbers(job.schema) else str
    messages += [{"role": roles[t.role], "content": copies(t.text)} for t in job.prompt.turns]
    if job.kind == "thought":
        messages[-1] = messages[-1] | {"content": f"{messages[-1]['content']}\n\n{_THINK}"}
    return messages


def _exact(job: EngineJob) -> EngineJob:
    """The job as one that keeps to its prompt: nothing random and no penalty for repeating it."""
    sampling = job.sampling
    if sampling.temperature is None:
        sampling = replace(sampling, temperature=0.0)
    if sampling.presence_penalty is None and sampling.frequency_penalty is None:
        sampling = replace(sampling, presence_penalty=0.0)
    return replace(job, sampling=sampling)


def _settings(job: EngineJob) -> dict[str, Any]:
    """The job's settings in llama.cpp's names."""
    sampling = job.sampling
    settings: dict[str, Any] = DEFAULT_SAMPLING | {"stop": list(job.stop), "return_tokens": True}
    own_penalties = sampling.presence_penalty is not None or sampling.frequency_penalty is not None
    if job.schema is not None:
        schema = bounded(job.schema or {"type": "object"})
        settings["json_schema"] = schema | {"x-guidance": ON_ONE_LINE}
        settings |= AGAINST_ROUNDS
    elif not own_penalties:
        settings |= AGAINST_LOOPS
    for name in ("temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty"):
        if (value := getattr(sampling, name)) is not None:
            settings[name] = value
    if sampling.seed is not None:
        # What is kept from an earlier prompt was computed in other batches, and rounds otherwise.
        settings |= {"seed": sampling.seed, "cache_prompt": False}
    if job.logprobs is not None:
        settings |= {"n_probs": max(1, job.logprobs), "post_sampling_probs": False}
    return settings


def _logprob(entry: dict[str, Any], alternatives: int | None) -> TokenLogprob:
    top = entry.get("top_logprobs", [])[: alternatives or 0]
    return TokenLogprob(
        entry["token"], entry["id"], entry["logprob"], tuple(_logprob(t, 0) for t in top)
    )
