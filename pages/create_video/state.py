"""What the page that makes videos remembers: what is wanted, what it begins with, the run."""

from dataclasses import dataclass, field
from typing import Any

from components.attachments.page import sample_media
from components.attachments.sent import media_of_request
from components.attachments.uploading import Sending, Stored
from components.model_choice import ModelChoice, choose_as_in, current_model_choice
from components.page_run import PageRun, current_run, name_in_address, reopen
from components.settings.run_settings import current_settings
from gemini.api.methods import prompt_of
from gemini.creation.choices import VideoChoices, is_omni, video_choices
from gemini.data import table
from gemini.plain import mapping
from gemini.request import CREATE_INTERACTION, Part, Request
from gemini.resources.files import too_large_inline
from gemini.run import Run
from gemini.settings.table import LARGEST_SEED
from pages.create_video.source import FIRST, LAST, Generated, VideoSource

PAGE = "create-video"
PEOPLE = "video_person_generation"  # in the table of what can be told
UNSTORED = (
    "Google has to store the video that it continues. Set Storage at Google, under Service in the "
    "sidebar, "
    "back to its default."
)


@dataclass
class CreateVideoState:
    """The form of the page in one session. None and "" leave a setting to the model.

    `sending` is what waits for a video that is too large to be in a request.
    """

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
    sending: Sending = field(default_factory=Sending)

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
    def omni(self) -> bool:
        """Whether it is made by Omni, through the Interactions API."""
        return is_omni(self.maker.model)

    @property
    def stored(self) -> bool:
        """Whether Google may keep the interaction; the sidebar says so."""
        return current_settings().values.get("store") != "off"

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths in seconds to choose from: none where the API decides."""
        begin = self.beginning
        if begin.way == "generated" or (begin.way == "video" and self.omni):
            return self.choices.last_frame_seconds if begin.task == "extend" else ()
        if begin.way == "video":
            return ()
        if begin.way == "frames" and LAST in begin.frames:
            return self.choices.last_frame_seconds
        with_references = begin.way == "references" and begin.references.pictures
        return self.choices.reference_seconds if with_references else self.choices.seconds

    def load(self, sample: dict[str, str]) -> None:
        """Take over a sample and begin, where there is a model for it."""
        self.prompt = sample["prompt"]
        self.beginning.clear()
        if media := sample.get("media"):
            self.beginning.frames[FIRST] = sample_media(media)
        self.begin()

    def reopen(self) -> None:
        """Show the run that the page's address names; what was asked goes into an empty form."""
        live = reopen(self.page_run)
        if live is None or self.prompt or self.negative_prompt or self.beginning.sent:
            return
        choose_as_in(self.maker, live.run)
        self._take_back(live.run.request)

    def _take_back(self, request: Request) -> None:
        """Have what a request said in the form; what its model can't be told is left to that."""
        config, shape = request.config, mapping(request.config.get("response_format"))
        self.prompt = prompt_of(request).strip()
        self.negative_prompt = str(config.get("negative_prompt") or "")
        self.beginning.take_back(media_of_request(request), config)
        both = {**shape, **config}
        self.aspect_ratio, self.resolution = both.get("aspect_ratio"), both.get("resolution")
        seconds = str(both.get("duration_seconds") or both.get("duration") or "").removesuffix("s")
        self.seconds = int(seconds) if seconds.isdecimal() else None
        people, seed = str(config.get("person_generation")), config.get("seed")
        self.person_generation = people if people in table("creation")[PEOPLE] else None
        self.seed = seed if isinstance(seed, int) and 0 <= seed <= LARGEST_SEED else None
        self.audio = config.get("generate_audio") is not False

    def extend(self, part: Part) -> None:
        """Put a video that was made into the form, to be extended."""
        self.complaints = []
        self.beginning.extend(part)

    def go_on(self, run: Run, part: Part) -> None:
        """Have a video that Omni has made edited or extended by the next prompt."""
        self.complaints = []
        if self.prompt.strip() == prompt_of(run.request).strip():
            self.prompt = ""  # it is in the run; the next one says what to change
        self.beginning.go_on(Generated(run.response_id or "", part))

    def begin(self) -> None:
        """Have the video made, unless something is missing; a large one is stored first."""
        self.beginning.settle(self.choices)
        self.complaints = self.beginning.missing(self.prompt.strip(), self.choices)
        if self.beginning.way == "generated" and not self.stored:
            self.complaints.append(UNSTORED)
        if self.complaints or not self.maker.ready:
            return
        large = too_large_inline(self.beginning.sent, 0) if self.omni else []

        def send(stored: Stored) -> None:
            self.page_run.send(self.request(stored))
            name_in_address(self.page_run)

        self.sending.begin(large, send, words=self.prompt)

    def request(self, stored: Stored | None = None) -> Request:
        """The request: prompt and media as parts, and the settings that were set.

        `stored` are the media that are at the Files API, by their digests.
        """
        files = stored or {}
        media = [
            files[one.digest].part() if one.digest in files else one.part()
            for one in self.beginning.sent
        ]
        words = [{"text": self.prompt.strip()}] if self.prompt.strip() else []
        if self.omni:
            contents = [{"role": "user", "parts": [*media, *words]}]
            return Request(self.maker.model, contents, self._omni_config(), CREATE_INTERACTION)
        contents = [{"role": "user", "parts": [*words, *media]}]
        config = {**self._config(), **self.beginning.config}
        return Request(self.maker.model, contents, config, "generate_videos")

    def _omni_config(self) -> dict[str, Any]:
        """What Omni is told. The video comes as a file: in the answer it could be too large.

        It goes on in the background, unless Google is to keep nothing: then it can't.
        """
        about = {
            "type": "video",
            "aspect_ratio": self.aspect_ratio if self.beginning.shaped else None,
            "resolution": self.resolution if self.resolution in self.choices.resolutions else None,
            "duration": f"{self.seconds}s" if self.seconds in self.lengths else None,
            "delivery": None if self.maker.vertex else "uri",
        }
        shape = {name: value for name, value in about.items() if value is not None}
        storage: dict[str, Any] = {"background": True} if self.stored else {"store": False}
        return {"response_format": shape, **self.beginning.omni_config, **storage}

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
