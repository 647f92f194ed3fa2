"""Names of files as people may see them."""

import re
import unicodedata

LONGEST = 255  # characters; no file system has longer ones
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the letters after them, so that `gpj.exe` reads as `exe.jpg`
(https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing)."""


def file_name(name: str) -> str:
    """A name on one line, its letters composed, without what hides or turns letters."""
    plain = DIRECTIONS.sub("", unicodedata.normalize("NFC", name))
    shown = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in plain)
    return " ".join(shown.split())[-LONGEST:]
