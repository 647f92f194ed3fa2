"""What the structured-output page remembers: the schema, what is asked with it, and the answer."""

from dataclasses import dataclass, field

import streamlit as st

from components.media_desk import MediaDesk, current_desk
from components.page_run import PageRun, current_run
from components.schema_draft import SchemaDraft
from components.schema_views import views_of
from gemini.request import Part
from gemini.schema import JsonSchema, SchemaSample, enum_choices, enum_mode, json_mode, to_json

PAGE = "structured"


@dataclass(frozen=True)
class Asked:
    """What an answer is held against: the schema, and in enum mode the choices."""

    schema: JsonSchema
    choices: list[str] | None = None


@dataclass
class SchemaTask:
    """The page in one session. `enum` asks for enum mode, where the schema allows it."""

    draft: SchemaDraft = field(default_factory=SchemaDraft)
    prompt: str = ""
    text: str = ""
    enum: bool = False
    asked: Asked | None = None
    complaint: str = ""

    @property
    def page_run(self) -> PageRun:
        """The run whose answer is on the screen."""
        return current_run(PAGE)

    @property
    def desk(self) -> MediaDesk:
        """The media that go along."""
        return current_desk(PAGE, "document", "image", "audio", "video", "text")

    @property
    def choices(self) -> list[str] | None:
        """The words of a schema that is one enum of them, each once, so that enum mode can be."""
        choices = enum_choices(self.draft.views.schema)
        return choices if choices and len(set(choices)) == len(choices) else None

    @property
    def blocked(self) -> str:
        """Why nothing can be sent, or ""."""
        views = self.draft.views
        if views.errors:
            return "What was written last isn't a schema yet: see the error beside."
        if not views.report.ok:
            return "The schema can't be sent: see the reason beside."
        return ""

    def load(self, sample: SchemaSample) -> None:
        """Take over a sample of the gallery: schema, example, prompt and text."""
        self.draft.change(views_of(sample.schema, to_json(sample.example)))
        self.prompt, self.text = sample.prompt, sample.input
        self.enum = enum_choices(sample.schema) is not None
        self.complaint = ""

    def send(self) -> None:
        """Ask, unless there is nothing to ask with."""
        words = "\n\n".join(text for text in (self.prompt, self.text) if text.strip())
        media = self.desk.media
        self.complaint = "" if words or media else "Write a prompt first, or add a file."
        if self.complaint or self.blocked:
            return
        schema, choices = self.draft.views.schema, self.choices if self.enum else None
        self.asked = Asked(schema, choices)
        parts: list[Part] = [one.part() for one in media]
        if words:
            parts.append({"text": words})
        config = json_mode(schema) if choices is None else enum_mode(choices)
        self.page_run.ask([{"role": "user", "parts": parts}], config)


def current_task() -> SchemaTask:
    """The task of this session, made at the first call."""
    if PAGE not in st.session_state:
        st.session_state[PAGE] = SchemaTask()
    return st.session_state[PAGE]
