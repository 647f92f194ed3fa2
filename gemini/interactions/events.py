"""Where the events of an interaction come from: asked for, followed on after a cut, looked up.

An interaction that the API keeps is not lost with its stream: it is followed on after the last
event that came. One in the background is also looked at, again and again, where no stream is to
be had. https://ai.google.dev/gemini-api/docs/interactions#streaming
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
from google import genai
from google.genai import _interactions_errors as generated_errors
from google.genai import errors
from pydantic_core import PydanticSerializationError

from gemini.api.problems import InteractionError, InteractionLostError
from gemini.api.sdk_models import keep_models
from gemini.interactions.background import GONE, RUNNING, UNREACHABLE, is_background
from gemini.interactions.request import create_arguments
from gemini.interactions.steps import with_base64
from gemini.interactions.stream import Event
from gemini.request import Request

RESUMES = 5  # times without a new event in between
LOOKS = 12  # times in a row that a look at one in the background may fail
REFUSALS = 3  # times in a row that a stream isn't to be had; then it is not asked for any more
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between two tries; doubles with each


@dataclass
class Cursor:
    """How far an interaction has been read. `event_id` is of the last event that came.

    `polled`: its steps were looked up beyond that event, so that no stream goes on from there.
    `tries` are those since the last event, `refusals` those in which there was no stream.
    """

    stored: bool = True
    background: bool = False
    interaction: str = ""
    event_id: str = ""
    polled: bool = False
    ended: bool = False
    tries: int = 0
    refusals: int = 0
    _follows: bool = False  # the next event is the first of a stream that goes on with another one
    _repeats: bool = False  # that stream has begun anew: what had come before is passed over

    @classmethod
    def of(cls, request: Request, result: dict[str, Any]) -> "Cursor":
        """The cursor of a Run, by its `result`."""
        known = str(result.get("id") or ""), str(result.get("last_event_id") or "")
        polled = bool((result.get("resume") or {}).get("polled"))
        stored = request.config.get("store") is not False
        return cls(stored, is_background(request), *known, polled)

    def follow(self) -> None:
        """Another stream begins, which goes on after the last event."""
        self._follows, self._repeats = True, False

    @property
    def may_resume(self) -> bool:
        """Whether there is more, and a way to it."""
        return not self.ended and self.stored and bool(self.interaction)

    def is_new(self, event: Event) -> bool:
        """Take note of an event; False for one that had come before.

        Raises:
            InteractionError: it says that the interaction, or the stream, has failed.
        """
        event_id, kind = event.get("event_id") or "", event.get("event_type")
        first, self._follows = self._follows and bool(self.event_id), False
        self._repeats |= first and kind == "interaction.created"
        if first or self._repeats:
            known = event_id == self.event_id
            repeated, self._repeats = known or self._repeats, self._repeats and not known
            if repeated:
                return False
        self.tries = self.refusals = 0
        self.event_id = event_id or self.event_id
        interaction = event.get("interaction") or {}
        self.interaction = interaction.get("id") or self.interaction
        if kind == "interaction.completed":
            self.ended = interaction.get("status") != "requires_continuation"
        elif kind == "error":
            raise InteractionError(event.get("error") or {})
        return True


async def events(
    client: genai.Client, request: Request, silence: float, cursor: Cursor
) -> AsyncIterator[Event]:
    """Ask, or follow on where `cursor` is, and give the events until the interaction has ended.

    A stream that ends early, or has no byte for `silence` seconds, is followed on after its last
    event, where the interaction is stored.

    Raises:
        InteractionError: an `error` event.
        InteractionLostError: it is gone, or in the background and out of reach for long.
        Errors of the SDK and of the network as they are.
    """
    keep_models()
    # A plain number would bound the whole answer.
    timeout: Any = httpx2.Timeout(silence)
    stream: Any = None
    cut: Exception | None = None
    if not cursor.interaction:
        arguments = with_base64(create_arguments(request))
        stream = await client.aio.interactions.create(**arguments, stream=True, timeout=timeout)
        if not hasattr(stream, "__aiter__"):  # what was asked for a stream has answered at once
            state = _state_of(stream, cursor)
            cursor.is_new(state)
            yield state
            stream = None
            if cursor.ended:
                return
    while not cursor.polled:
        failure: Exception | None = None
        try:
            stream = stream or await _stream(client, cursor, timeout)
            async with stream:
                async for event in stream:
                    plain = _plain(event)
                    if cursor.is_new(plain):
                        yield plain
        except Exception as error:
            _raise_if_lost(cursor, error)
            failure = error
        stream, cut = None, failure if cursor.tries == 0 else cut
        if not _tries_again(cursor, failure):
            if cut is not None:
                raise cut
            return
        if (state := await _ended(client, cursor, failure)) is not None:
            yield state
            return
        await asyncio.sleep(_pause(cursor.tries - 2) if cursor.tries > 1 else 0)
    while not cursor.ended:
        yield await _look(client, cursor, None)
        cursor.tries += 1
        await asyncio.sleep(_pause(cursor.tries) if not cursor.ended else 0)


async def _ended(client: genai.Client, cursor: Cursor, failure: Exception | None) -> Event | None:
    """How an interaction in the background has ended, where its stream tells no more."""
    if not cursor.background or not (isinstance(failure, InteractionError) or cursor.tries > 1):
        return None
    state = await _look(client, cursor, failure)
    return state if cursor.ended else None


def _tries_again(cursor: Cursor, failure: Exception | None) -> bool:
    """Count a try that has ended, and say whether there is to be another one."""
    cursor.tries += 1
    silent = isinstance(failure, generated_errors.APITimeoutError | httpx2.TimeoutException)
    cursor.refusals += not silent
    if not cursor.may_resume:
        return False
    if cursor.background:
        cursor.polled = cursor.refusals >= REFUSALS
        return True
    return bool(cursor.event_id) and cursor.tries <= RESUMES


async def _stream(client: genai.Client, cursor: Cursor, timeout: Any) -> Any:
    """The events after the last one that came; all of them where none has."""
    cursor.follow()
    return await client.aio.interactions.get(
        cursor.interaction,
        stream=True,
        last_event_id=cursor.event_id or None,
        timeout=timeout,
    )


async def _look(client: genai.Client, cursor: Cursor, failure: Exception | None) -> Event:
    """How far an interaction is, as an event that holds all of it.

    A 400 comes at random (https://github.com/googleapis/python-genai/issues/2661), so that every
    failure but a missing interaction is tried again.
    """
    last = failure
    for number in range(LOOKS):
        try:
            interaction = await client.aio.interactions.get(cursor.interaction)
        except Exception as error:
            _raise_if_lost(cursor, error)
            last = error
            await asyncio.sleep(_pause(number))
            continue
        state = _state_of(interaction, cursor)
        if state["interaction"].get("status") == "failed" and isinstance(failure, InteractionError):
            state["interaction"].setdefault("errors", [failure.body])
        return state
    raise InteractionLostError(UNREACHABLE, f"{type(last).__name__}: {last}")


def _state_of(interaction: Any, cursor: Cursor) -> Event:
    """A whole interaction as an event; the cursor knows from it whether it has ended."""
    plain = _plain(interaction)
    cursor.ended = plain.get("status") not in RUNNING
    kind = "interaction.completed" if cursor.ended else "interaction.status_update"
    return {"event_type": kind, "event_id": cursor.event_id, "interaction": plain}


def _plain(answer: Any) -> dict[str, Any]:
    """An event or an interaction as a dictionary. Raises the SDK's error for what is none."""
    try:
        plain = answer.model_dump(mode="json", exclude_none=True) if _is_model(answer) else None
    except PydanticSerializationError:  # the SDK builds its models of fields that have other types
        plain = None
    if not isinstance(plain, dict) or not plain.keys() - {"object", "steps"}:
        raise errors.UnknownApiResponseError(f"Neither an interaction nor an event: {answer!r}")
    if not isinstance(plain.get("interaction") or {}, dict):
        raise errors.UnknownApiResponseError(f"An event of no interaction: {answer!r}")
    return plain


def _is_model(answer: Any) -> bool:
    return hasattr(answer, "model_dump")


def _raise_if_lost(cursor: Cursor, error: Exception) -> None:
    """Raises what no further try would mend: the key is refused, or there is no interaction.

    An `error` event may be about the stream only: of one in the background a look at it tells.
    """
    if isinstance(error, InteractionError) and not (cursor.background and cursor.may_resume):
        raise error
    if isinstance(error, generated_errors.AuthenticationError):
        raise error
    missing = generated_errors.NotFoundError | generated_errors.PermissionDeniedError
    if cursor.interaction and isinstance(error, missing):
        raise InteractionLostError(GONE, f"{type(error).__name__}: {error}") from error


def _pause(number: int) -> float:
    return min(FIRST_PAUSE * 2.0**number, LONGEST_PAUSE)
