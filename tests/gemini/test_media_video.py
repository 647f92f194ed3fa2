"""Videos of every format, clips of them, links to YouTube, and what they are taken to cost."""

import io
from pathlib import Path
from typing import Any, cast

import av
import pytest
from google.genai import types
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gemini.media.attachment import Attachment, MediaError
from gemini.media.clip import WHOLE, Clip, clip_of, seconds_in
from gemini.media.load import attachment
from gemini.media.recordings import DEMUXERS, first_frame, played_as, sound_track
from gemini.media.remote import is_youtube, youtube_video
from gemini.media.sniff import sniff
from gemini.models.estimate import estimate_tokens

SAMPLES = Path(__file__).parents[2] / "samples" / "media"
FERRY = attachment("ferry.webm", (SAMPLES / "ferry.webm").read_bytes())
BALL = attachment("ball.webm", (SAMPLES / "ball.webm").read_bytes())
FORMATS = {
    "mp4": ("mp4", "mpeg4", "video/mp4"),
    "mov": ("mov", "mpeg4", "video/mov"),
    "3gp": ("3gp", "mpeg4", "video/3gpp"),
    "webm": ("webm", "libvpx-vp9", "video/webm"),
    "avi": ("avi", "mpeg4", "video/avi"),
    "mpg": ("mpeg", "mpeg2video", "video/mpeg"),
    "flv": ("flv", "flv", "video/x-flv"),
    "wmv": ("asf", "wmv2", "video/wmv"),
}
WATCH = "https://www.youtube.com/watch?v=9hE5-98ZeCg"


