"""A folder or zip of text and code, on its way into one prompt: its files, and what is left out.

Nothing is unpacked to disk, and no name is ever used as a path. A file is read when it is needed,
and no further than the limits, whatever an archive says of itself.
"""

import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from io import BytesIO
from itertools import count
from types import MappingProxyType

from pathspec import GitIgnoreSpec

from gemini.data import table
from gemini.format import size
from gemini.media.encodings import decoded, is_text
from gemini.models.estimate import text_tokens

MOST_FILES = 10_000
LARGEST_FILE = 5_000_000  # bytes of a text; more than that is data, not something to read
MOST_TEXT = 50_000_000  # characters in all: 12 million tokens, more than any model reads
NOT_TEXT = "not text"
A_LINK = "a link, not a file"
EMPTY = "empty"
BY_GITIGNORE = "left out by .gitignore"
FILE_TYPE, LINK = 0o170000, 0o120000  # of a Unix file's mode (stat.h), in a zip entry's attributes
ENCRYPTED = 0x1  # of a zip entry's flags (APPNOTE.TXT 4.4.4)

NO_ENCODINGS: Mapping[str, str] = MappingProxyType({})

Read = Callable[[], bytes]
"""Gives the bytes of a file, at most one more than `LARGEST_FILE`."""


class FolderError(ValueError):
    """A folder or zip that can't be used. Its text says why."""


@dataclass(frozen=True)
class FolderFile:
    """A file: its path with forward slashes, its size in bytes, and its text.

    `reason` says why it is left out unless somebody wants it; "" when it is sent. `text` is None
    for what can't be sent: what isn't text, is empty, or was never read. `encoding` is what it was
    read as where that is a guess, or was chosen.
    """

    path: str
    size: int
    reason: str = ""
    text: str | None = None
    encoding: str = ""

    @property
    def tokens(self) -> int:
        """An estimate: four characters a token, by the size where the text isn't there."""
        length = self.size if self.text is None else len(self.text)
        return text_tokens(length)


@dataclass(frozen=True)
class Folder:
    """What somebody brought, unread: a `zip_data`, or `contents` by path with their sizes.

    Of the contents only what may be text is kept.
    """

    name: str
    contents: Mapping[str, tuple[int, bytes]] = field(default_factory=dict, repr=False)
    zip_data: bytes = field(default=b"", repr=False)

    def files(
        self,
        taken: Collection[str] = (),
        paths: Collection[str] = (),
        encodings: Mapping[str, str] = NO_ENCODINGS,
    ) -> list[FolderFile]:
        """Its files, sorted by path. No rule holds whose reason is in `taken`, nor any for `paths`.

        `encodings` are those that were chosen, by path.

        Raises:
            FolderError: it isn't a zip, is damaged or encrypted, an entry leads out of the folder,
                or there is too much of it.
        """
        if not self.zip_data:
            readers = {p: (n, partial(bytes, data)) for p, (n, data) in self.contents.items()}
            links: Collection[str] = ()
            return _listed(readers, links, taken, paths, encodings)
        try:
            with zipfile.ZipFile(BytesIO(self.zip_data)) as archive:
                readers, links = _readers(archive)
                return _listed(readers, links, taken, paths, encodings)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError) as error:
            raise FolderError(f"{self.name} isn't a zip, or it's damaged ({error}).") from error
        except (NotImplementedError, RuntimeError) as error:  # a method nobody knows
            raise FolderError(f"{self.name} has an unknown compression ({error}).") from error


def folder_of(name: str, named: Iterable[tuple[str, bytes]]) -> Folder:
    """A folder from its files by path.

    Raises:
        FolderError: a path leads out of the folder, or there are too many.
    """
    contents: dict[str, tuple[int, bytes]] = {}
    for path, data in named:
        contents[_free(checked_path(path), contents)] = (len(data), _text_only(data))
    if len(contents) > MOST_FILES:
        raise FolderError(_too_many(len(contents)))
    return Folder(name, contents)


def checked_path(name: str) -> str:
    """A file's path inside its folder, with forward slashes.

    Raises:
        FolderError: it is absolute, leads out of the folder, or holds what no path should.
    """
    path = name.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or ":" in parts[0] or ".." in parts or any(ord(c) < 32 for c in path):
        raise FolderError(f"{name!r} points outside the folder, so nothing was added.")
    return posixpath.normpath(path)


def _text_only(data: bytes) -> bytes:
    """The bytes, or, of what is surely no text to be sent, a byte that says so."""
    return b"\0" if len(data) > LARGEST_FILE or not is_text(data) else data


