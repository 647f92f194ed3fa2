"""The batch that is being put together: its prompt, its table, its name, and the sending of it."""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from components.asking import for_sidebar
from components.batches.desk import PAGE, Kind, current_batches
from components.client import connection, models
from components.history.keeping import shelf
from components.settings.run_settings import current_settings
from gemini.batches.plan import (
    INLINE_LIMIT,
    Plan,
    creation,
    creation_from_file,
    creation_from_storage,
    lines,
    size,
)
from gemini.batches.table import COLUMN
from gemini.embeddings.asking import Asked, embedding_models
from gemini.embeddings.texts import Sheet
from gemini.files import Uploads, upload
from gemini.history.presets import variables
from gemini.media import Attachment
from gemini.problems import WORDS, Problem
from gemini.request import Request

STATE = "batch-draft"  # session state
PLAIN = "{{" + COLUMN + "}}"
OWN = "Written here"
JSONL = "application/jsonl"


@dataclass
class BatchDraft:
    """The form's state. `version` counts the tables, so that a new one is drawn anew.

    `uploads` carry the requests of `plan` to the Files API where they are too many.
    """

    sheet: Sheet = field(default_factory=lambda: Sheet((COLUMN,), ()))
    version: int = 0
    uploads: Uploads | None = None
    plan: Plan | None = None
    problem: Problem | None = None

    @property
    def kind(self) -> Kind:
        return st.session_state.get("batch-kind") or "Answers"

    @property
    def prompt(self) -> str:
        """The prompt as it is written, or that one column."""
        return st.session_state.get("batch-prompt", PLAIN).strip() or PLAIN

    @property
    def title(self) -> str:
        return (st.session_state.get("batch-title") or "").strip() or f"{self.kind} for a table"

    def take(self, sheet: Sheet) -> None:
        """Have another table. A prompt that fits none of its columns gives way to the first one."""
        self.sheet, self.problem = sheet, None
        self.version += 1
        st.session_state["batch-ways"] = "Table"
        named = variables(self.template())
        if not set(named) & set(sheet.columns) and st.session_state.get("batch-preset", OWN) == OWN:
            st.session_state["batch-prompt"] = "{{" + sheet.columns[0] + "}}"

    def template(self) -> Request:
        """The prompt with its variables, for the model and the settings that it is sent with."""
        if self.kind == "Embeddings":
            size = st.session_state.get("batch-size")
            model = st.session_state.get("batch-embedder") or next(iter(embedders()), "")
            return Asked(model, (self.prompt,), size=size).request()
        if (saved := self._saved()) is not None:
            return _with_instruction(for_sidebar(saved), saved)
        settings = current_settings()
        contents = [{"role": "user", "parts": [{"text": self.prompt}]}]
        return Request(settings.model.name, contents, settings.config())

    def made(self) -> Plan:
        """The batch as it stands."""
        return Plan(self.template(), self.sheet)

    def submit(self) -> None:
        """Send it. What is too large for one request is uploaded first."""
        plan, via = self.made(), connection()
        self.problem = _trouble(plan) if via else Problem("no_key", *WORDS["no_key"])
        if self.problem or via is None:
            return
        if size(plan) > INLINE_LIMIT or st.session_state.get("batch-as-file"):
            self.plan = plan
            data = lines(plan, via.target)
            self.uploads = upload(via, [Attachment("batch.jsonl", JSONL, data)])
        else:
            self._start(creation(plan, self.title), plan)

    def settle(self) -> None:
        """Start the job when its requests are uploaded, or say why not."""
        uploads, plan = self.uploads, self.plan
        if uploads is None or plan is None or uploads.running:
            return
        self.uploads = None
        if uploads.complete:
            file = next(iter(uploads.files.values()))
            self._start(creation_from_file(plan, file.name, self.title), plan)
        else:
            self.problem = uploads.problem

    def submit_stored(self) -> None:
        """Start a job on Vertex AI from what lies in Cloud Storage or BigQuery."""
        source = st.session_state.get("batch-source", "").strip()
        destination = st.session_state.get("batch-destination", "").strip()
        places = [place.startswith(("gs://", "bq://")) for place in (source, destination)]
        self.problem = None
        if not all(places):
            words = "Source and destination must begin with gs:// or bq://."
            remedy = "Put the requests there first, one a line as JSONL or one a row."
            self.problem = Problem("source", "The addresses are not complete", words, remedy)
            return
        model = current_settings().model.name
        self._start(creation_from_storage(model, source, destination, self.title), None)

    def run_sample(self, sample: dict[str, Any]) -> None:
        """Put a sample into the form, and send it."""
        head, *rows = sample["rows"]
        kind = "Embeddings" if sample.get("embeds") else "Answers"
        filled = {"kind": kind, "preset": OWN, "prompt": sample["prompt"], "title": sample["label"]}
        for name, value in filled.items():
            st.session_state[f"batch-{name}"] = value
        self.take(Sheet(tuple(head), tuple(map(tuple, rows))))
        self.submit()

    def again(self, plan: Plan, title: str) -> None:
        """Start another job of some rows of one that is done."""
        self._start(creation(plan, f"{title}, again"), plan)

    def _start(self, method: tuple[str, dict[str, Any]], plan: Plan | None) -> None:
        current_batches().start(method, plan)

    def _saved(self) -> Request | None:
        name, mine = st.session_state.get("batch-preset", OWN), shelf()
        if name == OWN or mine is None:
            return None
        return next((preset.template for preset in mine.presets() if preset.name == name), None)


def embedders() -> list[str]:
    """The models of this connection that make vectors."""
    via = connection()
    known = models(via)[0] if via else []
    return [model.name for model in embedding_models(known)]


def current_batch_draft() -> BatchDraft:
    """The draft of this session, made at the first call."""
    if STATE not in st.session_state:
        st.session_state[STATE] = BatchDraft()
    return st.session_state[STATE]


def _with_instruction(request: Request, saved: Request) -> Request:
    """The request with the saved system instruction, where the run settings have none."""
    own = {k: v for k, v in saved.config.items() if k == "system_instruction"}
    return replace(request, config=own | request.config)


def _trouble(plan: Plan) -> Problem | None:
    """Why a plan can't be sent."""
    title = "Nothing was sent"
    if not plan.sheet.rows:
        return Problem(PAGE, title, "The table has no rows.", "Type, paste or upload some.")
    if plan.missing:
        words = f"The table has no column for {', '.join(plan.missing)}."
        remedy = "Add the column, or take the variable out of the prompt."
        return Problem(PAGE, title, words, remedy)
    if plan.embeds and not plan.template.model:
        return Problem(PAGE, title, "No model here makes vectors.", "Choose another connection.")
    return None
