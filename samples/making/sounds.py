"""Sample sounds: speech by flite, and tones and beeps computed here.

Speech is made by flite 2.2 (Debian package `flite`; `apt-get install flite`), a speech
synthesiser under a BSD-like licence whose voices slt and rms are part of it: what it says is
free to ship. It was chosen over espeak-ng since the small Whisper model, and people, understand
it better.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import av
import numpy as np

RATE = 16_000

NOTICE = """Good morning, and welcome on board.
The ferry to Heron Island leaves from pier seven at a quarter past ten.
Please keep your ticket until the end of the trip.
Lunch is served on the upper deck at noon.
The trip takes twenty minutes.
We wish you a pleasant day."""

MEETING = (
    ("slt", "Good afternoon. Let us talk about the summer timetable."),
    ("rms", "Last year the Saturday morning ferry was too crowded."),
    ("slt", "I agree. We should send a second ship on Saturdays."),
    ("rms", "The second ship can leave at a quarter to eleven."),
    ("slt", "Good. Thomas will tell the passengers before the first of May."),
    ("rms", "And I will ask the crew on Monday."),
)


def speech(folder: Path) -> None:
    """notice.mp3, one speaker, and meeting.ogg, two speakers; kept as they are without flite."""
    if shutil.which("flite") is None:
        print("flite is not installed: notice.mp3 and meeting.ogg stay as they are.")  # noqa: T201
        return
    lines = [_spoken("slt", line) for line in NOTICE.splitlines()]
    _write(folder / "notice.mp3", _joined(lines, 0.6), "libmp3lame", 48_000)
    turns = [_spoken(voice, line) for voice, line in MEETING]
    _write(folder / "meeting.ogg", _joined(turns, 0.5), "libopus", 24_000)


def _spoken(voice: str, text: str) -> np.ndarray:
    """Float samples at RATE of what flite says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["flite", "-voice", voice, "-t", text, "-o", str(path)]
        subprocess.run(command, check=True)  # noqa: S603 - fixed words, no shell
        with av.open(path, mode="r") as container:
            frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(frames) / 32768.0


def _joined(parts: list[np.ndarray], pause_s: float) -> np.ndarray:
    pause = np.zeros(round(pause_s * RATE))
    return np.concatenate([piece for part in parts for piece in (part, pause)][:-1])


def tones(folder: Path) -> None:
    """scale.flac (eight notes), beeps.wav (three beeps a second apart) and silence.wav."""
    steps = (0, 2, 4, 5, 7, 9, 11, 12)
    notes = [_tone(440 * 2 ** (step / 12), 0.45) for step in steps]
    _write(folder / "scale.flac", _joined(notes, 0.3), "flac", None)
    beep = np.concatenate([_tone(1000, 0.25), np.zeros(round(0.75 * RATE))])
    _write(folder / "beeps.wav", np.tile(beep, 3), "pcm_s16le", None)
    _write(folder / "silence.wav", np.zeros(4 * RATE), "pcm_s16le", None)


def _tone(frequency: float, seconds: float) -> np.ndarray:
    """A sine with soft ends, so that it doesn't click."""
    times = np.arange(round(seconds * RATE)) / RATE
    softly = np.minimum(1, np.minimum(times, seconds - times) / 0.02)
    return 0.5 * softly * np.sin(2 * np.pi * frequency * times)


def _write(path: Path, samples: np.ndarray, codec: str, bit_rate: int | None) -> None:
    """Mono samples at RATE as a file of the format that its name ends in."""
    # bitexact leaves out what differs from one run to the next: times, random stream numbers.
    with av.open(path, mode="w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate
        data = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(data[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def make(folder: Path) -> None:
    """Every sound, into `folder`."""
    tones(folder)
    speech(folder)
