"""The stream that fills a Run.

`start` sends a request on the connection's event loop and returns at once. The `LiveRun` it gives
can be followed from any thread, by several at a time, and again from the start: a screen that is
redrawn in the middle of an answer just goes on. Only `stop()` ends it early.
"""

import asyncio
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, cast

from google.genai import types

from gemini.api.call_pieces import CallPieces
from gemini.api.connect import Connection
from gemini.api.http import Recorder, recording
from gemini.api.methods import METHODS, arguments, result_of
from gemini.api.problems import InteractionError, Problem, blocked_or_empty, explain, tried
from gemini.api.surrogates import Halves, whole
from gemini.creation.missing import missing
from gemini.embeddings import sending as embeddings
from gemini.interactions.generated_files import bring
from gemini.interactions.request import is_agent
from gemini.interactions.stream import Received
from gemini.interactions.stream import events as interaction_events
from gemini.interactions.timeline import STEP_TIMES, is_report
from gemini.models.availability import ending
from gemini.models.capabilities import unknown
from gemini.request import (
    CREATE_INTERACTION,
    EMBED_CONTENT,
    GENERATE_CONTENT,
    Part,
    Request,
    part_dict,
)
from gemini.run import Candidate, Outcome, Run
from gemini.tools.mcp import NO_VALUES, HeaderValues, secret_texts, with_headers

FLEX_SILENCE = 900.0  # seconds; the flex tier answers within 1 to 15 minutes


@dataclass(frozen=True)
class PartArrived:
    """A part came, untouched but for half characters, `at` seconds after the request left."""

    at: float
    candidate: int
    part: Part


@dataclass(frozen=True)
class Retrying:
    """The server declined (`status`), or could not be reached (None); it is asked again."""

    at: float
    status: int | None
    seconds: float


Event = PartArrived | Retrying


