"""Streamed replies of the Interactions API, in the shapes of its documentation."""

from typing import Any

from tests.fake_gemini import Reply


def interaction(*steps: dict[str, Any], status: str = "completed", name: str = "a") -> Reply:
    """A streamed interaction of whole steps."""
    about = {"id": f"v1_{name}", "model": "gemini-3.8-flash"}
    events = [{"event_type": "interaction.created", "interaction": {**about, "status": "queued"}}]
    for index, step in enumerate(steps):
        events += [{"event_type": "step.start", "index": index, "step": step}]
        events += [{"event_type": "step.stop", "index": index}]
    usage = {"total_input_tokens": 7, "total_output_tokens": 2, "total_tokens": 9}
    done = {**about, "status": status, "usage": usage}
    return Reply([*events, {"event_type": "interaction.completed", "interaction": done}])


def text(words: str) -> dict[str, Any]:
    """The step of an answer in words."""
    return {"type": "model_output", "content": [{"type": "text", "text": words}]}