def _free(path: str, others: Collection[str]) -> str:
    """The path, or, where there is such a file already, one with a number: `a (2).txt`."""
    stem, ending = posixpath.splitext(path)
    names = (f"{stem} ({n}){ending}" for n in count(2))
    return path if path not in others else next(name for name in names if name not in others)


def _readers(archive: zipfile.ZipFile) -> tuple[dict[str, tuple[int, Read]], set[str]]:
    """The entries by path, with the size they say they have and what unpacks them; and the links.

    Two of one name, which a zip may hold, are told apart by a number.
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise FolderError(_too_many(len(entries)))
    if not entries:
        raise FolderError("The zip has no files.")
    readers: dict[str, tuple[int, Read]] = {}
    links: set[str] = set()
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise FolderError(f"{entry.filename!r} needs a password. Zip the folder without one.")
        path = _free(checked_path(entry.filename), readers)
        readers[path] = (entry.file_size, partial(_unpacked, archive, entry))
        if (entry.external_attr >> 16) & FILE_TYPE == LINK:
            links.add(path)
    return readers, links


def _listed(
    readers: Mapping[str, tuple[int, Read]],
    links: Collection[str],
    taken: Collection[str],
    paths: Collection[str],
    encodings: Mapping[str, str],
) -> list[FolderFile]:
    ignored = _gitignore(readers)
    files, total = [], 0
    for path, (length, read) in sorted(readers.items(), key=lambda entry: _sort_key(entry[0])):
        reason = "" if path in paths else left_out_for(path, taken)
        reason = A_LINK if path in links else reason
        if not reason and not {BY_GITIGNORE, path} & {*taken, *paths} and ignored(path):
            reason = BY_GITIGNORE
        file = FolderFile(path, length, reason) if reason else _read(path, length, read, encodings)
        total += len(file.text or "")
        if total > MOST_TEXT:
            raise FolderError(
                f"There are more than {MOST_TEXT // 1_000_000} million characters of text, more "
                "than any model reads. Add a part of the folder."
            )
        files.append(file)
    return files


def _sort_key(path: str) -> tuple[str, str]:
    return path.lower(), path


def _read(path: str, length: int, read: Read, encodings: Mapping[str, str]) -> FolderFile:
    data = b"" if length > LARGEST_FILE else read()
    if length > LARGEST_FILE or len(data) > LARGEST_FILE:
        return FolderFile(path, length, f"larger than {size(LARGEST_FILE)}")
    if not data.strip():
        return FolderFile(path, len(data), EMPTY)
    if not is_text(data):
        return FolderFile(path, len(data), NOT_TEXT)
    files = decoded(data, encodings.get(path, ""))
    text = files.text.removeprefix("\ufeff")
    if "\0" in text:
        return FolderFile(path, len(data), NOT_TEXT)
    return FolderFile(path, len(data), "", text, "" if files.sure else files.encoding)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        return file.read(LARGEST_FILE + 1)


def _too_many(count: int) -> str:
    return f"There are {count:,} files; the limit is {MOST_FILES:,}. Add a part of the folder."


def left_out_for(path: str, taken: Collection[str] = ()) -> str:
    """Why a rule of `data/left_out.toml`, other than those in `taken`, leaves a file out; or ""."""
    rules = (rule for rule in _rules() if rule[0] not in taken)
    return next((reason for reason, spec in rules if spec.match_file(path)), "")


def liftable(reason: str) -> bool:
    """Whether a reason to leave something out need not hold: it is a rule, and no fact."""
    return reason == BY_GITIGNORE or reason in {rule for rule, _ in _rules()}


@cache
def _rules() -> list[tuple[str, GitIgnoreSpec]]:
    rules = table("left_out")["rules"]
    return [(rule["reason"], GitIgnoreSpec.from_lines(rule["patterns"])) for rule in rules]


def _gitignore(readers: Mapping[str, tuple[int, Read]]) -> Callable[[str], bool]:
    """Whether the folder's own .gitignore, the uppermost one, leaves a file out."""
    there = [path for path in readers if posixpath.basename(path) == ".gitignore"]
    if not there:
        return lambda _path: False
    top = min(there, key=lambda path: (path.count("/"), path))
    folder = posixpath.dirname(top) + "/" if "/" in top else ""
    lines = readers[top][1]().decode("utf-8", "replace").splitlines()
    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError:  # a pattern that is none
        return lambda _path: False
    return lambda path: path.startswith(folder) and spec.match_file(path[len(folder) :])
