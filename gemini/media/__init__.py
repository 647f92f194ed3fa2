"""Media on its way into a request: what it really is, and made fit to be sent.

The type comes from the bytes, never from the name. Pictures are turned upright and, where the API
doesn't take their format, converted; so what is sent is what is shown and drawn on.
"""

from gemini.media.attachment import Attachment, Kind, MediaError, kind_of
from gemini.media.audio import sound, without_video
from gemini.media.documents import pdf, text
from gemini.media.images import picture
from gemini.media.names import file_name
from gemini.media.sniff import sniff
from gemini.media.video import video_attachment

__all__ = ["Attachment", "Kind", "MediaError", "attachment", "kind_of", "sniff"]

READERS = {"document": pdf, "audio": sound, "video": video_attachment, "text": text}
"""By kind, what checks the bytes and tells their size."""


def attachment(name: str, data: bytes, *, keep_location: bool = False) -> Attachment:
    """Check a file and make it fit to be sent. Photos go without their location, unless it is kept.

    Raises:
        MediaError: it is empty, damaged, far too large, or of a kind the API does not take.
    """
    name = file_name(name)
    if not data:
        raise MediaError(f"{name} is empty.")
    mime_type = sniff(data, name)
    if mime_type is None:
        raise MediaError(_refusal(name, data))
    mime_type = without_video(mime_type, data)
    if kind_of(mime_type) == "image":
        return picture(name, mime_type, data, keep_location=keep_location)
    return READERS[kind_of(mime_type)](name, mime_type, data)


def _refusal(name: str, data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        return f"{name} is a ZIP or Office file. The Gemini API reads PDF: export it as one."
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return f"{name} is an old Office file. The Gemini API reads PDF: export it as one."
    return f"{name} is not an image, PDF, sound, video or text that the Gemini API takes."
