"""Sounds of every format: their length, their loudness, and what a browser can play."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from gemini.media import recordings
from gemini.media.attachment import MediaError
from gemini.media.load import attachment
from gemini.media.recordings import playable, waveform

SAMPLES = Path(__file__).parents[2] / "samples" / "media"
RATE = 16_000
FORMATS = {
    "wav": ("wav", "pcm_s16le", "audio/wav"),
    "mp3": ("mp3", "mp3", "audio/mp3"),
    "aiff": ("aiff", "pcm_s16be", "audio/aiff"),
    "aac": ("adts", "aac", "audio/aac"),
    "ogg": ("ogg", "libopus", "audio/ogg"),
    "flac": ("flac", "flac", "audio/flac"),
    "m4a": ("ipod", "aac", "audio/m4a"),
    "mp4": ("mp4", "aac", "audio/m4a"),
    "mov": ("mov", "aac", "audio/m4a"),
    "webm": ("webm", "libopus", "audio/webm"),
}


def recorded(container: str, codec: str, seconds: float = 2.0) -> bytes:
    """A sound whose first half is silent and whose second half is a tone."""
    rate = 48_000 if codec == "libopus" else RATE
    times = np.arange(int(seconds * rate)) / rate
    samples = np.where(times < seconds / 2, 0, 0.5 * np.sin(2 * np.pi * 440 * times))
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        stream.layout = "mono"
        resampler = av.AudioResampler(stream.format.name, "mono", rate, frame_size=1024)
        frame = av.AudioFrame.from_ndarray(
            samples[None].astype(np.float32), format="flt", layout="mono"
        )
        frame.rate = rate
        for one in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(one))
        output.mux(stream.encode(None))
    return target.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_known_by_its_bytes_and_measured(kind: str) -> None:
    container, codec, mime_type = FORMATS[kind]
    found = attachment("sound.bin", recorded(container, codec))
    assert (found.mime_type, found.kind) == (mime_type, "audio")
    assert found.seconds == pytest.approx(2.0, abs=0.15)
    loud = waveform(found, 20)
    assert len(loud) == 20
    assert max(loud[:9]) < 0.1
    assert min(loud[11:19]) > 0.3


def test_what_browsers_do_not_play_is_made_playable() -> None:
    found = attachment("a.aiff", recorded("aiff", "pcm_s16be"))
    data, mime_type = playable(found)
    assert mime_type == "audio/wav"
    assert attachment("a.wav", data).seconds == pytest.approx(2.0, abs=0.05)
    mp3 = attachment("a.mp3", recorded("mp3", "mp3"))
    assert playable(mp3)[0] is mp3.data


def test_a_long_sound_is_looked_up_at_places(monkeypatch: pytest.MonkeyPatch) -> None:
    found = attachment("a.wav", recorded("wav", "pcm_s16le", 6))
    whole = waveform(found, 12)
    monkeypatch.setattr(recordings, "DECODED_WHOLE", 1.0)
    looked_up = waveform(found, 12)
    assert [p > 0.1 for p in looked_up] == [p > 0.1 for p in whole]


def test_silence_is_a_flat_line() -> None:
    found = attachment("s.wav", (SAMPLES / "silence.wav").read_bytes())
    assert set(waveform(found, 10)) == {0.0}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (recorded("wav", "pcm_s16le")[:44], "damaged recording"),
        (b"RIFF\x10\0\0\0WAVEfmt rubbish", "damaged recording|has no audio"),
        (b"fLaC" + b"\x55" * 400, "damaged recording|has no audio"),
        (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 100, "damaged recording|has no audio"),
    ],
)
def test_damage_is_told(data: bytes, said: str) -> None:
    with pytest.raises(MediaError, match=said):
        attachment("x.wav", data)


def test_a_cut_recording_is_as_long_as_what_is_there() -> None:
    data = recorded("mp3", "mp3", 4)
    found = attachment("cut.mp3", data[: len(data) // 2])
    assert found.seconds == pytest.approx(2.0, abs=0.3)
    assert len(waveform(found, 10)) == 10


def test_a_video_stays_a_video() -> None:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 16
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert attachment("a.m4a", target.getvalue()).mime_type == "video/mp4"