def filmed(container: str, codec: str, frames: int = 24) -> bytes:
    """A grey second of video."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        stream = cast(av.VideoStream, output.add_stream(codec, rate=24))
        stream.width, stream.height, stream.pix_fmt = 176, 144, "yuv420p"
        picture = av.VideoFrame.from_image(Image.new("RGB", (176, 144), "grey"))
        for number in range(frames):
            picture.pts = number
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return target.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_known_by_its_bytes_and_measured(name: str) -> None:
    container, codec, mime_type = FORMATS[name]
    data = filmed(container, codec)
    one = attachment(f"a.{name}", data)
    assert (one.kind, one.mime_type, one.pixels) == ("video", mime_type, (176, 144))
    assert one.seconds == pytest.approx(1.0, abs=0.1)
    assert not one.has_sound
    assert one.data is data
    assert mime_type in DEMUXERS


def test_the_name_does_not_decide() -> None:
    assert sniff(filmed("mov", "mpeg4"), "a.txt") == "video/mov"


def test_a_video_with_sound() -> None:
    assert (FERRY.pixels, FERRY.has_sound) == ((640, 360), True)
    assert FERRY.seconds == pytest.approx(18.5, abs=0.1)


@pytest.mark.parametrize("data", [FERRY.data[:300], b"\x1aE\xdf\xa3" + bytes(200), b"FLV\x01aaaa"])
def test_a_damaged_video_is_told(data: bytes) -> None:
    with pytest.raises(MediaError, match=r"damaged video|no video track"):
        attachment("a.webm", data)


def test_a_codec_that_no_browser_shows_is_not_played() -> None:
    data = (SAMPLES.parents[1] / "tests" / "inputs" / "media" / "v.3gp").read_bytes()
    assert played_as(attachment("v.3gp", data)) is None
    assert played_as(FERRY) == "video/webm"


def test_the_first_frame_is_a_picture() -> None:
    with Image.open(io.BytesIO(first_frame(FERRY))) as picture:
        assert picture.size == (640, 360)
    with pytest.raises(MediaError, match="no frame"):
        first_frame(Attachment("a.webm", "video/webm", b"x"))


def test_the_sound_alone() -> None:
    sound = sound_track(FERRY)
    again = attachment(sound.name, sound.data)
    assert (again.name, again.mime_type) == ("ferry.wav", "audio/wav")
    assert again.seconds == pytest.approx(18.5, abs=0.1)
    with pytest.raises(MediaError, match="has no audio"):
        sound_track(BALL)


# Clips


@pytest.mark.parametrize(
    ("clip", "metadata"),
    [
        (WHOLE, {}),
        (Clip(start=0.0), {}),
        (Clip(start=6.5), {"start_offset": "6.5s"}),
        (Clip(end=0.0), {"end_offset": "0s"}),
        (Clip(3, 3600, 0.5), {"start_offset": "3s", "end_offset": "3600s", "fps": 0.5}),
    ],
)
def test_only_what_is_set_of_a_clip_is_sent(clip: Clip, metadata: dict[str, Any]) -> None:
    assert clip.metadata() == metadata
    types.VideoMetadata.model_validate(metadata)


TIMES = st.none() | st.integers(1, 40_000).map(lambda tenths: tenths / 10)


@given(TIMES, TIMES, st.none() | st.floats(0.1, 24))
def test_a_clip_is_read_again(start: float | None, end: float | None, fps: float | None) -> None:
    assert clip_of(Clip(start, end, fps).metadata()) == Clip(start, end, fps)


@pytest.mark.parametrize("metadata", [None, {}, {"start_offset": 3}, {"end_offset": "1m"}])
def test_what_is_no_clip_is_the_whole(metadata: Any) -> None:
    assert clip_of(metadata) == WHOLE


def test_how_long_a_clip_is() -> None:
    assert Clip(2, 5).seconds(10) == 3
    assert Clip(2).seconds(10) == 8
    assert Clip(2).seconds(None) is None
    assert Clip(9, 5).seconds(10) == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), (" ", None), ("65", 65), ("1:05", 65), ("1:02:03", 3723), ("0:01.5", 1.5)],
)
def test_times_as_people_write_them(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["soon", "1:2:3:4", "-5", "5s", "1:"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(MediaError, match="isn't a time"):
        seconds_in(text)


# Tokens: https://ai.google.dev/gemini-api/docs/video-understanding, /media-resolution


@pytest.mark.parametrize(
    ("model", "resolution", "clip", "tokens"),
    [
        ("gemini-2.5-flash", None, Clip(0, 10), 10 * 258 + 320),
        ("gemini-2.5-flash", "MEDIA_RESOLUTION_LOW", Clip(0, 10), 10 * 66 + 320),
        ("gemini-3.8-flash", None, Clip(0, 10), 10 * 70 + 320),
        ("gemini-3.8-flash", "MEDIA_RESOLUTION_HIGH", Clip(5, 10), 5 * 280 + 160),
        ("gemini-3.8-flash", None, Clip(0, 10, 0.5), 5 * 70 + 320),
        ("gemini-3.8-flash", None, Clip(0, 10, 4), 40 * 70 + 320),
    ],
)
def test_tokens_are_estimated_by_frames_and_sound(
    model: str, resolution: str | None, clip: Clip, tokens: int
) -> None:
    clips = {FERRY.digest: clip}
    found = estimate_tokens([FERRY], model=model, media_resolution=resolution, clips=clips)
    assert found == tokens


def test_a_silent_video_has_no_sound_to_count() -> None:
    assert estimate_tokens([BALL], model="gemini-3.8-flash") == 8 * 70


def test_a_video_of_unknown_length_counts_nothing() -> None:
    assert estimate_tokens([youtube_video(WATCH)]) == 0


# YouTube


@pytest.mark.parametrize(
    "link",
    [
        WATCH,
        "http://youtube.com/watch?v=9hE5-98ZeCg&t=43s",
        "https://m.youtube.com/watch?list=x&v=9hE5-98ZeCg",
        "https://youtu.be/9hE5-98ZeCg?si=abc",
        "youtu.be/9hE5-98ZeCg",
        "https://www.youtube.com/shorts/9hE5-98ZeCg",
        "https://www.youtube.com/live/9hE5-98ZeCg",
        "https://www.youtube.com/embed/9hE5-98ZeCg",
        "  https://music.youtube.com/watch?v=9hE5-98ZeCg ",
    ],
)
def test_links_to_a_video_become_its_address(link: str) -> None:
    one = youtube_video(link)
    assert one.part()["file_data"]["file_uri"] == WATCH
    assert (one.kind, one.remote, one.digest) == ("video", True, youtube_video(WATCH).digest)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://www.youtube.com/",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/playlist?list=PL123",
        "https://www.youtube.com/watch?v=short",
        "https://youtube.com.evil.example/watch?v=9hE5-98ZeCg",
        "https://evil.example/?u=https://youtu.be/9hE5-98ZeCg",
        "https://youtu.be@evil.example/9hE5-98ZeCg",
        "ftp://youtu.be/9hE5-98ZeCg",
        "javascript://youtu.be/9hE5-98ZeCg",
        "https://[youtu.be/9hE5-98ZeCg",
        "https://youtu.be/9hE5-98ZeCg/../../x",
    ],
)
def test_other_links_are_refused(link: str) -> None:
    assert not is_youtube(link)
    with pytest.raises(MediaError, match="isn't a link to a YouTube video"):
        youtube_video(link)


@given(st.text(max_size=60))
def test_any_text_is_a_link_or_is_not(text: str) -> None:
    assert is_youtube(text) in {True, False}
