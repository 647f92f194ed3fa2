"""What transcription models hear: words with their times and speakers, as text and as subtitles.

generateContent answers with `Part.audio_transcription`, not with text; Interactions with text whose
annotations (`word_info`) name each word. Read 2026-11-29 in Google's SDK for Python, 3.6.1; never
tried against the service.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gemini.media.subtitles import Cue, clock

TRANSCRIPTION = "audio_transcription"
WORDS = "words"  # in a candidate's metadata, where the words are no parts of the answer
LONGEST_LINE = 84  # characters of a subtitle: two lines of 42
LONGEST_TIME = 7.0  # seconds
PAUSE = 1.0  # seconds of silence that begin a new one
SENTENCE = re.compile(r"[.!?…。！？]$")
LABEL = re.compile(r"spk_(\d+)$")


@dataclass(frozen=True)
class Word:
    """A word, or a whole segment where words have no times; seconds, and who speaks ("")."""

    text: str
    start: float
    end: float
    speaker: str = ""


def transcript_text(transcription: Mapping[str, Any]) -> str:
    """A transcribed segment as a line: `[0:05] Speaker 1: Hello.`; a mere piece as it is."""
    text = transcription.get("text") or ""
    start, speaker = _seconds(transcription.get("start_offset")), _speaker(transcription)
    if not text or (start is None and not speaker):
        return text
    return _line(start, speaker, text)


def as_text(part: dict[str, Any]) -> dict[str, Any]:
    """A transcribed part as one of text, as other models and pages take it; any other as it is."""
    transcription = part.get(TRANSCRIPTION)
    return part if transcription is None else {"text": transcript_text(transcription)}


def spoken_lines(metadata: Mapping[str, Any], text: str) -> str:
    """The text of an answer whose words have times or speakers, with these; "" for any other."""
    words = list(_words(metadata.get(WORDS)))
    return "".join(_line(c.start, s, c.text) for c, s in _grouped(words, text)).strip()


def spoken_cues(parts: Iterable[Mapping[str, Any]], metadata: Mapping[str, Any]) -> list[Cue]:
    """The subtitles of a transcription, by the times of its words; none of any other answer."""
    pairs: list[tuple[Cue, str]] = []
    segments = [part[TRANSCRIPTION] for part in parts if part.get(TRANSCRIPTION)]
    for segment in segments:
        text = segment.get("text") or ""
        words = [*_words(segment.get("words"), _speaker(segment))] or [*_segment(segment)]
        pairs += _grouped(words, text)
    if not segments:
        text = "".join(part.get("text") or "" for part in parts)
        pairs = _grouped(list(_words(metadata.get(WORDS))), text)
    return [Cue(c.start, c.end, f"{s}: {c.text}" if s else c.text) for c, s in pairs]


def _line(start: float | None, speaker: str, text: str) -> str:
    stamp = "" if start is None else f"[{clock(start)}] "
    return f"{stamp}{f'{speaker}: ' if speaker else ''}{text.strip()}\n\n"


def _words(entries: Any, speaker: str = "") -> Iterator[Word]:
    """The words that have times; `speaker` is that of those which name none."""
    for entry in entries if isinstance(entries, list) else []:
        start, end = _seconds(entry.get("start_offset")), _seconds(entry.get("end_offset"))
        if start is not None and (word := str(entry.get("word") or "")):
            yield Word(word, start, start if end is None else end, _speaker(entry) or speaker)


def _segment(segment: Mapping[str, Any]) -> Iterator[Word]:
    start, end = _seconds(segment.get("start_offset")), _seconds(segment.get("end_offset"))
    if start is not None and (text := (segment.get("text") or "").strip()):
        yield Word(text, start, start if end is None else end, _speaker(segment))


def _grouped(words: Sequence[Word], text: str) -> list[tuple[Cue, str]]:
    """Words put together as subtitles, each with who speaks."""
    groups: list[list[Word]] = []
    for word in words:
        if not groups or _begins_anew(groups[-1], word):
            groups.append([])
        groups[-1].append(word)
    pairs: list[tuple[Cue, str]] = []
    at = 0
    for group in groups:
        said, at = _said(group, text, at)
        pairs.append((Cue(group[0].start, group[-1].end, said), group[0].speaker))
    return pairs


def _begins_anew(group: Sequence[Word], word: Word) -> bool:
    first, last = group[0], group[-1]
    length = sum(len(each.text) + 1 for each in group)
    return (
        word.speaker != first.speaker
        or word.start - last.end > PAUSE
        or word.end - first.start > LONGEST_TIME
        or length + len(word.text) > LONGEST_LINE
        or (length > LONGEST_LINE / 2 and SENTENCE.search(last.text) is not None)
    )


def _said(group: Sequence[Word], text: str, at: int) -> tuple[str, int]:
    """The words as they stand in the text from `at` on, with its spaces and marks."""
    begin, end = -1, at
    for word in group:
        place = text.find(word.text.strip(), end)
        if place < 0:
            return " ".join(each.text.strip() for each in group), at
        begin, end = place if begin < 0 else begin, place + len(word.text.strip())
    rest = re.match(r"[^\w\s]+", text[end:])
    end += rest.end() if rest else 0
    return text[begin:end], end


def _speaker(entry: Mapping[str, Any]) -> str:
    label = str(entry.get("speaker_label") or "")
    match = LABEL.match(label)
    return f"Speaker {match[1]}" if match else label


def _seconds(offset: Any) -> float | None:
    """The seconds of a duration such as `1.500s`."""
    try:
        return float(str(offset).removesuffix("s")) if offset else None
    except ValueError:
        return None
