"""What a question about media asks for, where its words say so plainly."""

import re
from dataclasses import dataclass
from typing import Literal

Aim = Literal["transcribe", "describe", "sounds", "summarise", "tables", "compare", "question"]

# The first that matches wins. They are about what is asked of a picture, a recording or a
# document, so a question with other words in it ("who sent this?") matches none.
_AIMS: dict[Aim, str] = {
    "sounds": r"\b(describe|list|which|what)\b.{0,20}\bsounds?\b",
    "summarise": r"\b(summari[sz]e|summary|sum up|main points|key points|tl;?dr)\b",
    "tables": r"\b(extract|list|show|give|get)\b.{0,60}\btables?\b",
    "compare": r"\b(compare|what differs|differences? between)\b",
    "transcribe": (
        r"\b(transcri(be|pt|ption)|ocr|verbatim|write down what)\b"
        r"|\b(read|extract|give|copy|get)\b.{0,20}\b(text|writing|words|lettering)\b"
        r"|\bwhat (does|do)\b.{0,40}\bsay\b|\bwhat (is|was) (said|written)\b"
        r"|\bwhat text\b"
    ),
    "describe": (
        r"\b(describe|caption)\b|\btell me (more )?about (this|the|it)\b"
        r"|\bwhat('s| is| are| do you see)\b.{0,12}\b(image|picture|photo|drawing|file|recording"
        r"|audio|clip)s?\b"
        r"|\bwhat (is|are) (this|these|that)\b|\bwhat do you (see|hear)\b"
        r"|\b(list|name)\b.{0,20}\b(objects?|shapes?|colou?rs?|things|items)\b"
        r"|\bwhat colou?rs?\b"
    ),
}
_TIME = r"(\d{1,3}(?::\d{2}){1,2})"
_RANGE = re.compile(rf"\b(?:from|between)\s+\[?{_TIME}\]?\s*(?:to|and|until|-|–)\s*\[?{_TIME}\]?")
_COUNT = re.compile(
    r"\b(?:in|with|as|to)\s+(?P<count>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\s+"
    r"(?:short\s+|key\s+|main\s+|bullet\s+)*(?:points?|sentences?|bullets?|lines?)",
    re.IGNORECASE,
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TIMED = re.compile(r"time ?stamps?|mm:ss|\btimes?\b|subtitles?|\bsrt\b|\bvtt\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """`aim` None is no words at all. `start_s` to `end_s` is the part of a recording that is asked
    for, None for all. `count` is how many sentences or points, None where nothing is said.
    """

    aim: Aim | None
    start_s: float = 0.0
    end_s: float | None = None
    timed: bool = False
    count: int | None = None


def read_ask(question: str) -> Ask:
    """What `question` asks for."""
    if not question.strip():
        return Ask(None, timed=True)
    aim = _aim(question.lower())
    start_s, end_s = _range(question)
    counted = _COUNT.search(question)
    return Ask(
        aim=aim,
        start_s=start_s,
        end_s=end_s,
        timed=bool(_TIMED.search(question)),
        count=_number(counted["count"]) if counted else None,
    )


def _aim(question: str) -> Aim:
    for aim, pattern in _AIMS.items():
        if re.search(pattern, question):
            return aim
    return "question"


def _range(question: str) -> tuple[float, float | None]:
    """Seconds of "from 00:05 to 01:10"; from 0 to the end where there is no such part."""
    match = _RANGE.search(question.lower())
    if match is None:
        return 0.0, None
    start_s, end_s = _seconds(match[1]), _seconds(match[2])
    return (start_s, end_s) if start_s < end_s else (0.0, None)


def _seconds(clock: str) -> float:
    seconds = 0
    for part in clock.split(":"):
        seconds = 60 * seconds + int(part)
    return float(seconds)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS.index(text.lower()) + 1
