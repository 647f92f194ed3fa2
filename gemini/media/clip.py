"""Which part of a video is looked at, and how often: a part's `video_metadata`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gemini.media.attachment import MediaError

MOST_FPS = 24.0  # frames a second; from the SDK's `types.VideoMetadata`
CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)")


@dataclass(frozen=True)
class Clip:
    """From `start` to `end`, in seconds of the video; None is its beginning or end.

    `fps` is how many frames a second are looked at, None for the API's own: one.
    """

    start: float | None = None
    end: float | None = None
    fps: float | None = None

    def metadata(self) -> dict[str, Any]:
        """A `types.VideoMetadataDict` with what is set, and nothing else."""
        said: dict[str, Any] = {}
        if self.start:
            said["start_offset"] = f"{self.start:g}s"
        if self.end is not None:
            said["end_offset"] = f"{self.end:g}s"
        if self.fps is not None:
            said["fps"] = self.fps
        return said

    def seconds(self, length: float | None) -> float | None:
        """How long it is of a video of that `length`; None where that is unknown."""
        end = self.end if self.end is not None else length
        return None if end is None else max(end - (self.start or 0.0), 0.0)


WHOLE = Clip()


def clip_of(metadata: Mapping[str, Any] | None) -> Clip:
    """The clip that a part's `video_metadata` says."""
    said = metadata or {}
    return Clip(_offset(said.get("start_offset")), _offset(said.get("end_offset")), said.get("fps"))


def seconds_in(text: str) -> float | None:
    """The seconds of `1:05`, `1:02:03` or `65`; None for no text at all.

    Raises:
        MediaError: the text is no such time.
    """
    if not text.strip():
        return None
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        raise MediaError(f"{text.strip()} isn't a time. Write it as 1:05 or 65.")
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3])


def _offset(said: Any) -> float | None:
    """The seconds of `12.5s`, as durations are written in JSON."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)s", said) if isinstance(said, str) else None
    return float(match[1]) if match else None
