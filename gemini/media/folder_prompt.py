"""Which files of a folder go into a prompt, and how they stand in it.

A folder is one text. First comes its name and the list of its files, then every file below a line
with its path:

    The folder "site": 2 files.
    a.py
    b/c.md

    === a.py ===
    ...

    === b/c.md ===
    ...

Files stand in the order of their paths, without regard to case. The question comes after it, as
a part of its own: long material first, the question last
(https://ai.google.dev/gemini-api/docs/long-context).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pathspec import GitIgnoreSpec

from gemini.format import counted
from gemini.media.folder import FolderFile

BY_HAND = "by hand"


class PatternError(ValueError):
    """A pattern that is none. Its text says which."""


@dataclass(frozen=True)
class FolderChoice:
    """What somebody wants of a folder: patterns as in .gitignore, separated by commas or blanks.

    Where there is something in `only`, nothing else is sent. `by_hand` is stronger than any
    pattern, by path.
    """

    only: str = ""
    leave_out: str = ""
    by_hand: Mapping[str, bool] = field(default_factory=dict)


def marked(files: Iterable[FolderFile], choice: FolderChoice) -> list[FolderFile]:
    """The files in the same order, each with why it isn't sent, "" if it is.

    Raises:
        PatternError: a pattern can't be read.
    """
    only, leave_out = _spec(choice.only), _spec(choice.leave_out)

    def reason(file: FolderFile) -> str:
        if file.reason or file.text is None:
            return file.reason
        if file.path in choice.by_hand:
            return "" if choice.by_hand[file.path] else BY_HAND
        if leave_out.match_file(file.path):
            return "by your patterns"
        return (
            "" if not choice.only.strip() or only.match_file(file.path) else "not in your patterns"
        )

    return [replace(file, reason=reason(file)) for file in files]


def prompt_of(name: str, files: Iterable[FolderFile]) -> str:
    """The text of a folder: of those files that no reason leaves out. "" when there are none."""
    going = [file for file in files if not file.reason and file.text is not None]
    if not going:
        return ""
    count = counted(len(going), "file")
    listed = "\n".join(file.path for file in going)
    bodies = "\n\n".join(f"=== {file.path} ===\n{(file.text or '').rstrip()}" for file in going)
    return f'The folder "{name}": {count}.\n{listed}\n\n{bodies}\n'


def _spec(patterns: str) -> GitIgnoreSpec:
    lines = [line for line in re.split(r"[,\s]+", patterns) if line]
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise PatternError(f"A pattern can't be read: {error}.") from error
