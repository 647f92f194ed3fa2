"""The stream that fills a Run.

`fill` sends the request of a new Run on the connection's event loop and returns at once: the answer
comes into the `LiveRun` that it gives.
"""

import asyncio
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from google.genai import types

from gemini.api.call_pieces import CallPieces
from gemini.api.connect import Connection
from gemini.api.faults import FAULT_HEADER
from gemini.api.http import Recorder, recording
from gemini.api.methods import METHODS, arguments, result_of
from gemini.api.problems import (
    WORDS,
    InteractionError,
    Problem,
    explain,
    tried,
)
from gemini.api.surrogates import Halves, whole
from gemini.embeddings import sending as embeddings
from gemini.interactions.background import (
    NOT_CANCELLED,
    RUNNING,
    begin_anew,
    cancel,
    cut_to_state,
)
from gemini.interactions.events import Cursor
from gemini.interactions.events import events as interaction_events
from gemini.interactions.generated_files import bring
from gemini.interactions.request import is_agent
from gemini.interactions.stream import Received
from gemini.interactions.timeline import STEP_TIMES, is_report, trim_times
from gemini.live_run import LiveRun, PartArrived, Retrying
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
from gemini.response import ending_problem, merge_metadata
from gemini.run import Candidate, Outcome, Run
from gemini.taking_turns import StreamTurn
from gemini.tools.mcp import NO_VALUES, HeaderValues, secret_texts, with_headers

CANCELLING = 10.0  # seconds that the API has to cancel an interaction, and to say so
FLEX_SILENCE = 900.0  # seconds; the flex tier answers within 1 to 15 minutes


class FilledRun(LiveRun):
    """A Run, and what fills it."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._halves: dict[int, Halves] = {}  # by candidate
        self._calls: dict[int, CallPieces] = {}
        self._future: Future[None] | None = None
        self._connection: Connection | None = None
        self._received = Received()
        self._turn = StreamTurn()

    def stop(self) -> None:
        """End the run and close its connection. What has come is kept. Safe at any time.

        A run in the background is asked to be cancelled; it ends when the API has answered, within
        `CANCELLING` seconds, or at once where it is stopped again meanwhile.
        """
        connection = self._connection
        over = self.run.result.get("status") not in {None, *RUNNING}  # what it made is fetched now
        if self.background and self.running and connection and not (self.stopping or over):
            self.stopping = True
            connection.submit(self._cancel(connection))
            return
        if self._future is not None:
            self._future.cancel()
        self._end("stopped")

    def _end(self, outcome: Outcome) -> None:
        with self._changed:
            if self.running:
                self._keep_halves()
            super()._end(outcome)

    async def _cancel(self, connection: Connection) -> None:
        """Have the API cancel the interaction, take what it says then, and end. Never raises."""
        run, problem = self.run, Problem(NOT_CANCELLED, *WORDS[NOT_CANCELLED])
        try:
            async with asyncio.timeout(CANCELLING):
                while self.running and not run.result.get("id"):
                    await asyncio.sleep(0.05)
                if self.running:
                    with recording(Recorder(run.exchanges)):
                        self._note_cancelled(await cancel(connection.client, run.result["id"]))
        except Exception as error:  # whatever it is, the interaction may go on there
            await self._wait_for_end()  # or has just ended, which is why it can't be cancelled
            if self.running:
                run.problem = replace(problem, detail=explain(error).detail)
        if self._future is not None:
            self._future.cancel()
        self._end("stopped")

    async def _wait_for_end(self) -> None:
        """Wait for a moment until the run has ended by itself."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                while self.running:
                    await asyncio.sleep(0.05)

    def _note_cancelled(self, interaction: dict[str, Any]) -> None:
        """Take what the API says of an interaction that it has cancelled."""
        if self.running:
            status = interaction.get("status")
            about = {**interaction, "status": "cancelled" if status in RUNNING else status}
            event = {"event_type": "interaction.completed", "interaction": about}
            self._take_event(self._received, {**event, "event_id": None})
            self._take_rest(self._received)
            self._keep_halves()

    def _begin(self, connection: Connection, headers: HeaderValues, fault: str = "") -> None:
        self._connection = connection
        self._future = connection.submit(self._send(connection, headers, fault))

    async def _send(self, connection: Connection, headers: HeaderValues, fault: str) -> None:
        """Send the request and keep what comes. Never raises but for its own cancellation."""
        request = self.run.request
        if request.generates:
            request = replace(request, config=with_headers(request.config, headers))
        secrets = tuple(secret_texts(request.config))
        own = {FAULT_HEADER: fault} if fault else {}
        recorder = Recorder(self.run.exchanges, self._note_retry, secrets, own)
        try:
            with recording(recorder):
                if request.method == GENERATE_CONTENT:
                    await self._stream(connection, request)
                elif request.method == CREATE_INTERACTION:
                    await self._interact(connection, request)
                else:
                    await self._perform(connection)
            if not self.running:  # stopped, with no problem of its own
                return
            self._keep_halves()
            if self.stopping and self.run.result.get("status") == "cancelled":
                self.run.problem = None
                self._end("stopped")
                return
            self.run.problem = ending_problem(self.run) or await bring(connection, self.run)
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
        finally:
            self._turn.leave()

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
            await self._turn.give_way()

    async def _interact(self, connection: Connection, request: Request) -> None:
        """The Interactions API: steps come in pieces, and become parts."""
        received = self._received
        cursor = Cursor.of(request, self.run.result)
        silence = _silence(request, connection.target.timeout)
        try:
            async for event in interaction_events(connection.client, request, silence, cursor):
                if not self.running:
                    break
                self._take_event(received, event, polled=cursor.polled)
                await self._turn.give_way()
        finally:
            if self.running:
                self._take_rest(received)
        if errors := received.interaction.get("errors"):
            raise InteractionError(errors[0])

    def _take_rest(self, received: Received) -> None:
        for part in received.end():
            self._take_part(self.run.candidate(0), part, self.elapsed)

    def _take_event(
        self, received: Received, event: dict[str, Any], *, polled: bool = False
    ) -> None:
        run, at = self.run, time.monotonic() - self._start
        candidate = run.candidate(0)
        parts, about = received.take(event, len(candidate.parts)), whole(received.interaction)
        run.response_id = about.get("id") or run.response_id
        run.model_version = about.get("model") or run.model_version
        run.usage = received.usage
        if run.usage and (tier := about.get("service_tier")):
            run.usage["service_tier"] = tier
        for part in parts:
            self._take_part(candidate, part, at)
        candidate.finish_reason = received.finish_reason
        if event.get("event_type") in {"step.stop", "interaction.completed"}:
            candidate.metadata.update(whole(received.metadata()))
        run.result = self._result(received, about, event.get("event_id"), polled=polled)

    def _result(
        self, received: Received, about: dict[str, Any], event_id: str | None, *, polled: bool
    ) -> dict[str, Any]:
        """What is known of an interaction, and where to follow it on.

        Where half a character waits for the other one, that is before the event that brought it.
        """
        candidate = self.run.candidate(0)
        if not self.background or received.finish_reason is not None:
            return {**about, "last_event_id": event_id}
        halves = self._halves.get(candidate.index)
        if halves is not None and halves.pending:
            before = {"last_event_id", "resume"} & self.run.result.keys()
            return {**about, **{name: self.run.result[name] for name in before}}
        resume = {**received.state(), "parts": len(candidate.parts), "polled": polled}
        return {**about, "last_event_id": event_id, "resume": resume}

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
        merge_metadata(candidate.metadata, answer)
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
        candidate.times.append(round(at, 3))  # before its part: each part that is there has one
        candidate.parts.append(part)
        if is_agent(self.run.request.model) and not is_report(part):
            candidate.metadata.setdefault(STEP_TIMES, []).append(round(at, 1))
        self._append(PartArrived(at, candidate.index, part))


