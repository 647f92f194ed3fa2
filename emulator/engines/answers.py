"""Answers from what the engines found, word for word: a small model would garble them.

A plain request (transcribe, read the text, describe, summarise) is answered by the findings
alone. A question gets the passages that share most with it, quoted with their page or time, and
the model then answers from these and nothing else.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from emulator.engines import Media, describe, kinds, ocr, passages, sound, speech
from emulator.engines.asks import Ask
from emulator.engines.describe import Sight
from emulator.engines.document import Document
from emulator.engines.passages import Passage
from emulator.engines.perception import Heard, Perception
from emulator.engines.sound import SoundFacts
from emulator.engines.speech import Segment

QUOTED = 4  # passages for one question
POINTS = 5  # sentences of a summary
CANNOT_COMPARE = "What differs is for you to see: nothing here compares. This is what each one has."
BY_PICTURE = f"{ocr.MODEL} and colour regions (local)"
BY_SPEECH = f"{speech.MODEL} (local)"
BY_SOUND = "sound measures (local)"
BY_TEXT = "text of the file (local)"
BY_FUNCTIONS = "results of the functions (local)"
_SENTENCE = re.compile(r"\w\s+\w.*[.!?](?: \[p\. \d+\])?$", re.DOTALL)


@dataclass
class Excerpts:
    """What an answer was made of: `by` is its maker; `quoted` says that it quotes what fits the
    question; `passages` are left for a model to use, and without any the answer is complete.
    """

    by: str = ""
    quoted: bool = False
    passages: list[str] = field(default_factory=list)


async def about(
    media: Media, ask: Ask, question: str, perception: Perception, excerpts: Excerpts
) -> AsyncGenerator[str]:
    """The answer's text in pieces, filling `excerpts` on the way. Raises UnsupportedError."""
    modality = kinds.readable(media)
    if modality == "AUDIO":
        async for piece in _about_recording(media, ask, question, perception, excerpts):
            yield piece
    elif modality == "IMAGE":
        excerpts.by = BY_PICTURE
        sight = await perception.look(media)
        yield _about_picture(sight, ask, question, excerpts)
    else:
        excerpts.by = BY_TEXT
        yield _about_document(await perception.read(media), ask, question, excerpts)


async def facts(media: Media, question: str, perception: Perception, most: int) -> str:
    """The media in words for a model to read, at most `most` characters: what fits the question."""
    modality = kinds.readable(media)
    if modality == "TEXT":
        whole = media.data.decode("utf-8-sig", errors="replace")
        if len(whole) <= most:
            return f"{media.name}:\n{whole}" if media.name else whole
    if modality == "IMAGE":
        return describe.in_words(await perception.look(media))[:most]
    if modality == "AUDIO":
        heard = await perception.hear(media, 0.0, None)
        if not heard.segments:
            return "\n".join(_sounds(heard.facts))[:most]
        items = [Passage(f"[{clock(s.start_s)}] {s.text}") for s in heard.segments]
        return _fitting(items, question, most)
    read = await perception.read(media)
    return _fitting([Passage(_cited(p), p.page) for p in read.passages], question, most)


def keeps_to(sentence: str, source: str) -> bool:
    """Whether every figure and every name in a sentence stands in its source, too.

    A small model likes to add some: "by the mayor" becomes "by the mayor of Ashanti".
    """
    known = set(passages.terms(source))
    telling = re.findall(r"(?<![.!?] )(?<!^)\b(?:[A-Z][\w'’]*|\d[\d.,:]*\d|\d)", sentence)
    return all(known.issuperset(passages.terms(word)) for word in telling)


