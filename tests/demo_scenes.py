"""Scenes for tests of demos, as they would be made from a history."""

import io
import json
from typing import Any

from PIL import Image

from gemini.conversation import Conversation
from gemini.demo.file import write
from gemini.demo.pack import Pack, Scene, scene_of
from gemini.request import GENERATE_CONTENT, Part, Request
from gemini.run import Candidate, Run, Timing
from gemini.spatial.prompts import ask

MODEL = "gemini-2.5-flash"


def png(width: int = 320, height: int = 200, colour: str = "teal") -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def picture(colour: str = "teal") -> Part:
    """A picture as a part of a prompt or an answer."""
    return {"inline_data": {"mime_type": "image/png", "data": png(colour=colour)}}


def recorded(
    prompt: list[Part],
    *parts: Part,
    pause: float = 0.01,
    config: dict[str, Any] | None = None,
    method: str = GENERATE_CONTENT,
) -> Run:
    """A run whose parts came with a pause before each."""
    request = Request(MODEL, [{"role": "user", "parts": prompt}], config or {}, method)
    times = [round(pause * (n + 1), 3) for n in range(len(parts))]
    run = Run(request, "gemini", outcome="done", model_version=MODEL)
    run.candidates = [Candidate(0, list(parts), "STOP", times=times)]
    run.timing = Timing(times[0], times[0], times[-1])
    run.usage = {"prompt_token_count": 5, "candidates_token_count": 8, "total_token_count": 13}
    return run


def words(text: str) -> list[Part]:
    """A text as a model streams it."""
    return [{"text": piece} for piece in text.splitlines(keepends=True)]


def chat_scene(
    prompt: str, *answers: str, pause: float = 0.01, page: str = "chat", **fields: Any
) -> Scene:
    """A scene that plays the last of a conversation's turns, one for each answer."""
    conversation = Conversation()
    for number, text in enumerate(answers):
        asked = [{"text": f"{prompt} ({number + 1})" if len(answers) > 1 else prompt}]
        turn = conversation.add(asked, conversation.leaf)
        turn.run = recorded(asked, *words(text), pause=pause)
    last = conversation.path()[-1].run
    assert last is not None
    return with_fields(scene_of(page, last, conversation), **fields)


def boxes_scene(**fields: Any) -> Scene:
    """A scene that plays boxes being drawn."""
    from gemini.models.capabilities import unknown

    prompt = [picture(), {"text": ask("boxes", "the shapes", limit=5, model=unknown(MODEL)).prompt}]
    items = [{"box_2d": [100, 80, 414, 300], "label": "red circle"}]
    return with_fields(scene_of("boxes", recorded(prompt, *words(json.dumps(items)))), **fields)


def structured_scene(**fields: Any) -> Scene:
    """A scene that plays an answer under a schema."""
    schema = {"type": "object", "properties": {"moons": {"type": "integer"}}}
    config = {"response_mime_type": "application/json", "response_json_schema": schema}
    run = recorded([{"text": "Moons of Mars?"}], *words('{"moons":\n2}'), config=config)
    return with_fields(scene_of("structured", run), **fields)


def image_scene(**fields: Any) -> Scene:
    """A scene in which a picture is made."""
    conversation = Conversation()
    turn = conversation.add([{"text": "A teal square"}], None)
    run = turn.run = recorded(turn.prompt, {"text": "Here it is."}, picture())
    run.request.config["response_modalities"] = ["TEXT", "IMAGE"]
    return with_fields(scene_of("create-image", run, conversation), **fields)


def with_fields(scene: Scene, **fields: Any) -> Scene:
    """The scene with these attributes."""
    for name, value in fields.items():
        setattr(scene, name, value)
    return scene


def packed(pack: Pack) -> bytes:
    """The pack's file."""
    target = io.BytesIO()
    write(pack, target)
    return target.getvalue()
