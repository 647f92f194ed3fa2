"""The files at the Files API that this session knows of, and what was last asked about them."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from components.attachments.state import Attachments, attachments_of
from components.calls import Calls, Steps
from components.connection import current_connection, of_connection
from components.own_things import own_of, upload
from gemini.api.last_known import FAILED
from gemini.media import Attachment
from gemini.resources.file_list import ListedFile, deletion, listed, listing
from gemini.resources.files import Upload, Uploads

STATE = "file-list"  # session state
PAGE = "files"
REMEMBERED = 20_000_000  # bytes of a file that is kept for its preview; the API gives none back

Opened = Literal["ask", "delete"]


@dataclass
class FileList:
    """Files of one connection, newest first.

    `more` is the token of the next page; `listed` whether any has come, `due` when the list is to
    be asked for, of `time.monotonic`. `opened` is the name of a file and what is open below it.
    `uploads` are under way, `failed` are those that did not work out. `known` are the bytes of
    files that went through this session, by their digest.
    """

    connection: str
    files: list[ListedFile] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    due: float = 0.0
    calls: Calls = field(default_factory=Calls)
    opened: tuple[str, Opened] | None = None
    uploads: Uploads | None = None
    failed: list[Upload] = field(default_factory=list)
    known: dict[str, Attachment] = field(default_factory=dict)

    @property
    def attachments(self) -> Attachments:
        """Where the files lie that are to be uploaded."""
        return attachments_of(PAGE, "image", "document", "audio", "video", "text", local=True)

    @property
    def own(self) -> list[ListedFile]:
        """Those to be shown; see `own_things`."""
        return own_of(self.files, lambda one: one.name)

    @property
    def is_due(self) -> bool:
        """Whether the list is to be asked for now."""
        return time.monotonic() >= self.due and not self.calls.busy

    def refresh(self) -> None:
        """List them anew."""
        self.calls.begin(self._list(None))

    def show_more(self) -> None:
        """List the next page of them as well."""
        self.calls.begin(self._list(self.more))

    def upload(self) -> None:
        """Begin to upload what waits."""
        connection = current_connection()
        if connection is not None and self.attachments.pending:
            self.failed = []
            self.uploads = upload(connection, self.attachments.pending)

    def settle(self) -> None:
        """Take in what the uploads came to; what failed waits on."""
        uploads = self.uploads
        if uploads is None or uploads.running:
            return
        self.uploads, self.due = None, 0.0
        self.failed = [one for one in uploads.each if one.problem]
        done = {one.attachment.digest for one in uploads.each if one.file}
        for one in self.attachments.pending:
            if one.digest in done and len(one.data) <= REMEMBERED:
                self.known[one.digest] = one
        self.attachments.pending = [
            one for one in self.attachments.pending if one.digest not in done
        ]

    def delete(self, names: Sequence[str]) -> None:
        """Delete files one after the other, until one can't be. One that is gone is none."""
        self.opened = None
        self.calls.begin(self._delete(names))

    def at_hand(self, one: ListedFile) -> Attachment | None:
        """The file with its bytes, if it went through this session."""
        return self.known.get(one.digest) if one.digest else None

    def _delete(self, names: Sequence[str]) -> Steps:
        for name in names:
            call = yield deletion(name)
            if call.problem and call.problem.kind != "file_gone":
                return
            self.files = [one for one in self.files if one.name != name]

    def _list(self, page_token: str | None) -> Steps:
        self.due = time.monotonic() + FAILED
        call = yield listing(page_token)
        if call.problem:
            return
        self.listed, self.due = True, math.inf
        before = self.files if page_token else []
        known = {one.name for one in before}
        files = [listed(item) for item in call.response]
        self.files = [*before, *(one for one in files if one.name not in known)]
        self.more = call.next_page_token


def current_files() -> FileList:
    """The list of this session and connection, made at the first call."""
    return of_connection(STATE, FileList)
