"""The routes of the Interactions API: create, get, cancel, delete, and streams of events."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from emulator import wire
from emulator.calls import ModelCall, stream, while_connected
from emulator.errors import ApiError
from emulator.interactions.messages import (
    Body,
    CreateInteraction,
    InteractionApiError,
    invalid,
    read_create,
)
from emulator.interactions.progress import Interaction, Progress, new_interaction
from emulator.interactions.refusals import check
from emulator.interactions.request import gemini_body, input_steps
from emulator.interactions.store import LIFETIME, InteractionStore
from emulator.models import Model

Chunks = AsyncGenerator[Body]


@dataclass
class Live:
    """An interaction that is being made, the task that makes it, and who waits for news of it."""

    interaction: Interaction
    task: asyncio.Task[None] | None = None
    failure: ApiError | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Wake those who follow it."""
        self._news.set()
        self._news = asyncio.Event()

    async def events(self, after: int = 0) -> AsyncGenerator[Body]:
        """Its events behind the first `after`, to the last, as they come."""
        while True:
            news = self._news
            while after < len(self.interaction.events):
                yield self.interaction.events[after]
                after += 1
            if not self.interaction.running:
                return
            await news.wait()

    async def ended(self) -> None:
        async with aclosing(self.events(len(self.interaction.events))) as events:
            async for _ in events:
                pass


class Interactions:
    """The endpoints of one emulator's interactions."""

    def __init__(self, store: InteractionStore) -> None:
        self._store = store
        self._live: dict[str, Live] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def create(self, request: Request) -> Response:
        """POST interactions: whole, streamed, or in the background."""
        body = await wire.read_json(request, request.app.state.max_body_bytes)
        message = read_create(body)
        check(message)
        steps = input_steps(message.input)
        before = self._store.steps_until(message.previous_interaction_id, _owner(request))
        model = _model(request, message)
        state = request.app.state
        gemini = gemini_body(message, [*before, *steps], model)
        means = (state.engine, state.answering, state.files, state.caches)
        call = ModelCall(gemini, model, *means, fault=request.state.fault)
        # In the foreground the first piece is waited for: an error before it has its own status.
        chunks = None if message.background else await while_connected(request, stream(call))
        interaction = new_interaction(
            state.engine.model.answered_by,
            steps,
            self._store.now(),
            LIFETIME,
            owner=_owner(request),
            stored=message.store,
            background=message.background,
            previous_interaction_id=message.previous_interaction_id,
            service_tier=message.service_tier and "standard",  # the only one there is
            system_instruction=message.system_instruction,
        )
        live = self._start(interaction, call, chunks)
        if message.stream:
            # One that is in the background, or whose stream is to break, goes on without a reader.
            broken = call.fault is not None and call.fault.kind == "wire"
            goes_on = message.background or broken
            events = live.events() if goes_on else self._watched(live)
            return _event_stream(events)
        if not message.background:
            try:
                await while_connected(request, live.ended())
            finally:
                self._stop(live)
            if live.failure is not None:
                raise live.failure
        return JSONResponse(interaction.wire)

    async def get(self, request: Request) -> Response:
        """GET interactions/{id}: as it is now, or its events from the one after `last_event_id`."""
        interaction = self._store.get(request.path_params["id"], _owner(request))
        query = request.query_params
        if _is_true(request, "stream"):
            live = self._live.get(interaction.id) or Live(interaction)
            after = _position(query.get("last_event_id", ""), interaction)
            return _event_stream(live.events(after))
        extra = {"input": interaction.input} if _is_true(request, "include_input") else {}
        return JSONResponse(interaction.wire | extra)

    async def cancel(self, request: Request) -> Response:
        """POST interactions/{id}/cancel: ends one that runs in the background."""
        interaction = self._store.get(request.path_params["id"], _owner(request))
        live = self._live.get(interaction.id)
        if not interaction.background or live is None:
            text = f"Interaction {interaction.id} does not run in the background (any more)."
            raise InteractionApiError(400, text, "failed_precondition")
        self._stop(live)
        return JSONResponse(interaction.wire)

    async def delete(self, request: Request) -> Response:
        """DELETE interactions/{id}: one that runs is ended."""
        interaction = self._store.get(request.path_params["id"], _owner(request))
        if (live := self._live.get(interaction.id)) is not None:
            self._stop(live)
        self._store.delete(interaction.id)
        return JSONResponse({})

    async def close(self) -> None:
        """End all that runs."""
        for live in list(self._live.values()):
            self._stop(live)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._store.close()

    def _start(self, interaction: Interaction, call: ModelCall, chunks: Chunks | None) -> Live:
        live = Live(interaction)
        self._store.keep(interaction)
        live.task = asyncio.create_task(self._make(live, call, chunks))
        self._tasks.add(live.task)
        live.task.add_done_callback(self._tasks.discard)
        if interaction.stored:
            self._live[interaction.id] = live
        return live

    async def _make(self, live: Live, call: ModelCall, chunks: Chunks | None) -> None:
        """Fill the interaction; never raises but for its cancellation."""
        interaction = live.interaction
        progress = Progress(interaction)
        try:
            async with aclosing(chunks or await stream(call)) as responses:
                async for response in responses:
                    progress.take(response)
                    live.tell()
            progress.end(self._store.now())
        except ApiError as error:
            live.failure = error
            interaction.fails(error, self._store.now())
        except Exception as error:
            live.failure = ApiError(500, f"The emulator failed ({type(error).__name__}).")
            interaction.fails(live.failure, self._store.now())
        finally:
            self._stop(live)

    def _stop(self, live: Live) -> None:
        """Settle it: one that still runs is cancelled."""
        interaction = live.interaction
        if self._live.pop(interaction.id, None) is None and not interaction.running:
            live.tell()
            return
        if interaction.running:
            interaction.ends("cancelled", self._store.now())
            if live.task is not None and live.task is not asyncio.current_task():
                live.task.cancel()
        self._store.keep(interaction)
        live.tell()

    async def _watched(self, live: Live) -> AsyncGenerator[Body]:
        """Its events; who goes away before the last ends it."""
        try:
            async with aclosing(live.events()) as events:
                async for event in events:
                    yield event
        finally:
            self._stop(live)


def _owner(request: Request) -> str:
    """A digest of the key: with another one an interaction is not found."""
    return hashlib.sha256(wire.key_of(request).encode()).hexdigest()


def _model(request: Request, message: CreateInteraction) -> Model:
    version = request.url.path.split("/")[1]
    name = message.model.removeprefix("models/")
    model: Model = request.app.state.catalogue.get(name, version, "generateContent")
    return model


def _is_true(request: Request, name: str) -> bool:
    value = request.query_params.get(name, "false").lower()
    if value not in {"true", "false"}:
        raise invalid(f"Invalid value at '{name}': true or false is expected.")
    return value == "true"


def _position(last_event_id: str, interaction: Interaction) -> int:
    """How many events come before those that are asked for."""
    if not last_event_id:
        return 0
    known = [event["event_id"] for event in interaction.events]
    if last_event_id not in known:
        shown = last_event_id[:100]
        raise InteractionApiError(416, f"No event has the last_event_id {shown!r}.", "out_of_range")
    return known.index(last_event_id) + 1


def _event_stream(events: AsyncGenerator[Body]) -> Response:
    return StreamingResponse(_written(events), media_type="text/event-stream")


async def _written(events: AsyncGenerator[Body]) -> AsyncIterator[str]:
    async with aclosing(events):
        async for event in events:
            yield f"event: {event['event_type']}\ndata: {wire.dumps(event)}\n\n"
    yield "data: [DONE]\n\n"
