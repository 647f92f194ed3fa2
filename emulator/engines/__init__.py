"""What an engine is: the one interface between the API's wire and whatever answers.

The wire side turns a request into a `Prompt` (plain text turns) and an `EngineJob`; an engine turns
that into `AnswerPiece`s. An engine knows nothing of HTTP, of JSON field names or of candidates.
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


class BusyError(Exception):
    """The engine takes no more for now (the wire makes it a 429); `seconds` are to be waited."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


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
class Function:
    """A declared function; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class PromptCall:
    """A call; `arguments` is JSON text, an object unless a model failed at it."""

    name: str
    arguments: str
    id: str = ""


@dataclass(frozen=True)
class PromptResult:
    """What a function returned."""

    name: str
    response: dict[str, Any]
    id: str = ""


@dataclass(frozen=True)
class PromptTurn:
    """What one side said: texts and attached files, in the order they were sent.

    Calls and results are among the texts, in words, unless the engine is `native`.
    """

    role: Role
    parts: tuple[str | Media, ...]
    calls: tuple[PromptCall, ...] = ()
    results: tuple[PromptResult, ...] = ()

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

    A native engine is told which `functions` it may call, whether one has to be (`must_call`), and
    how much to think (`effort`: none, minimal, low, medium, high, xhigh; "" where nobody says).
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
    functions: tuple[Function, ...] = ()
    must_call: bool = False
    effort: str = ""


@dataclass(frozen=True)
class TokenLogprob:
    """A token with its natural-log probability, and the `top` alternatives at its place."""

    token: str
    token_id: int
    logprob: float
    top: tuple["TokenLogprob", ...] = ()


@dataclass(frozen=True)
class TokenUsage:
    """What one job took, as the engine counted it; `answer` is without `thoughts`."""

    prompt: int = 0
    answer: int = 0
    thoughts: int = 0


@dataclass(frozen=True)
class AnswerPiece:
    """What came since the piece before. `finish` is set on the last one only.

    `by` names what made it, where that isn't the engine's own model. Of a native engine it may be
    a `thought`, or a `call`; `usage` then stands in for `tokens`, on the last one.
    """

    text: str
    tokens: int = 0
    finish: Literal["stop", "length", "safety"] | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    by: str = ""
    thought: bool = False
    call: PromptCall | None = None
    usage: TokenUsage | None = None


@dataclass(frozen=True)
class EngineModel:
    """How the model list shows an engine's own model. Limits are in tokens.

    `answered_by` is the modelVersion of every answer; `stands_in` is what a Gemini name stands in
    for, and `embeds_with` what its vectors are made of. The sampling figures are the defaults.
    `speaks` says that there is a voice beside it. 0 or None stand for a figure that is unknown.

    A `native` engine calls functions, thinks and counts by its own means; for others the wire does
    that with schemas, a pass of its own, and the engine's tokens.
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
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    speaks: bool = False
    native: bool = False


@dataclass(frozen=True)
class Embedded:
    """The vectors of some texts, of unit length and all as long, and the tokens of the texts."""

    vectors: list[list[float]]
    tokens: int


class Engine(Protocol):
    """Everything the wire asks of an engine. All of it may raise UnavailableError or BusyError."""

    @property
    def model(self) -> EngineModel: ...

    async def warm(self) -> None:
        """Gets ready in the background, once the server listens."""
        ...

    def generate(self, job: EngineJob) -> AsyncGenerator[AnswerPiece]:
        """Pieces of text as they are made; closing the iterator stops the work.

        Raises PromptTooLongError or UnsupportedError before the first piece.
        """
        ...

    async def count_prompt(self, prompt: Prompt) -> int:
        """Tokens of the whole conversation, turn marks included and media left out.

        Raises UnsupportedError where nothing can count them.
        """
        ...

    async def embed(self, texts: list[str]) -> Embedded:
        """One vector a text, of `model.dimensions` numbers. Raises UnsupportedError."""
        ...

    async def measure(self, media: Media) -> Measure:
        """Its tokens, without looking at what is in it. Raises UnsupportedError."""
        ...

    async def in_words(self, turn: PromptTurn) -> str:
        """The turn as plain text, its media put into words. Raises UnsupportedError."""
        ...

    async def close(self) -> None: ...
