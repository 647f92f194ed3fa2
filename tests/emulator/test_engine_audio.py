"""Recordings of every format, made here, come out as samples; what isn't one is refused."""

import io

import av
import numpy as np
import pytest

from emulator.engines.audio import RATE, decode, demuxer_of
from emulator.engines.errors import EmptyMediaError, UnreadableMediaError

FORMATS = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "aiff": ("aiff", "pcm_s16be"),
    "aac": ("adts", "aac"),
    "ogg": ("ogg", "vorbis"),
    "opus": ("ogg", "libopus"),
    "flac": ("flac", "flac"),
    "m4a": ("ipod", "aac"),
    "webm": ("webm", "libopus"),
}


def encoded(samples: np.ndarray, name: str, rate: int = 48_000) -> bytes:
    """Mono samples in -1..1 as a file of one of FORMATS."""
    container_format, codec = FORMATS[name]
    file = io.BytesIO()
    with av.open(file, mode="w", format=container_format) as container:
        # FFmpeg's own Vorbis encoder knows stereo only, and calls itself experimental.
        layout = "stereo" if codec == "vorbis" else "mono"
        options = {"strict": "experimental"}
        stream = container.add_stream(codec, rate=rate, options=options, layout=layout)
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(
            (samples * 32767).astype(np.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return file.getvalue()


def tone(seconds: float, hertz: float = 500, rate: int = 48_000) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_its_samples_and_length(name: str) -> None:
    clip = decode(encoded(tone(2.0), name))
    assert clip.duration_s == pytest.approx(2.0, abs=0.1)
    assert clip.samples.dtype == np.float32
    middle = clip.samples[RATE // 2 : RATE + RATE // 2]
    strongest = np.fft.rfftfreq(len(middle), 1 / RATE)[np.abs(np.fft.rfft(middle)).argmax()]
    assert strongest == pytest.approx(500, abs=2)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.05)
    assert (clip.cut, clip.damaged) == (False, False)


def test_a_stretch_begins_and_ends_where_asked() -> None:
    rising = np.linspace(0, 0.9, 4 * 48_000)
    clip = decode(encoded(rising, "wav"), start_s=1.0, end_s=2.0)
    assert len(clip.samples) == RATE
    assert clip.samples[[0, -1]] == pytest.approx([0.225, 0.45], abs=0.01)
    assert (clip.start_s, clip.end_s, clip.duration_s) == (1.0, 2.0, 4.0)
    assert clip.cut


def test_an_end_beyond_the_recording_is_its_end() -> None:
    clip = decode(encoded(tone(2.0), "flac"), start_s=1.5, end_s=60)
    assert clip.end_s == pytest.approx(2.0)
    assert not clip.cut


def test_the_limit_cuts_and_the_whole_length_is_still_known() -> None:
    clip = decode(encoded(tone(5.0), "mp3"), limit_s=1.0)
    assert len(clip.samples) == RATE
    assert clip.duration_s == pytest.approx(5.0, abs=0.1)
    assert clip.cut


def test_stereo_at_another_rate_becomes_mono_at_ours() -> None:
    file = io.BytesIO()
    with av.open(file, mode="w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=44_100, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        left_only = np.zeros((1, 2 * 44_100), dtype=np.int16)
        left_only[0, ::2] = 16_000
        frame = av.AudioFrame.from_ndarray(left_only, format="s16", layout="stereo")
        frame.sample_rate = 44_100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    clip = decode(file.getvalue())
    assert clip.duration_s == pytest.approx(1.0, abs=0.01)
    assert clip.samples[RATE // 2] > 0.2


def test_nothing_and_a_start_beyond_the_end_are_empty() -> None:
    with pytest.raises(EmptyMediaError, match="no bytes"):
        decode(b"")
    with pytest.raises(EmptyMediaError, match=r"2\.0 seconds long"):
        decode(encoded(tone(2.0), "wav"), start_s=9)


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is text" * 50,
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        # FFmpeg would open what these playlists name, on this machine or elsewhere.
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
)
def test_what_is_no_recording_is_never_handed_to_ffmpeg(data: bytes) -> None:
    assert demuxer_of(data) is None
    with pytest.raises(UnreadableMediaError, match="isn't a recording"):
        decode(data)


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_recording_is_said_to_be_damaged(name: str) -> None:
    header = encoded(tone(1.0), name)[:24]
    with pytest.raises(UnreadableMediaError, match="damaged"):
        decode(header + b"\x11" * 4000)


@pytest.mark.parametrize("name", ["m4a", "aac", "mp3"])
def test_damage_in_the_middle_is_noted_and_the_rest_kept(name: str) -> None:
    data = bytearray(encoded(tone(4.0), name))
    middle = len(data) // 2
    data[middle : middle + 400] = np.random.default_rng(0).bytes(400)
    clip = decode(bytes(data))
    assert clip.damaged
    assert clip.duration_s > 1.5


def test_a_video_without_sound_is_empty() -> None:
    file = io.BytesIO()
    with av.open(file, mode="w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    with pytest.raises(EmptyMediaError, match="no audio track"):
        decode(file.getvalue())


def test_an_id3_tag_before_the_sound_is_stepped_over() -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 1, 0]) + bytes(128)
    assert demuxer_of(tag + encoded(tone(0.5), "aac")) == "aac"
    assert demuxer_of(tag + encoded(tone(0.5), "mp3")[:4]) in {"mp3"}
    assert decode(tag + encoded(tone(1.0), "aac")).duration_s == pytest.approx(1.0, abs=0.15)
