"""The events of an interaction made into what a Run holds: `Received` puts the steps together.

Where the events come from, and what is done when they stop coming, is in
`gemini.interactions.events`. https://ai.google.dev/gemini-api/docs/interactions#streaming
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.genai.errors import UnknownApiResponseError

from gemini.interactions.sources import Sources
from gemini.interactions.steps import (
    NOT_SENT,
    Step,
    item_of,
    part_of_item,
    parts_of_step,
    signature_part,
)
from gemini.request import Part

Event = dict[str, Any]
"""An event as on the wire: `{"event_type": "step.delta", "index": 0, "delta": {...}}`."""

FINISH = {
    "completed": "STOP",
    "requires_action": "STOP",
    "incomplete": "MAX_TOKENS",
    "cancelled": "CANCELLED",
    "failed": "FAILED",
    "budget_exceeded": "BUDGET_EXCEEDED",
}
"""An interaction's status as a candidate's finish reason, where it has ended."""

USAGE = {
    "total_input_tokens": "prompt_token_count",
    "total_output_tokens": "candidates_token_count",
    "total_thought_tokens": "thoughts_token_count",
    "total_cached_tokens": "cached_content_token_count",
    "total_tool_use_tokens": "tool_use_prompt_token_count",
    "total_tokens": "total_token_count",
}
USAGE_DETAILS = {
    "input_tokens_by_modality": "prompt_tokens_details",
    "output_tokens_by_modality": "candidates_tokens_details",
    "cached_tokens_by_modality": "cache_tokens_details",
    "tool_use_tokens_by_modality": "tool_use_prompt_tokens_details",
}
MEDIA_DELTAS = {"image", "audio", "video", "document"}
SPOKEN = {"model_output": "content", "thought": "summary"}
"""Steps that become parts while they grow, and what their contents are called."""

WRITTEN, ANNOTATED = "_written", "_annotations"  # of a step in `Received.state`


@dataclass
class Growing:
    """A step that is still coming: what has come of it, and from which part of the answer on.

    The pieces of its last text and of its arguments are joined when it ends: to join at each
    piece would take the square of a long step's length.
    """

    step: Step
    since: int
    texts: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[dict[str, Any]]:
        """Its contents; the last text among them is empty as long as it grows."""
        return self.step.setdefault(SPOKEN.get(self.step.get("type") or "", "content"), [])

    def add(self, item: dict[str, Any]) -> None:
        """Add a content; texts that follow each other are one."""
        if item.get("type") == "text" and not isinstance(item.get("text") or "", str):
            raise TypeError("a text that is none")
        if item.get("type") == "text" and self.items and self.items[-1].get("type") == "text":
            self.texts.append(item.get("text") or "")
            return
        self.join()
        self.items.append(dict(item))

    def annotate(self, annotations: list[dict[str, Any]]) -> None:
        """Put annotations with the last text there is."""
        texts = [item for item in self.items if item.get("type") == "text"]
        if texts:
            texts[-1].setdefault("annotations", []).extend(annotations)

    def join(self) -> Step:
        """The step with what has come of it so far."""
        if self.texts:
            item = self.items[-1]
            item["text"] = (item.get("text") or "") + "".join(self.texts)
            self.texts = []
        return self.step


@dataclass
class Received:
    """An interaction as far as it has come. Steps are known by their index.

    `interaction` is what is known of it but its steps. A long answer may come in several
    responses, the SDK asking for each (`requires_continuation`): then steps are counted on, and
    usage is summed.
    """

    interaction: dict[str, Any] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)
    _growing: dict[int, Growing] = field(default_factory=dict)
    _known: int = 0  # steps below this index have begun
    _usage: dict[str, Any] = field(default_factory=dict)
    _before: list[dict[str, Any]] = field(default_factory=list)
    _first: int = 0  # what the step of index 0 is here

    @classmethod
    def restored(
        cls,
        interaction: dict[str, Any],
        usage: Mapping[str, Any],
        state: Mapping[str, Any],
        parts: list[Part],
        metadata: Mapping[str, Any],
    ) -> "Received":
        """What had been received when `state` was noted, with the parts made of it by then."""
        received = cls(interaction, Sources(metadata))
        received._usage, received._known = dict(usage), int(state.get("known") or 0)
        for index, (step, since) in (state.get("growing") or {}).items():
            growing = received._growing[int(index)] = Growing(dict(step), int(since))
            growing.arguments += growing.step.pop(WRITTEN, [])
            annotations = growing.step.pop(ANNOTATED, {})
            if step.get("type") in SPOKEN:
                for part in parts[int(since) :]:
                    if part.get("text") != "" and "part_metadata" not in part:
                        growing.add(item_of(part, None))
                for number, item in enumerate(growing.items):
                    if said := annotations.get(str(number)):
                        item["annotations"] = list(said)
        return received

    def state(self) -> dict[str, Any]:
        """What `restored` needs to go on from here, beside what a Run has anyway; JSON-ready."""
        growing = {str(index): [_bare(g), g.since] for index, g in self._growing.items()}
        return {"known": self._known, "growing": growing}

    @property
    def finish_reason(self) -> str | None:
        """By the names of generateContent; an unknown status in capitals; None while it runs."""
        status = self.interaction.get("status") or ""
        if status in {"", "in_progress", "queued", "idle", "requires_continuation"}:
            return None
        return FINISH.get(status, status.upper())

    @property
    def usage(self) -> dict[str, Any]:
        """What was used so far, by the names of generateContent."""
        total = dict(self._usage)
        for each in self._before:
            for name, value in each.items():
                total[name] = value + (total.get(name) or type(value)())
        return total

    def take(self, event: Event, since: int = 0) -> list[Part]:
        """The parts that an event adds to the answer, which has `since` parts so far.

        An unknown event adds itself, to be shown.

        Raises:
            UnknownApiResponseError: it can't be read.
        """
        try:
            return self._parts(event, since)
        except (ValueError, TypeError, LookupError, AttributeError) as error:  # other types, base64
            raise UnknownApiResponseError(f"An event can't be read: {error}") from error

    def _parts(self, event: Event, since: int) -> list[Part]:
        kind = str(event.get("event_type"))
        if kind == "step.start":
            return list(self._start(self._index(event), event.get("step") or {}, since))
        if kind == "step.delta":
            return list(self._grow(self._index(event), event.get("delta") or {}, since))
        if kind == "step.stop":
            self._count(event.get("usage"))
            return list(self._stop(self._index(event)))
        if kind.startswith("interaction."):
            return list(self._note(event, since))
        return [{"part_metadata": {NOT_SENT: event}}]

    def end(self) -> list[Part]:
        """What was still growing when nothing more came: shown, and not sent back."""
        return [part for index in sorted(self._growing) for part in self._broken(index)]

    def metadata(self) -> dict[str, Any]:
        """Sources, searches and pages read, as generateContent says them of a candidate."""
        return self.sources.metadata()

    def _index(self, event: Event) -> int:
        return self._first + int(event.get("index") or 0)

    def _begin(self, index: int, step: Step, since: int) -> Growing:
        self._known = max(self._known, index + 1)
        growing = self._growing[index] = Growing(dict(step), since)
        return growing

    def _start(self, index: int, step: Step, since: int) -> Iterator[Part]:
        growing = self._begin(index, step, since)
        if step.get("type") in SPOKEN:
            growing.step[SPOKEN[step["type"]]] = [dict(item) for item in growing.items]
            yield from parts_of_step(step)

    def _grow(self, index: int, delta: dict[str, Any], since: int) -> Iterator[Part]:
        growing = self._growing.get(index)
        if growing is None:  # its start was missed
            growing = self._begin(index, {"type": "model_output"}, since)
        step, kind = growing.step, delta.get("type")
        if kind == "text" or kind in MEDIA_DELTAS:
            growing.add(delta)
            thought = {"thought": True} if step.get("type") == "thought" else {}
            yield {**part_of_item(delta), **thought}
        elif kind == "thought_summary":
            growing.add(delta.get("content") or {})
            yield {**part_of_item(delta.get("content") or {}), "thought": True}
        elif kind == "thought_signature":
            step["signature"] = delta.get("signature")
            yield signature_part(delta.get("signature") or "")
        elif kind == "arguments_delta":
            growing.arguments.append(delta.get("arguments") or "")
        elif kind == "text_annotation_delta":
            growing.annotate(delta.get("annotations") or [])
        elif kind == step.get("type"):
            step.update({k: v for k, v in delta.items() if k != "type"})
        else:
            yield {"part_metadata": {NOT_SENT: delta}}

    def _stop(self, index: int) -> Iterator[Part]:
        growing = self._growing.pop(index, None)
        if growing is None:
            return
        step = growing.join()
        if (written := "".join(growing.arguments)) and not step.get("arguments"):
            try:
                step["arguments"] = json.loads(written)
            except ValueError:
                yield {"part_metadata": {NOT_SENT: {**step, "arguments": written}}}
                return
        self.sources.take(step)
        if step.get("type") not in SPOKEN:
            yield from parts_of_step(step)

    def _broken(self, index: int) -> Iterator[Part]:
        growing = self._growing[index]
        step = growing.join()
        if step.get("type") in SPOKEN:
            self.sources.take(step)
        elif step.get("type") != "user_input":
            written = "".join(growing.arguments) or step.get("arguments")
            yield {"part_metadata": {NOT_SENT: {**step, "arguments": written}}}

    def _note(self, event: Event, since: int) -> Iterator[Part]:
        """What is said of the interaction itself; what did not come step by step comes now."""
        interaction = dict(event.get("interaction") or {})
        if "status" in event:
            interaction["status"] = event["status"]
        self._count(event.get("usage") or interaction.pop("usage", None))
        steps = interaction.pop("steps", None) or []
        self.interaction |= interaction
        ended = event.get("event_type") == "interaction.completed"
        steps = [step for step in steps if step.get("type") != "user_input"]
        yield from self._catch_up(steps, since, open_end=not ended)
        if ended and self.finish_reason is None:
            self._first = self._known
            self._before.append(self._usage)
            self._usage = {}

    def _catch_up(self, steps: list[Step], since: int, *, open_end: bool) -> Iterator[Part]:
        """What steps told as a whole have beyond what came of them piece by piece.

        `open_end`: the last of them may go on.
        """
        for index, step in enumerate(steps, self._first):
            growing = self._growing.get(index)
            if growing is None and index < self._known:
                continue
            last = open_end and index == self._first + len(steps) - 1
            if growing is None:
                if last and step.get("type") not in SPOKEN:
                    return
                growing = self._begin(index, {"type": step.get("type")}, since)
            if step.get("type") in SPOKEN:
                yield from _rest(growing, step)
            growing.step |= {k: v for k, v in step.items() if k not in SPOKEN.values()}
            if not last:
                yield from self._stop(index)

    def _count(self, usage: dict[str, Any] | None) -> None:
        """Take over what was used; each event tells all that was used so far."""
        for name, value in (usage or {}).items():
            if name in USAGE:
                self._usage[USAGE[name]] = value
            elif name in USAGE_DETAILS:
                self._usage[USAGE_DETAILS[name]] = [
                    {"modality": str(each.get("modality")).upper(), "token_count": each["tokens"]}
                    for each in value
                    if isinstance(each.get("tokens"), int)
                ]


def _rest(growing: Growing, step: Step) -> Iterator[Part]:
    """What a step that grows has beyond what came of it; it is grown by that."""
    came = growing.join()
    thought = {"thought": True} if step.get("type") == "thought" else {}
    whole: Iterable[dict[str, Any]] = step.get(SPOKEN[step["type"]]) or []
    for number, item in enumerate(whole):
        if number >= len(growing.items):
            growing.items.append(dict(item))
            yield {**part_of_item(item), **thought}
        elif item.get("type") == "text":
            text = item.get("text") or ""
            if more := text[len(growing.items[number].get("text") or "") :]:
                yield {"text": more, **thought}
            growing.items[number] = dict(item)
    if (signature := step.get("signature")) and not came.get("signature"):
        yield signature_part(signature)


def _bare(growing: Growing) -> Step:
    """A step without what its parts say anyway."""
    step = growing.step
    name = SPOKEN.get(step.get("type") or "")
    if name is None:
        return {**step, WRITTEN: list(growing.arguments)} if growing.arguments else dict(step)
    items = enumerate(step.get(name) or [])
    annotations = {str(n): list(a) for n, item in items if (a := item.get("annotations"))}
    bare = {k: v for k, v in step.items() if k != name}
    return {**bare, ANNOTATED: annotations} if annotations else bare