def clock(seconds: float) -> str:
    """MM:SS, or H:MM:SS from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _fitting(items: Sequence[Passage], question: str, most: int) -> str:
    """All of it where it fits, else the passages that fit the question, then those that sum up."""
    whole = "\n".join(item.text for item in items)
    if len(whole) <= most:
        return whole
    ranked = [match.passage for match in passages.best(items, question, 12)]
    ranked += [item for item in passages.summary(items, 12) if item not in ranked]
    chosen: list[str] = []
    for item in ranked:
        if sum(map(len, chosen)) + len(item.text) < most:
            chosen.append(item.text)
    return "\n".join(chosen)


def _about_picture(sight: Sight, ask: Ask, question: str, excerpts: Excerpts) -> str:
    if ask.aim == "transcribe":
        if sight.text is None:
            return " ".join(sight.notes)
        return sight.text.text or "No text was found in this picture."
    if ask.aim == "question" and sight.text:
        rows = [Passage("  ".join(line.text for line in row)) for row in sight.text.rows]
        if quotes := _quotes(rows, question, excerpts):
            return quotes
    return describe.in_words(sight)


async def _about_recording(
    media: Media, ask: Ask, question: str, perception: Perception, excerpts: Excerpts
) -> AsyncGenerator[str]:
    if ask.aim == "sounds":
        heard = await perception.hear(media, ask.start_s, ask.end_s)
        excerpts.by = BY_SOUND
        yield "\n".join(_sounds(heard.facts))
        if heard.segments:
            yield f"\n\nSpeech in it:\n{_transcript(heard.segments)}"
        return
    excerpts.by = BY_SPEECH
    if ask.aim in ("summarise", "question", "compare"):
        heard = await perception.hear(media, ask.start_s, ask.end_s)
        if heard.segments and (text := _said(heard, ask, question, excerpts)):
            yield text
            return
    said = False
    async for item in perception.listen(media, ask.start_s, ask.end_s):
        if isinstance(item, Segment):
            yield ("\n" if said else "") + _line(item)
            said = True
        elif not said:
            excerpts.by = BY_SOUND
            yield "\n".join([item.note, *_sounds(item.facts)])
        elif item.note:
            yield f"\n\n{item.note}"


def _said(heard: Heard, ask: Ask, question: str, excerpts: Excerpts) -> str:
    """What fits a question in a recording with speech; "" where nothing does."""
    lines = [Passage(_line(segment)) for segment in heard.segments]
    if ask.aim == "summarise":
        chosen = passages.summary(lines, ask.count or POINTS)
        return _points("The sentences that say most of it:", [item.text for item in chosen])
    return _quotes(lines, question, excerpts) if ask.aim == "question" else ""


def _about_document(read: Document, ask: Ask, question: str, excerpts: Excerpts) -> str:
    notes = "".join(f"\n\n{note}" for note in read.notes)
    items = read.passages
    if not items:
        return "No text was found in this document." + notes
    if ask.aim == "transcribe":
        return read.text + notes
    if ask.aim == "tables" and (tables := _tables(read)):
        return tables + notes
    if ask.aim in ("question", "tables") and (
        quotes := _quotes([Passage(_cited(item), item.page) for item in items], question, excerpts)
    ):
        return quotes
    chosen = passages.summary(items, ask.count or POINTS)
    head = "The sentences that say most of it:"
    if ask.aim == "question":
        head = "No passage shares a word with the question. " + head
    return _points(head, [_cited(item) for item in chosen]) + notes


def _quotes(items: Sequence[Passage], question: str, excerpts: Excerpts) -> str:
    """The passages nearest to the question as a block of quotations; "" where none is near.

    Only whole sentences go on to the model: from rows and headings it makes nonsense.
    """
    matches = passages.best(items, question, QUOTED)
    near = [m.passage.text for m in matches if m.score >= matches[0].score / 2]
    excerpts.quoted = bool(near)
    if near and _SENTENCE.search(near[0]):
        excerpts.passages += [text for text in near if _SENTENCE.search(text)]
    return "\n>\n".join(f"> {text}" for text in near)


def _points(head: str, points: Sequence[str]) -> str:
    return "\n".join([head, "", *(f"- {point}" for point in points)])


def _cited(passage: Passage) -> str:
    return f"{passage.text} [p. {passage.page}]" if passage.page else passage.text


def _tables(read: Document) -> str:
    """Runs of lines that end in a figure, with the line above each, as they stand on the page."""
    excerpts: list[str] = []
    for page in read.pages:
        rows: list[str] = []
        for place, block in enumerate([*page.blocks, ""]):
            if block and block.split()[-1][-1:].isdigit() and len(block.split()) < 15:
                above = page.blocks[place - 1 : place] if place and not rows else ()
                rows += [*above, block]
                continue
            if len(rows) > 2:
                cited = f" [p. {page.number}]" if page.number else ""
                table = "\n".join(rows)
                excerpts.append(f"As it stands in the document{cited}:\n\n```\n{table}\n```")
            rows = []
    return "\n\n".join(excerpts)


def _transcript(segments: Sequence[Segment]) -> str:
    return "\n".join(map(_line, segments))


def _line(segment: Segment) -> str:
    return f"[{clock(segment.start_s)}] {segment.text}"


def _sounds(facts: SoundFacts) -> list[str]:
    """What can be measured: length, silence, when something sounds, steady tones."""
    if facts.silent:
        return [f"The recording is silent: {facts.duration_s:.1f} seconds without any sound."]
    lines = [
        f"{facts.duration_s:.1f} seconds, {facts.silent_share:.0%} of them silent, "
        f"{facts.level_db:.0f} dBFS on average."
    ]
    for event in facts.events:
        what = f"a steady tone of {event.tone_hz:.0f} Hz" if event.tone_hz else "sound"
        length = event.end_s - event.start_s
        lines.append(f"[{clock(event.start_s)}] {what}, {length:.1f} s, {event.level_db:.0f} dBFS")
    return [*lines, sound.CANNOT_HEAR]
