"""Videos on YouTube, which Gemini watches by their address: nothing is downloaded here.

Only public ones (https://ai.google.dev/gemini-api/docs/video-understanding).
"""

import re
from urllib.parse import parse_qs, urlsplit

from gemini.media.attachment import Attachment, MediaError
from gemini.request import Part

HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"}
SHORT_HOST = "youtu.be"
FOLDERS = {"shorts", "live", "embed", "v"}  # /shorts/ID
VIDEO_ID = re.compile(r"[\w-]{11}")


class YouTubeVideo(Attachment):
    """A video by URL. Its `data` is the address, so that it is told from others by it."""

    @property
    def where(self) -> str:
        return "YouTube"

    @property
    def address(self) -> str:
        """Of the video's page."""
        return self.data.decode()

    def part(self) -> Part:
        """The video as a part of a request. Vertex AI wants a type, the Gemini API takes one."""
        return {"file_data": {"file_uri": self.address, "mime_type": self.mime_type}}


def youtube_video(address: str) -> YouTubeVideo:
    """The video that a link leads to; what else the link says is left out.

    Raises:
        MediaError: it isn't a link to a video on YouTube.
    """
    video = _video_id(address.strip())
    if video is None:
        raise MediaError(
            "That is not a link to a YouTube video. It looks like "
            "https://www.youtube.com/watch?v=... or https://youtu.be/..."
        )
    page = f"https://www.youtube.com/watch?v={video}"
    return YouTubeVideo(f"YouTube {video}", "video/mp4", page.encode())


def is_youtube(address: str) -> bool:
    """Whether a link leads to a video on YouTube."""
    return _video_id(address.strip()) is not None


def _video_id(address: str) -> str | None:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    steps = [step for step in parts.path.split("/") if step]
    video = ""
    if host == SHORT_HOST and len(steps) == 1:
        video = steps[0]
    elif host in HOSTS and steps == ["watch"]:
        video = parse_qs(parts.query).get("v", [""])[0]
    elif host in HOSTS and len(steps) == 2 and steps[0] in FOLDERS:
        video = steps[1]
    return video if VIDEO_ID.fullmatch(video) else None
