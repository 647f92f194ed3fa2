"""Videos: how long and how large they are, a frame for a card, their sound alone.

https://ai.google.dev/gemini-api/docs/video-understanding: the formats, and how they are looked at.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from gemini.media.attachment import Attachment, MediaError

if TYPE_CHECKING:
    from av.container import InputContainer

# As for sounds, the type found in the bytes decides which demuxer may look at them: FFmpeg's own
# guessing also knows playlists, whose entries it would open from the disk or the network.
DEMUXERS = {
    "video/mp4": "mov",
    "video/mov": "mov",
    "video/3gpp": "mov",
    "video/webm": "matroska",
    "video/avi": "avi",
    "video/mpeg": "mpeg",
    "video/x-flv": "flv",
    "video/wmv": "asf",
}
PLAYED_AS = {
    "video/mp4": "video/mp4",
    "video/mov": "video/mp4",  # the same kind of container, by a name that browsers know
    "video/3gpp": "video/mp4",
    "video/webm": "video/webm",
}
"""What browsers play; of the others they show nothing."""

BROWSERS_DECODE = {"h264", "hevc", "vp8", "vp9", "av1", "theora"}
"""FFmpeg's names of the codecs that at least one common browser shows
(https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Video_codecs)."""

WITHOUT_LENGTH = {"video/mpeg"}  # a length is written nowhere
FAILURES = (OSError, ValueError, IndexError, EOFError)  # PyAV's errors are among these
SOUND_RATE = 16_000  # samples a second: what speech needs


def video_attachment(name: str, mime_type: str, data: bytes) -> Attachment:
    """A video, measured.

    Raises:
        MediaError: there are no pictures in it, or its first one can't be decoded.
    """
    attachment = Attachment(name, mime_type, data)
    try:
        with _opened(attachment) as container:
            if not container.streams.video:
                raise MediaError(f"{name} has no video track.")
            first = next(container.decode(video=0), None)
            if first is None:
                raise MediaError(f"{name} has no video track.")
            pixels = (first.width, first.height)
            stated = (container.duration or 0) / 1_000_000
            has_sound = bool(container.streams.audio)
        seconds = _counted(attachment) if mime_type in WITHOUT_LENGTH or stated <= 0 else stated
    except MediaError:
        raise
    except FAILURES as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(f"{name} is a damaged video ({reason}).") from error
    return replace(attachment, pixels=pixels, seconds=seconds or None, has_sound=has_sound)


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
        raise MediaError(f"{attachment.name} shows no first frame.") from error


def sound_track(attachment: Attachment) -> Attachment:
    """The sound of a video as a WAV of one channel, for those who hear and can't see.

    Raises:
        MediaError: it has none, or it can't be decoded.
    """
    import av

    target = io.BytesIO()
    try:
        with _opened(attachment) as container, av.open(target, "w", format="wav") as output:
            if not container.streams.audio:
                raise MediaError(f"{attachment.name} has no sound.")
            stream = output.add_stream("pcm_s16le", rate=SOUND_RATE)
            stream.layout = "mono"
            resampler = av.AudioResampler("s16", "mono", SOUND_RATE)
            for frame in [*container.decode(audio=0), None]:
                for resampled in resampler.resample(frame):
                    output.mux(stream.encode(resampled))
            output.mux(stream.encode(None))
    except MediaError:
        raise
    except FAILURES as error:
        raise MediaError(f"The sound of {attachment.name} can't be decoded.") from error
    name = f"{attachment.name.rpartition('.')[0] or attachment.name}.wav"
    return Attachment(name, "audio/wav", target.getvalue(), seconds=attachment.seconds)


@contextmanager
def _opened(attachment: Attachment) -> Iterator["InputContainer"]:
    import av

    demuxer = DEMUXERS.get(attachment.mime_type)
    data = io.BytesIO(attachment.data)  # shares the bytes, doesn't copy them
    with av.open(data, "r", format=demuxer, metadata_errors="ignore") as container:
        yield container


def _counted(attachment: Attachment) -> float:
    """The length in seconds, from the first picture's time to the end of the last one's."""
    with _opened(attachment) as container:
        stream = container.streams.video[0]
        timed = [p for p in container.demux(stream) if p.pts is not None]
        begin = min((p.pts or 0 for p in timed), default=0)
        end = max(((p.pts or 0) + (p.duration or 0) for p in timed), default=0)
        return float((end - begin) * stream.time_base) if stream.time_base else 0.0
