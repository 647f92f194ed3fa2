"""A request for an interaction as the body of generateContent, with all that was said before it."""

from collections.abc import Iterable, Sequence
from typing import Any

from emulator.interactions.messages import (
    Body,
    CreateInteraction,
    InteractionConfig,
    Step,
    ToolChoiceConfig,
    invalid,
)
from emulator.interactions.refusals import not_here
from emulator.models import Model

CONTENTS = frozenset({"text", "image", "audio", "document", "video"})
BUDGETS = {"minimal": 512, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 32768}
"""What a level is worth in tokens, for a model that thinks by a budget."""


def input_steps(content: str | dict[str, Any] | list[dict[str, Any]] | None) -> list[Step]:
    """What was put in, in any of its forms, as steps. Raises ApiError 400."""
    if isinstance(content, str):
        content = {"type": "text", "text": content}
    items = [content] if isinstance(content, dict) else content or []
    kinds = {str(item.get("type")) for item in items}
    if not items:
        raise invalid("'input' must not be empty.")
    if kinds <= CONTENTS:
        return [{"type": "user_input", "content": items}]
    if mixed := kinds & CONTENTS:
        raise invalid(f"'input' is a list of steps or of contents, not of both: {sorted(mixed)}.")
    return items


def gemini_body(request: CreateInteraction, steps: Sequence[Step], model: Model) -> Body:
    """The body for `model`'s generateContent. `steps` are all, from the first turn on.

    Raises ApiError 400 for what can't be said in it.
    """
    body: Body = {
        "contents": contents_of(steps),
        "generationConfig": _config(request, model),
        "labels": request.labels,
        "safetySettings": [
            {"category": f"HARM_CATEGORY_{s.type.upper()}", "threshold": s.threshold.upper()}
            for s in request.safety_settings
        ],
    }
    if request.system_instruction:
        body["systemInstruction"] = {"parts": [{"text": request.system_instruction}]}
    if request.cached_content:
        body["cachedContent"] = request.cached_content
    if request.tools:
        declarations = [_declaration(tool, n) for n, tool in enumerate(request.tools)]
        body["tools"] = [{"functionDeclarations": declarations}]
        if calling := _calling(request.generation_config):
            body["toolConfig"] = {"functionCallingConfig": calling}
    return body


def contents_of(steps: Iterable[Step]) -> list[Body]:
    """Steps as the contents of generateContent: neighbours of one role are one turn.

    The signature of a thought goes with the call that follows it.
    """
    turns: list[Body] = []
    names: dict[str, str] = {}
    signature = ""
    for number, step in enumerate(steps):
        kind, place = step.get("type"), f"input[{number}]"
        if kind == "thought":
            signature = str(step.get("signature") or "")
            continue
        if kind == "user_input":
            role, parts = "user", _parts(step.get("content"), place)
        elif kind == "model_output":
            role, parts = "model", _parts(step.get("content") or [], place)
        elif kind == "function_call":
            role, parts = "model", [_call(step, place)]
            names[str(step.get("id"))] = str(step.get("name"))
            if signature:
                parts[0]["thoughtSignature"] = signature
        elif kind == "function_result":
            role, parts = "user", [_result(step, names, place)]
        else:
            raise invalid(
                f"The value {str(kind)[:100]!r} is not supported for 'type' at '{place}'."
            )
        signature = ""
        before = turns[-1] if turns else None
        if before and before["role"] == role and _responds(before["parts"]) == _responds(parts):
            before["parts"] += parts
        elif parts:
            turns.append({"role": role, "parts": parts})
    return turns


def _responds(parts: list[Body]) -> bool:
    return "functionResponse" in parts[0] if parts else False


def _parts(contents: Any, place: str) -> list[Body]:
    if isinstance(contents, str):
        return [{"text": contents}]
    if not isinstance(contents, list):
        raise invalid(f"Invalid value at '{place}.content': a list of contents is expected.")
    return [_part(content, f"{place}.content[{n}]") for n, content in enumerate(contents)]


def _part(content: Any, place: str) -> Body:
    kind = str(content.get("type")) if isinstance(content, dict) else "no object"
    if kind not in CONTENTS:
        raise invalid(f"The value {kind[:100]!r} is not supported for 'type' at '{place}'.")
    if kind == "text":
        if not isinstance(content.get("text"), str):
            raise invalid(f"Invalid value at '{place}.text': a string is expected.")
        return {"text": content["text"]}
    data, uri, mime_type = (content.get(name) for name in ("data", "uri", "mime_type"))
    if bool(data) == bool(uri):
        raise invalid(f"Exactly one of 'data' and 'uri' must be set at '{place}'.")
    part: Body = {}
    if data:
        if not mime_type:
            raise invalid(f"'mime_type' is required at '{place}'.")
        part["inlineData"] = {"mimeType": mime_type, "data": data}
    else:
        part["fileData"] = {"fileUri": uri, "mimeType": mime_type}
    if resolution := content.get("resolution"):
        part["mediaResolution"] = {"level": f"MEDIA_RESOLUTION_{str(resolution).upper()}"}
    processing = content.get("processing")
    if kind == "video" and isinstance(processing, dict) and processing.get("type") == "static":
        names = {"start_offset": "startOffset", "end_offset": "endOffset", "fps": "fps"}
        part["videoMetadata"] = {n: processing[k] for k, n in names.items() if k in processing}
    return part


