"""What an answer refers to, as links: pages of the documents, times of the sound.

The links lead to places on this page (`#page=3`, `#file=2&page=3`, `#t=83`), which the viewer and
the player listen for.
"""

import re
from collections.abc import Iterator, Sequence

from components.markdown.writing import Link
from gemini.media.attachment import Attachment
from gemini.media.subtitles import TIMESTAMP, seconds_of

PAGE = r"(?<![\w.#/])(?:pp?\.[ \u00a0]?|[Pp]ages?[ \u00a0])(?P<page>\d{1,4})(?!\.?\w)"


def page_links(documents: Sequence[Attachment]) -> Link:
    """Links `p. 3`, `page 3` and `report.pdf, p. 3` to the pages that there are.

    Without a file's name a page is one of the document that is open.
    """
    by_name = {d.name: n for n, d in enumerate(documents, 1)}
    names = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True))
    named = rf"(?:(?P<name>{names})[,:]?\s+)?" if names else "(?P<name>(?!))?"
    pattern = re.compile(f"{named}{PAGE}")
    most = max((d.pages or 1 for d in documents), default=0)
    printed = {label for d in documents for label in d.page_labels}

    def links(text: str) -> Iterator[tuple[int, int, str]]:
        for match in pattern.finditer(text):
            if 1 <= int(match["page"]) <= most or match["page"] in printed:
                file = f"file={by_name[match['name']]}&" if match["name"] else ""
                yield *match.span(), f"#{file}page={int(match['page'])}"

    return links


def time_links(length: float) -> Link:
    """Links times such as `1:23` that are within the `length` (seconds) of the sound."""

    def links(text: str) -> Iterator[tuple[int, int, str]]:
        for match in TIMESTAMP.finditer(text):
            if (seconds := seconds_of(match)) <= length + 1:
                yield *match.span(), f"#t={seconds:g}"

    return links
