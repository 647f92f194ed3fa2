"""The media that prompts were sent with: which attachment a part is of, and what must be stored
anew before a prompt is sent again, because the Files API has let go of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from components.attachments.uploading import Stored
from gemini.api.connect import Connection
from gemini.conversation import Turn
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from gemini.media.names import medium_in, name_in, named
from gemini.media.remote import CloudFile, is_cloud, is_youtube, youtube_video
from gemini.request import Part, Request, text_of
from gemini.resources.files import known_file


@dataclass
class SentMedia:
    """The attachments that parts of turns are of.

    `_sent` are those of the turns by their digest, `_stored` the digests of those at the Files
    API, by URI.
    """

    _sent: dict[str, Attachment] = field(default_factory=dict)
    _stored: dict[str, str] = field(default_factory=dict)

    def remember(self, part: Part, one: Attachment) -> None:
        """Know the attachment again that a part of a turn is of."""
        self._sent[one.digest] = one
        if "file_data" in part:
            self._stored[_uri(part)] = one.digest

    def is_of(self, part: Part, one: Attachment) -> bool:
        """Whether a part is of an attachment: of its bytes, mostly the very same object, or of its
        address."""
        if "inline_data" in part:
            data = part["inline_data"]["data"]
            return not one.remote and (data == one.data or (bool(data) and data == one.original))
        return self._stored.get(_uri(part)) == one.digest

    def of(self, turn: Turn) -> list[tuple[Part, Attachment]]:
        """The media parts of a turn's prompt with what they are of.

        What was not sent from here is read again, if that is possible.
        """
        return [(part, one) for part in media_parts(turn) if (one := self._attachment(part))]

    def _attachment(self, part: Part) -> Attachment | None:
        one = next((one for one in self._sent.values() if self.is_of(part, one)), None)
        if one is None and (one := _read_again(part)):
            self.remember(part, one)
        return one

    def lost(self, turns: Iterable[Turn], connection: Connection | None) -> list[Attachment]:
        """What was stored for these turns and is there no more."""
        return [
            one
            for turn in turns
            for part, one in self.of(turn)
            if "file_data" in part and not one.remote
            if not (connection and _is_stored(connection, one, part))
        ]

    def renew(self, turns: Iterable[Turn], stored: Stored) -> None:
        """Let the prompts of turns refer to what was stored anew."""
        for turn in turns:
            turn.prompt = [self._renewed(part, stored) for part in turn.prompt]

    def _renewed(self, part: Part, stored: Stored) -> Part:
        digest = self._stored.get(_uri(part), "")
        if digest not in stored:
            return part
        renewed = {**part, **stored[digest].part()}
        self.remember(renewed, self._sent[digest])
        return named(renewed, name_in(part))

    def forget_all_but(self, turns: Iterable[Turn]) -> None:
        """Let go of the bytes that none of the turns refers to."""
        parts = [part for turn in turns for part in media_parts(turn)]
        used = {_uri(part) for part in parts}
        self._stored = {uri: digest for uri, digest in self._stored.items() if uri in used}
        self._sent = {
            digest: one
            for digest, one in self._sent.items()
            if any(self.is_of(part, one) for part in parts)
        }


def media_parts(turn: Turn) -> Iterator[Part]:
    """The media parts of a turn's prompt; those without a name get their number for one."""
    for number, part in enumerate(filter(medium_in, turn.prompt), 1):
        yield part if name_in(part) else named(part, f"File {number}")


def inline_size(part: Part) -> int:
    """How many bytes a part takes in the body of a request."""
    if "inline_data" in part:
        return (len(part["inline_data"]["data"]) + 2) // 3 * 4
    return len(text_of([part]).encode())


def _uri(part: Part) -> str:
    """Where the medium of a part is; "" for one inside the request."""
    return part["file_data"]["file_uri"] if "file_data" in part else ""


def _is_stored(connection: Connection, one: Attachment, part: Part) -> bool:
    """Whether what a part refers to is the file that the Files API has of an attachment."""
    file = known_file(connection, one)
    return file is not None and file.uri == _uri(part)


def _read_again(part: Part) -> Attachment | None:
    """The attachment of a part that came from elsewhere; None for a file of somebody's Files API,
    which gives no bytes back."""
    if "inline_data" in part:
        mime_type, data = part["inline_data"]["mime_type"], part["inline_data"]["data"]
        try:
            one = attachment(name_in(part), data, keep_location=True)
        except MediaError:
            return Attachment(name_in(part), mime_type, data)
        return one if one.data == data else replace(one, original=data)  # converted, to be drawn
    uri = _uri(part)
    if is_youtube(uri):
        return youtube_video(uri)
    if is_cloud(uri):
        return CloudFile(name_in(part), part["file_data"]["mime_type"], uri.encode())
    return None


def media_of_request(request: Request) -> list[Attachment]:
    """The media that a kept request was sent with, for a form to hold again; without those of the
    Files API, which gives none back.
    """
    return [one for _, one in SentMedia().of(Turn(request.parts, None))]
