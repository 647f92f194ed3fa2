"""Which files go into the prompt of a folder, and how they stand in it."""

import pytest

from gemini.media.folder import FolderFile
from gemini.media.folder_prompt import (
    BY_HAND,
    FolderChoice,
    PatternError,
    marked,
    prompt_of,
)

FILES = [
    FolderFile("a.py", 3, text="one\n"),
    FolderFile("docs/b.md", 3, text="two"),
    FolderFile("docs/c.py", 5, text="three"),
    FolderFile("logo.png", 9, "not text"),
]


def going(wanted: FolderChoice) -> list[str]:
    return [file.path for file in marked(FILES, wanted) if not file.reason]


def test_patterns_choose() -> None:
    assert going(FolderChoice()) == ["a.py", "docs/b.md", "docs/c.py"]
    assert going(FolderChoice(only="*.py")) == ["a.py", "docs/c.py"]
    assert going(FolderChoice(only="*.py", leave_out="docs/")) == ["a.py"]
    assert going(FolderChoice(leave_out="*.md, a.py")) == ["docs/c.py"]


def test_a_choice_by_hand_is_stronger_than_patterns() -> None:
    wanted = FolderChoice(only="*.md", by_hand={"a.py": True, "docs/b.md": False, "logo.png": True})
    assert going(wanted) == ["a.py"]
    reasons = {file.path: file.reason for file in marked(FILES, wanted)}
    assert reasons["docs/b.md"] == BY_HAND
    assert reasons["logo.png"] == "not text"  # a fact, which no hand changes


def test_a_pattern_that_is_none_is_said() -> None:
    with pytest.raises(PatternError, match="can't be read"):
        marked(FILES, FolderChoice(only="a\\"))


def test_the_prompt_lists_the_files_then_holds_each_below_its_path() -> None:
    assert prompt_of("site", FILES[:2]) == (
        'The folder "site": 2 files.\na.py\ndocs/b.md\n\n'
        "=== a.py ===\none\n\n=== docs/b.md ===\ntwo\n"
    )


def test_nothing_makes_no_prompt() -> None:
    assert prompt_of("site", FILES[3:]) == ""
