"""An answer about attached media: what is said word for word, and what is left for the model."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from emulator.engines import Job, Media, Prompt, Turn, answers, kinds, labelled, spatial
from emulator.engines.answers import Excerpts
from emulator.engines.asks import read_ask
from emulator.engines.perception import Perception

FACTS = 4_000  # characters of one attached file that the model is shown
SHORT_TEXT = 6_000  # characters up to which a text file simply stands in the prompt
RULE = "Answer in one sentence, from this only:"
FOLLOW_UPS = frozenset(("transcribe", "describe", "sounds", "summarise", "tables", "compare"))


@dataclass
class Composed:
    """An answer in the making. Once its pieces are through, `rest` is what the model is to answer
    after them, None for nothing.
    """

    rest: Prompt | None = None
    by: list[str] = field(default_factory=list)


def subjects(prompt: Prompt) -> tuple[Media, ...]:
    """The media that the last question is about: those beside it, else the last ones before."""
    for turn in reversed(prompt.turns):
        media = tuple(m for m in turn.media if not _is_short_text(m))
        if media:
            return media
    return ()


async def compose(
    prompt: Prompt, perception: Perception, composed: Composed
) -> AsyncGenerator[str]:
    """What can be said without the model, in pieces; `composed` is complete at the end.

    A follow-up that no file was sent with goes to the model, unless it plainly asks for what is
    in the files or shares words with it. Raises UnsupportedError.
    """
    media, question = subjects(prompt), prompt.question
    ask = read_ask(question)
    follows = not any(item in media for item in prompt.turns[-1].media)
    if not media or (follows and ask.aim != "question" and ask.aim not in FOLLOW_UPS):
        composed.rest = prompt
        return
    quoted: list[str] = []
    nothing = True
    if ask.aim == "compare" and len(media) > 1:
        yield answers.CANNOT_COMPARE + "\n\n"
    for number, item in enumerate(media, 1):
        excerpts = Excerpts()
        pieces = answers.about(item, ask, question, perception, excerpts)
        if follows and ask.aim == "question":
            text = "".join([piece async for piece in _titled(pieces, number, media)])
            if excerpts.quoted:
                yield text
        else:
            async with aclosing(_titled(pieces, number, media)) as titled:
                async for piece in titled:
                    yield piece
        if excerpts.by not in composed.by:
            composed.by.append(excerpts.by)
        quoted += excerpts.passages
        nothing = nothing and not excerpts.quoted
    if quoted:
        composed.rest = _from_quotes(prompt, quoted)
    elif follows and ask.aim == "question" and nothing:
        composed.by.clear()
        composed.rest = prompt


async def seen(job: Job, perception: Perception) -> str | None:
    """The answer to a request for boxes, points or masks; None for any other request.

    Of several pictures it is about the first. Raises UnsupportedError.
    """
    pictures = [m for m in subjects(job.prompt) if kinds.modality_of(m.mime_type) == "IMAGE"]
    request = spatial.read_request(job.prompt.question, job.schema) if pictures else None
    if request is None:
        return None
    sight = await perception.look(pictures[0])
    return await asyncio.to_thread(spatial.answer, request, sight, job.schema)


async def read_off(job: Job, perception: Perception) -> Job:
    """The job with all fields of its schema fixed that the prompt or its files have a label for.

    Raises UnsupportedError.
    """
    assert job.schema is not None
    texts = [job.prompt.question]
    for media in subjects(job.prompt):
        texts.append(await _text_in(media, perception))
    return replace(job, schema=labelled.pinned(job.schema, "\n".join(texts)))


async def _text_in(media: Media, perception: Perception) -> str:
    """All that is written or said in it."""
    modality = kinds.readable(media)
    if modality == "IMAGE":
        sight = await perception.look(media)
        return sight.text.text if sight.text else ""
    if modality == "AUDIO":
        heard = await perception.hear(media, 0.0, None)
        return "\n".join(segment.text for segment in heard.segments)
    return (await perception.read(media)).text


async def with_facts(prompt: Prompt, perception: Perception) -> Prompt:
    """The prompt with every file in words, as far as they fit. Raises UnsupportedError."""
    turns = [Turn(t.role, (await in_words(t, prompt.question, perception),)) for t in prompt.turns]
    return Prompt(tuple(turns), prompt.system)


async def in_words(turn: Turn, question: str, perception: Perception) -> str:
    """One turn with its files in words. Raises UnsupportedError."""
    texts = [
        part if isinstance(part, str) else await _facts(part, question, perception)
        for part in turn.parts
    ]
    return "\n".join(text for text in texts if text)


async def _titled(
    pieces: AsyncGenerator[str], number: int, media: Sequence[Media]
) -> AsyncGenerator[str]:
    """Each file's answer under its own heading, where there are several."""
    if len(media) > 1:
        name = media[number - 1].name
        head = f"**File {number}{f': {name}' if name else ''}**\n\n"
        yield head if number == 1 else f"\n\n{head}"
    async for piece in pieces:
        yield piece


async def _facts(media: Media, question: str, perception: Perception) -> str:
    most = SHORT_TEXT if kinds.is_text(media.mime_type) else FACTS
    return await answers.facts(media, question, perception, most)


def _is_short_text(media: Media) -> bool:
    return kinds.is_text(media.mime_type) and len(media.data) <= SHORT_TEXT


def _from_quotes(prompt: Prompt, quoted: Sequence[str]) -> Prompt:
    """The question with the passages alone: with a whole text a small model loses its way."""
    shown = "\n".join(quoted)
    return Prompt((Turn("user", (f"{RULE}\n{shown}\n\n{prompt.question}",)),), prompt.system)
