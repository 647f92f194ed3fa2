"""Runs that go on at the API by themselves: asked with `background`, and stored there.

The API answers at once with an id, under which the interaction is looked up, followed and
cancelled by whoever has the key. https://ai.google.dev/gemini-api/docs/background-execution
"""

import re
from typing import Any

from google import genai

from gemini.request import CREATE_INTERACTION, Request
from gemini.run import Candidate, Run

RUNNING = frozenset({"in_progress", "queued"})
"""Statuses of an interaction that goes on."""

ID = re.compile(r"[\w-]{1,500}", re.ASCII)
GONE = "answer_gone"
UNREACHABLE = "not_followed"
NOT_CANCELLED = "not_cancelled"
"""Kinds of problems of a run that was followed on."""


def is_background(request: Request) -> bool:
    """Whether a request makes a run that goes on at the API when nobody waits for it."""
    config = request.config
    stored = config.get("store") is not False
    return request.method == CREATE_INTERACTION and bool(config.get("background")) and stored


def may_be_followed(run: Run) -> bool:
    """Whether nobody here fills a run, though its interaction hadn't ended as far as is known.

    A run that was imported may name anything as its interaction.
    """
    is_id = ID.fullmatch(str(run.result.get("id") or "")) is not None
    goes_on = is_id and str(run.result.get("status")) in RUNNING
    return run.outcome != "running" and is_background(run.request) and goes_on


def is_running_there(run: Run) -> bool:
    """Whether a run goes on at the API, and nobody here fills it (any more)."""
    gone = run.problem is not None and run.problem.kind == GONE
    return may_be_followed(run) and not gone


def cut_to_state(run: Run) -> bool:
    """Drop the parts that came after the state was noted from which a run is followed on.

    They come again. They are few, and mostly none; whether there were any. Where no such state
    was noted, all of the answer comes again.
    """
    parts, state = run.candidate(0).parts, run.result.get("resume")
    noted = state.get("parts") if isinstance(state, dict) else None
    if not isinstance(noted, int) or not 0 <= noted <= len(parts):
        begin_anew(run)
        return True
    dropped = len(parts) > noted
    del parts[noted:], run.candidate(0).times[noted:]
    return dropped


def begin_anew(run: Run) -> None:
    """Forget what came of a run: all of it comes again when it is followed."""
    names = run.result.keys() - {"last_event_id", "resume"}
    run.result = {name: run.result[name] for name in names}
    run.candidates, run.usage = [Candidate()], {}


async def cancel(client: genai.Client, interaction: str) -> dict[str, Any]:
    """Ask the API to end an interaction; what it says of it then, its steps included."""
    answer = await client.aio.interactions.cancel(interaction)
    return answer.model_dump(mode="json", exclude_none=True)