def _call(step: Step, place: str) -> Body:
    name, arguments = step.get("name"), step.get("arguments")
    if not isinstance(name, str) or not isinstance(step.get("id"), str):
        raise invalid(f"'id' and 'name' are required at '{place}'.")
    if not isinstance(arguments, dict):
        raise invalid(f"Invalid value at '{place}.arguments': an object is expected.")
    return {"functionCall": {"id": step["id"], "name": name, "args": arguments}}


def _result(step: Step, names: dict[str, str], place: str) -> Body:
    call_id = step.get("call_id")
    if not isinstance(call_id, str) or call_id not in names:
        shown = str(call_id)[:100]
        raise invalid(f"No function call has the call_id {shown!r} at '{place}'.")
    result = step.get("result")
    if isinstance(result, list):
        result = "\n".join(_words(each, f"{place}.result[{n}]") for n, each in enumerate(result))
    if not isinstance(result, dict | str):
        raise invalid(f"Invalid value at '{place}.result': text, an object or contents.")
    if step.get("is_error"):
        response = {"error": result}
    else:
        response = result if isinstance(result, dict) else {"output": result}
    name = step.get("name") or names[call_id]
    return {"functionResponse": {"id": call_id, "name": name, "response": response}}


def _words(content: Any, place: str) -> str:
    part = _part(content, place)
    if "text" not in part:
        raise not_here("reads only text in the result of a function")
    return part["text"]


def _declaration(tool: Body, number: int) -> Body:
    if tool.get("type") != "function":
        shown = str(tool.get("type"))[:100]
        raise invalid(f"The value {shown!r} is not supported for 'type' at 'tools[{number}]'.")
    if not isinstance(tool.get("name"), str):
        raise invalid(f"'name' is required at 'tools[{number}]'.")
    declaration: Body = {"name": tool["name"], "description": tool.get("description") or ""}
    if isinstance(schema := tool.get("parameters"), dict) and schema.get("properties"):
        declaration["parametersJsonSchema"] = schema
    return declaration


def _calling(config: InteractionConfig) -> Body:
    choice = config.tool_choice
    if isinstance(choice, ToolChoiceConfig):
        tools = choice.allowed_tools
        names = {"allowedFunctionNames": tools.tools} if tools.tools else {}
        # Names can be given only where a call is wanted.
        mode = "ANY" if names and tools.mode == "auto" else tools.mode.upper()
        return {"mode": mode, **names}
    return {"mode": choice.upper()} if choice else {}


def _config(request: CreateInteraction, model: Model) -> Body:
    """The settings in generateContent's names; what isn't set is left out."""
    settings = request.generation_config
    config: Body = {
        "maxOutputTokens": settings.max_output_tokens,
        "temperature": settings.temperature,
        "topP": settings.top_p,
        "seed": settings.seed,
        "stopSequences": settings.stop_sequences or None,
        "thinkingConfig": _thinking(settings, model),
        "responseModalities": [m.upper() for m in request.response_modalities] or None,
        **_format(request, model),
        **(_speech(settings.speech_config) if model.speaks else {}),
    }
    if settings.speech_config and not model.speaks:
        raise not_here("makes no speech by this model")
    return {name: value for name, value in config.items() if value is not None}


def _thinking(config: InteractionConfig, model: Model) -> Body | None:
    thinking: Body = {}
    if config.thinking_summaries:
        thinking["includeThoughts"] = config.thinking_summaries == "auto"
    if (level := config.thinking_level) is not None:
        if model.thinking is not None and model.thinking.by == "budget":
            budget = max(model.thinking.min, min(BUDGETS[level], model.thinking.max))
            thinking["thinkingBudget"] = budget
        else:
            thinking["thinkingLevel"] = level.upper()
    return thinking or None


def _speech(speech: Any) -> Body:
    """One voice, or one for each speaker; a model that speaks answers in sound."""
    each = speech if isinstance(speech, list) else [speech] if speech else []
    if not all(isinstance(one, dict) for one in each):
        raise invalid("Invalid value at 'generation_config.speech_config': a list of voices.")
    voices = [
        {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": str(one.get("voice") or "")}}}
        for one in each
    ]
    config: Body = voices[0] if voices else {}
    if len(each) > 1:
        named = [
            {"speaker": one.get("speaker"), **voice}
            for one, voice in zip(each, voices, strict=True)
        ]
        config = {"multiSpeakerVoiceConfig": {"speakerVoiceConfigs": named}}
    if each and each[0].get("language"):
        config["languageCode"] = each[0]["language"]
    return {"responseModalities": ["AUDIO"], "speechConfig": config}


def _format(request: CreateInteraction, model: Model) -> Body:
    form = request.response_format
    formats = form if isinstance(form, list) else [form] if form else []
    for each in formats:
        if each.type == "audio" and model.speaks:
            continue
        if each.type != "text":
            what = {"image": "images", "audio": "speech", "video": "videos"}[each.type]
            raise not_here(f"can't generate {what} in interactions")
    formats = [each for each in formats if each.type == "text"]
    if len(formats) > 1:
        raise invalid("'response_format' holds more than one format of text.")
    mime_type = (formats[0].mime_type if formats else "") or request.response_mime_type
    if formats and formats[0].schema_ is not None:
        schema = formats[0].schema_
        return {"responseMimeType": mime_type or "application/json", "responseJsonSchema": schema}
    return {"responseMimeType": mime_type} if mime_type else {}
