"""A Request as the arguments of the SDK's `interactions.create`.

The Request is the same for both APIs: contents and settings by the names of generateContent. What
of the settings has a counterpart here goes to its place
(https://ai.google.dev/gemini-api/docs/interactions); `left_out` names the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gemini.interactions.steps import for_generate_content, input_steps
from gemini.models.capabilities import unknown
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT, Request
from gemini.tools.mcp import ALLOWED, limits_tools, without_allowed_tools

OWN = frozenset({
    "previous_interaction_id", "background", "store", "service_tier", "labels", "cached_content",
    "environment", "agent_config",
})  # fmt: skip
"""Settings that are arguments of `create` under the same name."""

ONLY_HERE = frozenset({
    "previous_interaction_id", "background", "environment", "agent_config", "response_format",
    "video_config",
})  # fmt: skip
"""Settings that generateContent doesn't have."""

GENERATION = frozenset({"temperature", "top_p", "max_output_tokens", "seed", "stop_sequences"})
"""Settings that are fields of `generation_config` under the same name."""

ELSEWHERE = frozenset({
    "system_instruction", "thinking_config", "speech_config", "response_modalities",
    "response_mime_type", "response_json_schema", "response_schema", "image_config",
    "safety_settings", "tools", "tool_config", "media_resolution", "response_format",
    "video_config", "audio_transcription_config",
})  # fmt: skip
"""Settings that have a counterpart of another name or form."""


LACKING = frozenset({
    "top_k", "candidate_count", "presence_penalty", "frequency_penalty", "response_logprobs",
    "logprobs", "thinking_budget",
})  # fmt: skip
"""Run settings that have no counterpart here."""


def left_out(config: Mapping[str, Any]) -> list[str]:
    """The settings that the Interactions API has no counterpart of, by their names.

    A thinking budget is one: `thinking_config.thinking_budget`.
    """
    known = OWN | GENERATION | ELSEWHERE
    names = [name for name in config if name not in known]
    if "thinking_budget" in (config.get("thinking_config") or {}):
        names.append("thinking_budget")
    return names


def create_arguments(request: Request) -> dict[str, Any]:
    """What `interactions.create` is called with, by the SDK's names; media as bytes."""
    config = request.config
    target = "agent" if is_agent(request.model) else "model"
    arguments: dict[str, Any] = {target: request.model, "input": _input(request)}
    arguments |= {name: config[name] for name in sorted(OWN & config.keys())}
    if instruction := config.get("system_instruction"):
        arguments["system_instruction"] = instruction
    if generation := _generation_config(config):
        arguments["generation_config"] = generation
    for name, write in _WRITERS.items():
        if value := write(config):
            arguments[name] = value
    return arguments


def for_api(request: Request, method: str) -> tuple[Request, list[str]]:
    """The same request for generateContent or for Interactions, and what it can't take along.

    `method` is a Request's. The names left out are those of the settings.
    """
    if request.method == method:
        return request, []
    if method == CREATE_INTERACTION:
        names = left_out(request.config)
        config = {k: v for k, v in request.config.items() if k not in names}
        if thinking := config.pop("thinking_config", None):
            thinking = {k: v for k, v in thinking.items() if k != "thinking_budget"}
            config |= {"thinking_config": thinking} if thinking else {}
        return replace(request, config=config, method=method), names
    names = [name for name in request.config if name in ONLY_HERE]
    names += [ALLOWED] if limits_tools(request.config) else []
    contents = [
        {**content, "parts": for_generate_content(content.get("parts") or [])}
        for content in request.contents
    ]
    config = {k: v for k, v in request.config.items() if k not in names}
    config = without_allowed_tools(config)
    return replace(request, contents=contents, config=config, method=method), names


def by_other_api(request: Request) -> tuple[Request, list[str]] | None:
    """The same request for the other one of the two APIs, and what it can't take along.

    None where there is no such: another method, an agent, a model that only Interactions reach.
    """
    if not request.generates or is_agent(request.model) or unknown(request.model).only_interactions:
        return None
    interacts = request.method == CREATE_INTERACTION
    return for_api(request, GENERATE_CONTENT if interacts else CREATE_INTERACTION)


def is_agent(model: str) -> bool:
    """Whether a name is that of an agent: those are asked as `agent`, not as `model`."""
    return model.startswith(("deep-research-", "antigravity-", "agents/"))


def _input(request: Request) -> Any:
    """The contents as steps, or as a text where they are no more than one.

    A list of contents would do for one message too: Python's SDK sends it as a step, JavaScript's
    as it is.
    """
    steps = input_steps(request.contents, request.config.get("media_resolution"))
    items = steps[0].get("content") or [] if len(steps) == 1 else []
    is_text = len(items) == 1 and items[0].keys() == {"type", "text"}
    is_text = is_text and steps[0]["type"] == "user_input"
    return items[0]["text"] if is_text else steps


