"""The bodies of OpenAI's calls, as far as they mean something here; all else is let pass.

https://platform.openai.com/docs/api-reference/chat/create and /embeddings/create.
"""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulator.errors import invalid_argument

M = TypeVar("M", bound="Body")


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ImageUrl(Body):
    url: str


class InputAudio(Body):
    data: str
    format: str


class File(Body):
    file_data: str = ""
    file_id: str = ""
    filename: str = ""


class ContentPart(Body):
    type: Literal["text", "refusal", "image_url", "input_audio", "file"]
    text: str = ""
    image_url: ImageUrl | None = None
    input_audio: InputAudio | None = None
    file: File | None = None


class CalledFunction(Body):
    name: str
    arguments: str = ""


class ToolCall(Body):
    id: str = ""
    function: CalledFunction
    extra_content: dict[str, Any] | None = None


class ChatMessage(Body):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str = ""


class OpenAIFunction(Body):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None


class OpenAITool(Body):
    type: Literal["function"]
    function: OpenAIFunction


class NamedFunction(Body):
    name: str


class NamedTool(Body):
    type: Literal["function"]
    function: NamedFunction


class JsonSchema(Body):
    name: str = ""
    schema_: Any = Field(None, alias="schema")


class OpenAIResponseFormat(Body):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class StreamOptions(Body):
    include_usage: bool = False


class ChatRequest(Body):
    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    n: int | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    response_format: OpenAIResponseFormat | None = None
    tools: list[OpenAITool] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    modalities: list[str] | None = None
    extra_body: dict[str, Any] | None = None


class EmbeddingsRequest(Body):
    model: str
    input: str | list[str]
    dimensions: int | None = None
    encoding_format: Literal["float", "base64"] | None = None


def read(message: type[M], body: dict[str, Any]) -> M:
    """`body` as `message`. Raises ApiError 400 with the place of its first mistake."""
    try:
        return message.model_validate(body)
    except ValidationError as error:
        mistake = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in mistake["loc"])
        raise invalid_argument(f"Invalid value at '{place}': {mistake['msg']}.") from error
