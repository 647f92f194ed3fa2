"""What the page that makes videos remembers: what is wanted, the frames, and the operation."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.history.reopening import name_in_address
from components.media.samples import sample_media
from components.models.maker import Maker, current_maker
from components.page_run import PageRun, current_run
from gemini.creation import video_choices
from gemini.media import Attachment, MediaError, attachment
from gemini.request import Request

PAGE = "create-video"
FIRST, LAST = "first", "last"  # frames


@dataclass
class FilmDesk:
    """The form of the page in one session. None and "" leave a setting to the model.

    `frames` are the pictures to begin and to end with. `uploaders` counts the frames taken away,
    since a widget for files can't be emptied.
    """

    prompt: str = ""
    negative_prompt: str = ""
    frames: dict[str, Attachment] = field(default_factory=dict)
    aspect_ratio: str | None = None
    resolution: str | None = None
    seconds: int | None = None
    person_generation: str | None = None
    audio: bool = True
    seed: int | None = None
    complaints: list[str] = field(default_factory=list)
    uploaders: int = 0

    @property
    def page_run(self) -> PageRun:
        """The run whose video is on the screen."""
        return current_run(PAGE)

    @property
    def maker(self) -> Maker:
        """The model that makes it."""
        return current_maker(PAGE, "video")

    def load(self, sample: dict[str, str]) -> None:
        """Take over a sample and begin, where there is a model for it."""
        self.prompt, self.frames = sample["prompt"], {}
        if media := sample.get("media"):
            self.frames[FIRST] = sample_media(media)
        self.uploaders += 1
        self.begin()

    def take_frame(self, which: str, name: str, data: bytes) -> None:
        """Check a picture and make it the first or the last frame, or say why not."""
        self.complaints = []
        try:
            found = attachment(name, data)
        except MediaError as error:
            self.complaints.append(str(error))
            return
        if found.kind == "image":
            self.frames[which] = found
        else:
            self.complaints.append(f"{name} is no picture.")

    def drop_frame(self, which: str) -> None:
        """Take a frame away."""
        self.frames.pop(which, None)
        self.uploaders += 1

    def begin(self) -> None:
        """Have the video made, unless something is missing."""
        self.complaints = []
        if not self.prompt.strip() and FIRST not in self.frames:
            self.complaints.append("Write what is to be seen, or add a first frame.")
        if LAST in self.frames and FIRST not in self.frames:
            self.complaints.append("A last frame needs a first one.")
        if self.complaints or not self.maker.ready:
            return
        self.page_run.send(self.request())
        name_in_address(self.page_run)

    def request(self) -> Request:
        """The request: prompt, first and last frame as parts, and the settings that were set."""
        frames = [self.frames[which].part() for which in (FIRST, LAST) if which in self.frames]
        words = [{"text": self.prompt.strip()}] if self.prompt.strip() else []
        parts = [*words, *frames]
        contents = [{"role": "user", "parts": parts}]
        return Request(self.maker.model, contents, self._config(), "generate_videos")

    def _config(self) -> dict[str, Any]:
        choices = video_choices(self.maker.model)
        wanted = {
            "aspect_ratio": self.aspect_ratio,
            "resolution": self.resolution if self.resolution in choices.resolutions else None,
            "duration_seconds": self.seconds if self.seconds in choices.seconds else None,
            "person_generation": self.person_generation,
            "negative_prompt": self.negative_prompt.strip() or None,
            "generate_audio": False if choices.audio and not self.audio else None,
            "seed": self.seed,
        }
        return {name: value for name, value in wanted.items() if value is not None}


def current_film() -> FilmDesk:
    """The desk of this session, made at the first call."""
    return st.session_state.setdefault("film-desk", FilmDesk())
