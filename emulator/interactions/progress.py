"""One interaction while it is made: responses of generateContent into steps, and events of them."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import ApiError
from emulator.interactions.messages import Body, Step, error_body
from emulator.timestamps import stamp

ENDED = {"STOP": "completed", "MAX_TOKENS": "incomplete"}
"""The status by the reason why generateContent ended; any other reason is a failure."""


@dataclass
class Interaction:
    """An interaction with what was put in, and the events of its making, numbered from 1.

    `wire` is the API's `Interaction`; `input` are the steps that were put in. `expires` is in
    seconds since 1970, `owner` a digest of the key that asked. `stored` is False for one that
    nobody can come back to: it has no id.
    """

    wire: Body
    input: list[Step]
    expires: float
    owner: str = ""
    background: bool = False
    stored: bool = True
    events: list[Body] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.wire.get("id", "")

    @property
    def running(self) -> bool:
        return self.wire["status"] == "in_progress"

    def note(self, event_type: str, **fields: Any) -> None:
        """Add an event."""
        event_id = str(len(self.events) + 1)
        self.events.append({"event_type": event_type, "event_id": event_id, **fields})

    def summary(self) -> Body:
        """The interaction as an event tells it: without its steps."""
        names = ("status", "model", "created", "updated", "usage", "service_tier")
        known = {name: self.wire[name] for name in names if name in self.wire}
        return {"id": self.id, "object": "interaction", **known}

    def ends(self, status: str, now: float) -> None:
        """Set the last status, and say so."""
        self.wire |= {"status": status, "updated": stamp(now)}
        self.note("interaction.completed", interaction=self.summary())

    def fails(self, error: ApiError, now: float) -> None:
        """End it by an error, and say so."""
        body = error_body(error)
        self.wire |= {"status": "failed", "updated": stamp(now), "errors": [body]}
        self.note("error", error=body)


def new_interaction(
    model: str, steps: list[Step], now: float, lifetime: float, **fields: Any
) -> Interaction:
    """An interaction that has just been asked for. `fields` without a value are left out."""
    stored, owner = fields.pop("stored", True), fields.pop("owner", "")
    background = fields.pop("background", False)
    wire = {
        **({"id": f"v1_{secrets.token_urlsafe(24)}"} if stored else {}),
        "object": "interaction",
        "status": "in_progress",
        "model": model,
        "created": stamp(now),
        "updated": stamp(now),
        "steps": [],
        **{name: value for name, value in fields.items() if value},
    }
    interaction = Interaction(wire, steps, now + lifetime, owner, background, stored)
    interaction.note("interaction.created", interaction=interaction.summary())
    return interaction


class Progress:
    """Takes the responses of a stream of generateContent, and adds steps and events."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._steps: list[Step] = interaction.wire["steps"]
        self._open: Step | None = None
        self._finish = ""
        self._blocked = ""

    def take(self, response: Body) -> None:
        """Add what a response says."""
        wire = self._interaction.wire
        wire["model"] = response["modelVersion"]
        metadata = response.get("usageMetadata") or {}  # speech has none
        if metadata:
            wire["usage"] = usage_of(metadata)
        if "candidates" not in response:
            self._blocked = response["promptFeedback"]["blockReason"]
            return
        candidate = response["candidates"][0]
        for part in candidate["content"].get("parts", ()):
            if not part.get("thought") and not self._steps and metadata.get("thoughtsTokenCount"):
                self._begin({"type": "thought"})  # one whose summary nobody asked for
            self._take_part(part)
        self._finish = candidate.get("finishReason", self._finish)

    def end(self, now: float) -> None:
        """Close what is open, and say how it ended."""
        self._close()
        if self._blocked:
            error = ApiError(400, f"The prompt was blocked: {self._blocked}.")
            self._interaction.fails(error, now)
            return
        status = ENDED.get(self._finish, "failed")
        if status == "failed":
            reason = self._finish or "no reason was given"
            message = f"The model stopped before its answer was complete: {reason}."
            self._interaction.fails(ApiError(500, message), now)
            return
        if status == "completed" and self._steps and self._steps[-1]["type"] == "function_call":
            status = "requires_action"
        self._interaction.ends(status, now)

    def _take_part(self, part: Body) -> None:
        if part.get("thought"):
            self._thought(part["text"])
        elif "functionCall" in part:
            self._call(part["functionCall"], part.get("thoughtSignature", ""))
        elif part.get("text"):
            self._text(part["text"])
        elif "inlineData" in part:
            self._sound(part["inlineData"])

    def _thought(self, text: str) -> None:
        step = self._continue("thought")
        summary = step.setdefault("summary", [{"type": "text", "text": ""}])
        summary[0]["text"] += text
        self._delta({"type": "thought_summary", "content": {"type": "text", "text": text}})

    def _text(self, text: str) -> None:
        step = self._continue("model_output")
        content = step.setdefault("content", [{"type": "text", "text": ""}])
        content[0]["text"] += text
        self._delta({"type": "text", "text": text})

    def _sound(self, blob: Body) -> None:
        """A piece of raw sound; the step holds all of them as one."""
        kind, _, rate = blob["mimeType"].partition(";codec=pcm;rate=")
        about = {"type": "audio", "mime_type": kind.lower(), "sample_rate": int(rate or 24_000)}
        item = {**about, "channels": 1, "data": blob["data"]}
        content = self._continue("model_output").setdefault("content", [])
        if content:
            before = base64.b64decode(content[-1]["data"]) + base64.b64decode(blob["data"])
            content[-1]["data"] = base64.b64encode(before).decode()
        else:
            content.append(dict(item))
        self._delta(item)

    def _call(self, call: Body, signature: str) -> None:
        if signature:
            self._continue("thought")
        self._close(signature)
        arguments = call.get("args") or {}
        call_id = call.get("id") or f"call_{secrets.token_hex(8)}"
        step = {"type": "function_call", "id": call_id, "name": call["name"], "arguments": {}}
        self._begin(step)
        written = json.dumps(arguments, ensure_ascii=False)
        self._delta({"type": "arguments_delta", "arguments": written})
        self._steps[-1]["arguments"] = arguments
        self._close()

    def _continue(self, kind: str) -> Step:
        """The open step if it is of this kind, else a new one."""
        if self._open is None or self._open["type"] != kind:
            self._close()
            self._begin({"type": kind})
        assert self._open is not None
        return self._open

    def _begin(self, step: Step) -> None:
        self._interaction.note("step.start", index=len(self._steps), step=dict(step))
        self._steps.append(step)
        self._open = step

    def _delta(self, delta: Body) -> None:
        self._interaction.note("step.delta", index=len(self._steps) - 1, delta=delta)

    def _close(self, signature: str = "") -> None:
        """End the open step; a thought is signed, so that it can be sent back."""
        if self._open is None:
            return
        if self._open["type"] == "thought":
            text = "".join(each["text"] for each in self._open.get("summary", ()))
            own = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            self._open["signature"] = signature or own
            self._delta({"type": "thought_signature", "signature": signature or own})
        self._interaction.note("step.stop", index=len(self._steps) - 1)
        self._open = None


def usage_of(metadata: Body) -> Body:
    """A `usageMetadata` in the names of this API; nothing where nobody counted."""
    if not metadata:
        return {}
    usage = {
        "total_input_tokens": metadata.get("promptTokenCount", 0),
        "total_output_tokens": metadata.get("candidatesTokenCount", 0),
        "total_thought_tokens": metadata.get("thoughtsTokenCount", 0),
        "total_cached_tokens": metadata.get("cachedContentTokenCount", 0),
        "total_tool_use_tokens": 0,
        "total_tokens": metadata.get("totalTokenCount", 0),
    }
    by_modality = {
        "input": "promptTokensDetails",
        "output": "candidatesTokensDetails",
        "cached": "cacheTokensDetails",
    }
    for name, field_name in by_modality.items():
        if details := metadata.get(field_name):
            usage[f"{name}_tokens_by_modality"] = [
                {"modality": each["modality"].lower(), "tokens": each["tokenCount"]}
                for each in details
            ]
    return usage
