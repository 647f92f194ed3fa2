"""Whether an uploaded file can be read at all, by the kind it is said to be."""

from pathlib import Path

from emulator.engines import Media, UnsupportedError, kinds
from emulator.engines.errors import EngineError, EngineMissingError

LOOKED_INTO = 20_000_000  # bytes; of a larger file only the head is looked at
HEAD = 4_096


def reason_to_fail(path: Path, mime_type: str) -> str:
    """Why nothing here can read the file, "" where something can.

    Kinds that nothing here reads (video) are kept all the same, as the API keeps them.
    """
    size = path.stat().st_size
    if size == 0:
        return "The file is empty."
    modality = kinds.modality_of(mime_type)
    if modality not in ("IMAGE", "AUDIO", "DOCUMENT"):
        return ""
    if size > LOOKED_INTO:
        return _reason_in_head(path, mime_type, modality)
    try:
        kinds.measure(Media(mime_type, path.read_bytes()))
    except EngineMissingError:
        return ""  # it may be sound: the request that uses it says what is missing
    except (EngineError, UnsupportedError) as error:
        return str(error)
    return ""


def _reason_in_head(path: Path, mime_type: str, modality: str) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if modality == "AUDIO":
        from emulator.engines.audio import demuxer_of

        known = demuxer_of(head) is not None
    else:
        known = modality != "DOCUMENT" or b"%PDF-" in head
    return "" if known else f"The file doesn't begin like {mime_type}."
