"""Timestamps in a transcript: found, made into links, and into subtitles (SRT, WebVTT)."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

# Three digits behind a third colon are thousandths; two would be frames of a rate nobody knows.
TIME = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:(?:[.,]|:(?=\d{3}(?!\d)))(\d{1,3}))?(?![:.,]?\d)"
NOT_OF_DAY = r"(?!\s?(?:[ap]\.?m\b|o.clock|Uhr))"
TIMESTAMP = re.compile(rf"(?<![\d:.,]){TIME}(?!:){NOT_OF_DAY}", re.IGNORECASE)
RANGE = rf"{TIME}[*_`]*+(?:\s*+(-->|[-–—]|to)\s*+[*_`]*+{TIME}[*_`]*+)?{NOT_OF_DAY}"
LINE = re.compile(
    rf"^[\s>*_\-#]*+(?:\d{{1,4}}[.)]\s++[*_`]*+)?([\[(]?)\s*+[*_`]*+{RANGE}\s*+[\])]?[*_`]*+"
    r"\s*+[:\-–—|]*+\s*+(.*)$",
    re.IGNORECASE,
)
CELL = re.compile(rf"[\s*_`\[(]*+{RANGE}[\s*_`\])]*+", re.IGNORECASE)
BREAK = re.compile(r"\r\n?|\n")  # str.splitlines also parts at U+2028, which is text
VTT_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)\b")
VTT_SETTINGS = re.compile(r"^(?:\s*\b(?:align|line|position|region|size|vertical):\S+)+")
VTT_VOICE = re.compile(r"<v(?:\.[^\s<>]+)?\s+([^<>]+)>")
VTT_TAG = re.compile(r"</?(?:[biuvc]|ruby|rt|lang|font)\b[^<>]*>|<\d[\d:.]*>")
MARKS = re.compile(r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")  # bold, italic, code
LAST_LASTS = 5.0  # seconds of the last line, where its end is unknown
LONGEST = 10.0  # seconds that a line stays when the next one comes much later


@dataclass(frozen=True)
class Cue:
    """A line of speech from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


@dataclass
class _Spoken:
    """A cue while it is read: its end only where the transcript says one."""

    start: float
    end: float | None
    lines: list[str]


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
    """The speech of a transcript with its times, in order of time.

    A time stands at the beginning of a line, in a cell of a table, or in SRT or WebVTT. Lines
    without one belong to the cue before, and so does what is said to begin beyond the sound's
    `length` in seconds: a time of day, or an error. A cue ends where it says, or where the next
    begins, or after `LONGEST` seconds; the last at the sound's end, if that is known.
    """
    lines = BREAK.split(transcript)
    matches = [LINE.match(line) for line in lines]
    if any(match and match[6] == "-->" for match in matches):
        lines_spoken = _from_subtitles(lines, matches, length)
    else:
        lines_spoken = _from_lines(lines, matches, length)
    lines_spoken = sorted((f for f in lines_spoken if _plain(f.lines)), key=lambda f: f.start)
    starts: list[float | None] = [f.start for f in lines_spoken[1:]]
    return [
        Cue(f.start, _end(f, following, length), _plain(f.lines))
        for f, following in zip_longest(lines_spoken, starts)
    ]


def _from_lines(
    lines: Sequence[str], matches: Sequence[re.Match[str] | None], length: float | None
) -> list[_Spoken]:
    """Cues of lines that begin with a time, and of the rows of a table.

    Where most times stand in brackets, one without them is speech.
    """
    bracketed = [bool(match[1]) for match in matches if match]
    in_brackets = sum(bracketed) * 2 > len(bracketed)
    lines_spoken: list[_Spoken] = []
    for line, match in zip(lines, matches, strict=True):
        if line.lstrip().startswith("|") or (match and " | " in line):
            _add_row(lines_spoken, line, length)
        elif match and (match[1] or not in_brackets) and _within(match, 2, length):
            lines_spoken.append(_Spoken(seconds_of(match, 2), _stated(match, 7), [match[11]]))
        elif lines_spoken and not line.lstrip().startswith(("```", "#")):
            lines_spoken[-1].lines.append(match[11] if match and match[1] else line)
    return lines_spoken


