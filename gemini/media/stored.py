"""Files at the Files API by their address, for when the bytes are not at hand: they can't be
downloaded (https://ai.google.dev/gemini-api/docs/files)."""

from gemini.media.attachment import Attachment
from gemini.request import Part


class FilesApiFile(Attachment):
    """A file by its URI. Its `data` is the URI, so that it is told from others by it."""

    @property
    def where(self) -> str:
        return "Files API"

    def part(self) -> Part:
        """The file as a part of a request, without its type where that isn't known: the API
        knows it, and refuses an empty one."""
        known = {"mime_type": self.mime_type} if self.mime_type else {}
        return {"file_data": {"file_uri": self.data.decode(), **known}}


def files_api_file(uri: str, mime_type: str, name: str) -> FilesApiFile:
    """The file behind a URI; `name` is what people know it by."""
    return FilesApiFile(name, mime_type, uri.encode())
