"""What the speech page remembers: the text, who speaks it and how, and what came of it."""

from dataclasses import dataclass, field, replace

from components.model_choice import ModelChoice, choose_as_in, current_model_choice
from components.page_run import PageRun, current_run, name_in_address, reopen
from components.settings.run_settings import current_settings
from gemini.creation.speech import SPEAKERS, Speaker, complaints, speech_request, voices, words_of
from gemini.interactions.request import for_api

PAGE = "speech"
FIRST_VOICES = ("Kore", "Puck")


@dataclass
class SpeechState:
    """The form of the page in one session. With `two`, the names are those of the text's lines."""

    text: str = ""
    style: str = ""
    language: str | None = None
    voice: str = FIRST_VOICES[0]
    second_voice: str = FIRST_VOICES[1]
    two: bool = False
    name: str = "Ann"
    second_name: str = "Ben"
    complaints: list[str] = field(default_factory=list)

    @property
    def page_run(self) -> PageRun:
        """The run whose sound is on the screen."""
        return current_run(PAGE)

    @property
    def maker(self) -> ModelChoice:
        """The model that speaks."""
        return current_model_choice(PAGE, "audio")

    @property
    def speakers(self) -> list[Speaker]:
        """Both speakers of a conversation, none where one voice reads."""
        if not self.two:
            return []
        named = ((self.name, self.voice), (self.second_name, self.second_voice))
        return [Speaker(name.strip(), voice) for name, voice in named]

    def reopen(self) -> None:
        """Show the run that the page's address names; what it was told goes into an empty form."""
        live = reopen(self.page_run)
        if live is None or self.text:
            return
        request, known = live.run.request, voices()
        words = words_of(request)
        choose_as_in(self.maker, live.run)
        self.text, self.style, self.language = words.text, words.style, words.language or None
        self.two = len(words.speakers) == SPEAKERS
        if self.two:
            self.name, self.second_name = (speaker.name for speaker in words.speakers)
            chosen = [speaker.voice for speaker in words.speakers]
        else:
            chosen = [words.voice, self.second_voice]
        self.voice, self.second_voice = (
            voice if voice in known else usual
            for voice, usual in zip(chosen, FIRST_VOICES, strict=True)
        )

    def load(self, sample: dict[str, str]) -> None:
        """Take over a sample and have it spoken, where there is a model for it."""
        self.text, self.style = sample["text"], sample.get("style", "")
        known = voices()
        self.voice = sample["voice"] if sample["voice"] in known else FIRST_VOICES[0]
        self.two = "second_voice" in sample
        self.second_voice = sample.get("second_voice", FIRST_VOICES[1])
        self.name, self.second_name = sample.get("name", "Ann"), sample.get("second_name", "Ben")
        self.language = None
        self.speak()

    def speak(self) -> None:
        """Have the text spoken, unless something in it can't be."""
        self.complaints = complaints(self.text, self.speakers)
        if self.complaints or not self.maker.ready:
            return
        request = speech_request(
            self.maker.model,
            self.text,
            self.voice,
            self.speakers,
            style=self.style,
            language=self.language or "",
        )
        config = current_settings().config()
        stored = {"store": config["store"]} if "store" in config else {}
        request = replace(request, config={**request.config, **stored})
        self.page_run.send(for_api(request, current_settings().method)[0])
        name_in_address(self.page_run)