def _add_row(lines_spoken: list[_Spoken], line: str, length: float | None) -> None:
    """Adds the cue of a table's row, its speaker before its text; a row without a time is none."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    times = [match for cell in cells if (match := CELL.fullmatch(cell))]
    if not times:
        return
    words = [cell for cell in cells if cell and not CELL.fullmatch(cell)]
    if len(words) > 1 and words[0].rstrip(".").isdigit():
        del words[0]  # the row's number
    text = ": ".join(words)
    if _within(times[0], 1, length):
        end = _stated(times[0], 6)
        if end is None and len(times) > 1:
            end = seconds_of(times[1])
        lines_spoken.append(_Spoken(seconds_of(times[0]), end, [text]))
    elif lines_spoken:
        lines_spoken[-1].lines.append(text)


def _from_subtitles(
    lines: Sequence[str], matches: Sequence[re.Match[str] | None], length: float | None
) -> list[_Spoken]:
    """The cues of SRT and WebVTT, without counters, names of cues, notes and styles.

    A model's counters come without an empty line before them, too.
    """
    lines_spoken: list[_Spoken] = []
    heard = False  # inside a cue, or a note that is passed over
    for n, (line, match) in enumerate(zip(lines, matches, strict=True)):
        following = matches[n + 1] if n + 1 < len(matches) else None
        begins_block = n == 0 or not lines[n - 1].strip()
        if match and match[6] == "-->":
            text = VTT_SETTINGS.sub("", match[11])
            heard = True
            if _within(match, 2, length):
                lines_spoken.append(_Spoken(seconds_of(match, 2), _stated(match, 7), [text]))
            elif lines_spoken:
                lines_spoken[-1].lines.append(text)
        elif begins_block and VTT_BLOCK.match(line):
            heard = False
        elif following and following[6] == "-->" and (begins_block or line.strip().isdigit()):
            pass  # the counter or the name of the next cue
        elif heard and lines_spoken and not line.lstrip().startswith("```"):
            lines_spoken[-1].lines.append(line)
    for spoken in lines_spoken:
        spoken.lines = [_without_tags(line) for line in spoken.lines]
    return lines_spoken


def _within(stamp: re.Match[str], group: int, length: float | None) -> bool:
    """Whether a time lies within the sound; a second more is a matter of rounding."""
    return length is None or seconds_of(stamp, group) <= length + 1


def _stated(stamp: re.Match[str], group: int) -> float | None:
    return seconds_of(stamp, group) if stamp[group + 1] else None


def _without_tags(line: str) -> str:
    return html.unescape(VTT_TAG.sub("", VTT_VOICE.sub(r"\1: ", line)))


def to_srt(lines: Sequence[Cue]) -> str:
    """The cues as SubRip."""
    blocks = (
        f"{n}\n{_stamp(c.start, ',')} --> {_stamp(c.end, ',')}\n{c.text}\n"
        for n, c in enumerate(lines, 1)
    )
    return "\n".join(blocks)


def to_text(lines: Sequence[Cue]) -> str:
    """The cues as plain text, each with its time: `[0:05] Hello.`"""
    return "".join(f"[{clock(c.start)}] {c.text}\n" for c in lines)


def to_vtt(lines: Sequence[Cue]) -> str:
    """The cues as WebVTT (https://www.w3.org/TR/webvtt1/)."""
    escaped = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    blocks = (
        f"{_stamp(c.start, '.')} --> {_stamp(c.end, '.')}\n{c.text.translate(escaped)}\n"
        for c in lines
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _end(spoken: _Spoken, following: float | None, length: float | None) -> float:
    start = spoken.start
    if spoken.end is not None and spoken.end > start:
        return spoken.end if length is None else max(start, min(spoken.end, length))
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
