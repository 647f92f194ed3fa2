"""What is in attached files, word for word and said to be that: a small model would garble it.

The transcript of a recording with its times, the text and the plain shapes of an image, the
passages of a document that share most words with the question, with their page. Nothing is put
into other words, compared or summed up.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from emulator.engines import Media, Prompt, PromptTurn, kinds, ocr, sound, speech
from emulator.engines.colours import hex_of, name_of
from emulator.engines.document import Document
from emulator.engines.passages import Passage, best
from emulator.engines.perception import Perception, Sight
from emulator.engines.sound import SoundFacts
from emulator.engines.speech import Segment

if TYPE_CHECKING:
    from emulator.engines.regions import Region

FACTS = 4_000  # characters of one attached file that the model is shown
SHORT_TEXT = 6_000  # characters up to which a text file simply stands in the prompt
SHORT_DOCUMENT = 1_000  # characters up to which a document is given whole
QUOTED = 4  # passages for one question
BY_PICTURE = f"{ocr.MODEL} and color regions (local)"
BY_SPEECH = f"{speech.MODEL} (local)"
BY_SOUND = "sound measures (local)"
BY_TEXT = "text of the file (local)"
BY_FUNCTIONS = "results of the functions (local)"
_MAKERS = {"IMAGE": BY_PICTURE, "AUDIO": BY_SPEECH}
_TIME = r"\[?(\d{1,3}(?::\d{2}){1,2})\]?"
_RANGE = re.compile(
    rf"\b(?:from|between)\s+{_TIME}\s*(?:to|and|until|-|–)\s*{_TIME}", re.IGNORECASE
)


def subjects(prompt: Prompt) -> tuple[Media, ...]:
    """The media that the last question is about: those beside it, else the last ones before."""
    for turn in reversed(prompt.turns):
        media = tuple(m for m in turn.media if not _is_short_text(m))
        if media:
            return media
    return ()


async def findings(prompt: Prompt, perception: Perception) -> AsyncGenerator[tuple[str, str]]:
    """What is in each file, in pieces, each with what it comes from. Raises UnsupportedError.

    To a question that comes after the files were answered for, only passages that share words
    with it are an answer: without any there are no pieces.
    """
    media, question = subjects(prompt), prompt.question
    follows = not any(item in media for item in prompt.turns[-1].media)
    for number, item in enumerate(media, 1):
        name = f": {item.name}" if item.name else ""
        title = f"**File {number}{name}**\n\n" if len(media) > 1 else ""
        title = f"\n\n{title}" if title and number > 1 else title
        if follows:
            quotes = _quotes(await _passages(item, perception), question)
            pieces = _alone(quotes, _MAKERS.get(kinds.readable(item), BY_TEXT))
        else:
            pieces = _all_in(item, question, perception)
        async with aclosing(pieces):
            async for text, by in pieces:
                yield title + text, by
                title = ""


async def with_facts(prompt: Prompt, perception: Perception) -> Prompt:
    """The prompt with every file in words, as far as they fit. Raises UnsupportedError."""
    turns = [
        PromptTurn(t.role, (await in_words(t, prompt.question, perception),)) for t in prompt.turns
    ]
    return Prompt(tuple(turns), prompt.system)


async def in_words(turn: PromptTurn, question: str, perception: Perception) -> str:
    """One turn with its files in words. Raises UnsupportedError."""
    texts = [
        part if isinstance(part, str) else await _facts(part, question, perception)
        for part in turn.parts
    ]
    return "\n".join(text for text in texts if text)


async def text_in(media: Media, perception: Perception) -> str:
    """All that is written or said in it. Raises UnsupportedError."""
    modality = kinds.readable(media)
    if modality == "IMAGE":
        sight = await perception.look(media)
        return sight.text.text if sight.text else ""
    if modality == "AUDIO":
        heard = await perception.hear(media, 0.0, None)
        return "\n".join(segment.text for segment in heard.segments)
    return (await perception.read(media)).text


async def _all_in(
    media: Media, question: str, perception: Perception
) -> AsyncGenerator[tuple[str, str]]:
    modality = kinds.readable(media)
    if modality == "AUDIO":
        async for piece in _transcript(media, question, perception):
            yield piece
    elif modality == "IMAGE":
        yield _image_in_words(await perception.look(media)), BY_PICTURE
    else:
        yield _document_in_words(await perception.read(media), question), BY_TEXT


async def _alone(text: str, by: str) -> AsyncGenerator[tuple[str, str]]:
    if text:
        yield text, by


async def _transcript(
    media: Media, question: str, perception: Perception
) -> AsyncGenerator[tuple[str, str]]:
    """A line for each sentence when it was heard; without any, what can be measured."""
    any_words = False
    async for item in perception.listen(media, *_range(question)):
        if isinstance(item, Segment):
            yield ("\n" if any_words else "") + _line(item), BY_SPEECH
            any_words = True
        elif not any_words:
            yield "\n".join([item.note, *_sounds(item.facts)]), BY_SOUND
        elif item.note:
            yield f"\n\n{item.note}", BY_SPEECH


def _image_in_words(sight: Sight) -> str:
    """The text, line by line, then the shapes of a drawing or the colours of a photo."""
    blocks = [sight.text.text if sight.text.rows else "No text was found."] if sight.text else []
    if sight.kind == "drawing" and sight.regions:
        in_order = sorted(sight.regions, key=lambda region: region.box[1])
        shapes = [f"- {region.label}, {_where(region, sight)}" for region in in_order]
        blocks.append("\n".join(["Shapes of one color, from left to right:", "", *shapes]))
    elif sight.kind == "photo":
        shares = [f"{name_of(rgb)} ({hex_of(rgb)}) {share:.0%}" for rgb, share in sight.colours]
        size = f"{sight.width} x {sight.height} pixels"
        blocks.append(f"A photo or a detailed image, {size}. Colors: {', '.join(shares)}.")
    return "\n\n".join([*blocks, *sight.notes])


def _where(region: "Region", sight: Sight) -> str:
    """The part of the picture that the middle of a region is in, such as "top left"."""
    ymin, xmin, ymax, xmax = region.box
    down = int(3 * (ymin + ymax) / 2 / sight.height)
    across = int(3 * (xmin + xmax) / 2 / sight.width)
    vertical, horizontal = ("top", "", "bottom")[down], ("left", "", "right")[across]
    return f"{vertical} {horizontal}".strip() or "in the middle"


def _document_in_words(document: Document, question: str) -> str:
    """A short document whole; of a long one the passages nearest to the question, or its start."""
    items = _cited(document)
    if not items:
        text = "No text was found in this document."
    elif len(document.text) <= SHORT_DOCUMENT:
        text = "\n\n".join(
            "\n".join([f"[p. {page.number}]" if page.number else "", *page.blocks]).strip()
            for page in document.pages
            if page.blocks
        )
    elif not (text := _quotes(items, question)):
        start = _as_quotes(items[: 2 * QUOTED])
        text = f"No passage shares a word with the question. The text begins:\n\n{start}"
    return "\n\n".join([text, *document.notes])


def _quotes(items: Sequence[Passage], question: str) -> str:
    """The passages nearest to the question as a block of quotations; "" where none is near."""
    matches = best(items, question, QUOTED)
    near = [match.passage for match in matches if match.score >= matches[0].score / 2]
    return _as_quotes(near)


def _as_quotes(items: Sequence[Passage]) -> str:
    return "\n>\n".join(f"> {item.text}" for item in items)


async def _passages(media: Media, perception: Perception) -> list[Passage]:
    """What is written or said in it, by sentence or row, each with its page or time."""
    modality = kinds.readable(media)
    if modality == "IMAGE":
        text = await text_in(media, perception)
        return [Passage(row) for row in text.splitlines()]
    if modality == "AUDIO":
        heard = await perception.hear(media, 0.0, None)
        return [Passage(_line(segment)) for segment in heard.segments]
    return _cited(await perception.read(media))


def _cited(document: Document) -> list[Passage]:
    return [
        Passage(f"{item.text} [p. {item.page}]" if item.page else item.text, item.page)
        for item in document.passages
    ]


async def _facts(media: Media, question: str, perception: Perception) -> str:
    """The media in words for a model to read: what fits the question, where it is long."""
    if kinds.is_text(media.mime_type):
        whole = media.data.decode("utf-8-sig", errors="replace")
        if len(whole) <= SHORT_TEXT:
            return f"{media.name}:\n{whole}" if media.name else whole
    modality = kinds.readable(media)
    if modality == "IMAGE":
        return _image_in_words(await perception.look(media))[:FACTS]
    items = await _passages(media, perception)
    if modality == "AUDIO" and not items:
        return "\n".join(_sounds((await perception.hear(media, 0.0, None)).facts))[:FACTS]
    return _fitting(items, question)


def _fitting(items: Sequence[Passage], question: str) -> str:
    """All of it where it fits, else the passages that fit the question, then the first ones."""
    whole = "\n".join(item.text for item in items)
    if len(whole) <= FACTS:
        return whole
    ranked = [match.passage for match in best(items, question, 12)]
    length, chosen = 0, list[str]()
    for item in [*ranked, *(item for item in items if item not in ranked)]:
        length += len(item.text) + 1
        if length > FACTS:
            break
        chosen.append(item.text)
    return "\n".join(chosen)


def _is_short_text(media: Media) -> bool:
    return kinds.is_text(media.mime_type) and len(media.data) <= SHORT_TEXT


def _range(question: str) -> tuple[float, float | None]:
    """Seconds of "from 00:05 to 01:10"; from 0 to the end where there is no such part."""
    match = _RANGE.search(question)
    if match is None:
        return 0.0, None
    start_s, end_s = _seconds(match[1]), _seconds(match[2])
    return (start_s, end_s) if start_s < end_s else (0.0, None)


def _seconds(clock: str) -> float:
    seconds = 0
    for part in clock.split(":"):
        seconds = 60 * seconds + int(part)
    return float(seconds)


def _clock(seconds: float) -> str:
    """MM:SS, or H:MM:SS from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _line(segment: Segment) -> str:
    return f"[{_clock(segment.start_s)}] {segment.text}"


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
        lines.append(f"[{_clock(event.start_s)}] {what}, {length:.1f} s, {event.level_db:.0f} dBFS")
    return [*lines, sound.CANNOT_HEAR]
