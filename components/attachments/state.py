"""The attachments of a page: what waits, what was sent, how they travel, what is asked.

The media of the path through the conversation and those that wait for the next prompt are one
list on the screen. Bytes are kept as long as a turn or the list refers to them, and no longer.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from components.attachments.sent import SentMedia, inline_size
from components.attachments.uploading import Sending, Stored
from components.connection import current_connection
from components.conversation.current import current_chat, take_waiting, wait_for
from components.conversation.state import Chat
from components.files.uploaded import keeps_location
from components.notices import Notices
from components.session import state
from components.settings.run_settings import current_settings
from gemini.api.call import PendingCall
from gemini.conversation import Turn
from gemini.media.attachment import Attachment, Kind, MediaError
from gemini.media.clip import Clip, clip_of
from gemini.media.documents import text
from gemini.media.load import attachment
from gemini.media.names import medium_in, named
from gemini.media.remote import cloud_file
from gemini.models.availability import why_not
from gemini.request import Part
from gemini.resources.files import DEFAULT_LIMIT, too_large_inline
from gemini.settings.config import CACHED_CONTENT

Travel = Literal["auto", "inline", "files"]

NAMES: dict[Kind, str] = {
    "image": "an image",
    "document": "a PDF",
    "audio": "an audio file",
    "video": "a video",
    "text": "a text file",
}
TAKES: dict[str, tuple[Kind, ...]] = {
    "image": ("image",),
    "document": ("document", "text"),
    "audio": ("audio",),
    "video": ("video",),
}
"""The kinds that each page about media takes. Others take every kind."""

LOCAL = "This page works on the file itself. Download it from Cloud Storage and add it here."


@dataclass
class Attachments:
    """The media of one page in one session. `kinds` are those that the page takes.

    `sending` is what waits for its uploads. `travel` and `limit` (bytes of a request) decide what
    goes through the Files API. `counts` are those of tokens, by what they count.
    `clips` are what is to be looked at of videos, by their digest. `local`: the page
    works on the bytes itself, so that an address is not enough. `optional`: the
    page is a chat, in which prompts need no media and media no words. `sent` knows what the
    parts of the turns are of.
    """

    page: str
    kinds: tuple[Kind, ...]
    pending: list[Attachment] = field(default_factory=list)
    complaints: Notices = field(default_factory=Notices)
    sending: Sending = field(default_factory=Sending)
    travel: Travel = "auto"
    limit: int = DEFAULT_LIMIT
    counts: dict[str, PendingCall] = field(default_factory=dict)
    clips: dict[str, Clip] = field(default_factory=dict)
    uploaders: int = 0
    local: bool = False
    optional: bool = False
    sent: SentMedia = field(default_factory=SentMedia)

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

    def media_of(self, turn: Turn) -> list[Attachment]:
        """The attachments of a turn's prompt; those of an imported turn are read again."""
        return [one for _, one in self.sent.of(turn)]

    def add(self, attachments: list[Attachment]) -> None:
        """Add attachments, each content once; other kinds are refused with a word.

        What is attached is sent with the next prompt and isn't taken again, unless media
        are optional: there a file is a part of its own prompt.
        """
        there = {a.digest for a in (self.pending if self.optional else self.media)}
        for one in attachments:
            if one.kind not in self.kinds:
                self.complaints.say(_elsewhere(one))
            elif one.digest not in there:
                there.add(one.digest)
                self.pending.append(one)
            elif not self.optional:
                self.complaints.say(f"{one.name} is already there.", "warning")

    @property
    def unsent(self) -> list[Attachment]:
        """What must go with the next prompt.

        That is what waits; and what is attached because of a turn which is not sent along,
        since it has no answer that the chosen model may be given.
        """
        if self.optional:
            return self.pending
        if self.chat.alone:
            return self.media
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
            self.complaints.say(str(error))

    def add_cloud(self, address: str) -> None:
        """Attach a file of Cloud Storage by URL, or say why not."""
        connection = current_connection()
        why = why_not("cloud_storage", connection.target.backend) if connection else None
        try:
            if why or self.local:
                raise MediaError(why or LOCAL)
            self.add([cloud_file(address)])
        except MediaError as error:
            self.complaints.say(str(error))

    def arrange(self, media: list[Attachment]) -> None:
        """Have these attached in this order. What was sent as it was stays as another branch."""
        if media != self.media:
            self._begin_anew(media)

    def read_as(self, one: Attachment, encoding: str) -> None:
        """Read a text in another encoding from now on. What was sent stays as another branch."""
        try:
            better = text(one.name, one.mime_type, one.original, encoding)
        except MediaError as error:
            self.complaints.say(str(error))
            return
        self.arrange([better if other is one else other for other in self.media])

    def clip(self, one: Attachment) -> Clip:
        """What is looked at of a video: as set last, or as it was sent."""
        if one.digest not in self.clips:
            sent = [p for turn in self.chat.conversation.path() for p in turn.prompt]
            part = next((p for p in sent if medium_in(p) and self.sent.is_of(p, one)), {})
            self.clips[one.digest] = clip_of(part.get("video_metadata"))
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
            self.chat.leave()
            self.chat.conversation.leaf = None
        self.pending = media

    def submit(self, text: str, attachments: list[Attachment]) -> None:
        """What the composer hands over: add the files, then ask."""
        self.add(attachments)
        if text or (self.optional and self.pending):
            self.ask(text)

    def ask(self, text: str) -> None:
        """Ask about the media. Large ones are stored first, and the prompt waits for that."""
        path = self.chat.conversation.path()
        if (
            path
            and not self.pending
            and path[-1].text == text
            and self.chat.just_asked(path[-1].prompt)
        ):
            return
        self.chat.leave()
        cached = CACHED_CONTENT in current_settings().config()  # it may hold the media
        if not (self.optional or self.media or self.chat.conversation.path() or cached):
            kinds = " or ".join(NAMES[kind] for kind in self.kinds)
            self.chat.give_back(text, [f"Add {kinds} first."])
            return
        self._begin(self.to_store(text), partial(self._send, text), text)

    def regenerate(self, turn: Turn) -> None:
        """Ask a turn again. What the Files API has let go of by now is stored anew first."""
        self.chat.leave()
        self._begin(self._lost(), partial(self._send_again, turn), turn.text, typed=False)

    def _begin(
        self,
        files: Sequence[Attachment],
        then: Callable[[Stored], None],
        words: str,
        *,
        typed: bool = True,
    ) -> None:
        """Store the files, then send; what was `typed` is back in the field if that can't be."""

        def give_back(_: Stored) -> None:
            if typed:
                self.chat.give_back(words, self.chat.complaints)

        self.sending.begin(files, then, give_back, words)
        if self.sending.running:
            wait_for(self.chat, self.sending, self)

    def prepare(self, words: str, then: Callable[[list[Part]], None]) -> None:
        """Call `then` with media and words as parts: now, or when what is large is stored.

        For pages that are no conversation; the media stay attached for the next time.
        """
        media = self.media

        def send(stored: Stored) -> None:
            parts = parts_of(media, stored)
            then([*parts, {"text": words}] if words.strip() else parts)

        self.sending.begin(self.to_store(words), send)

    def _missing(self, turn: Turn) -> list[Part]:
        """The media of turns before this one that are not sent along with it, nor in it."""
        if self.optional:
            return []
        conversation, missing = self.chat.conversation, {}
        along = [each for each, _ in conversation.sent_along(turn.parent, self.chat.model)]
        sent = {a.digest for each in [*along, turn] for a in self.media_of(each)}
        for each in conversation.path_to(turn.parent):
            for part, one in self.sent.of(each):
                if one.digest not in sent:
                    missing[one.digest] = part
        return list(missing.values())

    def sample(self, one: Attachment, text: str) -> None:
        """Begin anew with a sample."""
        self.arrange([one])
        self.ask(text)

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
        other = len(text.encode()) + sum(inline_size(p) for turn, _ in along for p in turn.prompt)
        return [*lost, *too_large_inline(unsent, other, self.limit)]

    def _lost(self) -> list[Attachment]:
        """What was stored for a turn of the path and is there no more."""
        return self.sent.lost(self.chat.conversation.path(), current_connection())

    def goes_to_files(self, one: Attachment) -> bool:
        """Whether an attachment travels, or travelled, through the Files API."""
        for turn in self.chat.conversation.path():
            for part, other in self.sent.of(turn):
                if other is one:
                    return "file_data" in part and not one.remote
        return one in self.to_store("")

    def forget(self) -> None:
        """Let go of the bytes that neither a turn nor the list refers to any more."""
        self.sent.forget_all_but(self.chat.conversation.turns.values())

    def _send_again(self, turn: Turn, stored: Stored) -> None:
        self.sent.renew(self.chat.conversation.path(), stored)
        self.chat.regenerate(turn, self._missing(turn))

    def _send(self, text: str, stored: Stored) -> None:
        """Send the prompt with what is pending; what was stored anew replaces what is gone."""
        self.sent.renew(self.chat.conversation.path(), stored)
        prompt: list[Part] = []
        for one in self.unsent:
            file = stored.get(one.digest)
            part = file.part() if file else one.part()
            if metadata := self.clip(one).metadata():
                part = {**part, "video_metadata": metadata}
            self.sent.remember(part, one)
            note = f" ({one.note})" if self.optional and one.note else ""
            prompt.append(named(part, f"{one.name}{note}"))
        self.pending = []
        self.chat.send([*prompt, {"text": text}] if text else prompt)


def attachments_of(
    page: str, *kinds: Kind, local: bool = False, optional: bool = False
) -> Attachments:
    """The attachments of a page in this session, made at the first call.

    After a reload while a prompt waited for its uploads they are those of the session before:
    `follow_uploads` gives the prompt back then.
    """
    takes = kinds or TAKES.get(page) or tuple(NAMES)

    def make() -> Attachments:
        return take_waiting(page) or Attachments(page, takes, local=local, optional=optional)

    return state(f"attachments-{page}", make)


def page_for(kind: Kind) -> str:
    """The page about media of a kind."""
    return next(page for page, kinds in TAKES.items() if kind in kinds)


def parts_of(media: Iterable[Attachment], stored: Stored) -> list[Part]:
    """Media as parts of a request, those by their address that are stored."""
    return [f.part() if (f := stored.get(a.digest)) else a.part() for a in media]


def _elsewhere(one: Attachment) -> str:
    """Where a file belongs that a page doesn't take."""
    if one.name.lower().endswith((".svg", ".svgz")):
        return f"{one.name} is an SVG drawing, which models can't see. Export it as PNG."
    return f"{one.name} is {NAMES[one.kind]}. Add it on the {page_for(one.kind).capitalize()} page."
