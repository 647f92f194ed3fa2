"""What the long-context page remembers: the folder, what of it is sent, the conversation.

The folder travels as one text among the media of the first turn. While nothing has been asked, that
text follows every change; afterwards the conversation keeps the one it began with, and a changed
folder begins another.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from components.attachments.state import Attachments
from gemini.media.attachment import Attachment, Kind
from gemini.media.folder import Folder, FolderError, FolderFile, folder_of, liftable
from gemini.media.folder_prompt import FolderChoice, PatternError, marked, prompt_of

PAGE = "long-context"
ROOT = Path(__file__).parents[2]  # of the playground, whose source the samples read
TEXT = "text/plain"


@dataclass
class LongContextState(Attachments):
    """The page in one session. `listed` are the folder's files, each with why it is left out.

    `taken` are the reasons of rules that somebody has lifted, `encodings` the chosen ones by path.
    `text` is the folder as it would be sent now. `version` counts what makes the table of files
    another one.
    """

    page: str = PAGE
    kinds: tuple[Kind, ...] = ("text",)
    folder: Folder | None = None
    listed: list[FolderFile] = field(default_factory=list)
    choice: FolderChoice = field(default_factory=FolderChoice)
    taken: set[str] = field(default_factory=set)
    encodings: dict[str, str] = field(default_factory=dict)
    text: Attachment | None = None
    trouble: str = ""
    version: int = 0
    _files: list[FolderFile] = field(default_factory=list)
    _laid: Attachment | None = None

    @property
    def reasons(self) -> dict[str, int]:
        """Why files are left out that could be sent, with how many there are of each."""
        counts = dict.fromkeys(sorted(self.taken), 0)
        for file in self._files:
            if liftable(file.reason):
                counts[file.reason] = counts.get(file.reason, 0) + 1
        return counts

    @property
    def outdated(self) -> bool:
        """Whether the conversation began with the folder as it was before."""
        begun = bool(self.chat.conversation.path())
        return begun and self.text is not None and self.text not in self.media

    def open(self, folder: Folder) -> None:
        """Take a folder, or say why not; the one that is there stays then."""
        try:
            files = folder.files()
        except FolderError as error:
            self.complaints.say(str(error))
            return
        self.folder, self._files = folder, files
        self.taken, self.choice, self.encodings = set(), FolderChoice(), {}
        self._settle()

    def lift(self, reasons: Collection[str]) -> None:
        """Have only the rules that aren't among these leave something out."""
        self._list(set(reasons), self.choice)

    def want(self, **patterns: str) -> None:
        """Have other patterns, `only` or `leave_out`."""
        self.choice = replace(self.choice, **patterns)
        self._settle()

    def choose(self, choices: dict[str, bool]) -> None:
        """Have files go along, or not, by path, whatever rules and patterns say."""
        by_hand = {**self.choice.by_hand, **choices}
        self._list(self.taken, replace(self.choice, by_hand=by_hand))

    def read_file_as(self, path: str, encoding: str) -> None:
        """Have a file read in another encoding than was guessed."""
        self.encodings[path] = encoding
        self._list(self.taken, self.choice)

    def lay_out(self) -> None:
        """Have the folder's text attached as it is now, unless a conversation has begun."""
        if not self.chat.conversation.path():
            added = [one for one in self.pending if one is not self._laid]
            self._laid = self.text
            self.pending = [*([self.text] if self.text else []), *added]

    def arrange(self, media: list[Attachment]) -> None:
        """Have these attached; without the folder's text the folder is gone."""
        super().arrange(media)
        if self.text is not None and self.text not in media:
            self.folder, self.text, self.listed = None, None, []

    def ask(self, text: str) -> None:
        """Ask about the folder; about a changed one in a conversation of its own."""
        if self.outdated:
            self.chat.clear()
        self.lay_out()
        if not self.media and not self.chat.conversation.path():
            self.chat.give_back(text, ["Add a folder or a zip first."])
            return
        super().ask(text)

    def run_sample(self, folder: str, prompt: str) -> None:
        """Open a folder of the playground's own source, and ask about it."""
        top = ROOT / folder
        paths = sorted(path for path in top.rglob("*") if path.is_file())
        named = [(str(path.relative_to(top)), path.read_bytes()) for path in paths]
        self.open(folder_of(top.name, named))
        self.ask(prompt)

    def _list(self, taken: set[str], choice: FolderChoice) -> None:
        """List the files anew; when that would be too much, say so and leave it as it is."""
        assert self.folder is not None
        try:
            by_hand = [path for path, go in choice.by_hand.items() if go]
            files = self.folder.files(taken, by_hand, self.encodings)
        except FolderError as error:
            self.complaints.say(str(error))
            return
        self._files, self.taken, self.choice = files, taken, choice
        self._settle()

    def _settle(self) -> None:
        """Choose the files anew, and make the text of them."""
        assert self.folder is not None
        self.version += 1
        try:
            self.listed, self.trouble = marked(self._files, self.choice), ""
        except PatternError as error:
            self.trouble = str(error)
            return
        text = prompt_of(self.folder.name, self.listed)
        name = f"{self.folder.name}.txt"
        self.text = Attachment(name, TEXT, text.encode()) if text else None
