"""What the structured-output page remembers: the schema, what is asked with it, and the answer."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.page_run import PARAMETER, PageRun, current_run, name_in_address, reopen
from gemini.api.methods import prompt_of
from gemini.conversation import Turn
from gemini.request import Part, Request
from gemini.structured.answer_table import to_json
from gemini.structured.finding import JsonSchema
from gemini.structured.gallery import SchemaSample
from gemini.structured.sending import ENUM_MIME_TYPE, enum_choices, enum_mode, json_mode, sendable
from pages.structured.library import SchemaLibrary
from pages.structured.views import SchemaDraft, views_of

PAGE = "structured"


@dataclass(frozen=True)
class SchemaRequest:
    """What is asked, and what the answer is held against: the schema, in enum mode the choices."""

    schema: JsonSchema
    choices: list[str] | None = None
    words: str = ""

    def config(self) -> dict[str, Any]:
        """What the schema adds to the request's config."""
        return json_mode(self.schema) if self.choices is None else enum_mode(self.choices)


@dataclass
class StructuredState:
    """The page in one session. `enum` asks for enum mode, where the schema allows it."""

    library: SchemaLibrary = field(default_factory=SchemaLibrary)
    prompt: str = ""
    text: str = ""
    enum: bool = False
    request: SchemaRequest | None = None
    complaint: str = ""

    @property
    def draft(self) -> SchemaDraft:
        """The schema that is being made."""
        return self.library.draft

    @property
    def page_run(self) -> PageRun:
        """The run whose answer is on the screen."""
        return current_run(PAGE)

    @property
    def attachments(self) -> Attachments:
        """The media that are sent."""
        return attachments_of(PAGE)

    @property
    def choices(self) -> list[str] | None:
        """The words of a schema that is one enum of them, each once, so that enum mode can be."""
        choices = enum_choices(self.draft.now.schema)
        return choices if choices and len(set(choices)) == len(choices) else None

    @property
    def blocked(self) -> str:
        """Why nothing can be sent, or ""."""
        views = self.draft.now
        if views.errors:
            return "What you last wrote isn't a schema yet; the error is shown below."
        if not views.report.ok:
            return "The schema can't be sent; the reason is shown below."
        return ""

    def load(self, sample: SchemaSample) -> None:
        """Take over a sample of the gallery: schema, example, prompt and text."""
        self.draft.take(views_of(sample.schema, to_json(sample.example)))
        self.library.close()
        self.prompt, self.text = sample.prompt, sample.input
        self.enum = enum_choices(sample.schema) is not None
        self.complaint = ""

    def send(self) -> None:
        """Ask, unless there is nothing to ask with."""
        words = "\n\n".join(text for text in (self.prompt, self.text) if text.strip())
        nothing = not (words or self.attachments.media)
        self.complaint = "Write a prompt first, or add a file." if nothing else ""
        if self.complaint or self.blocked:
            return
        choices = self.choices if self.enum else None
        request = SchemaRequest(self.draft.now.schema, choices, words)
        if request == self.request and self.page_run.just_asked:
            return
        self.request = request
        self.page_run.leave()
        st.query_params.pop(PARAMETER, None)
        self.attachments.prepare(words, lambda parts: self._ask(request, parts))

    def reopen(self) -> None:
        """Show the run that the page's address names, and what was asked in the fields."""
        if (live := reopen(self.page_run)) is None:
            return
        parts = live.run.request.parts
        media = self.attachments.media_of(Turn(parts, None))
        self.request = request = _schema_request_of(live.run.request)
        if not self._has_sent(request):
            self.draft.take(views_of(request.schema))
            self.library.close()
        self.prompt, self.text, self.enum = request.words, "", request.choices is not None
        self.attachments.arrange(media)

    def _has_sent(self, request: SchemaRequest) -> bool:
        """Whether the schema that is open, of the library, is the one that was sent."""
        views = self.draft.now
        is_whole = bool(self.library.version) and request.choices is None and views.report.ok
        return is_whole and sendable(views.schema) == request.schema

    def _ask(self, request: SchemaRequest, parts: list[Part]) -> None:
        self.page_run.ask([{"role": "user", "parts": parts}], request.config())
        name_in_address(self.page_run)


def _schema_request_of(request: Request) -> SchemaRequest:
    """What a kept request asked; its schema is the one that was sent."""
    config = request.config
    schema = config.get("response_json_schema") or config.get("response_schema") or {}
    choices = schema.get("enum") if config.get("response_mime_type") == ENUM_MIME_TYPE else None
    schema = {"type": "string", "enum": choices} if choices else schema
    return SchemaRequest(schema, choices, prompt_of(request))