class LiveRun:
    """A Run that is being filled. Every attribute may be read from any thread at any time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.events: list[Event] = []
        self.ended = threading.Event()
        self._changed = threading.Condition()
        self._halves: dict[int, Halves] = {}  # by candidate
        self._calls: dict[int, CallPieces] = {}
        self._start = time.monotonic()
        self._future: Future[None] | None = None
        if run.outcome != "running":
            self.ended.set()

    @property
    def running(self) -> bool:
        return self.run.outcome == "running"

    @property
    def elapsed(self) -> float:
        """Seconds since the request left, or its whole time when it has ended."""
        end = self.run.timing.end
        return end if end is not None else time.monotonic() - self._start

    def wait(self, seen: int, timeout: float) -> bool:
        """Wait until there are more than `seen` events or the run has ended; False on time-out."""
        with self._changed:
            return self._changed.wait_for(
                lambda: len(self.events) > seen or not self.running, timeout
            )

    def stop(self) -> None:
        """End the run now and close its connection. What has come is kept. Safe at any time."""
        if self._future is not None:
            self._future.cancel()
        self._end("stopped")

    def _append(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def _end(self, outcome: Outcome) -> None:
        with self._changed:
            if self.running:
                self._keep_halves()
                self.run.timing.end = time.monotonic() - self._start
                self.run.outcome = outcome
            self.ended.set()
            self._changed.notify_all()

    async def _send(self, connection: Connection, headers: HeaderValues) -> None:
        """Send the request and keep what comes. Never raises but for its own cancellation."""
        request = self.run.request
        if request.generates:
            request = replace(request, config=with_headers(request.config, headers))
        secrets = tuple(secret_texts(request.config))
        recorder = Recorder(self.run.exchanges, self._note_retry, secrets)
        try:
            with recording(recorder):
                if request.method == GENERATE_CONTENT:
                    await self._stream(connection, request)
                elif request.method == CREATE_INTERACTION:
                    await self._interact(connection, request)
                else:
                    await self._perform(connection)
            if self.running:
                self._keep_halves()
            self.run.problem = _ending_problem(self.run) or await bring(connection, self.run)
            self._end("failed" if self.run.problem else "done")
        except asyncio.CancelledError:
            self._end("stopped")
            raise
        except Exception as error:  # whatever it is, people get a Problem and keep what came
            if self.running:
                retries = sum(isinstance(event, Retrying) for event in self.events)
                secrets = (*secrets, *connection.target.secrets)
                problem = tried(explain(error, secrets), retries + 1)
                end = ending(self.run.request.model, connection.target.backend)
                if end is not None and problem.kind == "unknown_model":
                    problem = replace(problem, cause=str(end), remedy=f"Choose {end.instead}.")
                self.run.problem = problem
            self._end("failed")

    async def _stream(self, connection: Connection, request: Request) -> None:
        stream = await connection.client.aio.models.generate_content_stream(
            model=request.model,
            contents=cast(types.ContentListUnionDict, request.contents),
            config=_config(request, connection.target.timeout),
        )
        async for response in stream:
            if not self.running:  # stopped: nothing more may be added
                break
            self._take(response)
            self._note_tier()

    async def _interact(self, connection: Connection, request: Request) -> None:
        """The Interactions API: steps come in pieces, and become parts."""
        received = Received()
        try:
            silence = _silence(request, connection.target.timeout)
            async for event in interaction_events(connection.client, request, silence):
                if not self.running:
                    break
                self._take_event(received, event)
        finally:
            if self.running:
                for part in received.end():
                    self._take_part(self.run.candidate(0), part, self.elapsed)
        if errors := received.interaction.get("errors"):
            raise InteractionError(errors[0])

    def _take_event(self, received: Received, event: dict[str, Any]) -> None:
        run, at = self.run, time.monotonic() - self._start
        parts, about = received.take(event), whole(received.interaction)
        run.response_id = about.get("id") or run.response_id
        run.model_version = about.get("model") or run.model_version
        run.usage = received.usage
        if run.usage and (tier := about.get("service_tier")):
            run.usage["service_tier"] = tier
        run.result = {**about, "last_event_id": event.get("event_id")}
        candidate = run.candidate(0)
        for part in parts:
            self._take_part(candidate, part, at)
        candidate.finish_reason = received.finish_reason
        if event.get("event_type") in {"step.stop", "interaction.completed"}:
            candidate.metadata.update(whole(received.metadata()))

    async def _perform(self, connection: Connection) -> None:
        """A method that answers at once."""
        request = self.run.request
        method = getattr(connection.client.aio.models, request.method)
        if request.method == EMBED_CONTENT:  # in as many requests as the model wants
            await embeddings.send(request, method, self._keep_result)
            return
        response = await method(**arguments(request))
        if self.running:
            self.run.result = whole(result_of(response))
            for part in METHODS[request.method].parts(response):
                self._take_part(self.run.candidate(0), part, time.monotonic() - self._start)

    def _keep_result(self, result: dict[str, Any]) -> None:
        """Keep what a method has answered so far."""
        if self.running:
            self.run.result = result
            self.run.usage = dict(result.get("usage_metadata") or {})

    def _note_retry(self, status: int | None, seconds: float) -> None:
        self._append(Retrying(time.monotonic() - self._start, status, seconds))

    def _note_tier(self) -> None:
        """Put the tier that served with the usage; the SDK drops it from there."""
        headers = self.run.exchanges[-1].response_headers if self.run.exchanges else {}
        if self.run.usage and (tier := headers.get("x-gemini-service-tier")):
            self.run.usage["service_tier"] = tier

    def _take(self, response: types.GenerateContentResponse) -> None:
        run, at = self.run, time.monotonic() - self._start
        run.model_version = response.model_version or run.model_version
        run.response_id = response.response_id or run.response_id
        if response.usage_metadata:
            run.usage.update(response.usage_metadata.model_dump(mode="json", exclude_none=True))
        if response.prompt_feedback:
            feedback = response.prompt_feedback.model_dump(mode="json", exclude_none=True)
            run.prompt_feedback.update(whole(feedback))
        for answer in response.candidates or []:
            self._take_candidate(answer, at)

    def _take_candidate(self, answer: types.Candidate, at: float) -> None:
        candidate = self.run.candidate(answer.index or 0)
        if answer.finish_reason:
            candidate.finish_reason = answer.finish_reason.name
            candidate.finish_message = whole(answer.finish_message)
        _merge_metadata(candidate.metadata, answer)
        for part in (answer.content.parts if answer.content else None) or []:
            if plain := part_dict(part):
                self._take_part(candidate, plain, at)

    def _take_part(self, candidate: Candidate, part: Part, at: float) -> None:
        calls = self._calls.setdefault(candidate.index, CallPieces())
        for each in self._halves.setdefault(candidate.index, Halves()).feed(part):
            for complete in calls.feed(each):
                self._keep_part(candidate, complete, at)

    def _keep_halves(self) -> None:
        """Nothing more comes that could make half characters, and pieces of calls, whole."""
        for index, halves in self._halves.items():
            calls = self._calls[index]
            rest = [part for half in halves.end() for part in calls.feed(half)]
            for part in [*rest, *calls.end()]:
                self._keep_part(self.run.candidate(index), part, self.elapsed)

    def _keep_part(self, candidate: Candidate, part: Part, at: float) -> None:
        timing = self.run.timing
        timing.first_part = at if timing.first_part is None else timing.first_part
        if not part.get("thought") and part.get("text") != "" and timing.first_text is None:
            timing.first_text = at
        candidate.parts.append(part)
        if is_agent(self.run.request.model) and not is_report(part):
            candidate.metadata.setdefault(STEP_TIMES, []).append(round(at, 1))
        self._append(PartArrived(at, candidate.index, part))


def start(connection: Connection, request: Request) -> LiveRun:
    """Send a request and return at once. The answer arrives in the LiveRun."""
    return fill(connection, Run(request, connection.target.backend))


def fill(connection: Connection, run: Run, headers: HeaderValues = NO_VALUES) -> LiveRun:
    """Send the request of a new Run and return at once. The answer arrives in the LiveRun.

    `headers` open the MCP servers that the request names.
    """
    live = LiveRun(run)
    live._future = connection.submit(live._send(connection, headers))
    return live


def _silence(request: Request, timeout: float) -> float:
    """The seconds without a byte that are waited for: the connection's, or more where a model or
    the flex tier takes its time.
    """
    flex = FLEX_SILENCE if request.config.get("service_tier") == "flex" else 0.0
    return max(timeout, unknown(request.model).silence, flex)


def _config(request: Request, timeout: float) -> types.GenerateContentConfigDict | None:
    """The config as the SDK takes it. With tools, its own calling of Python functions is off.

    `timeout` is the connection's, in seconds without a byte.
    """
    config = dict(request.config)
    if (silence := _silence(request, timeout)) > timeout:
        config["http_options"] = {"timeout": int(silence * 1000)}
    if "tools" in config:
        config["automatic_function_calling"] = {"disable": True}
    return cast(types.GenerateContentConfigDict, config) if config else None


def _merge_metadata(metadata: dict[str, Any], answer: types.Candidate) -> None:
    """Add what a chunk says of a candidate. Log probabilities go on where the last chunk ended.

    Grounding is told again and again, each time as far as it is known, and not always at the end:
    what a later chunk leaves out stays.
    """
    known = {"index", "content", "finish_reason", "finish_message", "token_count"}
    if answer.model_fields_set <= known:  # most chunks are no more than text
        return
    new = whole(answer.model_dump(mode="json", exclude_none=True, exclude=known))
    logprobs = new.pop("logprobs_result", None)
    for name, value in new.items():
        if isinstance(value, dict):
            known_now = {k: v for k, v in value.items() if v}
            metadata[name] = {**metadata.get(name, {}), **known_now}
        else:
            metadata[name] = value
    if logprobs:
        merged = metadata.setdefault("logprobs_result", {})
        for name, values in logprobs.items():
            is_list = isinstance(values, list)
            merged[name] = [*merged.get(name, []), *values] if is_list else values


def _finish_message(run: Run) -> str | None:
    """What the API says of the first candidate's end, which the SDK drops for the Gemini API."""
    for _, event in reversed(run.exchanges[-1].events() if run.exchanges else []):
        candidates = event.get("candidates") if isinstance(event, dict) else None
        first = candidates[0] if isinstance(candidates, list) and candidates else None
        message = first.get("finishMessage") if isinstance(first, dict) else None
        if isinstance(message, str):
            return whole(message)
    return None


def _ending_problem(run: Run) -> Problem | None:
    """What is wrong with a response that came to its end, judged by its first candidate."""
    if not run.request.generates:
        empty = not run.result and not run.candidates
        amiss = METHODS[run.request.method].problem(run.result)
        return amiss or blocked_or_empty("STOP", has_content=not empty)
    block_reason = run.prompt_feedback.get("block_reason")
    if block_reason or run.candidates:
        first = run.candidate(0)
        if first.finish_reason != "STOP" and not first.finish_message:
            first.finish_message = _finish_message(run)
        problem = blocked_or_empty(
            first.finish_reason,
            has_content=any(p.get("text") != "" and not p.get("thought") for p in first.parts),
            block_reason=block_reason,
            message=first.finish_message or run.prompt_feedback.get("block_reason_message"),
        )
        return problem if problem and problem.kind != "empty" else missing(run) or problem
    return blocked_or_empty("EMPTY" if run.exchanges else None, has_content=False)
