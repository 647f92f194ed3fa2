"""The least that is worth caching, in tokens by model.

https://ai.google.dev/gemini-api/docs/caching, looked up 2026-11-29: 4,096 tokens for 3.5 Flash and
later, 2,048 for the 2.5 models.
"""

from fnmatch import fnmatchcase

MINIMUM_TOKENS = (("gemini-2.*", 2_048), ("gemini-*", 4_096), ("*", 1_024))
"""The first glob that matches a model's name counts."""


def minimum_tokens(model: str) -> int:
    """The fewest tokens that a cached content for `model` has to have."""
    return next(tokens for glob, tokens in MINIMUM_TOKENS if fnmatchcase(model, glob))
