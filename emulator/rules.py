"""The rules a readable request has to keep: ranges, what goes together, what nothing here can do.

The turns of calls and of their responses have to belong together.
Ranges: https://ai.google.dev/api/generate-content#generationconfig. Wording: the API's own.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from emulator.errors import invalid_argument, invalid_field
from emulator.messages.content import (
    PART_DATA,
    Content,
    FunctionCallMessage,
    FunctionResponse,
    Part,
    Tool,
)
from emulator.messages.requests import GenerateContentRequest, GenerationConfig
from emulator.models import Model

REQUEST = "GenerateContentRequest"
CONFIG = f"{REQUEST}.generation_config"
MAX_STOP_SEQUENCES = 5
MAX_CONTENTS = 10_000

# field: (least, most); None is open.
_RANGES: dict[str, tuple[float, float | None]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "top_k": (1, None),
    "candidate_count": (1, 8),
    "max_output_tokens": (1, None),
    "logprobs": (0, 20),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}
_ROLES = {"", "user", "model", "function", "tool"}
_MIME_TYPES = {"", "text/plain", "application/json", "text/x.enum"}
_TOOLS = {
    "google_search": "Google Search",
    "google_search_retrieval": "Google Search",
    "code_execution": "code execution",
    "url_context": "reading web addresses",
    "google_maps": "Google Maps",
    "file_search": "file search",
    "computer_use": "computer use",
    "mcp_servers": "MCP servers",
}


def check_request(request: GenerateContentRequest, model: Model) -> None:
    """Raises ApiError for the first rule that `request` breaks."""
    check_contents(request.contents, REQUEST)
    if model.signs_calls:
        check_signatures(request.contents)
    if request.system_instruction is not None:
        for i, part in enumerate(request.system_instruction.parts):
            _check_part(part, f"{REQUEST}.system_instruction.parts[{i}]")
    _check_config(request.generation_config, model)
    for tool in request.tools:
        check_tool(tool)


def check_contents(contents: Sequence[Content], owner: str) -> None:
    """Turns with parts, each part with one kind of data, roles that exist."""
    if not contents:
        raise invalid_field(f"{owner}.contents", "contents is not specified")
    if len(contents) > MAX_CONTENTS:
        raise invalid_field(f"{owner}.contents", f"more than {MAX_CONTENTS} contents.")
    for i, content in enumerate(contents):
        path = f"{owner}.contents[{i}]"
        check_content(content, path)
    check_responses(contents)


def check_content(content: Content, path: str) -> None:
    """One turn. Raises ApiError 400."""
    if content.role not in _ROLES:
        raise invalid_argument("Please use a valid role: user, model.")
    if not content.parts:
        raise invalid_field(f"{path}.parts", "contents.parts must not be empty.")
    for j, part in enumerate(content.parts):
        _check_part(part, f"{path}.parts[{j}]")


def _check_part(part: Part, path: str) -> None:
    present = [name for name in PART_DATA if getattr(part, name) is not None]
    if not present and not (part.thought or part.thought_signature):
        message = "required oneof field 'data' must have one initialized field"
        raise invalid_field(f"{path}.data", message)
    if len(present) > 1:
        message = f"oneof field 'data' is already set. Cannot set '{present[1]}' too."
        raise invalid_field(f"{path}.data", message)
    blob = part.inline_data
    if blob is not None and not blob.mime_type:
        raise invalid_field(f"{path}.inline_data.mime_type", "mime_type is not specified")
    if blob is not None and not blob.data:
        raise invalid_field(f"{path}.inline_data.data", "data is empty")
    if part.file_data is not None and not part.file_data.file_uri:
        raise invalid_field(f"{path}.file_data.file_uri", "file_uri is not specified")
    if part.function_call is not None and not part.function_call.name:
        raise invalid_field(f"{path}.function_call.name", "Name cannot be empty.")
    if part.function_response is not None and not part.function_response.name:
        raise invalid_field(f"{path}.function_response.name", "Name cannot be empty.")


def _check_config(config: GenerationConfig, model: Model) -> None:
    for name, (least, most) in _RANGES.items():
        value = getattr(config, name)
        if value is None:
            continue
        if value < least or (most is not None and value > most):
            allowed = f"at least {least}" if most is None else f"in the range [{least}, {most}]"
            raise invalid_field(f"{CONFIG}.{name}", f"must be {allowed}, and is {value}.")
    if config.audio_transcription_config is not None:
        raise invalid_argument(
            "audio_transcription_config is not supported: the emulator makes no transcription by "
            "words. Gemini does it, with a Gemini API key; asked in words, speech is written down."
        )
    if config.candidate_count > model.candidates:
        raise invalid_argument("Multiple candidates is not enabled for this model")
    if config.top_k is not None and not config.top_k.is_integer():
        raise invalid_field(f"{CONFIG}.top_k", "must be a whole number.")
    if len(config.stop_sequences) > MAX_STOP_SEQUENCES:
        message = f"at most {MAX_STOP_SEQUENCES} stop sequences are allowed."
        raise invalid_field(f"{CONFIG}.stop_sequences", message)
    if "" in config.stop_sequences:
        raise invalid_field(f"{CONFIG}.stop_sequences", "a stop sequence must not be empty.")
    if config.logprobs is not None and not config.response_logprobs:
        message = "logprobs should only be set when response_logprobs is true."
        raise invalid_field(f"{CONFIG}.logprobs", message)
    _check_output(config)


def _check_output(config: GenerationConfig) -> None:
    if config.response_mime_type not in _MIME_TYPES:
        message = "allowed mimetypes are `text/plain`, `application/json` and `text/x.enum`."
        raise invalid_field(f"{CONFIG}.response_mime_type", message)
    if config.response_schema is not None and config.response_json_schema is not None:
        message = "only one of response_schema and response_json_schema may be set."
        raise invalid_field(f"{CONFIG}.response_json_schema", message)
    has_schema = config.response_schema is not None or config.response_json_schema is not None
    if has_schema and config.response_mime_type in ("", "text/plain"):
        message = "only supported with response_mime_type `application/json` or `text/x.enum`."
        raise invalid_field(f"{CONFIG}.response_schema", message)
    unsupported = {"IMAGE", "AUDIO", "VIDEO"} & set(config.response_modalities)
    if unsupported:
        kinds = " and ".join(sorted(modality.lower() for modality in unsupported))
        raise invalid_field(
            f"{CONFIG}.response_modalities",
            f"the emulator answers in text and can't generate {kinds}. "
            "A Gemini model can, with a Gemini API key.",
        )


def check_tool(tool: Tool) -> None:
    """Raises ApiError 400 for a tool that nothing here can stand in for."""
    for name, title in _TOOLS.items():
        if name in tool.model_fields_set:
            raise invalid_argument(
                f"Tool {name} is not supported: the emulator has no {title}. Gemini does, with a "
                "Gemini API key; function declarations work here."
            )


def joined(contents: Sequence[Content]) -> list[Content]:
    """Neighbouring contents of calls, and of responses, as one turn: clients that stream keep each
    chunk as a content of its own.
    """
    turns: list[Content] = []
    for kind, group in groupby(contents, _kind):
        run = list(group)
        if kind == "responses" or (kind == "model" and any(_calls(content) for content in run)):
            parts = tuple(part for content in run for part in content.parts)
            turns.append(run[0].model_copy(update={"parts": parts}))
        else:
            turns.extend(run)
    return turns


def check_responses(contents: Sequence[Content]) -> None:
    """Every turn of responses answers the calls of the turn before, each once. ApiError 400."""
    contents = joined(contents)
    for number, content in enumerate(contents):
        responses = [p.function_response for p in content.parts if p.function_response is not None]
        if not responses:
            continue
        calls = _calls(contents[number - 1]) if number else []
        if not calls:
            raise invalid_argument(
                "Please ensure that function response turn comes immediately after a function "
                "call turn."
            )
        if len(calls) != len(responses):
            raise invalid_argument(
                "Please ensure that the number of function response parts is equal to the number "
                "of function call parts of the function call turn."
            )
        for response in responses:
            _check_called(response, calls)


def check_signatures(contents: Sequence[Content]) -> None:
    """The first call of each turn since the last question has its signature. ApiError 400.

    For models that sign: https://ai.google.dev/gemini-api/docs/thought-signatures.
    """
    contents = joined(contents)
    for number in range(len(contents) - 1, -1, -1):
        content = contents[number]
        if content.role == "model":
            signed = [p.thought_signature for p in content.parts if p.function_call is not None]
            if signed and not signed[0]:
                raise invalid_argument(
                    "Function call is missing a thought_signature in functionCall parts. This is "
                    "required for tools to work correctly, and missing thought_signature may lead "
                    f"to degraded model performance. Additional data, function call "
                    f"`{_calls(content)[0].name}`, position {number + 1}."
                )
        elif all(part.function_response is None for part in content.parts):
            return  # the question: what was before it is not looked at


def _check_called(response: FunctionResponse, calls: Sequence[FunctionCallMessage]) -> None:
    """By its id where both have one, else by its name."""
    named = [call for call in calls if call.name == response.name]
    if not named:
        names = ", ".join(dict.fromkeys(call.name for call in calls))
        raise invalid_argument(
            f"The function response {response.name} answers no function call: called were {names}."
        )
    ids = [call.id for call in named if call.id]
    if response.id and ids and response.id not in ids:
        raise invalid_argument(
            f"The function response {response.name} has the id {response.id}, and its function "
            f"call has {', '.join(ids)}."
        )


def _kind(content: Content) -> Literal["model", "responses", "user"]:
    if content.role == "model":
        return "model"
    answers = bool(content.parts) and all(p.function_response for p in content.parts)
    return "responses" if answers else "user"


def _calls(content: Content) -> list[FunctionCallMessage]:
    return [part.function_call for part in content.parts if part.function_call is not None]
