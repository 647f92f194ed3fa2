"""What the page that makes videos remembers: what is wanted, what it begins with, the run."""

from dataclasses import dataclass, field
from typing import Any

from components.attachments.page import sample_media
from components.model_choice import ModelChoice, current_model_choice
from components.page_run import PageRun, current_run, name_in_address
from gemini.creation.choices import VideoChoices, video_choices
from gemini.request import Part, Request
from pages.create_video.source import FIRST, VideoSource

PAGE = "create-video"


@dataclass
class CreateVideoState:
    """The form of the page in one session. None and "" leave a setting to the model."""

    prompt: str = ""
    negative_prompt: str = ""
    beginning: VideoSource = field(default_factory=VideoSource)
    aspect_ratio: str | None = None
    resolution: str | None = None
    seconds: int | None = None
    person_generation: str | None = None
    audio: bool = True
    seed: int | None = None
    complaints: list[str] = field(default_factory=list)

    @property
    def page_run(self) -> PageRun:
        """The run whose video is on the screen."""
        return current_run(PAGE)

    @property
    def maker(self) -> ModelChoice:
        """The model that makes it."""
        return current_model_choice(PAGE, "video")

    @property
    def choices(self) -> VideoChoices:
        """What the model can be told."""
        return video_choices(self.maker.model)

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths in seconds to choose from: none where the API decides."""
        if self.beginning.way == "video":
            return ()
        with_references = self.beginning.way == "references" and self.beginning.references
        return self.choices.reference_seconds if with_references else self.choices.seconds

    def load(self, sample: dict[str, str]) -> None:
        """Take over a sample and begin, where there is a model for it."""
        self.prompt = sample["prompt"]
        self.beginning.clear()
        if media := sample.get("media"):
            self.beginning.frames[FIRST] = sample_media(media)
        self.begin()

    def extend(self, part: Part) -> None:
        """Put a video that was made into the form, to be extended."""
        self.complaints = []
        self.beginning.extend(part)

    def begin(self) -> None:
        """Have the video made, unless something is missing."""
        self.beginning.settle(self.choices)
        self.complaints = self.beginning.missing(self.prompt.strip(), self.choices)
        if self.complaints or not self.maker.ready:
            return
        self.page_run.send(self.request())
        name_in_address(self.page_run)

    def request(self) -> Request:
        """The request: prompt and media as parts, and the settings that were set."""
        words = [{"text": self.prompt.strip()}] if self.prompt.strip() else []
        parts = [*words, *(one.part() for one in self.beginning.sent)]
        contents = [{"role": "user", "parts": parts}]
        config = {**self._config(), **self.beginning.config}
        return Request(self.maker.model, contents, config, "generate_videos")

    def _config(self) -> dict[str, Any]:
        choices = self.choices
        config = {
            "aspect_ratio": self.aspect_ratio,
            "resolution": self.resolution if self.resolution in choices.resolutions else None,
            "duration_seconds": self.seconds if self.seconds in self.lengths else None,
            "person_generation": self.person_generation,
            "negative_prompt": self.negative_prompt.strip() or None,
            "generate_audio": False if choices.audio and not self.audio else None,
            "seed": self.seed,
        }
        return {name: value for name, value in config.items() if value is not None}
