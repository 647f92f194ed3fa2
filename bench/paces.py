"""How fast the mock answers: a prompt's first words name the pace and the answer's tag."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """How many chunks an answer has and when each is due."""

    chunks: int
    kind: str = "long"  # of the answer, by its name in `bench.text`
    pause: float = 0.0  # seconds from one chunk to the next
    silent_after: int | None = None  # this many chunks at once, then nothing for SILENCE seconds

    def due(self, index: int) -> float:
        """Seconds after the request at which chunk `index` is to be sent."""
        silence = self.silent_after is not None and index >= self.silent_after
        return index * self.pause + (SILENCE if silence else 0.0)


SILENCE = 10.0

PACES = {
    "burst": Pace(400),
    "paced": Pace(400, pause=0.005),
    "formulas": Pace(400, "formulas", pause=0.005),
    "boxes": Pace(60, "boxes", pause=0.05),
    "steady": Pace(400, pause=0.020),  # long enough to stop in the middle
    "silent": Pace(16, silent_after=8),
    "short": Pace(8),
    "live": Pace(40, pause=0.1),  # about what a model takes
}

_PROMPT = re.compile(rf"\b({'|'.join(PACES)}) ([a-z]{{2}}):")


def prompt(pace: str, tag: str) -> str:
    """The prompt that makes the mock answer at `pace`, with marks that carry `tag`."""
    return f"{pace} {tag}: how does a lighthouse keep its light turning?"


def read_prompt(text: str) -> tuple[str, str]:
    """The pace and the tag a prompt asks for; a short answer to anything else."""
    paces = _PROMPT.search(text)
    return (paces[1], paces[2]) if paces else ("short", "zz")
