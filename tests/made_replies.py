"""Replies of models that make pictures, speech and videos, in the documented shapes."""

import base64
import io
from typing import Any

from PIL import Image

from tests.fake_gemini import Reply

RATE = 24_000
SIGNATURE = b"\x0a\xfb\xef\xbe\xff\x00signature"
OPERATION = "projects/acme/locations/global/publishers/google/models/veo-3.1/operations/op-1"
REASON = "The picture may break Google's rules on violence. Support codes: 61493863"


def png(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def picture_answer(data: bytes, words: str = "Here it is.") -> Reply:
    """A Gemini image model's streamed answer: text, then a signed picture."""
    inline = {"mimeType": "image/png", "data": encoded(data)}
    parts = [{"inlineData": inline, "thoughtSignature": encoded(SIGNATURE)}]
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 1290, "totalTokenCount": 1299}
    return Reply([_chunk([{"text": words}]), _chunk(parts, finishReason="STOP", usage=usage)])


def blocked_picture() -> Reply:
    """What comes when the picture itself was filtered."""
    message = "Unable to show the generated image."
    return Reply([_chunk([], finishReason="IMAGE_SAFETY", finishMessage=message)])


def speech_answer(seconds: float = 1.0, pieces: int = 4) -> Reply:
    """A speech model's streamed answer: raw samples in pieces."""
    silence = bytes(int(RATE * seconds / pieces) * 2)
    inline = {"mimeType": f"audio/L16;codec=pcm;rate={RATE}", "data": encoded(silence)}
    chunks = [_chunk([{"inlineData": inline}]) for _ in range(pieces - 1)]
    return Reply([*chunks, _chunk([{"inlineData": inline}], finishReason="STOP")])


def imagen_answer(*pictures: bytes | None) -> Reply:
    """Imagen's answer on Vertex AI; None stands for a picture that was filtered."""
    predictions: list[dict[str, Any]] = [
        {"mimeType": "image/png", "bytesBase64Encoded": encoded(data)}
        if data
        else {"raiFilteredReason": REASON}
        for data in pictures
    ]
    return Reply(body={"predictions": predictions})


def operation(*, done: bool = False, **more: Any) -> Reply:
    """A video operation on Vertex AI; `more` is its error, response or metadata."""
    return Reply(body={"name": OPERATION, **({"done": True} if done else {}), **more})


def video_done(data: bytes = b"\0\0\0\x18ftypmp42video") -> Reply:
    """A video operation that made one."""
    video = {"mimeType": "video/mp4", "bytesBase64Encoded": encoded(data)}
    return operation(done=True, response={"videos": [video]})


def generated(
    mime_type: str = "", *, text: str = "", status: str = "completed", **about: Any
) -> Reply:
    """A streamed interaction that made something: `data` as bytes, or a file's `uri`.

    `text` is what the model writes before it, `usage` and `errors` are the interaction's. Shape:
    https://ai.google.dev/gemini-api/docs/omni and /music-generation
    """
    known = {"id": about.pop("id", "v1_made"), "model": "fake-maker"}
    ending = {key: about.pop(key) for key in ("usage", "errors") if key in about}
    if isinstance(about.get("data"), bytes):
        about["data"] = encoded(about["data"])
    content: list[Any] = [{"type": "text", "text": text}] if text else []
    if mime_type:
        content.append({"type": mime_type.partition("/")[0], "mime_type": mime_type, **about})
    begun = {**known, "status": "in_progress"}
    events = [{"event_type": "interaction.created", "interaction": begun, "event_id": "1"}]
    if content:
        step = {"index": 0, "step": {"type": "model_output"}}
        events.append({"event_type": "step.start", **step, "event_id": "2"})
        events += [
            {"event_type": "step.delta", "index": 0, "delta": item, "event_id": f"{number}"}
            for number, item in enumerate(content, 3)
        ]
        events.append({"event_type": "step.stop", "index": 0, "event_id": "8"})
    done = {**known, "status": status, **ending}
    events.append({"event_type": "interaction.completed", "interaction": done, "event_id": "9"})
    return Reply(events)


def generated_file(name: str, data: bytes, *states: str) -> dict[str, list[Reply]]:
    """What is found of a file that a model left at the Files API, look by look, and its bytes."""
    about = {"name": f"files/{name}", "mimeType": "video/mp4"}
    looks = [Reply(body={**about, "state": state}) for state in states]
    return {f"GET files/{name}": looks, f"GET files/{name}:download": [Reply(body=data)]}


def _chunk(parts: list[Any], usage: Any = None, **candidate: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "candidates": [{"index": 0, "content": {"role": "model", "parts": parts}, **candidate}],
        "modelVersion": "fake-maker",
    }
    return {**made, "usageMetadata": usage} if usage else made
