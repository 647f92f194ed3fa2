"""The batch that is being put together: its prompt, its table, its name, and the sending of it."""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from components.asking import for_sidebar
from components.attachments.uploading import Sending, Stored
from components.connection import current_connection, models
from components.history import current_history
from components.library import saved_presets
from components.own_things import trouble_with_cache
from components.settings.run_settings import current_settings
from gemini.api.problems import WORDS, Problem
from gemini.batches.inputs import COLUMN, RequestFile, creation_of_requests
from gemini.batches.plan import (
    INLINE_LIMIT,
    BatchPlan,
    Table,
    creation,
    creation_from_file,
    creation_from_storage,
    in_older_form,
    lines,
    size,
)
from gemini.embeddings.inputs import EmbeddingInput, embedding_models
from gemini.embeddings.texts import Sheet
from gemini.history.presets import SCHEMA
from gemini.interactions.request import for_api
from gemini.media.attachment import Attachment
from gemini.request import GENERATE_CONTENT, Request
from gemini.settings.config import reconciled
from gemini.structured.check import check
from gemini.structured.finding import JsonSchema
from gemini.structured.sending import SCHEMA_FIELD, json_mode
from gemini.template import variables
from gemini.tools import mcp
from pages.batches.state import PAGE, Kind, current_batches

STATE = "batches-draft"  # session state
PLAIN = "{{" + COLUMN + "}}"
OWN = "Write it here"
JSONL = "application/jsonl"


@dataclass
class BatchDraft:
    """The form's state. `version` counts the tables, so that a new one is drawn anew.

    `requests` are a file of whole requests, which then go out instead of prompt and table.
    `sending` is what waits for its requests to be uploaded.
    """

    sheet: Sheet = field(default_factory=lambda: Sheet((COLUMN,), ()))
    version: int = 0
    sending: Sending = field(default_factory=Sending)
    requests: RequestFile | None = None
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
        otherwise = "Requests from a file" if self.requests else f"{self.kind} for a table"
        return (st.session_state.get("batch-title") or "").strip() or otherwise

    def take(self, sheet: Sheet | RequestFile) -> None:
        """Have whole requests instead of the table, or another table."""
        self.problem, self.sending.failed = None, []
        if isinstance(sheet, RequestFile):
            self.requests = sheet
        else:
            self._take_table(sheet)

    def add_columns(self, names: list[str]) -> None:
        """Give the table empty columns at its end."""
        rows = tuple((*row, *[""] * len(names)) for row in self.sheet.rows)
        self.sheet = Sheet((*self.sheet.columns, *names), rows)
        self.version += 1

    def drop_requests(self) -> None:
        """Go back to the prompt and the table, which are as they were."""
        self.requests = self.problem = None
        self.sending.failed = []
        st.session_state["batch-ways"] = "Table"

    def _take_table(self, sheet: Sheet) -> None:
        """A prompt that fits none of the table's columns gives way to the first one."""
        self.sheet, self.requests = sheet, None
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
            return EmbeddingInput(model, (self.prompt,), size=size).request()
        if (saved := self._saved()) is not None:
            request, _ = for_api(_with_instruction(for_sidebar(saved), saved), GENERATE_CONTENT)
            older = in_older_form(request) if st.session_state.get("batch-older-schema") else None
            return older or request
        settings = current_settings()
        contents = [{"role": "user", "parts": [{"text": self.prompt}]}]
        config = settings.config()
        config.pop("service_tier", None)  # a batch is a tier of its own
        config = mcp.without_allowed_tools(config)
        chosen = st.session_state.get("batch-schema")
        if chosen and (schema := schemas().get(chosen)):
            config |= json_mode(schema)
        return Request(settings.model.name, contents, config)

    def plan(self) -> BatchPlan:
        """The prompt and its table as they stand."""
        return BatchPlan(self.template(), self.sheet)

    def submit(self) -> None:
        """Send what stands here: the file of requests, or the prompt and its table."""
        self.problem = None
        if self.requests is None:
            self.problem = _trouble(plan := self.plan())
            if not self.problem:
                as_file = size(plan) > INLINE_LIMIT or st.session_state.get("batch-as-file")
                self._send(plan, self.title, as_file=bool(as_file))
        else:
            model = self.requests.model or current_settings().model.name
            self._send(replace(self.requests, model=model), self.title, as_file=True)

    def submit_stored(self) -> None:
        """Start a job on Vertex AI from what lies in Cloud Storage or BigQuery."""
        source = st.session_state.get("batch-source", "").strip()
        destination = st.session_state.get("batch-destination", "").strip()
        places = [place.startswith(("gs://", "bq://")) for place in (source, destination)]
        self.problem = None
        if not all(places):
            words = "Source and destination must begin with gs:// or bq://."
            remedy = "Put the requests in the source first: one per line as JSONL, or one per row."
            self.problem = Problem("source", "Source or destination is missing", words, remedy)
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

    def again(self, table: Table, title: str) -> None:
        """Start another job of some rows of one that is done."""
        self.problem = None
        self._send(table, f"{title}, again", as_file=isinstance(table, RequestFile))

    def _send(self, table: Table, heading: str, *, as_file: bool) -> None:
        """Start a job, or upload first what is a file or too large for one request."""
        connection = current_connection()
        if connection is None:
            self.problem = Problem("no_key", *WORDS["no_key"])
        elif isinstance(table, BatchPlan) and not as_file:
            self._start(creation(table, heading), table)
        else:
            data = lines(table, connection.target) if isinstance(table, BatchPlan) else table.data()
            file = Attachment("batch.jsonl", JSONL, data)
            self.sending.begin([file], lambda stored: self._start_file(stored, table, heading))

    def _start_file(self, stored: Stored, table: Table, heading: str) -> None:
        """Start a job of the requests of `table`, which are uploaded now."""
        (file,) = stored.values()
        if isinstance(table, BatchPlan):
            self._start(creation_from_file(table, file.name, heading), table)
        else:
            self._start(creation_of_requests(table, file.name, heading), table)

    def _start(self, method: tuple[str, dict[str, Any]], table: Table | None) -> None:
        current_batches().start(method, table)

    def _saved(self) -> Request | None:
        name, history = st.session_state.get("batch-preset", OWN), current_history()
        if name == OWN or history is None:
            return None
        newest = next(iter(history.preset_versions(name)), None)
        return newest.template if newest else None


