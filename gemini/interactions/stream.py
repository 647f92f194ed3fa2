"""The events of an interaction, as they come, made into what a Run holds.

`events` asks and goes on after a stream that was cut, where the API keeps the interaction.
`Received` puts the steps together from their pieces.
https://ai.google.dev/gemini-api/docs/interactions#streaming
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
from google import genai

from gemini.api.problems import InteractionError
from gemini.interactions.request import create_arguments
from gemini.interactions.steps import (
    NOT_SENT,
    Step,
    part_of_item,
    parts_of_step,
    signature_part,
    with_base64,
)
from gemini.media.transcripts import WORDS
from gemini.request import Part, Request

Event = dict[str, Any]
"""An event as on the wire: `{"event_type": "step.delta", "index": 0, "delta": {...}}`."""

RESUMES = 5  # times without a new event in between

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


async def events(client: genai.Client, request: Request, silence: float) -> AsyncIterator[Event]:
    """Ask, and give the events until the interaction has ended.

    A stream that ends early, or has no byte for `silence` seconds, is followed on after its last
    event, where the interaction is stored.

    Raises:
        InteractionError: an `error` event. Errors of the SDK and of the network as they are.
    """
    interactions = client.aio.interactions
    cursor = Cursor(stored=request.config.get("store") is not False)
    arguments = with_base64(create_arguments(request))
    # A plain number would bound the whole answer.
    timeout: Any = httpx2.Timeout(silence)
    stream: Any = await interactions.create(**arguments, stream=True, timeout=timeout)
    while True:
        try:
            async with stream:
                async for event in stream:
                    plain = event.model_dump(mode="json", exclude_none=True)
                    cursor.move(plain)
                    yield plain
            if cursor.ended or not cursor.may_resume():
                return
        except Exception:
            if not cursor.may_resume():
                raise
        stream = await interactions.get(
            cursor.interaction, stream=True, last_event_id=cursor.event_id, timeout=timeout
        )


@dataclass
class Cursor:
    """How far an interaction has been read."""

    stored: bool
    interaction: str = ""
    event_id: str = ""
    ended: bool = False
    resumes: int = 0

    def move(self, event: Event) -> None:
        """Take note of an event.

        Raises:
            InteractionError: it says that the interaction has failed.
        """
        self.resumes = 0
        self.event_id = event.get("event_id") or self.event_id
        interaction = event.get("interaction") or {}
        self.interaction = interaction.get("id") or self.interaction
        kind = event.get("event_type")
        if kind == "interaction.completed":
            self.ended = interaction.get("status") != "requires_continuation"
        elif kind == "error":
            self.stored = False
            raise InteractionError(event.get("error") or {})

    def may_resume(self) -> bool:
        """Whether to ask for what comes after the last event; counts the tries."""
        self.resumes += 1
        return (
            not self.ended
            and self.stored
            and bool(self.interaction and self.event_id)
            and self.resumes <= RESUMES
        )


@dataclass
class Received:
    """An interaction as far as it has come. `steps` are whole or growing, by their index.

    `interaction` is what is known of it but its steps.

    A long answer may come in several responses, the SDK asking for each
    (`requires_continuation`): then steps are counted on, and usage is summed.
    """

    steps: dict[int, Step] = field(default_factory=dict)
    interaction: dict[str, Any] = field(default_factory=dict)
    _growing: set[int] = field(default_factory=set)
    _usage: dict[str, Any] = field(default_factory=dict)
    _before: list[dict[str, Any]] = field(default_factory=list)
    _first: int = 0  # what the step of index 0 is here

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

    def take(self, event: Event) -> list[Part]:
        """The parts that an event adds to the answer. An unknown event adds itself, to be shown."""
        kind = str(event.get("event_type"))
        if kind == "step.start":
            return list(self._start(self._index(event), event.get("step") or {}))
        if kind == "step.delta":
            return list(self._grow(self._index(event), event.get("delta") or {}))
        if kind == "step.stop":
            self._count(event.get("usage"))
            return list(self._stop(self._index(event)))
        if kind.startswith("interaction."):
            return list(self._note(event))
        return [{"part_metadata": {NOT_SENT: event}}]

    def end(self) -> list[Part]:
        """What was still growing when nothing more came: shown, and not sent back."""
        return [part for index in sorted(self._growing) for part in self._broken(index)]

    def _index(self, event: Event) -> int:
        return self._first + int(event.get("index") or 0)

    def _start(self, index: int, step: Step) -> Iterator[Part]:
        self.steps[index] = dict(step)
        self._growing.add(index)
        if step.get("type") in {"model_output", "thought"}:
            yield from parts_of_step(step)

    def _grow(self, index: int, delta: dict[str, Any]) -> Iterator[Part]:
        if index not in self.steps:  # its start was missed
            self._growing.add(index)
        step = self.steps.setdefault(index, {"type": "model_output"})
        kind = delta.get("type")
        thought = {"thought": True} if step.get("type") == "thought" else {}
        if kind == "text" or kind in MEDIA_DELTAS:
            _append(step, "content", delta)
            yield {**part_of_item(delta), **thought}
        elif kind == "thought_summary":
            _append(step, "summary", delta.get("content") or {})
            yield {**part_of_item(delta.get("content") or {}), "thought": True}
        elif kind == "thought_signature":
            step["signature"] = delta.get("signature")
            yield signature_part(delta.get("signature") or "")
        elif kind == "arguments_delta":
            step["_written"] = step.get("_written", "") + (delta.get("arguments") or "")
        elif kind == "text_annotation_delta":
            _annotate(step, delta.get("annotations") or [])
        elif kind == step.get("type"):
            step.update({k: v for k, v in delta.items() if k != "type"})
        else:
            yield {"part_metadata": {NOT_SENT: delta}}

    def _stop(self, index: int) -> Iterator[Part]:
        self._growing.discard(index)
        step = self.steps.get(index, {})
        if (written := step.pop("_written", "")) and not step.get("arguments"):
            try:
                step["arguments"] = json.loads(written)
            except ValueError:
                yield {"part_metadata": {NOT_SENT: {**step, "arguments": written}}}
                return
        if step.get("type") not in {"model_output", "thought"}:
            yield from parts_of_step(step)

    def _broken(self, index: int) -> Iterator[Part]:
        step = self.steps[index]
        if step.get("type") not in {"model_output", "thought", "user_input"}:
            step["arguments"] = step.pop("_written", step.get("arguments"))
            yield {"part_metadata": {NOT_SENT: step}}

    def _note(self, event: Event) -> Iterator[Part]:
        """What is said of the interaction itself; steps that did not come one by one come now."""
        interaction = dict(event.get("interaction") or {})
        if "status" in event:
            interaction["status"] = event["status"]
        self._count(event.get("usage") or interaction.pop("usage", None))
        steps = interaction.pop("steps", None) or []
        self.interaction |= interaction
        if not any(index >= self._first for index in self.steps):
            for index, step in enumerate(steps, self._first):
                self.steps[index] = step
                yield from parts_of_step(step)
        if event.get("event_type") == "interaction.completed" and self.finish_reason is None:
            self._first = max(self.steps, default=-1) + 1
            self._before.append(self._usage)
            self._usage = {}

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

    def metadata(self) -> dict[str, Any]:
        """Sources, searches and pages read, as generateContent says them of a candidate."""
        return _metadata(self.steps)


def _append(step: Step, name: str, item: dict[str, Any]) -> None:
    """Add an item to a list in a step; texts that follow each other are one."""
    items: list[dict[str, Any]] = step.setdefault(name, [])
    if items and item.get("type") == "text" == items[-1].get("type"):
        items[-1] = {**items[-1], "text": (items[-1].get("text") or "") + (item.get("text") or "")}
    else:
        items.append(dict(item))


def _annotate(step: Step, annotations: list[dict[str, Any]]) -> None:
    """Put annotations with the last text there is."""
    texts = [item for item in step.get("content") or [] if item.get("type") == "text"]
    if texts:
        texts[-1]["annotations"] = [*(texts[-1].get("annotations") or []), *annotations]


def _metadata(steps: dict[int, Step]) -> dict[str, Any]:
    chunks: list[dict[str, Any]] = []
    supports: list[dict[str, Any]] = []
    grounding: dict[str, Any] = {}
    pages: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for step in (steps[index] for index in sorted(steps)):
        kind = step.get("type")
        if kind == "google_search_call":
            queries = (step.get("arguments") or {}).get("queries") or []
            grounding.setdefault("web_search_queries", []).extend(queries)
        elif kind == "google_search_result":
            for result in step.get("result") or []:
                if html := result.get("search_suggestions"):
                    grounding["search_entry_point"] = {"rendered_content": html}
        elif kind == "url_context_result":
            for result in step.get("result") or []:
                status = f"URL_RETRIEVAL_STATUS_{str(result.get('status')).upper()}"
                pages.append({"retrieved_url": result.get("url"), "url_retrieval_status": status})
        elif kind == "model_output":
            for item in step.get("content") or []:
                for annotation in item.get("annotations") or []:
                    _cite(annotation, item.get("text") or "", chunks, supports)
                    words += _heard(annotation)
    if chunks:
        grounding |= {"grounding_chunks": chunks, "grounding_supports": supports}
    metadata: dict[str, Any] = {"grounding_metadata": grounding} if grounding else {}
    metadata |= {WORDS: words} if words else {}
    return metadata | ({"url_context_metadata": {"url_metadata": pages}} if pages else {})


def _heard(annotation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A transcribed word as in `types.WordInfo`, with who said it."""
    if annotation.get("type") == "word_info":
        about = {k: annotation[k] for k in ("start_offset", "end_offset") if k in annotation}
        speaker = annotation.get("speaker")
        yield {"word": annotation.get("text") or "", **about, "speaker_label": speaker or ""}


def _cite(
    annotation: dict[str, Any],
    text: str,
    chunks: list[dict[str, Any]],
    supports: list[dict[str, Any]],
) -> None:
    """Add a citation: its source, and the bytes `start_index` to `end_index` of a text."""
    kind, title = annotation.get("type"), annotation.get("title")
    if kind == "url_citation":
        chunk = {"web": {"uri": annotation.get("url"), "title": title}}
    elif kind == "place_citation":
        chunk = {"maps": {"uri": annotation.get("url"), "title": annotation.get("name")}}
    elif kind == "file_citation":
        about = {"uri": annotation.get("document_uri"), "title": annotation.get("file_name")}
        chunk = {"retrieved_context": about}
    else:
        return
    if chunk not in chunks:
        chunks.append(chunk)
    start, end = annotation.get("start_index") or 0, annotation.get("end_index")
    if end is None:
        return
    words = text.encode()[start:end].decode(errors="ignore")
    segment = {"start_index": start, "end_index": end, "text": words}
    supports.append({"segment": segment, "grounding_chunk_indices": [chunks.index(chunk)]})
