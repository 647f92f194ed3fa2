"""Hides keys and tokens in texts: those that are known, and what looks like one.

The one place that does: what is shown, written to the history, exported and shared goes by it.
"""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "[hidden]"
SECRET = re.compile(
    r"AIza[\w-]{20,}|ya29\.[\w.-]{20,}|AQ\.[\w-]{20,}"  # Google's keys and tokens
    r"|(?<=[?&]key=)[^&\s\"']+|(?<=[?&]access_token=)[^&\s\"']+"  # anybody's, by their place
    r"|(?<=[Aa]uthorization: Bearer )[\w.~+/=-]+|(?<=[Bb]earer )[\w.~+/=-]{20,}"
)
SHORTEST_SECRET = 6  # characters


def redact(text: str, secrets: Iterable[str | None] = ()) -> str:
    """Text without keys and tokens: those given, and whatever looks like one."""
    return SECRET.sub(HIDDEN, without(text, secrets))


def without(text: str, secrets: Iterable[str | None]) -> str:
    """Text without these keys, in any of their forms."""
    known = {form for secret in secrets if secret for form in _forms(secret)}
    for secret in sorted(known, key=len, reverse=True):  # a longer one may hold a shorter one
        text = text.replace(secret, HIDDEN)
    return text


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: plain, in a URL, in JSON, in Python's own notation.

    One that is too short to be a key would hide ordinary words.
    """
    if len(secret) < SHORTEST_SECRET:
        return set()
    in_json = (json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        *(t[1:-1] for t in (*in_json, repr(secret))),
    }
