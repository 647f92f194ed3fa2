"""A chat completion's body as the body of generateContent."""

import re
from typing import Any

from emulator import wire
from emulator.errors import ApiError, invalid_argument
from emulator.models import Model
from emulator.openai.messages import (
    ChatMessage,
    ChatRequest,
    ContentPart,
    NamedTool,
    OpenAITool,
    ToolCall,
)

_DATA_URL = re.compile(
    r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,(?P<data>.*)", re.S
)
# https://ai.google.dev/gemini-api/docs/openai#thinking: what an effort is worth in tokens.
_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576}


def gemini_body(request: ChatRequest, model: Model) -> dict[str, Any]:
    """The body for `model`'s generateContent. Raises ApiError 400 for what can't be said in it."""
    if set(request.modalities or ["text"]) != {"text"}:
        raise invalid_argument("The emulator answers chat completions in text only.")
    body: dict[str, Any] = {
        "contents": _contents(request.messages),
        "generationConfig": _config(request, model),
    }
    instructions = [_texts(m) for m in request.messages if m.role in ("system", "developer")]
    if any(instructions):
        body["systemInstruction"] = {"parts": [{"text": "\n".join(filter(None, instructions))}]}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(t) for t in request.tools]}]
        if calling := _calling(request):
            body["toolConfig"] = {"functionCallingConfig": calling}
    if cached := _google(request).get("cached_content"):
        body["cachedContent"] = cached
    return body


def _contents(messages: list[ChatMessage]) -> list[dict[str, Any]]:
    names = {call.id: call.function.name for m in messages for call in m.tool_calls or ()}
    contents: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "user":
            contents.append({"role": "user", "parts": _parts(message)})
        elif message.role == "assistant":
            parts = [*_parts(message), *(_call(call) for call in message.tool_calls or ())]
            contents.append({"role": "model", "parts": parts or [{"text": ""}]})
        elif message.role == "tool":
            if message.tool_call_id not in names:
                where = message.tool_call_id[:100]
                raise invalid_argument(f"No tool call has the tool_call_id {where!r}.")
            name = names[message.tool_call_id]
            returned = {"id": message.tool_call_id, "name": name, "response": _returned(message)}
            contents.append({"role": "user", "parts": [{"functionResponse": returned}]})
    return contents


def _parts(message: ChatMessage) -> list[dict[str, Any]]:
    content = message.content
    if isinstance(content, str):
        return [{"text": content}] if content or message.role == "user" else []
    return [_part(part) for part in content or ()]


def _part(part: ContentPart) -> dict[str, Any]:
    if part.image_url is not None:
        return _inline(part.image_url.url)
    if part.input_audio is not None:
        mime_type = f"audio/{part.input_audio.format}"
        return {"inlineData": {"mimeType": mime_type, "data": part.input_audio.data}}
    if part.file is not None:
        inline = _inline(part.file.file_data or part.file.file_id)
        if part.file.filename:
            inline["inlineData"]["displayName"] = part.file.filename
        return inline
    return {"text": part.text}


def _inline(url: str) -> dict[str, Any]:
    match = _DATA_URL.fullmatch(url)
    if match is None:
        raise invalid_argument(
            f"Unsupported URL: {url[:100]}. The emulator opens no web addresses and keeps no files "
            "of OpenAI's: send the data itself, as data:image/png;base64,..."
        )
    return {"inlineData": {"mimeType": match["type"] or "text/plain", "data": match["data"]}}


def _texts(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text for part in message.content or () if part.text)


def _call(call: ToolCall) -> dict[str, Any]:
    try:
        args = wire.parse_object(call.function.arguments.encode())
    except ApiError as error:
        name = call.function.name[:100]
        message = f"The arguments of the call of {name} aren't a JSON object."
        raise invalid_argument(message) from error
    part: dict[str, Any] = {
        "functionCall": {"id": call.id, "name": call.function.name, "args": args}
    }
    google = (call.extra_content or {}).get("google")
    if isinstance(google, dict) and google.get("thought_signature"):
        part["thoughtSignature"] = google["thought_signature"]
    return part


def _returned(message: ChatMessage) -> dict[str, Any]:
    """A tool's words as the response of a function: an object as it is, anything else as text."""
    text = _texts(message)
    try:
        return wire.parse_object(text.encode()) or {"output": text}
    except ApiError:
        return {"output": text}


def _declaration(tool: OpenAITool) -> dict[str, Any]:
    function = tool.function
    declared: dict[str, Any] = {"name": function.name, "description": function.description or ""}
    if (function.parameters or {}).get("properties"):
        declared["parametersJsonSchema"] = function.parameters
    return declared


def _calling(request: ChatRequest) -> dict[str, Any]:
    choice = request.tool_choice
    if isinstance(choice, NamedTool):
        return {"mode": "ANY", "allowedFunctionNames": [choice.function.name]}
    modes = {"none": "NONE", "auto": "AUTO", "required": "ANY"}
    return {"mode": modes[choice]} if choice else {}


def _config(request: ChatRequest, model: Model) -> dict[str, Any]:
    """The settings in Gemini's names; what isn't set is left out."""
    stop = [request.stop] if isinstance(request.stop, str) else request.stop
    config: dict[str, Any] = {
        "maxOutputTokens": request.max_completion_tokens or request.max_tokens,
        "temperature": request.temperature,
        "topP": request.top_p,
        "candidateCount": request.n,
        "stopSequences": stop or None,
        "seed": request.seed,
        "presencePenalty": request.presence_penalty,
        "frequencyPenalty": request.frequency_penalty,
        "responseLogprobs": request.logprobs,
        "logprobs": request.top_logprobs if request.logprobs else None,
        "thinkingConfig": _thinking(request, model),
    }
    chosen = request.response_format
    if chosen is not None and chosen.type != "text":
        config["responseMimeType"] = "application/json"
        if chosen.json_schema is not None:
            config["responseJsonSchema"] = chosen.json_schema.schema_
    return {name: value for name, value in config.items() if value is not None}


def _thinking(request: ChatRequest, model: Model) -> dict[str, Any] | None:
    if isinstance(own := _google(request).get("thinking_config"), dict):
        return own
    effort = request.reasoning_effort
    if effort is None or model.thinking is None:
        return None
    if model.thinking.by == "level":
        return {"thinkingLevel": {"none": "MINIMAL"}.get(effort, effort.upper())}
    if effort == "none":
        return {"thinkingBudget": 0}
    return {"thinkingBudget": max(model.thinking.min, min(_BUDGETS[effort], model.thinking.max))}


def _google(request: ChatRequest) -> dict[str, Any]:
    """What only Gemini has: https://ai.google.dev/gemini-api/docs/openai#extra-body."""
    google = (request.extra_body or {}).get("google")
    return google if isinstance(google, dict) else {}
