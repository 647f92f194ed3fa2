"""What an engine is: the one interface between the API's wire and whatever answers.

The wire side turns a request into a `Prompt` (plain text turns) and an `EngineJob`; an engine turns
that into `TextPiece`s. An engine knows nothing of HTTP, of JSON field names or of candidates.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Role = Literal["user", "model"]
Modality = Literal["TEXT", "IMAGE", "VIDEO", "AUDIO", "DOCUMENT"]


class UnsupportedError(Exception):
    """The engine can't do what was asked; its text says what would (the wire makes it a 400)."""


class UnavailableError(Exception):
    """The engine can't answer right now; its text says why (the wire makes it a 503)."""


class PromptTooLongError(Exception):
    """The prompt has `tokens` tokens and the engine takes at most `limit`."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"{tokens} tokens, at most {limit}")
        self.tokens = tokens
        self.limit = limit


@dataclass(frozen=True)
class Media:
    """One attached file as it came: its bytes are never changed."""

    mime_type: str
    data: bytes
    name: str = ""


@dataclass(frozen=True)
class Measure:
    """What a `Media` is, and how many tokens it counts, as the API counts them."""

    modality: Modality
    tokens: int


@dataclass(frozen=True)
class PromptTurn:
    """What one side said: texts and attached files, in the order they were sent."""

    role: Role
    parts: tuple[str | Media, ...]

    @property
    def text(self) -> str:
        """The texts alone, a line each."""
        return "\n".join(part for part in self.parts if isinstance(part, str) and part)

    @property
    def media(self) -> tuple[Media, ...]:
        return tuple(part for part in self.parts if isinstance(part, Media))


@dataclass(frozen=True)
class Prompt:
    """A conversation as an engine reads it. The last turn is what it answers."""

    turns: tuple[PromptTurn, ...]
    system: str = ""

    @property
    def question(self) -> str:
        """The text of the last turn of the user: what media are looked at for."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")


@dataclass(frozen=True)
class Sampling:
    """The request's sampling settings; None is "not set", and then the engine's own default."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None


@dataclass(frozen=True)
class EngineJob:
    """One generation: one candidate's thoughts, or its answer.

    `max_tokens` None is the engine's own limit. `schema` is a JSON Schema that the text has to
    satisfy; `function` is the name of the function whose arguments that are, if they are any.
    `results_text` is what functions returned, in words, where the answer is to tell that.
    `thought` is what the thinking pass wrote, for the answering pass to use. `logprobs`
    is how many alternatives to give for each token, None for no log probabilities at all.
    `candidate` numbers the answers to one request from 0.
    """

    prompt: Prompt
    kind: Literal["thought", "answer"] = "answer"
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    function: str = ""
    results_text: str = ""
    thought: str = ""
    logprobs: int | None = None
    candidate: int = 0


@dataclass(frozen=True)
class TokenLogprob:
    """A token with its natural-log probability, and the `top` alternatives at its place."""

    token: str
    token_id: int
    logprob: float
    top: tuple["TokenLogprob", ...] = ()


@dataclass(frozen=True)
class TextPiece:
    """What came since the piece before. `finish` is set on the last one only.

    `by` names what made it, where that isn't the engine's own model.
    """

    text: str
    tokens: int
    finish: Literal["stop", "length"] | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class EngineModel:
    """How the model list shows an engine's own model. Limits are in tokens.

    `answered_by` is the modelVersion of every answer; `stands_in` is what a Gemini name stands in
    for, and `embeds_with` what its vectors are made of. The sampling figures are the defaults.
    `speaks` says that there is a voice beside it.
    """

    name: str
    display_name: str
    description: str
    input_token_limit: int
    output_token_limit: int
    answered_by: str
    stands_in: str
    embeds_with: str
    dimensions: int
    embedding_token_limit: int
    temperature: float
    top_p: float
    top_k: int
    speaks: bool = False


class Engine(Protocol):
    """Everything the wire asks of an engine. All of it may raise `UnavailableError`."""

    @property
    def model(self) -> EngineModel: ...

    async def warm(self) -> None:
        """Gets ready in the background, once the server listens."""
        ...

    def generate(self, job: EngineJob) -> AsyncGenerator[TextPiece]:
        """Pieces of text as they are made; closing the iterator stops the work.

        Raises PromptTooLongError before the first piece.
        """
        ...

    async def count_prompt(self, prompt: Prompt) -> int:
        """Tokens of the whole conversation, turn marks included and media left out."""
        ...

    async def count_text(self, text: str) -> int: ...

    async def embed(self, texts: list[str]) -> list[list[float]]:
        """One vector of unit length and `model.dimensions` numbers a text."""
        ...

    async def measure(self, media: Media) -> Measure:
        """Its tokens, without looking at what is in it. Raises UnsupportedError."""
        ...

    async def in_words(self, turn: PromptTurn) -> str:
        """The turn as plain text, its media put into words. Raises UnsupportedError."""
        ...

    async def close(self) -> None: ...
