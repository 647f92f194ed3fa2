"""Recordings: bytes to samples, and what can be measured in them without any model."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emulator.engines.errors import EmptyMediaError, Packages, UnreadableMediaError

if TYPE_CHECKING:
    import av.audio
    import av.container

PACKAGES = Packages("Reading recordings", {"av": "av"}, "pip install av")
RATE = 16_000  # samples a second after decoding: what Whisper hears
MAX_SECONDS = 3600.0  # one hour of float32 at 16 kHz is 230 MB
READS = "wav, mp3, aiff, aac, ogg, flac, m4a, mp4 and webm"

# FFmpeg's own guessing is not used: it also knows playlists, whose entries it would open from
# the disk or the network. The bytes decide which single demuxer may look at them.
_DEMUXERS = (
    (0, b"RIFF", "wav"),
    (0, b"FORM", "aiff"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (4, b"ftyp", "mov"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
)


@dataclass(frozen=True)
class SoundClip:
    """A stretch of a recording: mono float32 samples in -1..1, RATE a second.

    `start_s` is where the stretch begins; `duration_s` is the length of the whole recording;
    `cut` says that the recording goes on after the stretch, `damaged` that some of it could not
    be decoded.
    """

    samples: np.ndarray
    start_s: float
    duration_s: float
    cut: bool = False
    damaged: bool = False

    @property
    def end_s(self) -> float:
        """Where the stretch ends, in seconds from the start of the recording."""
        return self.start_s + len(self.samples) / RATE


def demuxer_of(data: bytes) -> str | None:
    """FFmpeg's name of the container that the bytes begin like, or None for any other."""
    for offset, magic, name in _DEMUXERS:
        if data[offset : offset + len(magic)] == magic:
            return name
    # MPEG audio and AAC may begin with an ID3v2 tag: ten bytes, the last four its length in
    # groups of seven bits (https://id3.org/id3v2.4.0-structure, 3.1).
    tagged = data[:3] == b"ID3" and len(data) > 10
    start = 10 + sum((data[6 + i] & 127) << (21 - 7 * i) for i in range(4)) if tagged else 0
    sync = data[start : start + 2]
    if len(sync) == 2 and sync[0] == 0xFF and sync[1] & 0xE0 == 0xE0:
        return "aac" if sync[1] & 0xF6 == 0xF0 else "mp3"  # layer bits 00: AAC in ADTS
    return "mp3" if tagged else None


def decode(
    data: bytes, *, start_s: float = 0.0, end_s: float | None = None, limit_s: float = MAX_SECONDS
) -> SoundClip:
    """The samples from `start_s` to `end_s` (seconds; None: to the end), at most `limit_s` long.

    Raises EmptyMediaError for no bytes or a stretch with no sound in it, UnreadableError for
    what isn't a recording or can't be decoded, EngineMissingError without PyAV.
    """
    stop_s = min(start_s + limit_s, end_s if end_s is not None else float("inf"))
    with _opened(data) as container:
        return _decode(container, start_s, stop_s)


def seconds(data: bytes) -> float:
    """How long a recording is: as its head states, or decoded where it states nothing.

    Raises what `decode` raises.
    """
    with suppress(UnreadableMediaError), _opened(data) as container:
        if container.duration and container.streams.audio:
            return container.duration / 1_000_000
    return decode(data).duration_s  # which finds out what is wrong, and says it


@contextmanager
def _opened(data: bytes) -> "Iterator[av.container.InputContainer]":
    """The open recording. What goes wrong meanwhile is an EngineError."""
    if not data:
        raise EmptyMediaError("The recording is empty: it has no bytes.")
    demuxer = demuxer_of(data)
    if demuxer is None:
        raise UnreadableMediaError(
            f"This isn't a recording that can be read. Readable are {READS}."
        )
    PACKAGES.require()
    import av
    from av.error import FFmpegError

    try:
        with av.open(
            io.BytesIO(data), mode="r", format=demuxer, metadata_errors="ignore"
        ) as container:
            yield container
    except (FFmpegError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableMediaError(
            f"The recording is damaged and can't be decoded ({reason}). Save it again and retry."
        ) from error


def _decode(container: "av.container.InputContainer", start_s: float, stop_s: float) -> SoundClip:
    if not container.streams.audio:
        raise EmptyMediaError("The file has no audio track.")
    stream = container.streams.audio[0]
    blocks = _Blocks(container, stream)
    first, last = round(start_s * RATE), round(min(stop_s, 1e9) * RATE)
    position, segments = 0, []
    for block in blocks:
        segments.append(block[max(first - position, 0) : max(last - position, 0)])
        position += len(block)
        if position >= last:
            break
    if not position:
        raise UnreadableMediaError("The recording is damaged: none of its audio could be decoded.")
    cut = position >= last
    stated_s = (container.duration or 0) / 1_000_000 if cut else 0.0
    samples = np.concatenate(segments)
    if not len(samples):
        raise EmptyMediaError(
            f"The recording has no audio there: it is {position / RATE:.1f} seconds long."
        )
    return SoundClip(
        samples=samples,
        start_s=start_s,
        duration_s=max(stated_s, position / RATE),
        cut=cut and max(stated_s, position / RATE) > last / RATE + 0.05,
        damaged=blocks.damaged,
    )


class _Blocks:
    """Decoded blocks of float32 samples; what can't be decoded is skipped and noted."""

    def __init__(self, container: "av.container.InputContainer", stream: "av.AudioStream") -> None:
        self.container, self.stream, self.damaged = container, stream, False

    def __iter__(self) -> Iterator[np.ndarray]:
        import av

        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in self._frames():
            frame.pts = None  # gaps in the timestamps must not stop the resampler
            for resampled in resampler.resample(frame):
                yield resampled.to_ndarray()[0]
        for resampled in resampler.resample(None):
            yield resampled.to_ndarray()[0]

    def _frames(self) -> "Iterator[av.AudioFrame]":
        from av.error import FFmpegError

        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError:
                self.damaged = True
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except FFmpegError:
                self.damaged = True
