"""What the page that makes music remembers: what is wanted, and the run whose song is shown."""

from dataclasses import dataclass, field
from typing import Any

from components.attachments.page import sample_media
from components.attachments.sent import media_of_request
from components.files.picture_list import PictureList
from components.model_choice import ModelChoice, choose_as_in, current_model_choice
from components.page_run import PageRun, current_run, name_in_address, reopen
from components.settings.run_settings import current_settings
from gemini.creation.music import complaints, song_request, words_of

PAGE = "create-music"


@dataclass
class CreateMusicState:
    """The form of the page in one session. Lyrics of one's own stay where it is instrumental."""

    prompt: str = ""
    lyrics: str = ""
    instrumental: bool = False
    pictures: PictureList = field(default_factory=PictureList)
    complaints: list[str] = field(default_factory=list)

    @property
    def page_run(self) -> PageRun:
        """The run whose song is on the screen."""
        return current_run(PAGE)

    @property
    def maker(self) -> ModelChoice:
        """The model that makes it."""
        return current_model_choice(PAGE, "music")

    def reopen(self) -> None:
        """Show the run that the page's address names; what was asked goes into an empty form."""
        live = reopen(self.page_run)
        if live is None or self.prompt or self.lyrics:
            return
        request = live.run.request
        self.prompt, self.lyrics, self.instrumental = words_of(request)
        choose_as_in(self.maker, live.run)
        images = [one for one in media_of_request(request) if one.kind == "image"]
        self.pictures.pictures = self.pictures.pictures or images

    def load(self, sample: dict[str, Any]) -> None:
        """Take over a sample and begin, where there is a model for it."""
        self.prompt, self.lyrics = sample["prompt"], sample.get("lyrics", "").strip()
        self.instrumental = sample.get("instrumental", False)
        self.pictures = PictureList(uploaders=self.pictures.uploaders + 1)
        if media := sample.get("media"):
            self.pictures.pictures.append(sample_media(media))
        self.begin()

    def begin(self) -> None:
        """Have the song made, unless something is missing."""
        pictures, lyrics = self.pictures.pictures, "" if self.instrumental else self.lyrics
        self.complaints = complaints(self.prompt, lyrics, pictures)
        if self.complaints or not self.maker.ready:
            return
        request = song_request(
            self.maker.model,
            self.prompt,
            pictures,
            lyrics=lyrics,
            instrumental=self.instrumental,
            config=_storage(),
        )
        self.page_run.send(request)
        name_in_address(self.page_run)


def _storage() -> dict[str, Any]:
    """What the sidebar says of keeping the interaction, and of running it in the background."""
    config = current_settings().config()
    return {name: config[name] for name in ("store", "background") if name in config}
