"""What can go wrong in an engine. The message of each is a sentence for the person who asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class EngineError(Exception):
    """An engine can't answer; the message says why and what to do now."""


class EngineMissingError(EngineError):
    """The packages this engine is made of aren't installed."""


class UnreadableMediaError(EngineError):
    """The bytes are damaged, or aren't of a format the engine reads."""


class EmptyMediaError(EngineError):
    """There is nothing in it: no bytes, no pages, no sound, no text."""


class EncryptedError(EngineError):
    """It opens with a password only."""


class OverLimitError(EngineError):
    """It is larger, longer or wider than the engine takes."""


@dataclass(frozen=True)
class Packages:
    """What one engine needs.

    `does` begins the sentence that says what is missing ("Turning speech into text"); `names`
    maps the name that is imported to the name that is installed; `install` are the commands.
    """

    does: str
    names: Mapping[str, str]
    install: str

    def missing(self) -> str | None:
        """None when all is here, else a sentence that names what is missing and how to get it."""
        absent = [package for module, package in self.names.items() if find_spec(module) is None]
        if not absent:
            return None
        return f"{self.does} needs {' and '.join(absent)}. Install with: {self.install}"

    def require(self) -> None:
        """Raises EngineMissingError unless all is here."""
        if sentence := self.missing():
            raise EngineMissingError(sentence)


def folder_of(module: str) -> Path:
    """Where an installed package's files are, found without running its code."""
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise EngineMissingError(f"The package {module} isn't installed.")
    return Path(next(iter(spec.submodule_search_locations)))
