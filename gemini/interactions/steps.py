"""Contents as steps of the Interactions API, and steps as parts.

A Run and a conversation hold parts, whichever API answered, so that everything that shows, keeps
and exports an answer works for both. What a step says and a part can't is kept in the part's
`part_metadata`, a field for things of one's own (https://ai.google.dev/api/caching#Part): with
`interaction_step` the whole step, as it came, goes back to the API. Steps by their wire names:
https://ai.google.dev/gemini-api/docs/interactions.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from gemini.media.pcm import is_raw
from gemini.request import UNKNOWN_TYPE, UNSIGNED, Content, Part

Step = dict[str, Any]
"""A step as on the wire: `{"type": "model_output", "content": [...]}`, `{"type": "thought"}`..."""

WHOLE_STEP = "interaction_step"  # in `part_metadata`: the step, which is sent back as it came
NOT_SENT = "interaction_shown"  # in `part_metadata`: belongs to another step, or to none

MEDIA_KINDS = ("image", "audio", "video")
RESOLUTIONS = "MEDIA_RESOLUTION_"
LANGUAGES = {"python": "PYTHON"}


def input_steps(contents: Iterable[Content], resolution: str | None = None) -> list[Step]:
    """Contents as the steps they are to the Interactions API, in order; media as bytes.

    `resolution` is that of media which have none of their own ("MEDIA_RESOLUTION_LOW", say).
    """
    steps: list[Step] = []
    for content in contents:
        answer = content.get("role") == "model"
        steps.extend(_joined(content.get("parts") or [], answer, resolution))
    return steps


def _joined(parts: list[Part], answer: bool, resolution: str | None) -> Iterator[Step]:
    """The steps of one content: neighbouring texts and media are one, and so is each thought."""
    holder: Step | None = None
    for part in parts:
        kind = _holder_of(part, answer)
        if kind is None:
            if holder:
                yield holder
            holder = None
            yield from _steps_of(part)
        else:
            if holder is None or holder["type"] != kind or "signature" in holder:
                if holder:
                    yield holder
                holder = {"type": kind}
            _put(holder, part, resolution)
    if holder:
        yield holder


def _holder_of(part: Part, answer: bool) -> str | None:
    """The type of the step that a text, a thought or a medium is put into; None for other parts."""
    if WHOLE_STEP in _notes(part) or NOT_SENT in _notes(part):
        return None
    if part.get("thought"):
        return "thought"
    if "text" in part or "inline_data" in part or "file_data" in part:
        return "model_output" if answer else "user_input"
    return None


def _put(step: Step, part: Part, resolution: str | None) -> None:
    if step["type"] != "thought":
        step.setdefault("content", []).append(item_of(part, resolution))
        return
    if part.get("text"):
        step.setdefault("summary", []).append({"type": "text", "text": part["text"]})
    elif "inline_data" in part:
        step.setdefault("summary", []).append(item_of(part, None))
    if signature := part.get("thought_signature"):
        step["signature"] = base64.b64encode(signature).decode("ascii")


def _steps_of(part: Part) -> Iterator[Step]:
    """A part that is a step of its own. A call's signature is a thought before it.

    What stands for a signature that is missing (`UNSIGNED`) is for generateContent only.
    """
    if (step := _notes(part).get(WHOLE_STEP)) is not None:
        yield step
        return
    if (signature := part.get("thought_signature")) and signature != UNSIGNED:
        yield {"type": "thought", "signature": base64.b64encode(signature).decode("ascii")}
    if (call := part.get("function_call")) is not None:
        yield {
            "type": "function_call",
            "id": call.get("id") or call.get("name") or "",
            "name": call.get("name") or "",
            "arguments": call.get("args") or {},
        }
    elif (response := part.get("function_response")) is not None:
        yield _function_result(response)
    elif (code := part.get("executable_code")) is not None:
        language = (code.get("language") or "PYTHON").lower()
        arguments = {"language": language, "code": code.get("code") or ""}
        call_id = code.get("id") or ""
        yield {"type": "code_execution_call", "id": call_id, "arguments": arguments}
    elif (outcome := part.get("code_execution_result")) is not None:
        yield {
            "type": "code_execution_result",
            "call_id": outcome.get("id") or "",
            "result": outcome.get("output") or "",
            "is_error": outcome.get("outcome") != "OUTCOME_OK",
        }


def _function_result(response: dict[str, Any]) -> Step:
    """What a function gave back. Media of the response are contents beside its text."""
    answer = response.get("response") or {}
    result: Any = answer
    if media := response.get("parts"):
        text = answer.get("result", answer)
        words = text if isinstance(text, str) else repr(text)
        result = [{"type": "text", "text": words}, *(item_of(part, None) for part in media)]
    step = {"type": "function_result", "name": response.get("name") or "", "result": result}
    step["call_id"] = response.get("id") or response.get("name") or ""
    if answer.keys() == {"error"}:
        step["is_error"] = True
    return step


def with_base64(value: Any) -> Any:
    """Nested data with bytes as base64, as JSON has them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {k: with_base64(v) for k, v in value.items()}
    return [with_base64(v) for v in value] if isinstance(value, list) else value


