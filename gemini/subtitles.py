"""Timestamps in a transcript: found, made into links, and into subtitles (SRT, WebVTT)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

TIME = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?"
TIMESTAMP = re.compile(rf"(?<![\d:.,]){TIME}(?![\d:])")
LINE = re.compile(
    rf"^[\s>*_\-#]*[\[(]?\s*[*_`]*{TIME}[*_`]*"
    rf"(?:\s*(?:-->|[-–—]|to)\s*[*_`]*{TIME}[*_`]*)?\s*[\])]?[*_`]*\s*[:\-–—|]*\s*(.*)$"
)
MARKS = re.compile(r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")  # bold, italic, code
LAST_LASTS = 5.0  # seconds of the last line, where its end is not known
LONGEST = 10.0  # seconds that a line stays when the next one comes much later


@dataclass(frozen=True)
class Cue:
    """A line of speech from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


def seconds_of(stamp: re.Match[str], group: int = 1) -> float:
    """The seconds that a match of TIME says; `group` is that of its hours."""
    hours, minutes, seconds, fraction = (stamp[group + n] for n in range(4))
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)


def clock(seconds: float) -> str:
    """Seconds as people write them: `1:05`, `12:30`, `1:02:03`."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def cues(transcript: str, length: float | None = None) -> list[Cue]:
    """The lines of a transcript that begin with a time, in order of time.

    Lines without one belong to the cue before. A cue ends where it says, or where the next
    begins, or after `LONGEST` seconds; the last at the sound's `length`, if that is known.
    """
    found: list[tuple[float, float | None, list[str]]] = []
    for line in transcript.splitlines():
        begins = LINE.match(line)
        if begins:
            end = seconds_of(begins, 5) if begins[6] else None
            found.append((seconds_of(begins), end, [begins[9]]))
        elif line.strip() and found and not line.lstrip().startswith(("```", "#")):
            found[-1][2].append(line)
    found = sorted((f for f in found if _plain(f[2])), key=lambda f: f[0])
    starts: list[float | None] = [start for start, _, _ in found[1:]]
    return [
        Cue(start, _end(start, end, following, length), _plain(lines))
        for (start, end, lines), following in zip_longest(found, starts)
    ]


def to_srt(lines: Sequence[Cue]) -> str:
    """The cues as SubRip."""
    blocks = (
        f"{n}\n{_stamp(c.start, ',')} --> {_stamp(c.end, ',')}\n{c.text}\n"
        for n, c in enumerate(lines, 1)
    )
    return "\n".join(blocks)


def to_vtt(lines: Sequence[Cue]) -> str:
    """The cues as WebVTT (https://www.w3.org/TR/webvtt1/)."""
    escaped = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    blocks = (
        f"{_stamp(c.start, '.')} --> {_stamp(c.end, '.')}\n{c.text.translate(escaped)}\n"
        for c in lines
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _end(
    start: float, stated: float | None, following: float | None, length: float | None
) -> float:
    if stated is not None and stated > start:
        return stated
    if following is not None and following > start:
        return min(following, start + LONGEST)
    if length is not None and start < length:
        return min(length, start + LONGEST)
    return start + LAST_LASTS


def _plain(lines: Sequence[str]) -> str:
    """The text of a cue without Markdown's marks, and without an empty line, which would end it."""
    plain = (MARKS.sub("", line).strip() for line in lines)
    return "\n".join(line for line in plain if line)


def _stamp(seconds: float, mark: str) -> str:
    total = round(seconds * 1000)
    minutes, milliseconds = divmod(total, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, thousandths = divmod(milliseconds, 1000)
    return f"{hours:02}:{minutes:02}:{whole:02}{mark}{thousandths:03}"
