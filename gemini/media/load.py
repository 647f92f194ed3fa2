"""A file on its way into a request: what it really is, and made fit to be sent.

The type comes from the bytes, never from the name.
"""

import re
import unicodedata

from gemini.media.attachment import Attachment, MediaError, kind_of
from gemini.media.documents import pdf, text
from gemini.media.images import picture
from gemini.media.recordings import recording, without_video
from gemini.media.sniff import sniff

READERS = {"document": pdf, "audio": recording, "video": recording, "text": text}
"""By kind, what checks the bytes and tells their size."""

LONGEST = 255  # characters; no file system has longer ones
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the letters after them, so that `gpj.exe` reads as `exe.jpg`
(https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing)."""


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


def file_name(name: str) -> str:
    """A name on one line, its letters composed, without what hides or turns letters."""
    plain = DIRECTIONS.sub("", unicodedata.normalize("NFC", name))
    shown = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in plain)
    return " ".join(shown.split())[-LONGEST:]


def _refusal(name: str, data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        return f"{name} is a ZIP or Office file. The Gemini API reads PDF: export it as one."
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return f"{name} is an old Office file. The Gemini API reads PDF: export it as one."
    return f"{name} isn't an image, PDF, audio, video or text file that the Gemini API accepts."