def _generation_config(config: Mapping[str, Any]) -> dict[str, Any]:
    generation = {name: config[name] for name in sorted(GENERATION & config.keys())}
    thinking = config.get("thinking_config") or {}
    if level := thinking.get("thinking_level"):
        generation["thinking_level"] = str(getattr(level, "value", level)).lower()
    if "include_thoughts" in thinking:
        generation["thinking_summaries"] = "auto" if thinking["include_thoughts"] else "none"
    if video := config.get("video_config"):
        generation["video_config"] = dict(video)
    if speech := config.get("speech_config"):
        generation["speech_config"] = _speech(speech)
    if "audio_transcription_config" in config:
        generation["transcription_config"] = _transcription(config["audio_transcription_config"])
    if choice := _tool_choice(config):
        generation["tool_choice"] = choice
    return generation


def _transcription(config: Mapping[str, Any]) -> dict[str, Any]:
    """How speech is written down. Times and speakers are of the verbatim mode only."""
    mode: dict[str, Any] = {"type": str(config.get("mode") or "verbatim").lower()}
    if config.get("diarization"):
        mode["diarization_mode"] = "speaker"
    if config.get("word_timestamp"):
        mode["timestamp_granularities"] = ["word"]
    if config.get("source_text"):
        mode["source_text"] = config["source_text"]
    hints = {k: config[k] for k in ("language_codes", "custom_vocabulary") if config.get(k)}
    return {**hints, "mode": mode}


def _speech(speech: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One voice, or one for each speaker: `[{"voice", "speaker", "language"}]`."""
    several = (speech.get("multi_speaker_voice_config") or {}).get("speaker_voice_configs")
    speakers = several or [{"voice_config": speech.get("voice_config") or {}}]
    language = {"language": speech["language_code"]} if speech.get("language_code") else {}
    return [
        {
            "voice": _voice(one["voice_config"]),
            **({"speaker": one["speaker"]} if one.get("speaker") else {}),
            **language,
        }
        for one in speakers
    ]


def _voice(config: Mapping[str, Any]) -> str:
    return (config.get("prebuilt_voice_config") or {}).get("voice_name") or ""


def _tool_choice(config: Mapping[str, Any]) -> Any:
    calling = (config.get("tool_config") or {}).get("function_calling_config") or {}
    mode = str(calling.get("mode") or "").lower()
    if names := calling.get("allowed_function_names"):
        return {"allowed_tools": {"mode": mode or "any", "tools": names}}
    return mode


def _tools(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tools, one entry for each function and each tool of Google's."""
    result: list[dict[str, Any]] = []
    place = ((config.get("tool_config") or {}).get("retrieval_config") or {}).get("lat_lng") or {}
    for tool in config.get("tools") or []:
        for name, value in tool.items():
            if name == "function_declarations":
                result.extend(_function(declaration) for declaration in value)
            elif name == "google_maps":
                result.append({"type": name, **(value or {}), **place})
            elif name == "mcp_servers":
                result.extend(_mcp_server(server) for server in value)
            else:
                result.append({"type": name, **(value or {})})
    return result


def _function(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration. An empty `required` is refused, so it goes."""
    schema = declaration.get("parameters_json_schema") or declaration.get("parameters") or {}
    schema = {k: v for k, v in schema.items() if k != "required" or v}
    about = {k: declaration[k] for k in ("name", "description") if declaration.get(k)}
    return {"type": "function", **about, **({"parameters": schema} if schema else {})}


def _mcp_server(server: Mapping[str, Any]) -> dict[str, Any]:
    transport = server.get("streamable_http_transport") or {}
    headers = {"headers": transport["headers"]} if transport.get("headers") else {}
    name = {"name": server["name"]} if server.get("name") else {}
    allowed = {ALLOWED: [{"mode": "auto", "tools": server[ALLOWED]}]} if server.get(ALLOWED) else {}
    url = transport.get("url") or ""
    return {"type": "mcp_server", **name, "url": url, **headers, **allowed}


def _response_format(config: Mapping[str, Any]) -> Any:
    """What the answer is to be: JSON by a schema, a picture of some shape, or what a page says in
    the words of this API.
    """
    given = config.get("response_format")
    formats = [dict(each) for each in (given if isinstance(given, list) else [given]) if each]
    mime_type = config.get("response_mime_type")
    schema = config.get("response_json_schema") or config.get("response_schema")
    if schema or mime_type:
        text = {"type": "text", "mime_type": mime_type or "application/json"}
        formats.append({**text, **({"schema": schema} if schema else {})})
    image, modalities = config.get("image_config") or {}, _modalities(config)
    if image or "image" in modalities:
        about = {k: image[k] for k in ("aspect_ratio", "image_size") if image.get(k)}
        formats.append({"type": "image", **about})
    if "audio" in modalities:
        formats.append({"type": "audio"})
    return formats[0] if len(formats) == 1 else formats


def _modalities(config: Mapping[str, Any]) -> list[str]:
    """What the answer is made of. `response_modalities` is deprecated here: formats say it."""
    return [str(modality).lower() for modality in config.get("response_modalities") or []]


def _safety(config: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "type": str(filter_["category"]).removeprefix("HARM_CATEGORY_").lower(),
            "threshold": str(filter_["threshold"]).lower(),
        }
        for filter_ in config.get("safety_settings") or []
    ]


_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "tools": _tools,
    "response_format": _response_format,
    "safety_settings": _safety,
}
