"""Sounds and videos: their length and size, loudness, a first frame, and as a browser plays them.

https://ai.google.dev/gemini-api/docs/audio and /video-understanding: the formats, and how they are
heard and looked at.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from gemini.media.attachment import Attachment, MediaError

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer

MAX_SECONDS = 34_200  # 9.5 hours in one prompt
DECODED_WHOLE = 300.0  # seconds; the waveform of a longer sound is looked up at places
PLAYED_AS_WAV = {"audio/aiff"}  # what browsers don't play
MONO_RATE = 8000  # samples a second; enough to see loudness
SPEECH_RATE = 16_000  # samples a second: what speech needs

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
    "video/mp4": "mov",
    "video/mov": "mov",
    "video/3gpp": "mov",
    "video/webm": "matroska",
    "video/avi": "avi",
    "video/mpeg": "mpeg",
    "video/x-flv": "flv",
    "video/wmv": "asf",
}
SOUND_ALONE = {
    "video/mp4": "audio/m4a",
    "video/mov": "audio/m4a",
    "video/3gpp": "audio/m4a",
    "video/webm": "audio/webm",
}
"""Containers of videos, and what they are when they hold sound only, as recorders make them."""

PLAYED_AS = {
    "video/mp4": "video/mp4",
    "video/mov": "video/mp4",  # the same kind of container, by a name that browsers know
    "video/3gpp": "video/mp4",
    "video/webm": "video/webm",
}
"""Videos that browsers play; of the others they show nothing."""

BROWSERS_DECODE = {"h264", "hevc", "vp8", "vp9", "av1", "theora"}
"""FFmpeg's names of the codecs that at least one common browser shows
(https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Video_codecs)."""

WITHOUT_LENGTH = {"audio/mp3", "audio/aac", "video/mpeg"}  # it is written nowhere, or is a guess
FAILURES = (OSError, ValueError, IndexError, EOFError)  # PyAV's errors are among these


def without_video(mime_type: str, data: bytes) -> str:
    """The type of a container of videos, made that of a sound where it holds nothing else."""
    sound_type = SOUND_ALONE.get(mime_type)
    if sound_type is None:
        return mime_type
    try:
        with _opened(Attachment("", sound_type, data)) as container:
            has_video = container.streams.video or not container.streams.audio
            return mime_type if has_video else sound_type
    except FAILURES:  # damaged, which is told later
        return mime_type


def recording(name: str, mime_type: str, data: bytes) -> Attachment:
    """A sound or a video, measured.

    Raises:
        MediaError: it holds none, or its beginning can't be decoded.
    """
    import av

    attachment = Attachment(name, mime_type, data)
    is_video = attachment.kind == "video"
    nothing = f"{name} has no video track." if is_video else f"{name} has no audio."
    try:
        with _opened(attachment) as container:
            tracks = container.streams.video if is_video else container.streams.audio
            first = next(container.decode(tracks[0]), None) if tracks else None
            if first is None:
                raise MediaError(nothing)
            stated = (container.duration or 0) / 1_000_000
            has_sound = bool(container.streams.audio)
        seconds = _counted(attachment) if mime_type in WITHOUT_LENGTH or stated <= 0 else stated
    except MediaError:
        raise
    except FAILURES as error:
        reason = getattr(error, "strerror", None) or error
        kind = "video" if is_video else "recording"
        raise MediaError(f"{name} is a damaged {kind} ({reason}).") from error
    if isinstance(first, av.VideoFrame):
        pixels = (first.width, first.height)
        return replace(attachment, pixels=pixels, seconds=seconds or None, has_sound=has_sound)
    hours = MAX_SECONDS / 3600
    warning = (
        f"Longer than the {hours} hours of audio that the API accepts."
        if seconds > MAX_SECONDS
        else ""
    )
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
    return _as_wav(attachment), "audio/wav"


def sound_track(attachment: Attachment) -> Attachment:
    """The sound of a video as a WAV of one channel, for those who hear and can't see.

    Raises:
        MediaError: it has none, or it can't be decoded.
    """
    try:
        data = _as_wav(attachment, "mono", SPEECH_RATE)
    except IndexError as error:
        raise MediaError(f"{attachment.name} has no audio.") from error
    except FAILURES as error:
        raise MediaError(f"The audio of {attachment.name} can't be decoded.") from error
    name = f"{attachment.name.rpartition('.')[0] or attachment.name}.wav"
    return Attachment(name, "audio/wav", data, seconds=attachment.seconds)


def _as_wav(attachment: Attachment, layout: str = "", rate: int = 0) -> bytes:
    """The sound in 16 bits, by default in its own layout and rate."""
    import av

    target = io.BytesIO()
    with _opened(attachment) as container, av.open(target, "w", format="wav") as output:
        source = container.streams.audio[0]
        stream = output.add_stream("pcm_s16le", rate=rate or source.rate)
        stream.layout = layout or source.layout
        resampler = av.AudioResampler("s16", stream.layout, stream.rate)
        for frame in [*container.decode(source), None]:
            for resampled in resampler.resample(frame):
                output.mux(stream.encode(resampled))
        output.mux(stream.encode(None))
    return target.getvalue()


def played_as(attachment: Attachment) -> str | None:
    """The MIME type as which a browser plays a video; None where it would show nothing."""
    try:
        with _opened(attachment) as container:
            known = container.streams.video[0].codec_context.name in BROWSERS_DECODE
    except FAILURES:
        return None
    return PLAYED_AS.get(attachment.mime_type) if known else None


def first_frame(attachment: Attachment) -> bytes:
    """The first frame, as a JPEG.

    Raises:
        MediaError: there is none to be decoded.
    """
    try:
        with _opened(attachment) as container:
            target = io.BytesIO()
            next(container.decode(video=0)).to_image().save(target, "JPEG", quality=90)
            return target.getvalue()
    except (*FAILURES, StopIteration) as error:
        raise MediaError(f"{attachment.name} has no frame that can be shown.") from error


@contextmanager
def _opened(attachment: Attachment) -> Iterator["InputContainer"]:
    import av

    demuxer = DEMUXERS.get(attachment.mime_type)
    data = io.BytesIO(attachment.data)  # shares the bytes, doesn't copy them
    with av.open(data, "r", format=demuxer, metadata_errors="ignore") as container:
        yield container


def _counted(attachment: Attachment) -> float:
    """The length in seconds by the packets, which need not be decoded for that."""
    with _opened(attachment) as container:
        streams = container.streams
        stream = (streams.video if attachment.kind == "video" else streams.audio)[0]
        timed = [p for p in container.demux(stream) if p.pts is not None]
        begin = min((p.pts or 0 for p in timed), default=0)
        end = max(((p.pts or 0) + (p.duration or 0) for p in timed), default=0)
        return float((end - begin) * stream.time_base) if stream.time_base else 0.0


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
