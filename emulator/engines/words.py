"""A plain tokenizer and embeddings by hashing: what needs no model.

A token is a run of letters and digits with the space before it, or one other character, so the
tokens of a text put together are the text.
"""

import hashlib
import math
import re
from collections import Counter

DIMENSIONS = 768
_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def token_id(token: str) -> int:
    """A number below 2^31 that is always the same for the same token."""
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:4], "big") >> 1


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A vector of length 1 in which texts that share words are near each other.

    Every word, and every three letters in it at a quarter of the weight, has a direction of +1
    and -1 that its hash decides (random projection, Achlioptas 2003), so any first part of the
    vector says the same more roughly. No text gives no direction: the first axis then.
    """
    import numpy as np

    weights: Counter[str] = Counter()
    for word in re.findall(r"\w+", text.lower()):
        weights[word] += 4
        padded = f"^{word}$"
        weights.update(padded[start : start + 3] for start in range(len(padded) - 2))
    vector = np.zeros(dimensions)
    for feature, weight in weights.items():
        digest = hashlib.shake_128(feature.encode()).digest(-(-dimensions // 8))
        bits = np.unpackbits(np.frombuffer(digest, np.uint8))[:dimensions]
        vector += weight * (2.0 * bits - 1.0)
    return unit(vector.tolist())


def unit(vector: list[float]) -> list[float]:
    """The vector scaled to length 1; one without a direction becomes the first axis."""
    length = math.hypot(*vector)
    if length == 0 or not math.isfinite(length):
        return [1.0, *([0.0] * (len(vector) - 1))]
    return [x / length for x in vector]
