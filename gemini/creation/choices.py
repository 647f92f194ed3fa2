"""What models that make pictures, speech and videos can be told, from a dated data file.

The SDK checks none of these values, and the API may know more of them than the file does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gemini.data import entry_of, table
from gemini.models.capabilities import Capabilities, short_name

Output = Literal["image", "audio", "video", "music"]
"""What a model makes, as `Capabilities.outputs` has it."""


@dataclass(frozen=True)
class PictureChoices:
    """Aspect ratios as "width:height"; sizes of the longer edge, none where it can't be told."""

    aspect_ratios: tuple[str, ...]
    sizes: tuple[str, ...]


@dataclass(frozen=True)
class VideoChoices:
    """Lengths in seconds; `audio` says whether the model can be told to leave out the sound.

    `references` is how many reference images it takes at most, by their type (one type in a
    request, see `types.VideoGenerationReferenceType`); none where it takes no references.
    `reference_seconds` are the lengths with them, `last_frame_seconds` those with a last frame.
    `extension` says whether it extends a video, `edits` whether it also edits one and goes on from
    those it has made: Omni's.
    """

    aspect_ratios: tuple[str, ...]
    resolutions: tuple[str, ...]
    seconds: tuple[int, ...]
    audio: bool
    references: Mapping[str, int]
    reference_seconds: tuple[int, ...]
    extension: bool
    last_frame_seconds: tuple[int, ...]
    edits: bool


@dataclass(frozen=True)
class Extension:
    """What can be extended, from `shortest` to `longest`, and what is `added`; all in seconds."""

    shortest: int
    longest: int
    added: int


def is_imagen(model: str) -> bool:
    """Whether it is an Imagen model: reached by methods of its own, on Vertex AI only."""
    return short_name(model).startswith(("imagen", "imagegeneration"))


def is_omni(model: str) -> bool:
    """Whether it is a Gemini Omni model: videos by the Interactions API."""
    return short_name(model).startswith("gemini-omni")


def picture_choices(model: str) -> PictureChoices:
    """What a Gemini image model or Imagen can be told."""
    entry = table("creation")["imagen"] if is_imagen(model) else _entry("gemini_images", model)
    return PictureChoices(tuple(entry["aspect_ratios"]), tuple(entry["sizes"]))


def video_choices(model: str) -> VideoChoices:
    """What a video model can be told."""
    entry = _entry("videos", model)
    return VideoChoices(
        tuple(entry["aspect_ratios"]),
        tuple(entry["resolutions"]),
        tuple(entry["seconds"]),
        entry["audio"],
        entry["references"],
        tuple(entry["reference_seconds"]),
        entry["extension"],
        tuple(entry.get("last_frame_seconds", entry["seconds"])),
        entry.get("edits", False),
    )


def song_length(model: str) -> str:
    """How long a music model's songs are, in words."""
    return _entry("music", model)["length"]


def extension() -> Extension:
    """How long a video can be that Veo extends, and how much longer it gets."""
    return Extension(**table("creation")["video_extension"])


def longest_sent() -> int:
    """How many seconds a video may have that is sent to Omni, to be edited or extended."""
    return table("creation")["omni_video"]["longest_sent"]


def makers(models: Iterable[Capabilities], output: Output, *, vertex: bool) -> list[str]:
    """The names of the models that make it, in the order given.

    Imagen and Veo are named on Vertex AI only, what needs the Interactions API elsewhere only.
    Where the list has none, names known to the data file stand in: Vertex AI lists only a part of
    its catalogue.
    """
    able = [m.name for m in models if output in m.outputs and _answers(m, vertex=vertex)]
    known: list[str] = table("creation")["names"]["vertex" if vertex else "gemini"][output]
    if vertex:
        return [*able, *(name for name in known if name not in able)]
    return able or known


def _answers(model: Capabilities, *, vertex: bool) -> bool:
    """Whether a request of the playground's reaches it."""
    if vertex:
        return not model.reached_by
    on_vertex_only = is_imagen(model.name) or model.name.startswith("veo-")
    return not on_vertex_only and (not model.reached_by or model.only_interactions)


def _entry(kind: str, model: str) -> Mapping[str, Any]:
    return entry_of(table("creation")[kind], short_name(model))
