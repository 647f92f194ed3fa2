"""The files of `tests/inputs/imports`, with a key where they are to have one."""

from pathlib import Path

from gemini.importing.recognizing import read
from gemini.importing.result import ImportResult, NotImportableError

FOLDER = Path(__file__).parents[2] / "inputs" / "imports"
KEY = "AIza" + "x" * 35
STANDS_FOR_KEY = "A_REAL_KEY"


def imported_file(name: str) -> bytes:
    """A file as somebody has it."""
    return (FOLDER / name).read_bytes().replace(STANDS_FOR_KEY.encode(), KEY.encode())


def read_or_refusal(pasted: str) -> ImportResult | str:
    """What was read, or why nothing was."""
    try:
        return read("", pasted)
    except NotImportableError as error:
        return str(error)
