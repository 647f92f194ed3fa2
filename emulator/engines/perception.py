"""What is in media, remembered so that a follow-up question needn't wait again.

Of a picture that is its size, colours, text and regions. No model here recognises things, so
nothing is said of what a photo shows.

The engines block for a second or more, so each runs in a thread of its own. What they say can't
be done becomes UnsupportedError, the wire's 400.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.engines import Measure, Media, UnsupportedError, document, kinds, ocr, speech
from emulator.engines.audio import decode
from emulator.engines.colours import RGB, dominant
from emulator.engines.document import Document
from emulator.engines.errors import EngineError, Packages
from emulator.engines.ocr import TextInImage
from emulator.engines.pictures import open_picture
from emulator.engines.sound import SoundFacts
from emulator.engines.sound import measure as measure_sound
from emulator.engines.speech import Segment

if TYPE_CHECKING:
    from emulator.engines.regions import Kind, Region

T = TypeVar("T")
PACKAGES = Packages(
    "Looking at images", {"cv2": "opencv-python-headless"}, "pip install opencv-python-headless"
)
MOST_KEPT = 32  # results; the largest is a picture's regions, a few MB

CANNOT_SEE = (
    "What the image shows (people, animals, things, places) is unknown: this machine has no model "
    "that recognizes it. A Gemini model does."
)


@dataclass(frozen=True)
class Sight:
    """All that was seen in a picture, upright, `width` x `height` pixels.

    `colours` are the main ones with their share (0-1) of the picture. `text` is None where text
    can't be read here; `notes` say why, and what else can't be known.
    """

    width: int
    height: int
    kind: "Kind"
    colours: tuple[tuple[RGB, float], ...]
    text: TextInImage | None
    regions: "tuple[Region, ...]"
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """A stretch of a recording: what is said in it, and what can be measured.

    `note` is what a reader should know of the words, "" for nothing.
    """

    segments: tuple[Segment, ...]
    facts: SoundFacts
    note: str


class Perception:
    """Looks at, listens to and reads media, each once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def measure(self, media: Media) -> Measure:
        """Tokens of a picture, recording or PDF. Raises UnsupportedError."""
        return await self._once(media, "measure", lambda: kinds.measure(media))

    async def look(self, media: Media) -> Sight:
        """A picture's sizes, colours, regions and text. Raises UnsupportedError."""
        return await self._once(media, "look", lambda: look(media.data))

    async def read(self, media: Media) -> Document:
        """A document's pages. Raises UnsupportedError."""
        return await self._once(media, "read", lambda: document.read(media.data, media.mime_type))

    async def hear(self, media: Media, start_s: float, end_s: float | None) -> Heard:
        """The words and sounds of a recording. Raises UnsupportedError."""
        heard: Heard | None = None
        async for item in self.listen(media, start_s, end_s):
            heard = item if isinstance(item, Heard) else heard
        assert heard is not None
        return heard

    async def listen(
        self, media: Media, start_s: float, end_s: float | None
    ) -> AsyncGenerator[Segment | Heard]:
        """Segments as they are understood, and at the end everything. Raises UnsupportedError."""
        key = _key(media, f"hear {start_s} {end_s}")
        if (remembered := self._recall(key)) is not None:
            for segment in remembered.segments:
                yield segment
            yield remembered
            return
        async with self._lock(key):
            clip = await _apart(lambda: decode(media.data, start_s=start_s, end_s=end_s))
            segments: list[Segment] = []
            facts = await _apart(lambda: measure_sound(clip))
            missing = speech.PACKAGES.missing()
            if not missing and not facts.silent:
                following = speech.hear(clip)
                while segment := await _apart(lambda: next(following, None)):
                    segments.append(segment)
                    yield segment
            note = missing or speech.note(clip, segments, end_s)
            heard = Heard(tuple(segments), facts, note)
            self._keep(key, heard)
        yield heard

    async def _once(self, media: Media, what: str, work: Callable[[], T]) -> T:
        key = _key(media, what)
        async with self._lock(key):
            remembered = self._recall(key)
            if remembered is None:
                remembered = await _apart(work)
                self._keep(key, remembered)
            return remembered

    def _lock(self, key: str) -> asyncio.Lock:
        if len(self._locks) > 4 * MOST_KEPT:
            self._locks = {k: lock for k, lock in self._locks.items() if lock.locked()}
        return self._locks.setdefault(key, asyncio.Lock())

    def _recall(self, key: str) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: str, result: Any) -> None:
        self._kept[key] = result
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def look(data: bytes) -> Sight:
    """Looks at picture bytes; about a second, most of it for text.

    Raises what `pictures.open_picture` raises, or EngineMissingError. Without the packages that
    read text the rest is still seen, and a note says what is missing.
    """
    PACKAGES.require()
    from emulator.engines import regions

    picture = open_picture(data)
    image, missing = picture.image, ocr.PACKAGES.missing()
    text = None if missing else ocr.read(image)
    kind, seen = regions.find(image, text=[line.bounds for line in text.lines] if text else ())
    several = f"An animation of {picture.frames} frames: only the first was looked at."
    notes = {several: picture.frames > 1, missing or "": missing, CANNOT_SEE: kind == "photo"}
    return Sight(
        width=image.width,
        height=image.height,
        kind=kind,
        colours=tuple(dominant(image)),
        text=text,
        regions=seen,
        notes=tuple(note for note, holds in notes.items() if holds),
    )


def _key(media: Media, what: str) -> str:
    return f"{hashlib.sha256(media.data).hexdigest()} {media.mime_type} {what}"


async def _apart(work: Callable[[], T]) -> T:
    """The result of blocking work, done in a thread."""
    try:
        return await asyncio.to_thread(work)
    except EngineError as error:
        raise UnsupportedError(str(error)) from error
