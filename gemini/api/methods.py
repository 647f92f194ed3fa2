"""The methods of the SDK's `models`, other than `generate_content`, that a Request may be for.

Each takes what a Request holds in its own arguments, and answers in its own shape. What it makes
comes into the Run as parts, as if a model had written them; the rest is the Run's `result`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from gemini.api.problems import Problem, blocked_or_empty, filtered
from gemini.request import GENERATE_CONTENT, Part, Request, text_of


@dataclass(frozen=True)
class Method:
    """How a Request becomes a method's arguments (model and config apart), and its answer parts.

    `arguments` are by the SDK's names. `parts` takes the response as the SDK's own type.
    `beside` are names in the Request's config that are no part of the SDK's config: `arguments`
    reads them. `problem` says what is wrong with a result that came whole.
    """

    arguments: Callable[[Request], dict[str, Any]]
    parts: Callable[[Any], list[Part]] = lambda _: []
    beside: frozenset[str] = frozenset()
    problem: Callable[[dict[str, Any]], Problem | None] = lambda _: None


def prompt_of(request: Request) -> str:
    """The text of all contents."""
    return "\n".join(text_of(content.get("parts") or []) for content in request.contents)


def media_of(request: Request, kind: str) -> list[dict[str, Any]]:
    """The inline media of all contents whose MIME type begins with `kind`, in order."""
    blobs = [part["inline_data"] for part in request.parts if "inline_data" in part]
    return [blob for blob in blobs if (blob.get("mime_type") or "").startswith(f"{kind}/")]


def _image(blob: dict[str, Any]) -> dict[str, Any]:
    """A `types.Image` as a dictionary."""
    return {"image_bytes": blob["data"], "mime_type": blob["mime_type"]}


def _images(response: Any) -> list[Part]:
    images = [each.image for each in response.generated_images or [] if each.image]
    return [
        {"inline_data": {"mime_type": image.mime_type or "image/png", "data": image.image_bytes}}
        for image in images
        if image.image_bytes
    ]


def videos(response: Any) -> list[Part]:
    """The videos of a `types.GenerateVideosOperation` as parts: bytes, or their addresses."""
    done = response.response or response.result
    results = (done.generated_videos if done else None) or []
    generated = [each.video for each in results if each.video]
    parts: list[Part] = []
    for video in generated:
        mime_type = video.mime_type or "video/mp4"
        if video.video_bytes:
            parts.append({"inline_data": {"mime_type": mime_type, "data": video.video_bytes}})
        elif video.uri:
            parts.append({"file_data": {"mime_type": mime_type, "file_uri": video.uri}})
    return parts


def _edit(request: Request) -> dict[str, Any]:
    """The first picture is edited; a second one is the mask, or `mask_mode` has one found."""
    first, *others = media_of(request, "image")
    references: list[dict[str, Any]] = [
        {
            "reference_type": "REFERENCE_TYPE_RAW",
            "reference_id": 1,
            "reference_image": _image(first),
        }
    ]
    if mode := request.config.get("mask_mode"):
        about = {"mask_mode": mode, "mask_dilation": request.config.get("mask_dilation")}
        mask: dict[str, Any] = {
            "reference_type": "REFERENCE_TYPE_MASK",
            "reference_id": 2,
            "mask_image_config": {k: v for k, v in about.items() if v is not None},
        }
        if others:
            mask["reference_image"] = _image(others[0])
        references.append(mask)
    return {"prompt": prompt_of(request), "reference_images": references}


def _upscale(request: Request) -> dict[str, Any]:
    """The first picture is enlarged by `upscale_factor`, "x2" say."""
    first = media_of(request, "image")[0]
    return {"image": _image(first), "upscale_factor": request.config["upscale_factor"]}


def _video(request: Request) -> dict[str, Any]:
    """What a video is made from: words, and a first frame or a video to be extended.

    The first picture is the first frame, unless there is a `reference_type`.
    """
    source: dict[str, Any] = {}
    if prompt := prompt_of(request):
        source["prompt"] = prompt
    if "reference_type" not in request.config and (images := media_of(request, "image")):
        source["image"] = _image(images[0])
    if video := _source_video(request):
        source["video"] = video
    return {"source": source}


def _source_video(request: Request) -> dict[str, Any] | None:
    """The first video of all contents as a `types.Video`: its bytes, or its address."""
    if sent := media_of(request, "video"):
        return {"video_bytes": sent[0]["data"], "mime_type": sent[0]["mime_type"]}
    file = next((part["file_data"] for part in request.parts if "file_data" in part), None)
    return {"uri": file["file_uri"], "mime_type": file["mime_type"]} if file else None


def _video_config(request: Request) -> dict[str, Any]:
    """Pictures that belong into the config: references of one type, or else the last frame."""
    images = [_image(blob) for blob in media_of(request, "image")]
    if kind := request.config.get("reference_type"):
        return {"reference_images": [{"image": i, "reference_type": kind} for i in images]}
    return {"last_frame": images[1]} if len(images) > 1 else {}


def filtered_reasons(result: Mapping[str, Any]) -> list[str]:
    """Why pictures are missing from a result, in Google's words, one for each of them."""
    images = result.get("generated_images") or []
    return [each["rai_filtered_reason"] for each in images if each.get("rai_filtered_reason")]


