"""An attachment: checked media, with what a person wants to know of it."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

from gemini.request import Part

Kind = Literal["image", "document", "audio", "video", "text"]


class MediaError(ValueError):
    """A file that can't be used. Its text says why, and what to do."""


@dataclass(frozen=True)
class Attachment:
    """Checked media, ready to be sent.

    `note` says what was changed on the way, `warning` what may go wrong with it. `pixels` is
    (width, height) of a picture or video, `pages` those of a PDF, `seconds` the length of a sound
    or video; None for what does not apply. `has_text` is False for a PDF without text, such as a
    scan, `has_sound` for a silent video. `original` is the file as it came, where a page needs
    every pixel of it, or of a text that may have another `encoding` than was guessed.
    `where` is the service at which it stays, when only its address is sent.
    `page_labels` are the numbers printed on a PDF's pages, where they aren't 1, 2, 3.
    """

    where: ClassVar[str] = ""

    name: str
    mime_type: str
    data: bytes = field(repr=False)
    note: str = ""
    warning: str = ""
    pixels: tuple[int, int] | None = None
    pages: int | None = None
    seconds: float | None = None
    has_text: bool = True
    has_sound: bool = True
    page_labels: tuple[str, ...] = ()
    encoding: str = ""
    original: bytes = field(default=b"", repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """What tells it from others: the SHA-256 of its bytes in hex, or of where it stays and its
        address there."""
        known = hashlib.sha256(self.where.encode())
        known.update(self.data)
        return known.hexdigest()

    @property
    def kind(self) -> Kind:
        """What it is to a person."""
        return kind_of(self.mime_type)

    @property
    def remote(self) -> bool:
        """Whether it stays where it is, and only its address is sent."""
        return bool(self.where)

    @property
    def inline_size(self) -> int:
        """The bytes it takes inside a request, as base64."""
        return (len(self.data) + 2) // 3 * 4

    def page_of(self, number: int) -> int:
        """The page, counted from 1, on which this number is printed; else the one of that count."""
        label = str(number)
        return self.page_labels.index(label) + 1 if label in self.page_labels else number

    def part(self) -> Part:
        """The media as an inline part of a request."""
        return {"inline_data": {"mime_type": self.mime_type, "data": self.data}}


def kind_of(mime_type: str) -> Kind:
    """What a MIME type is to a person. Text of any sort is "text"."""
    if mime_type == "application/pdf":
        return "document"
    for kind in ("image", "audio", "video"):
        if mime_type.startswith(f"{kind}/"):
            return kind
    return "text"
