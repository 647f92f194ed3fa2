"""What an answer refers to, as links: pages of the documents, times of the sound.

The links lead to places on this page (`#page=3`, `#file=2&page=3`, `#t=83`), which the viewer and
the player listen for. They are Markdown, so nothing of the answer is ever HTML.
"""

import re
from collections.abc import Sequence

from components.answers.markdown import Link
from gemini.media import Attachment
from gemini.subtitles import TIMESTAMP, seconds_of

LINE_BREAK = re.compile(r"(?<=\S)\n(?=\S)")
LINK = r"\[[^\[\]]*\]\([^()]*\)|\b(?:https?://|www\.)\S+"  # is left as it is
PAGE = r"(?<![\w.#/])(?:pp?\.[ \u00a0]?|[Pp]ages?[ \u00a0])(?P<page>\d{1,4})(?!\.?\w)"


def lines_kept(text: str) -> str:
    """Line breaks as they were written: what was read from a picture or heard has its lines."""
    return LINE_BREAK.sub("  \n", text)


def page_links(documents: Sequence[Attachment]) -> Link:
    """Links `p. 3`, `page 3` and `report.pdf, p. 3` to the pages that there are.

    Without a file's name a page is one of the document that is open.
    """
    by_name = {d.name: n for n, d in enumerate(documents, 1)}
    names = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True))
    named = rf"(?:(?P<name>{names})[,:]?\s+)?" if names else "(?P<name>(?!))?"
    pattern = re.compile(rf"{LINK}|{named}{PAGE}")
    most = max((d.pages or 1 for d in documents), default=0)
    printed = {label for d in documents for label in d.page_labels}

    def link(found: re.Match[str]) -> str:
        if found["page"] is None:
            return found[0]
        if not 1 <= int(found["page"]) <= most and found["page"] not in printed:
            return found[0]
        file = f"file={by_name[found['name']]}&" if found["name"] else ""
        return f"[{found[0]}](#{file}page={int(found['page'])})"

    return lambda text: pattern.sub(link, lines_kept(text))


def time_links(length: float) -> Link:
    """Links times such as `1:23` that are within the `length` (seconds) of the sound."""
    pattern = re.compile(f"(?P<link>{LINK})|{TIMESTAMP.pattern}")

    def link(found: re.Match[str]) -> str:
        if found["link"]:
            return found[0]
        seconds = seconds_of(found, 2)
        return f"[{found[0]}](#t={seconds:g})" if seconds <= length + 1 else found[0]

    return lambda text: pattern.sub(link, lines_kept(text))