def schemas() -> dict[str, JsonSchema]:
    """The saved schemas that can be sent, one's own and the team's, by what a list calls them."""
    saved = {n: p.template.config.get(SCHEMA_FIELD) for n, p in saved_presets(SCHEMA).items()}
    return {
        n: schema for n, schema in saved.items() if isinstance(schema, dict) and check(schema).ok
    }


def embedders() -> list[str]:
    """The models of this connection that make vectors."""
    connection = current_connection()
    known = models(connection)[0] if connection else []
    return [model.name for model in embedding_models(known)]


def _with_instruction(request: Request, saved: Request) -> Request:
    """The request with the saved system instruction, where the run settings have none.

    A cached content stays away then: it has its own, and the API takes no other beside it.
    """
    own = {k: v for k, v in saved.config.items() if k == "system_instruction"}
    return replace(request, config=own | reconciled(request.config, own))


def _trouble(plan: BatchPlan) -> Problem | None:
    """Why a plan can't be sent."""
    title = "Nothing was sent"
    if not plan.sheet.rows:
        return Problem(PAGE, title, "The table has no rows.", "Type, paste or upload some.")
    if plan.missing:
        words = f"The table has no column for {', '.join(plan.missing)}."
        remedy = "Add the column, or take the variable out of the prompt."
        return Problem(PAGE, title, words, remedy)
    if mcp.servers_of(plan.template.config):
        words = "A batch is kept at Google as a file: MCP servers, which have secrets, stay out."
        return Problem(PAGE, title, words, "Remove them in the run settings, under Tools.")
    if problem := trouble_with_cache(plan.template.config):
        return problem
    if plan.embeds and not plan.template.model:
        return Problem(
            PAGE, title, "No embedding model is available here.", "Choose another connection."
        )
    return None
