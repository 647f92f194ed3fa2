"""Media that stay where they are, and are sent by their URL: nothing is fetched here.

Videos on YouTube, public ones (https://ai.google.dev/gemini-api/docs/video-understanding); files in
Google Cloud Storage, which only Vertex AI reads
(https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference, FileData); and
files at the Files API, which can't be downloaded (https://ai.google.dev/gemini-api/docs/files).
"""

import re
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from gemini.media.attachment import Attachment, MediaError
from gemini.media.sniff import TEXT_TYPES
from gemini.request import Part

HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"}
SHORT_HOST = "youtu.be"
FOLDERS = {"shorts", "live", "embed", "v"}  # /shorts/ID
VIDEO_ID = re.compile(r"[\w-]{11}")

SCHEME = "gs://"
ADDRESS = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])/([^\x00-\x1f]+)")
"""https://cloud.google.com/storage/docs/buckets#naming and /objects#naming"""

SOURCE: Final = (
    *("json", "jsonl", "toml", "yaml", "yml", "ini", "log", "tex", "sql", "sh"),
    *("py", "js", "ts", "tsx", "jsx", "java", "kt", "c", "h", "cpp", "cs", "cu", "go", "rs"),
    *("rb", "php", "swift", "r"),
)
"""Endings of texts that have no type of their own at the API."""

TYPES: Final[dict[str, str]] = {
    "jpg": "image/jpeg",
    **{f: f"image/{f}" for f in ("png", "jpeg", "webp", "heic", "heif")},
    "pdf": "application/pdf",
    **{f: f"audio/{f}" for f in ("wav", "mp3", "aiff", "aac", "ogg", "flac", "m4a")},
    **{f: f"video/{f}" for f in ("mp4", "mpeg", "mov", "avi", "webm", "wmv")},
    "mpg": "video/mpeg",
    "flv": "video/x-flv",
    "3gp": "video/3gpp",
    "txt": "text/plain",
    "rtf": "text/rtf",
    **TEXT_TYPES,
    **dict.fromkeys(SOURCE, "text/plain"),
}
"""MIME types by the ending of a name: the bytes, which would tell, stay where they are."""


class RemoteFile(Attachment):
    """A file by URL. Its `data` is the address, so that it is told from others by it."""

    @property
    def address(self) -> str:
        return self.data.decode()

    def part(self) -> Part:
        """The file as a part of a request, without its type where that is unknown: the API
        refuses an empty one. (Vertex AI wants a type, the Gemini API takes one.)"""
        known = {"mime_type": self.mime_type} if self.mime_type else {}
        return {"file_data": {"file_uri": self.address, **known}}


class YouTubeVideo(RemoteFile):
    where: ClassVar[str] = "YouTube"


class CloudFile(RemoteFile):
    where: ClassVar[str] = "Cloud Storage"


class FilesApiFile(RemoteFile):
    where: ClassVar[str] = "Files API"


def is_cloud(address: str) -> bool:
    """Whether an address is meant to be one of Cloud Storage."""
    return address.strip().lower().startswith(SCHEME)


def cloud_file(address: str) -> CloudFile:
    """The file at an address such as gs://bucket/folder/report.pdf. That it is there is unknown.

    Raises:
        MediaError: it isn't such an address, or its ending tells no type that Gemini reads.
    """
    match = ADDRESS.fullmatch(address.strip())
    if match is None:
        raise MediaError("A Cloud Storage URI looks like gs://bucket/folder/report.pdf.")
    name = match[2].rpartition("/")[2]
    mime_type = TYPES.get(name.rpartition(".")[2].lower())
    if mime_type is None:
        endings = ", ".join(TYPES)
        raise MediaError(
            f"{name or address} doesn't say what it is. Its name must end in one of: {endings}."
        )
    return CloudFile(name, mime_type, match[0].encode())


def youtube_video(address: str) -> YouTubeVideo:
    """The video that a link leads to; what else the link says is left out.

    Raises:
        MediaError: it isn't a link to a video on YouTube.
    """
    video = _video_id(address.strip())
    if video is None:
        raise MediaError(
            "That isn't a link to a YouTube video. One looks like "
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
