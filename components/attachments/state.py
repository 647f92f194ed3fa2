"""The attachments of a page: what waits, what was sent, how they travel, what is asked.

The media of the path through the conversation and those that wait for the next prompt are one
list on the screen. Bytes are kept as long as a turn or the list refers to them, and no longer.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Literal

import streamlit as st

from components.connection import current_connection
from components.conversation.state import Chat, current_chat
from components.files.location import keeps_location
from components.own_things import upload
from components.settings.run_settings import current_settings
from gemini.api.connect import Connection
from gemini.api.problems import Problem
from gemini.conversation import Turn, medium_in, name_in, named
from gemini.media.attachment import Attachment, Kind, MediaError
from gemini.media.clip import Clip, clip_of
from gemini.media.documents import text
from gemini.media.load import attachment
from gemini.media.remote import CloudFile, cloud_file, is_cloud, is_youtube, youtube_video
from gemini.models.availability import why_not
from gemini.request import Part, text_of
from gemini.resources.files import DEFAULT_LIMIT, StoredFile, Uploads, known_file, too_large_inline
from gemini.settings.config import CACHED_CONTENT

Travel = Literal["auto", "inline", "files"]

NAMES: dict[Kind, str] = {
    "image": "an image",
    "document": "a PDF",
    "audio": "a sound",
    "video": "a video",
    "text": "a text",
}
PAGES: dict[Kind, str] = {"image": "Image", "document": "Document", "text": "Document",
                          "audio": "Audio", "video": "Video"}  # fmt: skip
"""The page for each kind, named to people who added it elsewhere."""

LOCAL = "This page works on the file itself. Download it from Cloud Storage and add it here."


@dataclass
class Attachments:
    """The media of one page in one session. `kinds` are those that the page takes.

    `waiting` is a prompt that goes as soon as `chat.preparation` (its uploads) has ended; `again`
    is its turn, where it was asked before. `travel` and `limit` (bytes of a request) decide what
    goes through the Files API. `counted` are counts of tokens by what they count, `counting` one
    on its way. `clips` are what is to be looked at of videos, by their digest. `local`: the page
    works on the bytes itself, so that an address is not enough. `optional`: the
    page is a chat, in which prompts need no media and media no words.
    """

    page: str
    kinds: tuple[Kind, ...]
    pending: list[Attachment] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    problem: Problem | None = None
    waiting: str | None = None
    again: Turn | None = None
    travel: Travel = "auto"
    limit: int = DEFAULT_LIMIT
    counted: dict[str, int] = field(default_factory=dict)
    counting: tuple[str, Future[int]] | None = None
    clips: dict[str, Clip] = field(default_factory=dict)
    uploaders: int = 0
    local: bool = False
    optional: bool = False
    _known: dict[bytes | str, Attachment] = field(default_factory=dict)

    @property
    def chat(self) -> Chat:
        """The conversation about the media."""
        return current_chat(self.page)

    @property
    def media(self) -> list[Attachment]:
        """The attachments in order: what was sent on this path, then what is to be sent."""
        sent = [a for turn in self.chat.conversation.path() for a in self.media_of(turn)]
        return list({a.digest: a for a in [*sent, *self.pending]}.values())

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see yet."""
        return not self.media and not self.chat.conversation.path()

    @property
    def uploads(self) -> Uploads | None:
        """The uploads that the waiting prompt waits for."""
        preparation = self.chat.preparation
        return preparation if isinstance(preparation, Uploads) else None

    def media_of(self, turn: Turn) -> list[Attachment]:
        """The attachments of a turn's prompt; those of an imported turn are read again."""
        return [a for part in _media(turn) if (a := self._attachment(part))]

    def add(self, attachments: list[Attachment]) -> None:
        """Add attachments, each content once; other kinds are refused with a word.

        What is attached goes along with the next prompt and isn't taken again, unless media
        are optional: there a file is a part of its own prompt.
        """
        there = {a.digest for a in (self.pending if self.optional else self.media)}
        for one in attachments:
            if one.kind not in self.kinds:
                self.complaints.append(_elsewhere(one))
            elif one.digest not in there:
                there.add(one.digest)
                self.pending.append(one)

    @property
    def unsent(self) -> list[Attachment]:
        """What must go with the next prompt.

        That is what waits; and what is attached because of a turn which is not sent along,
        since it has no answer that the chosen model may be given.
        """
        if self.optional:
            return self.pending
        conversation = self.chat.conversation
        along = conversation.sent_along(conversation.leaf, self.chat.model)
        sent = {a.digest for turn, _ in along for a in self.media_of(turn)}
        return [a for a in self.media if a.digest not in sent]

    def add_file(self, name: str, data: bytes) -> None:
        """Check a file and attach it, or say why not."""
        try:
            one = attachment(name, data, keep_location=keeps_location())
            self.add([replace(one, original=data) if self.local and one.pixels else one])
        except MediaError as error:
            self.complaints.append(str(error))

    def add_cloud(self, address: str) -> None:
        """Attach a file of Cloud Storage by URL, or say why not."""
        connection = current_connection()
        why = why_not("cloud_storage", connection.target.backend) if connection else None
        try:
            if why or self.local:
                raise MediaError(why or LOCAL)
            self.add([cloud_file(address)])
        except MediaError as error:
            self.complaints.append(str(error))

    def arrange(self, media: list[Attachment]) -> None:
        """Have these attached in this order. What was sent as it was stays as another branch."""
        if media != self.media:
            self._begin_anew(media)

    def read_as(self, one: Attachment, encoding: str) -> None:
        """Read a text in another encoding from now on. What was sent stays as another branch."""
        try:
            better = text(one.name, one.mime_type, one.original, encoding)
        except MediaError as error:
            self.complaints.append(str(error))
            return
        self.arrange([better if other is one else other for other in self.media])

    def clip(self, one: Attachment) -> Clip:
        """What is looked at of a video: as set last, or as it was sent."""
        if one.digest not in self.clips:
            sent = [p for turn in self.chat.conversation.path() for p in turn.prompt]
            known = (p for p in sent if medium_in(p) and self._known.get(_reference(p)) is one)
            self.clips[one.digest] = clip_of(next(known, {}).get("video_metadata"))
        return self.clips[one.digest]

    def cut(self, one: Attachment, clip: Clip) -> None:
        """Look at this of a video from now on. What was sent stays as another branch."""
        if clip != self.clip(one):
            media = self.media
            self.clips[one.digest] = clip
            if one not in self.pending:
                self._begin_anew(media)

    def _begin_anew(self, media: list[Attachment]) -> None:
        if self.chat.conversation.path():
            self.chat.stop()
            self.chat.conversation.leaf = None
        self.pending = media

    def submit(self, text: str, attachments: list[Attachment]) -> None:
        """What the composer hands over: add the files, then ask."""
        self.add(attachments)
        if text or (self.optional and self.pending):
            self.ask(text)

    def ask(self, text: str) -> None:
        """Ask about the media. Large ones are stored first, and the prompt waits for that."""
        self.chat.stop()
        self.problem = None
        cached = CACHED_CONTENT in current_settings().config()  # it may hold the media
        if not (self.optional or self.media or self.chat.conversation.path() or cached):
            self.chat.give_back(text, [f"Add {NAMES[self.kinds[0]]} first."])
            return
        connection = current_connection()
        to_store = self.to_store(text)
        if connection is None or not to_store:
            self._send(text, {})
            return
        self.waiting = text
        self.chat.preparation = upload(connection, to_store)

    def regenerate(self, turn: Turn) -> None:
        """Ask a turn again. What the Files API has let go of by now is stored anew first."""
        connection, lost = current_connection(), self._lost()
        if connection is None or not lost:
            self.chat.regenerate(turn, self._missing(turn))
            return
        self.chat.stop()
        self.problem = None
        self.waiting, self.again = turn.text, turn
        self.chat.preparation = upload(connection, lost)

    def _missing(self, turn: Turn) -> list[Part]:
        """The media of turns before this one that are not sent along with it, nor in it."""
        if self.optional:
            return []
        conversation, missing = self.chat.conversation, {}
        along = [each for each, _ in conversation.sent_along(turn.parent, self.chat.model)]
        sent = {a.digest for each in [*along, turn] for a in self.media_of(each)}
        for each in conversation.path_to(turn.parent):
            for part in _media(each):
                one = self._attachment(part)
                if one and one.digest not in sent:
                    missing[one.digest] = part
        return list(missing.values())

    def sample(self, one: Attachment, text: str) -> None:
        """Begin anew with a sample."""
        self.arrange([one])
        self.ask(text)

    def settle(self) -> None:
        """Send the waiting prompt when its uploads are complete, or give it back when not."""
        uploads, text = self.uploads, self.waiting
        if uploads is None or text is None or uploads.running:
            return
        again, self.again = self.again, None
        self.waiting = self.chat.preparation = None
        if not uploads.complete:
            self.problem = uploads.problem
            self.chat.draft = "" if again else text
        elif again:
            self._renew(uploads.files)
            self.chat.regenerate(again, self._missing(again))
        else:
            self._send(text, uploads.files)

    def to_store(self, text: str) -> list[Attachment]:
        """What must go to the Files API before `text` can be asked.

        That is what is too large, and what was stored for an earlier turn and is there no more.
        """
        lost, conversation = self._lost(), self.chat.conversation
        unsent = [a for a in self.unsent if not a.remote and a not in lost]
        if self.travel == "inline":
            return lost
        if self.travel == "files":
            return [*lost, *unsent]
        along = conversation.sent_along(conversation.leaf, self.chat.model)
        other = len(text.encode()) + sum(_inline_size(p) for turn, _ in along for p in turn.prompt)
        return [*lost, *too_large_inline(unsent, other, self.limit)]

    def _lost(self) -> list[Attachment]:
        """What was stored for a turn of the path and is there no more."""
        connection = current_connection()
        return [
            a
            for turn in self.chat.conversation.path()
            for part in _media(turn)
            if "file_data" in part
            and (a := self._attachment(part))
            and not a.remote
            and not (connection and _is_stored(connection, a, part))
        ]

    def goes_to_files(self, one: Attachment) -> bool:
        """Whether an attachment travels, or travelled, through the Files API."""
        for turn in self.chat.conversation.path():
            for part in _media(turn):
                if self._attachment(part) is one:
                    return "file_data" in part and not one.remote
        return one in self.to_store("")

    def forget(self) -> None:
        """Let go of the bytes that neither a turn nor the list refers to any more."""
        turns = self.chat.conversation.turns.values()
        used = {_reference(part) for turn in turns for part in _media(turn)}
        self._known = {key: a for key, a in self._known.items() if key in used}

    def _send(self, text: str, stored: dict[str, StoredFile]) -> None:
        """Send the prompt with what is pending; what was stored anew replaces what is gone."""
        self._renew(stored)
        prompt: list[Part] = []
        for one in self.unsent:
            file = stored.get(one.digest)
            part = file.part() if file else one.part()
            if metadata := self.clip(one).metadata():
                part = {**part, "video_metadata": metadata}
            self._known[_reference(part)] = one
            note = f" ({one.note})" if self.optional and one.note else ""
            prompt.append(named(part, f"{one.name}{note}"))
        self.pending = []
        self.chat.send([*prompt, {"text": text}] if text else prompt)

    def _renew(self, stored: dict[str, StoredFile]) -> None:
        for turn in self.chat.conversation.path():
            turn.prompt = [self._renewed(part, stored) for part in turn.prompt]

    def _renewed(self, part: Part, stored: dict[str, StoredFile]) -> Part:
        one = self._known.get(_reference(part)) if "file_data" in part else None
        if one is None or one.digest not in stored:
            return part
        renewed = {**part, **stored[one.digest].part()}
        self._known[_reference(renewed)] = one
        return named(renewed, name_in(part))

    def _attachment(self, part: Part) -> Attachment | None:
        key, name = _reference(part), name_in(part)
        if key not in self._known and "inline_data" in part:
            blob = part["inline_data"]
            try:
                self._known[key] = attachment(name, blob["data"], keep_location=True)
            except MediaError:
                self._known[key] = Attachment(name, blob["mime_type"], blob["data"])
        if key not in self._known and isinstance(key, str) and is_youtube(key):
            self._known[key] = youtube_video(key)
        if key not in self._known and isinstance(key, str) and is_cloud(key):
            self._known[key] = CloudFile(name, part["file_data"]["mime_type"], key.encode())
        return self._known.get(key)


