"""A request as the SDK's own types, and the fields of these that code names, in their order."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from google.genai import types
from pydantic import BaseModel

from gemini.request import Request
from gemini.tools.mcp import VARIABLE, with_variables

CLIENT_SIDE = frozenset(
    {"http_options", "should_return_http_response", "automatic_function_calling"}
)
"""Fields of the config that steer the SDK and are no part of the request. A page sets the last to
its own needs, and the first can hold headers with secrets: none of them goes into code."""

_FIRST = (
    *("role", "name", "id", "type", "title", "description"),
    *("mime_type", "file_uri", "start_time", "start_offset"),
)
"""What people write first. The other fields keep the SDK's order, which is that of its docs."""

_COUNTS = frozenset({"top_k", "fps"})
"""Numbers that the SDK declares as floats and people write as integers."""

Kind = Literal[
    "thought", "text", "transcript", "function_call", "code", "image", "audio", "video", "song"
]


@dataclass(frozen=True)
class TypedRequest:
    """A request as the SDK's types. `config` is None where there is none: an empty one is sent."""

    model: str
    contents: list[types.Content]
    config: types.GenerateContentConfig | None

    @property
    def prompt(self) -> list[types.Part] | None:
        """The parts, when the request is one message of a user, which the SDK takes without role.

        None where it needs the long form: several messages, calls of functions, which the SDK takes
        for the model's, and empty texts.
        """
        if len(self.contents) != 1 or self.contents[0].role != "user":
            return None
        parts = self.contents[0].parts or []
        plain = all(not p.function_call and not p.function_response for p in parts)
        return parts if parts and plain and all(p.text != "" for p in parts) else None


def typed(request: Request) -> TypedRequest:
    """The request as the SDK reads it.

    In the place of a header of an MCP server stands the environment variable that code reads.

    Raises:
        ValueError: the SDK would not take it either, or a tool of it carries a secret.
    """
    contents = [types.Content.model_validate(content) for content in request.contents]
    given = {k: v for k, v in request.config.items() if k not in CLIENT_SIDE and v is not None}
    given = with_variables(given)
    config = types.GenerateContentConfig.model_validate(given) if request.config else None
    _refuse_secrets(config)
    return TypedRequest(request.model, contents, config)


def set_fields(model: BaseModel) -> list[tuple[str, Any]]:
    """The fields that have a value, by the SDK's names, in the order people write them."""
    fields = list(type(model).model_fields)
    set_now = [(name, getattr(model, name)) for name in fields if name in model.model_fields_set]
    return sorted(
        ((name, _number(name, value)) for name, value in set_now if value is not None),
        key=lambda field: _FIRST.index(field[0]) if field[0] in _FIRST else len(_FIRST),
    )


def plain_text(part: types.Part) -> str | None:
    """The text of a part that is nothing else, without a signature or any other mark."""
    return part.text if part.model_fields_set == {"text"} else None


def is_member(value: Enum) -> bool:
    """Whether an enum has this value; the SDK lets others pass, for what newer servers know."""
    return value in list(type(value))


def _refuse_secrets(value: Any) -> None:
    """No code for what signs a tool in elsewhere: code is passed on, and secrets must not be."""
    if isinstance(value, list):
        for item in value:
            _refuse_secrets(item)
    elif isinstance(value, BaseModel):
        headers = value.headers if isinstance(value, types.StreamableHttpTransport) else None
        signs_in = any(not VARIABLE.fullmatch(each) for each in (headers or {}).values())
        if isinstance(value, types.AuthConfig) or signs_in:
            raise ValueError(
                "A tool carries what signs it in elsewhere, which must not get into code. "
                "Take it out of the tool (auth_config or headers) and add it to the code by hand."
            )
        for _, child in set_fields(value):
            _refuse_secrets(child)


def _number(name: str, value: Any) -> Any:
    whole = name in _COUNTS and isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def kinds_of_answer(request: TypedRequest) -> list[Kind]:
    """What may come back, by the settings. `["text"]` for most requests.

    Speech comes as 16-bit PCM of 24 kHz: https://ai.google.dev/gemini-api/docs/speech-generation.
    """
    config = request.config or types.GenerateContentConfig()
    modalities = {m.upper() for m in config.response_modalities or []}
    tools = [tool for tool in config.tools or [] if isinstance(tool, types.Tool)]
    runs_code = any(tool.code_execution is not None for tool in tools)
    thinking = config.thinking_config
    may_come: dict[Kind, bool] = {
        "thought": bool(thinking and thinking.include_thoughts),
        "text": modalities != {"AUDIO"},
        "transcript": config.audio_transcription_config is not None,
        "function_call": any(tool.function_declarations for tool in tools),
        "code": runs_code,
        "image": "IMAGE" in modalities or runs_code,  # code can draw
        "audio": "AUDIO" in modalities,
    }
    return [kind for kind, comes in may_come.items() if comes]
