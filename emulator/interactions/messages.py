"""The body of `POST interactions`, and errors in the shape of that API.

Names are snake_case, enums lower case. Wire shapes: google-genai 3.6.1, `_gaos/types/interactions`;
codes: https://ai.google.dev/gemini-api/docs/api-errors (read 2026-11-29).
"""

from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)
from starlette.responses import JSONResponse

from emulator.errors import ApiError
from emulator.messages.base import JsonBody
from emulator.validation import field_path

WORDS = {
    400: "invalid_request",
    401: "authentication",
    403: "permission_denied",
    404: "not_found",
    405: "unimplemented",
    409: "aborted",
    413: "invalid_request",
    429: "rate_limit_exceeded",
    499: "cancelled",
    500: "internal",
    501: "unimplemented",
    503: "unavailable",
}
"""The word of an HTTP status."""

Body = dict[str, Any]
Step = dict[str, Any]
"""One step of an interaction, as on the wire: its `type` says what else it has."""


class InteractionApiError(ApiError):
    """An error with a word of its own: `{"error": {"message": ..., "code": "not_found"}}`."""

    def __init__(self, code: int, message: str, word: str = "") -> None:
        super().__init__(code, message)
        self.word = word or WORDS.get(code, "internal")


def invalid(message: str) -> InteractionApiError:
    """A request that can't be answered as it is."""
    return InteractionApiError(400, message)


def error_body(error: ApiError) -> Body:
    """The `code` and the `message` of an error of any part of the emulator."""
    word = (
        error.word if isinstance(error, InteractionApiError) else WORDS.get(error.code, "internal")
    )
    if error.code == 404 and error.message.startswith("models/"):
        word = "model_not_found"
    return {"code": word, "message": error.message.strip()}


def error_response(error: ApiError) -> JSONResponse:
    return JSONResponse({"error": error_body(error)}, status_code=error.code)


class AllowedTools(JsonBody):
    mode: Literal["auto", "any", "none", "validated"] = "auto"
    tools: tuple[StrictStr, ...] = ()


class ToolChoiceConfig(JsonBody):
    allowed_tools: AllowedTools = AllowedTools()


class InteractionConfig(JsonBody):
    max_output_tokens: StrictInt | None = None
    seed: StrictInt | None = None
    stop_sequences: tuple[StrictStr, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    thinking_level: Literal["minimal", "low", "medium", "high", "xhigh"] | None = None
    thinking_summaries: Literal["auto", "none"] | None = None
    tool_choice: Literal["auto", "any", "none", "validated"] | ToolChoiceConfig | None = None
    image_config: Any = None
    speech_config: Any = None
    transcription_config: Any = None
    video_config: Any = None


class ResponseFormat(JsonBody):
    model_config = ConfigDict(extra="allow")  # what pictures and sounds have is refused anyway

    type: Literal["text", "image", "audio", "video"] = "text"
    mime_type: StrictStr = ""
    schema_: dict[str, Any] | None = Field(None, alias="schema")


class InteractionSafety(JsonBody):
    type: StrictStr
    threshold: StrictStr
    method: StrictStr = ""


class CreateInteraction(JsonBody):
    """What is asked for, by a `model` or an `agent`."""

    model: StrictStr = ""
    agent: StrictStr = ""
    agent_config: Any = None
    background: StrictBool = False
    cached_content: StrictStr = ""
    continuation_token: StrictStr = ""
    environment: Any = None
    generation_config: InteractionConfig = InteractionConfig()
    input: StrictStr | dict[str, Any] | list[dict[str, Any]] | None = None
    labels: dict[str, StrictStr] = Field(default_factory=dict)
    previous_interaction_id: StrictStr = ""
    response_format: ResponseFormat | list[ResponseFormat] | None = None
    response_mime_type: StrictStr = ""
    response_modalities: tuple[StrictStr, ...] = ()
    safety_settings: tuple[InteractionSafety, ...] = ()
    service_tier: Annotated[
        Literal["flex", "standard", "priority", "deferred"] | None, Field(default=None)
    ]
    store: StrictBool = True
    stream: StrictBool = False
    system_instruction: StrictStr = ""
    tools: tuple[dict[str, Any], ...] = ()
    webhook_config: Any = None


def read_create(body: Body) -> CreateInteraction:
    """The body as a message. Raises InteractionApiError with the first mistake and its path."""
    try:
        return CreateInteraction.model_validate(body)
    except ValidationError as error:
        mistake = error.errors(include_url=False)[0]
        loc = tuple(step for step in mistake["loc"] if step in body or not _is_class(step))
        if mistake["type"] == "extra_forbidden":
            where = f" at '{field_path(loc[:-1])}'" if loc[1:] else ""
            message = f"Unknown parameter '{loc[-1]}'{where}."
            raise InteractionApiError(400, message, "parameter_unknown") from error
        raise invalid(f"Invalid value at '{field_path(loc)}': {mistake['msg']}.") from error


def _is_class(step: int | str) -> bool:
    """Whether a step of pydantic's path is one of a union's branches, and no field."""
    return isinstance(step, str) and not step.replace("_", "").islower()
