"""The methods of the SDK's `models`, other than `generate_content`, that a Request may be for.

Each takes what a Request holds in its own arguments, and answers in its own shape. What it makes
comes into the Run as parts, as if a model had written them; the rest is the Run's `result`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from gemini.request import GENERATE_CONTENT, Part, Request, text_of


@dataclass(frozen=True)
class Method:
    """How a Request becomes a method's arguments (model and config apart), and its answer parts.

    `arguments` are by the SDK's names. `parts` takes the response as the SDK's own type.
    """

    arguments: Callable[[Request], dict[str, Any]]
    parts: Callable[[Any], list[Part]] = lambda _: []


def prompt_of(request: Request) -> str:
    """The text of all contents."""
    return "\n".join(text_of(content.get("parts") or []) for content in request.contents)


def _images(response: Any) -> list[Part]:
    images = [made.image for made in response.generated_images or [] if made.image]
    return [
        {"inline_data": {"mime_type": image.mime_type or "image/png", "data": image.image_bytes}}
        for image in images
        if image.image_bytes
    ]


METHODS: Mapping[str, Method] = {
    "embed_content": Method(lambda request: {"contents": request.contents}),
    "generate_images": Method(lambda request: {"prompt": prompt_of(request)}, _images),
    "generate_videos": Method(lambda request: {"prompt": prompt_of(request)}),
}
"""By the SDK's name of the method. `generate_content` streams and is no part of this."""


def arguments(request: Request) -> dict[str, Any]:
    """What the SDK's method is called with. No config where nothing is set.

    Raises:
        ValueError: there is no such method.
    """
    if request.method == GENERATE_CONTENT:
        own: dict[str, Any] = {"contents": request.contents}
    elif request.method in METHODS:
        own = METHODS[request.method].arguments(request)
    else:
        raise ValueError(f"a request for {request.method!r} is not known")
    config = {"config": request.config} if request.config else {}
    return {"model": request.model, **own, **config}


def result_of(response: BaseModel) -> dict[str, Any]:
    """A response as JSON-ready data: the SDK's names, without media and the HTTP response."""
    return without_bytes(response.model_dump(exclude_none=True, exclude={"sdk_http_response"}))


def without_bytes(value: Any) -> Any:
    """Nested data ready for JSON, bytes left out: they are a Run's parts."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not isinstance(v, bytes)}
        return {k: without_bytes(v) for k, v in kept.items()}
    if isinstance(value, list | tuple):
        return [without_bytes(v) for v in value if not isinstance(v, bytes)]
    if isinstance(value, str | int | float | bool) or value is None:
        return getattr(value, "value", value)
    return str(value)