def fill(
    connection: Connection, run: Run, headers: HeaderValues = NO_VALUES, fault: str = ""
) -> LiveRun:
    """Send the request of a new Run and return at once. The answer arrives in the LiveRun.

    `headers` open the MCP servers that the request names; `fault` is what the emulator is to do.
    """
    live = FilledRun(run)
    live._begin(connection, headers, fault)
    return live


def resume(connection: Connection, run: Run) -> LiveRun:
    """Follow on a run that goes on at the API, after the last event that was noted of it.

    What had come by then is in the LiveRun from the start, and what came after it comes again.
    """
    cut_to_state(run)
    received, candidate = _received(run), run.candidate(0)
    trim_times(candidate)
    run.outcome, run.problem, run.timing.end = "running", None, None
    live = FilledRun(run)
    live._start -= max((datetime.now(UTC) - run.created).total_seconds(), 0)
    at = run.timing.first_part or 0.0
    live.events += [PartArrived(at, candidate.index, part) for part in candidate.parts]
    live._received = received
    live._begin(connection, NO_VALUES)  # the API has those of what is running
    return live


def _received(run: Run) -> Received:
    """What had been received of a run that is followed on; nothing where that can't be told."""
    about = {k: v for k, v in run.result.items() if k not in {"last_event_id", "resume"}}
    usage = {k: v for k, v in run.usage.items() if k != "service_tier"}
    state, first = run.result.get("resume") or {}, run.candidate(0)
    try:
        return Received.restored(about, usage, state, first.parts, first.metadata)
    except (ValueError, TypeError, LookupError, AttributeError):  # an import may hold anything
        begin_anew(run)
        return Received(about)


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