def attachments_of(
    page: str, *kinds: Kind, local: bool = False, optional: bool = False
) -> Attachments:
    """The attachments of a page in this session, made at the first call."""
    key = f"attachments-{page}"
    if key not in st.session_state:
        st.session_state[key] = Attachments(page, kinds, local=local, optional=optional)
    return st.session_state[key]


def _is_stored(connection: Connection, one: Attachment, part: Part) -> bool:
    """Whether what a part refers to is the file that the Files API has of an attachment."""
    file = known_file(connection, one)
    return file is not None and file.uri == _reference(part)


def _elsewhere(one: Attachment) -> str:
    """Where a file belongs that a page doesn't take."""
    if one.name.lower().endswith((".svg", ".svgz")):
        return f"{one.name} is an SVG drawing, which models can't see. Export it as PNG."
    return f"{one.name} is {NAMES[one.kind]}. Add it on the {PAGES[one.kind]} page."


def _media(turn: Turn) -> Iterator[Part]:
    """The media parts of a turn's prompt; those without a name get their number for one."""
    for number, part in enumerate(filter(medium_in, turn.prompt), 1):
        yield part if name_in(part) else named(part, f"File {number}")


def _reference(part: Part) -> bytes | str:
    """What stands for a medium in a prompt: its bytes, or its address at the Files API."""
    return part["inline_data"]["data"] if "inline_data" in part else part["file_data"]["file_uri"]


def _inline_size(part: Part) -> int:
    if "inline_data" in part:
        return (len(part["inline_data"]["data"]) + 2) // 3 * 4
    return len(text_of([part]).encode())
