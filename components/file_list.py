"""The files at the Files API that this session knows of, and what was last asked about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from components.attachments.state import Attachments, attachments_of
from components.attachments.uploading import Stored
from components.calls import Method
from components.connection import of_connection
from components.resource_list import ResourceList
from gemini.media.attachment import Attachment
from gemini.resources.file_list import ListedFile, deletion, listed, listing

STATE = "file-list"  # session state
PAGE = "files"
REMEMBERED = 20_000_000  # bytes of a file that is kept for its preview; the API gives none back


@dataclass
class FileList(ResourceList[ListedFile]):
    """Files; opened below one is "ask" or "delete".

    `known` are the bytes of files that went through this session, by their digest.
    """

    GONE: ClassVar[str] = "file_gone"

    known: dict[str, Attachment] = field(default_factory=dict)

    @property
    def attachments(self) -> Attachments:
        """Where the files lie that are to be uploaded."""
        return attachments_of(PAGE, local=True)

    @property
    def uploading(self) -> bool:
        """Whether files are on their way."""
        return self.attachments.sending.running

    def upload(self, files: Sequence[Attachment] = ()) -> None:
        """Begin to upload these, or what waits; what fails waits on."""
        files = files or self.attachments.pending
        self.attachments.sending.begin(files, self._uploaded, self._uploaded)

    def _uploaded(self, stored: Stored) -> None:
        attachments, self.due = self.attachments, 0.0
        for one in attachments.pending:
            if one.digest in stored and len(one.data) <= REMEMBERED:
                self.known[one.digest] = one
        attachments.pending = [one for one in attachments.pending if one.digest not in stored]

    def at_hand(self, one: ListedFile) -> Attachment | None:
        """The file with its bytes, if it went through this session."""
        return self.known.get(one.digest) if one.digest else None

    def listing(self, page_token: str | None) -> Method:
        return listing(page_token)

    def deletion(self, name: str) -> Method:
        return deletion(name)

    def item_of(self, entry: Any) -> ListedFile:
        return listed(entry)


def current_files() -> FileList:
    """The list of this session and connection, made at the first call."""
    return of_connection(STATE, FileList)
