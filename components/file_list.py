"""The files at the Files API that this session knows of, and what was last asked about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from components.attachments.state import Attachments, attachments_of
from components.calls import Method, Steps
from components.connection import current_connection, of_connection
from components.own_things import own_of, upload
from components.resource_list import ResourceList
from gemini.media.attachment import Attachment
from gemini.resources.file_list import ListedFile, deletion, listed, listing
from gemini.resources.files import Upload, Uploads

STATE = "file-list"  # session state
PAGE = "files"
REMEMBERED = 20_000_000  # bytes of a file that is kept for its preview; the API gives none back

Opened = Literal["ask", "delete"]


@dataclass
class FileList(ResourceList[ListedFile]):
    """Files. `opened` is the name of one and what is open below it.

    `uploads` are under way, `failed` are those that did not work out. `known` are the bytes of
    files that went through this session, by their digest.
    """

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
        return own_of(self.items, lambda one: one.name)

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

    def listing(self, page_token: str | None) -> Method:
        return listing(page_token)

    def item_of(self, entry: Any) -> ListedFile:
        return listed(entry)

    def _delete(self, names: Sequence[str]) -> Steps:
        for name in names:
            call = yield deletion(name)
            if call.problem and call.problem.kind != "file_gone":
                return
            self.remove([name])


def current_files() -> FileList:
    """The list of this session and connection, made at the first call."""
    return of_connection(STATE, FileList)
