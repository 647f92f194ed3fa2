"""A job as the body of a chat completion."""

import asyncio
import base64
import io
import json
from typing import Any

from emulator.engines import (
    EngineJob,
    Media,
    Prompt,
    PromptTurn,
    UnsupportedError,
    kinds,
)
from emulator.engines.errors import EngineError

AS_THEY_ARE = ("image/png", "image/jpeg")  # pictures that every such server reads
AUDIO = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
}
NOT_TAKEN = {
    "DOCUMENT": "PDFs: send its text, or its pages as images",
    "VIDEO": "video: send frames of it as images",
    "AUDIO": "audio other than WAV and MP3: convert it to one of them",
}
"""What OpenAI's protocol has no place for, and what can be sent instead."""

Message = dict[str, Any]


async def body_of(job: EngineJob, model: str) -> dict[str, Any]:
    """The body for `model`, streamed. Raises UnsupportedError for a file that has no place in it.

    What isn't set is left out, so that the server's own defaults hold.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": await messages_of(job.prompt),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    sampling = job.sampling
    for name in ("temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty"):
        if (value := getattr(sampling, name)) is not None:
            body[name] = value
    if job.max_tokens is not None:
        body["max_tokens"] = job.max_tokens
    if job.stop:
        body["stop"] = list(job.stop)
    if job.logprobs is not None:
        body |= {"logprobs": True, "top_logprobs": job.logprobs}
    if job.effort:
        body["reasoning_effort"] = job.effort
    return body | _format(job) | _tools(job)


async def messages_of(prompt: Prompt) -> list[Message]:
    """The conversation: calls with their results behind them, each with the id of its call."""
    messages: list[Message] = []
    if prompt.system:
        messages.append({"role": "system", "content": prompt.system})
    called: list[tuple[str, str]] = []  # the name and the id of each call that has no result yet
    for number, turn in enumerate(prompt.turns):
        if turn.role == "model":
            ids = [c.id or f"call_{number}_{place}" for place, c in enumerate(turn.calls)]
            called = list(zip((c.name for c in turn.calls), ids, strict=True))
            messages.append(_said(turn, ids))
            continue
        for result in turn.results:
            call_id = _answered(result.name, result.id, called)
            content = json.dumps(result.response, ensure_ascii=False)
            messages.append({"role": "tool", "tool_call_id": call_id, "content": content})
        if turn.parts or not turn.results:
            messages.append({"role": "user", "content": await _content(turn)})
    return messages


def _said(turn: PromptTurn, ids: list[str]) -> Message:
    message: Message = {"role": "assistant", "content": turn.text}
    if turn.calls:
        message["tool_calls"] = [
            {
                "id": call_id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call, call_id in zip(turn.calls, ids, strict=True)
        ]
    return message


def _answered(name: str, result_id: str, called: list[tuple[str, str]]) -> str:
    """The id of the call that a result belongs to, which is taken off the list."""
    by_id = [pair for pair in called if result_id and pair[1] == result_id]
    by_name = [pair for pair in called if pair[0] == name]
    pair = next(iter([*by_id, *by_name]), (name, result_id or f"call_{name}"))
    if pair in called:
        called.remove(pair)
    return pair[1]


async def _content(turn: PromptTurn) -> str | list[dict[str, Any]]:
    """Plain text where there is nothing else: some servers take no list."""
    parts = [await _part(part) for part in turn.parts]
    if all(part["type"] == "text" for part in parts):
        return "\n".join(part["text"] for part in parts)
    return parts


async def _part(part: str | Media) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if kinds.is_text(part.mime_type):
        text = text_of(part)
        return {"type": "text", "text": f"{part.name}:\n{text}" if part.name else text}
    modality = kinds.modality_of(part.mime_type)
    if modality == "IMAGE":
        return {"type": "image_url", "image_url": {"url": await _picture(part)}}
    if part.mime_type in AUDIO:
        data = base64.b64encode(part.data).decode()
        sound = {"data": data, "format": AUDIO[part.mime_type]}
        return {"type": "input_audio", "input_audio": sound}
    what = NOT_TAKEN.get(modality or "", f"files of the type {part.mime_type}")
    raise UnsupportedError(f"OpenAI-compatible servers take no {what}.")


def text_of(media: Media) -> str:
    """What is in a text file."""
    return media.data.decode("utf-8-sig", errors="replace")


async def _picture(media: Media) -> str:
    """The picture as a data URL; one in a format that not all servers read becomes a PNG."""
    mime_type, data = media.mime_type, media.data
    if mime_type not in AS_THEY_ARE:
        mime_type, data = "image/png", await asyncio.to_thread(_as_png, data)
    return f"data:{mime_type};base64,{base64.b64encode(data).decode()}"


def _as_png(data: bytes) -> bytes:
    from emulator.engines.pictures import open_picture

    try:
        picture = open_picture(data)
    except EngineError as error:
        raise UnsupportedError(str(error)) from error
    written = io.BytesIO()
    picture.image.save(written, "PNG")
    return written.getvalue()


def _format(job: EngineJob) -> dict[str, Any]:
    if job.schema is None:
        return {}
    if not job.schema:
        return {"response_format": {"type": "json_object"}}
    json_schema = {"name": "answer", "schema": job.schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": json_schema}}


def _tools(job: EngineJob) -> dict[str, Any]:
    if not job.functions:
        return {}
    tools = [
        {
            "type": "function",
            "function": {
                "name": function.name,
                "description": function.description,
                "parameters": function.schema,
            },
        }
        for function in job.functions
    ]
    return {"tools": tools, "tool_choice": "required" if job.must_call else "auto"}
