"""Sounds: how long they are, how loud at each moment, and as a browser can play them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from gemini.media.attachment import Attachment, MediaError

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer

MAX_SECONDS = 34_200  # 9.5 hours in one prompt (https://ai.google.dev/gemini-api/docs/audio)
DECODED_WHOLE = 300.0  # seconds; the waveform of a longer sound is looked up at places
PLAYED_AS_WAV = {"audio/aiff"}  # what browsers don't play
MONO_RATE = 8000  # samples a second; enough to see loudness

# FFmpeg's own guessing is not used: it also knows playlists, whose entries it would open from
# the disk or the network. The type found in the bytes decides which demuxer may look at them.
DEMUXERS = {
    "audio/wav": "wav",
    "audio/aiff": "aiff",
    "audio/mp3": "mp3",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/m4a": "mov",
    "audio/webm": "matroska",
}
SOUND_ALONE = {
    "video/mp4": "audio/m4a",
    "video/mov": "audio/m4a",
    "video/3gpp": "audio/m4a",
    "video/webm": "audio/webm",
}
"""Containers of videos, and what they are when they hold sound only, as recorders make them."""
WITHOUT_LENGTH = {"audio/mp3", "audio/aac"}  # a length is written nowhere, or is a guess


def without_video(mime_type: str, data: bytes) -> str:
    """The type of a container of videos, made that of a sound where it holds nothing else."""
    sound_type = SOUND_ALONE.get(mime_type)
    if sound_type is None:
        return mime_type
    try:
        with _opened(Attachment("", sound_type, data)) as container:
            return mime_type if container.streams.video else sound_type
    except (OSError, ValueError):  # nothing to hear: a video, or damaged and told so later
        return mime_type


def sound(name: str, mime_type: str, data: bytes) -> Attachment:
    """A sound, its length measured.

    Raises:
        MediaError: there is no sound in it, or it can't be decoded.
    """
    attachment = Attachment(name, mime_type, data)
    try:
        with _opened(attachment) as container:
            first = next(container.decode(audio=0), None)
            if first is None:
                raise MediaError(f"{name} holds no sound.")
            stated = (container.duration or 0) / 1_000_000
        seconds = _counted(attachment) if mime_type in WITHOUT_LENGTH or stated <= 0 else stated
    except MediaError:
        raise
    except (OSError, ValueError, IndexError) as error:  # PyAV's errors are among these
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{name} is a damaged recording ({reason}).") from error
    hours = MAX_SECONDS / 3600
    warning = f"Longer than the {hours} hours that the API hears." if seconds > MAX_SECONDS else ""
    return replace(attachment, seconds=seconds, warning=warning)


def waveform(attachment: Attachment, columns: int) -> list[float]:
    """How loud a sound is at `columns` even steps, each the peak there in 0..1."""
    seconds = attachment.seconds or 0.0
    peaks = [0.0] * columns
    with _opened(attachment) as container:
        for at, samples in _pieces(container, seconds, columns):
            last = at + len(samples) / MONO_RATE
            first_column = min(int(at / max(seconds, 1e-9) * columns), columns - 1)
            last_column = min(int(last / max(seconds, 1e-9) * columns), columns - 1)
            share = max(1, -(-len(samples) // (last_column - first_column + 1)))
            for column in range(first_column, last_column + 1):
                begin = (column - first_column) * share
                loudest = float(abs(samples[begin : begin + share]).max(initial=0.0))
                peaks[column] = max(peaks[column], loudest)
    return [round(min(peak, 1.0), 3) for peak in peaks]


def playable(attachment: Attachment) -> tuple[bytes, str]:
    """The sound as bytes and MIME type that a browser plays: AIFF as WAV, the rest as it is."""
    if attachment.mime_type not in PLAYED_AS_WAV:
        return attachment.data, attachment.mime_type
    import av

    target = io.BytesIO()
    with _opened(attachment) as container, av.open(target, "w", format="wav") as output:
        source = container.streams.audio[0]
        stream = output.add_stream("pcm_s16le", rate=source.rate)
        stream.layout = source.layout
        resampler = av.AudioResampler("s16", source.layout, source.rate)
        for frame in [*container.decode(source), None]:
            for resampled in resampler.resample(frame):
                output.mux(stream.encode(resampled))
        output.mux(stream.encode(None))
    return target.getvalue(), "audio/wav"


@contextmanager
def _opened(attachment: Attachment) -> Iterator["InputContainer"]:
    import av

    demuxer = DEMUXERS.get(attachment.mime_type)
    data = io.BytesIO(attachment.data)  # shares the bytes, doesn't copy them
    with av.open(data, "r", format=demuxer, metadata_errors="ignore") as container:
        if not container.streams.audio:
            raise MediaError(f"{attachment.name} holds no sound.")
        yield container


def _counted(attachment: Attachment) -> float:
    """The length in seconds by the packets, which need not be decoded for that."""
    with _opened(attachment) as container:
        stream = container.streams.audio[0]
        ticks = sum(packet.duration or 0 for packet in container.demux(stream))
        return float(ticks * stream.time_base) if stream.time_base else 0.0


def _pieces(
    container: "InputContainer", seconds: float, columns: int
) -> "Iterator[tuple[float, np.ndarray]]":
    """Stretches of a sound as (second it begins, mono samples at MONO_RATE).

    All of a short sound; of a long one what is at the beginning of each column.
    """
    if seconds <= DECODED_WHOLE:
        yield from _decoded(container)
        return
    for column in range(columns):
        at = column * seconds / columns
        container.seek(int(at * 1_000_000))
        for _begin, samples in _decoded(container):
            yield at, samples
            break


def _decoded(container: "InputContainer") -> "Iterator[tuple[float, np.ndarray]]":
    """Decode until the end, or until what is damaged."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=MONO_RATE)
    at = 0.0
    try:
        for frame in container.decode(audio=0):
            frame.pts = None  # gaps in the timestamps must not stop the resampler
            for resampled in resampler.resample(frame):
                samples = resampled.to_ndarray()[0]
                yield at, samples
                at += len(samples) / MONO_RATE
    except (OSError, ValueError):
        return
