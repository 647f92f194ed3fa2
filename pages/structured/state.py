"""What the structured-output page remembers: the schema, what is asked with it, and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.connection import current_connection
from components.own_things import upload
from components.page_run import PageRun, current_run
from components.reopening import PARAMETER, name_in_address, reopen
from components.schema.views import SchemaDraft, views_of
from gemini.api.methods import prompt_of
from gemini.api.problems import Problem
from gemini.conversation import Turn
from gemini.media.attachment import Attachment
from gemini.request import Content, Request
from gemini.resources.files import StoredFile, Uploads
from gemini.structured.answer_table import to_json
from gemini.structured.finding import JsonSchema
from gemini.structured.gallery import SchemaSample
from gemini.structured.sending import ENUM_MIME_TYPE, enum_choices, enum_mode, json_mode

PAGE = "structured"


@dataclass(frozen=True)
class SchemaRequest:
    """What is asked, and what the answer is held against: the schema, in enum mode the choices."""

    schema: JsonSchema
    choices: list[str] | None = None
    words: str = ""
    media: tuple[Attachment, ...] = ()

    def config(self) -> dict[str, Any]:
        """What the schema adds to the request's config."""
        return json_mode(self.schema) if self.choices is None else enum_mode(self.choices)

    def contents(self, stored: Mapping[str, StoredFile]) -> list[Content]:
        """The media, of which some are stored at the Files API (by digest), then the words."""
        parts = [
            file.part() if (file := stored.get(one.digest)) else one.part() for one in self.media
        ]
        words = [{"text": self.words}] if self.words else []
        return [{"role": "user", "parts": [*parts, *words]}]


@dataclass
class StructuredState:
    """The page in one session. `enum` asks for enum mode, where the schema allows it.

    While there are `uploads`, what is `request` waits for them; `problem` says why they failed.
    """

    draft: SchemaDraft = field(default_factory=SchemaDraft)
    prompt: str = ""
    text: str = ""
    enum: bool = False
    request: SchemaRequest | None = None
    complaint: str = ""
    uploads: Uploads | None = None
    problem: Problem | None = None

    @property
    def page_run(self) -> PageRun:
        """The run whose answer is on the screen."""
        return current_run(PAGE)

    @property
    def attachments(self) -> Attachments:
        """The media that go along."""
        return attachments_of(PAGE, "document", "image", "audio", "video", "text")

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
        self.prompt, self.text = sample.prompt, sample.input
        self.enum = enum_choices(sample.schema) is not None
        self.complaint = ""

    def send(self) -> None:
        """Ask, unless there is nothing to ask with."""
        words = "\n\n".join(text for text in (self.prompt, self.text) if text.strip())
        media = self.attachments.media
        self.complaint = "" if words or media else "Write a prompt first, or add a file."
        if self.complaint or self.blocked:
            return
        choices = self.choices if self.enum else None
        self.request = SchemaRequest(self.draft.now.schema, choices, words, tuple(media))
        self.stop_uploads()
        self.page_run.stop()
        self.page_run.live = None
        st.query_params.pop(PARAMETER, None)
        connection, too_large = current_connection(), self.attachments.to_store(words)
        if connection is not None and too_large:
            self.uploads = upload(connection, too_large)
        else:
            self._ask({})

    def reopen(self) -> None:
        """Show the run that the page's address names, and what was asked in the fields."""
        before = self.page_run.live
        reopen(self.page_run)
        live = self.page_run.live
        if live is None or live is before:
            return
        parts = [part for one in live.run.request.contents for part in one.get("parts") or []]
        media = self.attachments.media_of(Turn(parts, None))
        self.request = request = _schema_request_of(live.run.request, media)
        self.draft.take(views_of(request.schema))
        self.prompt, self.text, self.enum = request.words, "", request.choices is not None
        self.attachments.arrange(media)

    def settle(self) -> None:
        """Ask what waited for its uploads when they have ended, or keep why they failed."""
        uploads = self.uploads
        if uploads is None or uploads.running:
            return
        self.uploads, self.problem = None, uploads.problem
        if uploads.complete:
            self._ask(uploads.files)

    def stop_uploads(self) -> None:
        """Give up what waits for its uploads."""
        if self.uploads is not None:
            self.uploads.stop()
        self.uploads = self.problem = None

    def _ask(self, stored: Mapping[str, StoredFile]) -> None:
        assert self.request is not None
        self.page_run.ask(self.request.contents(stored), self.request.config())
        name_in_address(self.page_run)


def _schema_request_of(request: Request, media: Sequence[Attachment]) -> SchemaRequest:
    """What a kept request asked with these media; its schema is the one that was sent."""
    config = request.config
    schema = config.get("response_json_schema") or config.get("response_schema") or {}
    choices = schema.get("enum") if config.get("response_mime_type") == ENUM_MIME_TYPE else None
    schema = {"type": "string", "enum": choices} if choices else schema
    return SchemaRequest(schema, choices, prompt_of(request), tuple(media))
