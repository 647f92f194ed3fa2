"""Files in Google Cloud Storage, which Vertex AI reads by their address: nothing is fetched here.

The Gemini API does not take such addresses
(https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference, FileData).
"""

import re
from typing import Final

from gemini.media.attachment import Attachment, MediaError
from gemini.request import Part

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
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
    "pdf": "application/pdf",
    "wav": "audio/wav",
    "mp3": "audio/mp3",
    "aiff": "audio/aiff",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "m4a": "audio/m4a",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "mov": "video/mov",
    "avi": "video/avi",
    "flv": "video/x-flv",
    "webm": "video/webm",
    "wmv": "video/wmv",
    "3gp": "video/3gpp",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "html": "text/html",
    "xml": "text/xml",
    "css": "text/css",
    "rtf": "text/rtf",
    **dict.fromkeys(SOURCE, "text/plain"),
}
"""MIME types by the ending of a name: the bytes, which would tell, stay where they are."""


class CloudFile(Attachment):
    """A file by URL. Its `data` is the address, so that it is told from others by it."""

    @property
    def where(self) -> str:
        return "Cloud Storage"

    @property
    def address(self) -> str:
        return self.data.decode()

    def part(self) -> Part:
        """The file as a part of a request."""
        return {"file_data": {"file_uri": self.address, "mime_type": self.mime_type}}


def is_cloud(address: str) -> bool:
    """Whether an address is meant to be one of Cloud Storage."""
    return address.strip().lower().startswith(SCHEME)


def cloud_file(address: str) -> CloudFile:
    """The file at an address such as gs://bucket/folder/report.pdf. That it is there is not known.

    Raises:
        MediaError: it isn't such an address, or its ending tells no type that Gemini reads.
    """
    match = ADDRESS.fullmatch(address.strip())
    if match is None:
        raise MediaError("An address in Cloud Storage looks like gs://bucket/folder/report.pdf.")
    name = match[2].rpartition("/")[2]
    mime_type = TYPES.get(name.rpartition(".")[2].lower())
    if mime_type is None:
        endings = ", ".join(TYPES)
        raise MediaError(
            f"{name or address} does not say what it is. Its name must end in one of: {endings}."
        )
    return CloudFile(name, mime_type, match[0].encode())