def item_of(part: Part, resolution: str | None) -> dict[str, Any]:
    """A text or medium as a content of a step: `{"type": "image", "data": bytes, ...}`.

    How a text is to be spoken is sent as an annotation.
    """
    if "text" in part:
        said = part.get("speech_metadata")
        spoken = {"annotations": [{"type": "speech_metadata", **said}]} if said else {}
        return {"type": "text", "text": part["text"], **spoken}
    if (blob := part.get("inline_data")) is not None:
        mime_type = blob.get("mime_type") or UNKNOWN_TYPE
        item: dict[str, Any] = {"type": _kind(mime_type), "mime_type": mime_type}
        item["data"] = blob.get("data") or b""
    else:
        file = part["file_data"]
        mime_type = file.get("mime_type") or ""
        item = {"type": _kind(mime_type), "uri": file.get("file_uri") or ""}
        item |= {"mime_type": mime_type} if mime_type else {"type": "video"}  # YouTube has none
    level = (part.get("media_resolution") or {}).get("level") or resolution
    if level and item["type"] != "audio":
        item["resolution"] = str(level).removeprefix(RESOLUTIONS).lower()
    if clip := part.get("video_metadata"):
        clip = {k: v for k, v in clip.items() if k in {"start_offset", "end_offset", "fps"}}
        item["processing"] = {"type": "static", **clip}
    return item


def _kind(mime_type: str) -> str:
    kind = mime_type.partition("/")[0]
    return kind if kind in MEDIA_KINDS else "document"


def parts_of_step(step: Step) -> Iterator[Part]:
    """What a whole step says, as parts. A type that is unknown is a part that holds the step."""
    kind = step.get("type")
    if kind == "model_output":
        yield from (part_of_item(item) for item in step.get("content") or [])
    elif kind == "thought":
        for item in step.get("summary") or []:
            yield {**part_of_item(item), "thought": True}
        if signature := step.get("signature"):
            yield signature_part(signature)
    elif kind == "function_call":
        arguments = step.get("arguments") or {}
        call = {"id": step.get("id"), "name": step.get("name"), "args": arguments}
        yield {"function_call": call}
    elif kind != "user_input":
        yield {**_shown(step), "part_metadata": {WHOLE_STEP: step}}
        yield from _results_media(step)


def signature_part(signature: str) -> Part:
    """A thought without words: its signature, which goes back untouched."""
    return {"text": "", "thought": True, "thought_signature": base64.b64decode(signature)}


def part_of_item(item: dict[str, Any]) -> Part:
    """A content of a step as a part. One of an unknown type is kept, and not sent back."""
    if item.get("type") == "text" and isinstance(text := item.get("text") or "", str):
        return {"text": text}
    if isinstance(item.get("data"), str):
        data = base64.b64decode(item["data"])
        return {"inline_data": {"mime_type": _mime_type(item), "data": data}}
    if isinstance(item.get("uri"), str):
        return {"file_data": {"mime_type": item.get("mime_type"), "file_uri": item["uri"]}}
    return {"part_metadata": {NOT_SENT: item}}


def _mime_type(item: dict[str, Any]) -> str:
    """The type of a medium; of raw sound with its rate and channels, as generateContent says it."""
    mime_type = item.get("mime_type") or UNKNOWN_TYPE
    if is_raw(mime_type) and "rate=" not in mime_type:
        known = {"rate": item.get("sample_rate"), "channels": item.get("channels")}
        mime_type += "".join(f";{name}={value}" for name, value in known.items() if value)
    return mime_type


def _shown(step: Step) -> Part:
    """Code and its result as the parts that are drawn as such; nothing for other steps."""
    if step.get("type") == "code_execution_call":
        arguments = step.get("arguments") or {}
        language = LANGUAGES.get(arguments.get("language", "python"), "LANGUAGE_UNSPECIFIED")
        return {"executable_code": {"language": language, "code": arguments.get("code") or ""}}
    if step.get("type") == "code_execution_result":
        result = step.get("result")
        texts = [result] if isinstance(result, str) else [
            item.get("text") or "" for item in result or [] if item.get("type") == "text"
        ]  # fmt: skip
        outcome = "OUTCOME_FAILED" if step.get("is_error") else "OUTCOME_OK"
        return {"code_execution_result": {"outcome": outcome, "output": "".join(texts)}}
    return {}


def _results_media(step: Step) -> Iterator[Part]:
    """The pictures that code has drawn: shown, and sent back with their step."""
    result = step.get("result")
    for item in result if isinstance(result, list) else []:
        if isinstance(item, dict) and isinstance(item.get("data"), str):
            yield {**part_of_item(item), "part_metadata": {NOT_SENT: {}}}


def _notes(part: Part) -> dict[str, Any]:
    return part.get("part_metadata") or {}


def for_generate_content(parts: Iterable[Part]) -> list[Part]:
    """The same parts for generateContent: without what only the Interactions API knows."""
    plain = []
    for part in parts:
        if not {WHOLE_STEP, NOT_SENT} & _notes(part).keys():
            plain.append(part)
        elif rest := {k: v for k, v in part.items() if k != "part_metadata"}:
            plain.append(rest)
    return plain
