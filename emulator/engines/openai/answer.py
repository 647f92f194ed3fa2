"""Chat completions, streamed or whole, as the pieces of an answer."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulator.engines import (
    AnswerPiece,
    EngineJob,
    PromptCall,
    TokenLogprob,
    TokenUsage,
    UnavailableError,
    UnsupportedError,
)

FINISH: dict[str, Literal["stop", "length", "safety"]] = {
    "length": "length",
    "content_filter": "safety",
}
"""The reasons that are told; any other is "stop"."""


class CompletionBody(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FunctionDelta(CompletionBody):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class ToolCallDelta(CompletionBody):
    index: int | None = None
    id: str | None = None
    function: FunctionDelta = FunctionDelta()


class Said(CompletionBody):
    """What was said, or came since. Servers name what a model thought in two ways."""

    content: str | None = None
    reasoning_content: str | None = None  # llama.cpp, vLLM, LM Studio
    reasoning: str | None = None  # Ollama
    tool_calls: list[ToolCallDelta] | None = None


class TokenOdds(CompletionBody):
    token: str
    logprob: float
    id: int = 0
    top_logprobs: list["TokenOdds"] = Field(default_factory=list)


class Odds(CompletionBody):
    content: list[TokenOdds] | None = None


class CompletionChoice(CompletionBody):
    delta: Said | None = None
    message: Said | None = None
    finish_reason: str | None = None
    logprobs: Odds | None = None


class CompletionDetails(CompletionBody):
    reasoning_tokens: int | None = None


class UsageBody(CompletionBody):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    completion_tokens_details: CompletionDetails | None = None


class CompletionChunk(CompletionBody):
    model: str | None = None
    choices: list[CompletionChoice] = Field(default_factory=list)
    usage: UsageBody | None = None


def plain_name(model: str) -> str:
    """A model's name; of a file's path, which llama.cpp gives, only the file's own."""
    return re.split(r"[/\\]", model)[-1].removesuffix(".gguf") if ".gguf" in model else model


@dataclass
class CompletionReader:
    """The answer to `job` while it comes from the server called `server`.

    Calls come in bits and are given whole, at the end; so is what the server counted.
    """

    job: EngineJob
    server: str
    model: str
    _calls: list[PromptCall] = field(default_factory=list)
    _text: str = ""
    _finish: str = ""
    _usage: TokenUsage | None = None

    def take(self, event: dict[str, Any]) -> Iterator[AnswerPiece]:
        """What an event adds. Raises UnavailableError for one that is no chat completion."""
        try:
            chunk = CompletionChunk.model_validate(event)
        except ValidationError as error:
            place = ".".join(str(step) for step in error.errors(include_url=False)[0]["loc"])
            raise UnavailableError(
                f"{self.server} sent something that is not a chat completion (at {place!r})."
            ) from error
        self.model = plain_name(chunk.model or self.model)
        self._usage = _tokens(chunk.usage) if chunk.usage else self._usage
        for choice in chunk.choices[:1]:
            said = choice.delta or choice.message or Said()
            self._finish = choice.finish_reason or self._finish
            if thought := said.reasoning_content or said.reasoning:
                yield AnswerPiece(thought, by=self.model, thought=True)
            if said.content:
                self._text += said.content if self.job.schema is not None else ""
                yield AnswerPiece(said.content, logprobs=self._odds(choice), by=self.model)
            for call in said.tool_calls or ():
                self._add(call)

    def end(self) -> Iterator[AnswerPiece]:
        """The calls, and the last piece. Raises UnsupportedError for what wasn't kept to."""
        if self.job.must_call and not self._calls:
            raise UnsupportedError(
                f"A function call was required, and {self.model} at {self.server} made none: "
                "choose a model that calls functions."
            )
        finish = FINISH.get(self._finish, "stop")
        if self.job.schema is not None and finish == "stop" and not self._calls:
            self._check_json()
        for call in self._calls:
            yield AnswerPiece("", by=self.model, call=call)
        yield AnswerPiece("", finish=finish, by=self.model, usage=self._usage)

    def _check_json(self) -> None:
        try:
            json.loads(self._text)
        except ValueError as error:
            raise UnsupportedError(
                f"JSON was asked for (response_format), and {self.model} at {self.server} answered "
                "in something else: choose a server or a model that keeps to a schema."
            ) from error

    def _add(self, call: ToolCallDelta) -> None:
        """A whole call, or the next bit of one: the first bit has its name."""
        place = len(self._calls) if call.index is None else call.index
        arguments = call.function.arguments or ""
        bit = arguments if isinstance(arguments, str) else json.dumps(arguments)
        if place >= len(self._calls):
            self._calls.append(PromptCall(call.function.name or "", bit, call.id or ""))
            return
        known = self._calls[place]
        self._calls[place] = PromptCall(
            known.name or call.function.name or "",
            known.arguments + bit,
            known.id or call.id or "",
        )

    def _odds(self, choice: CompletionChoice) -> tuple[TokenLogprob, ...]:
        if self.job.logprobs is None:
            return ()
        if choice.logprobs is None or not choice.logprobs.content:
            raise UnsupportedError(
                f"{self.server} sends no log probabilities: switch response_logprobs off."
            )
        return tuple(_odds(token, self.job.logprobs) for token in choice.logprobs.content)


def _odds(token: TokenOdds, alternatives: int) -> TokenLogprob:
    top = tuple(_odds(other, 0) for other in token.top_logprobs[:alternatives])
    return TokenLogprob(token.token, token.id, token.logprob, top)


def _tokens(usage: UsageBody) -> TokenUsage:
    details = usage.completion_tokens_details
    thoughts = (details and details.reasoning_tokens) or 0
    return TokenUsage(
        usage.prompt_tokens, max(0, usage.completion_tokens - thoughts), max(0, thoughts)
    )