def filtered_videos(result: Mapping[str, Any]) -> list[str]:
    """The same for the result of an operation that made videos."""
    done = result.get("response") or result.get("result") or {}
    reasons = done.get("rai_media_filtered_reasons") or []
    count = done.get("rai_media_filtered_count") or 0
    return reasons or (["No reason was given."] if count else [])


def _all_filtered(result: dict[str, Any]) -> Problem | None:
    """A Problem where no picture is left at all."""
    images, reasons = result.get("generated_images") or [], filtered_reasons(result)
    if reasons and len(reasons) == len(images):
        return filtered("\n".join(dict.fromkeys(reasons)))
    return blocked_or_empty("STOP", has_content=bool(images))


METHODS: Mapping[str, Method] = {
    "embed_content": Method(
        lambda request: {"contents": request.contents}, beside=frozenset({"labels"})
    ),
    "generate_images": Method(
        lambda request: {"prompt": prompt_of(request)}, _images, problem=_all_filtered
    ),
    "edit_image": Method(
        _edit, _images, frozenset({"mask_mode", "mask_dilation"}), problem=_all_filtered
    ),
    "upscale_image": Method(
        _upscale, _images, frozenset({"upscale_factor"}), problem=_all_filtered
    ),
    "generate_videos": Method(_video, videos, frozenset({"reference_type"})),
}
"""By the SDK's name of the method. `generate_content` streams and is no part of this."""


def arguments(request: Request) -> dict[str, Any]:
    """What the SDK's method is called with. No config where nothing is set.

    Raises:
        ValueError: there is no such method, or a picture that it needs is missing.
    """
    config = dict(request.config)
    if request.method == GENERATE_CONTENT:
        own: dict[str, Any] = {"contents": request.contents}
    elif (method := METHODS.get(request.method)) is not None:
        try:
            own = method.arguments(request)
        except (IndexError, ValueError) as error:
            raise ValueError(f"{request.method} needs an image") from error
        config = {k: v for k, v in config.items() if k not in method.beside}
    else:
        raise ValueError(f"a request for {request.method!r} is unknown")
    if request.method == "generate_videos":
        config |= _video_config(request)
    return {"model": request.model, **own, **({"config": config} if config else {})}


def result_of(response: BaseModel) -> dict[str, Any]:
    """A response as JSON-ready data: the SDK's names, without media and the HTTP response."""
    return without_bytes(response.model_dump(exclude_none=True, exclude={"sdk_http_response"}))


def without_bytes(value: Any) -> Any:
    """Nested data ready for JSON, bytes left out: they are a Run's parts."""
    if isinstance(value, dict):
        plain = {k: v for k, v in value.items() if not isinstance(v, bytes)}
        return {k: without_bytes(v) for k, v in plain.items()}
    if isinstance(value, list | tuple):
        return [without_bytes(v) for v in value if not isinstance(v, bytes)]
    if isinstance(value, str | int | float | bool) or value is None:
        return getattr(value, "value", value)
    return str(value)
