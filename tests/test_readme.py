"""The README and the architecture tell the truth: pages, files, commands."""

import re
import tomllib
from itertools import chain
from pathlib import Path

from components.navigation import PAGES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_page_stands_in_the_table() -> None:
    listed = re.findall(r"^\| [^|]+ \| `/([\w-]+)` \|", README, re.MULTILINE)
    assert sorted(listed) == sorted(PAGES)


def test_every_file_it_names_is_there() -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|txt|toml|md))`", README)
    links = re.findall(r"\]\(([\w./-]+)\)", README)
    for name in [*named, *links]:
        if not name.startswith("build/"):
            assert (ROOT / name.split(" ")[0]).exists(), name


def test_every_path_of_the_architecture_is_there() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:app|components|pages|gemini|emulator|tests|samples)/[\w./-]+)`", text)
    folders = re.findall(r"^      ([\w.]+)/? ", text, re.MULTILINE)
    parents = ("components", "gemini")
    assert len(paths) > 15
    for name in paths:
        assert (ROOT / name).exists(), name
    for name in folders:
        names = (name, f"{name}.py")
        assert any((ROOT / p / n).exists() for p in parents for n in names), name


def test_every_make_command_is_a_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)\b", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_module_command_can_be_run() -> None:
    for module in re.findall(r"python -m (\w+)", README):
        assert (ROOT / module / "__main__.py").exists(), module


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    groups = tomllib.loads(text)
    named = chain(groups["project"]["dependencies"], *groups["dependency-groups"].values())
    for requirement in named:
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert "#" in line, requirement
