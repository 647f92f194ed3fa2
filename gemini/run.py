"""A Run: a Request with all that came back. Plain data; `gemini.filling` fills it."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from gemini.api.connect import Backend
from gemini.api.problems import Problem
from gemini.api.wire import Exchange
from gemini.request import Part, Request

Outcome = Literal["running", "done", "stopped", "failed"]

SHORTEST_STREAM = 0.1  # seconds in which a speed can be measured


@dataclass
class Candidate:
    """One of the answers: its parts in order, and how it ended.

    `metadata` holds what else the API said of it, by the SDK's names: grounding_metadata,
    citation_metadata, safety_ratings, logprobs_result, avg_logprobs, url_context_metadata. `times`
    are the seconds after the request left at which the parts came; what was kept before there were
    any has none.
    """

    index: int = 0
    parts: list[Part] = field(default_factory=list)
    finish_reason: str | None = None
    finish_message: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)


@dataclass
class Timing:
    """Seconds after the request left; None for what did not happen."""

    first_part: float | None = None
    first_text: float | None = None
    end: float | None = None

    @property
    def thinking(self) -> float | None:
        """How long thoughts came before the first text of the answer."""
        if self.first_part is None:
            return None
        until = self.first_text if self.first_text is not None else self.end
        return until - self.first_part if until is not None else None


@dataclass
class Run:
    """A Request with all that came back. Filled while it streams, then left alone.

    `backend` is what was asked. `result` is what a method other than `generate_content` answered,
    its media apart, JSON-ready and by the SDK's names. `usage` is the API's `usage_metadata` as
    a dictionary; `problem` is set when the answer failed, was blocked, or is empty. `replayed` is
    true of a recording on the screen (`gemini.replay`); it is never written.
    """

    request: Request
    backend: Backend | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    outcome: Outcome = "running"
    candidates: list[Candidate] = field(default_factory=list)
    usage: dict[str, Any] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)
    problem: Problem | None = None
    model_version: str | None = None
    response_id: str | None = None
    prompt_feedback: dict[str, Any] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False

    def candidate(self, index: int) -> Candidate:
        """The candidate of that index, made when it is the first time it is spoken of."""
        while len(self.candidates) <= index:
            self.candidates.append(Candidate(len(self.candidates)))
        return self.candidates[index]

    @property
    def requests(self) -> int:
        """The requests to a model that were answered for it; at least one.

        The SDK asks for a long answer in several. Looks at how far one is, and attempts that were
        declined, are none.
        """
        posts = [each for each in self.exchanges if each.method == "POST"]
        answered = [each for each in posts if each.status is not None and each.status < 400]
        return max(1, sum(not each.url.endswith("/cancel") for each in answered))

    @property
    def output_tokens(self) -> int:
        """Tokens written: the answers' and the thoughts'."""
        count = self.usage.get("candidates_token_count") or 0
        return count + (self.usage.get("thoughts_token_count") or 0)

    @property
    def tokens_per_second(self) -> float | None:
        """Tokens written by second of streaming; None where there was nothing to measure.

        What came in one piece, or at once, was written before it came.
        """
        start, end = self.timing.first_part, self.timing.end
        pieces = sum(len(candidate.parts) for candidate in self.candidates)
        if start is None or end is None or not self.output_tokens:
            return None
        if pieces < 2 or end - start < SHORTEST_STREAM:
            return None
        return self.output_tokens / (end - start)
