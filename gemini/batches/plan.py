"""A job to be: a prompt with variables and a table with a column for each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from gemini.api.call import Method
from gemini.api.connect import Target
from gemini.batches.inputs import RequestFile
from gemini.codegen.target import sent_call
from gemini.embeddings.texts import Sheet
from gemini.models.estimate import text_tokens
from gemini.request import EMBED_CONTENT, Request, to_jsonable
from gemini.structured.openapi import to_openapi
from gemini.template import fill, texts, variables

INLINE_LIMIT = 20_000_000
"""Bytes of a job's requests in one piece; above it they travel as a file of the Files API."""
PRICE_SHARE = 0.5
"""Of the usual price. Both: https://ai.google.dev/gemini-api/docs/batch-api, read 2026-11-21."""


@dataclass(frozen=True)
class BatchPlan:
    """The prompt (its method says whether answers or vectors are wanted), and the table.

    A row's request has the key `row-<number>`, counted from 1, which comes back with its result.
    """

    template: Request
    sheet: Sheet

    @property
    def embeds(self) -> bool:
        """Whether vectors are wanted."""
        return self.template.method == EMBED_CONTENT

    @property
    def keys(self) -> list[str]:
        return [f"row-{number}" for number in range(1, len(self.sheet.rows) + 1)]

    @property
    def missing(self) -> list[str]:
        """The variables of the prompt that the table has no column for."""
        return [name for name in variables(self.template) if name not in self.sheet.columns]

    def requests(self) -> list[Request]:
        """A request for each row.

        Raises:
            ValueError: a variable has no column.
        """
        columns = self.sheet.columns
        rows = (dict(zip(columns, row, strict=True)) for row in self.sheet.rows)
        return [fill(self.template, row) for row in rows]

    def only(self, keys: Iterable[str]) -> "BatchPlan":
        """The same for some of the rows; they are counted anew."""
        chosen = set(keys)
        rows = zip(self.keys, self.sheet.rows, strict=True)
        chosen_rows = tuple(row for key, row in rows if key in chosen)
        return replace(self, sheet=replace(self.sheet, rows=chosen_rows))

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON-ready data."""
        sheet = {"columns": self.sheet.columns, "rows": self.sheet.rows}
        return {"template": self.template.to_json(), **sheet}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "BatchPlan":
        """The inverse of `to_json`.

        Raises:
            ValueError: the data is no such plan.
        """
        try:
            template = Request.from_json(data["template"])
            rows = tuple(tuple(map(str, row)) for row in data["rows"])
            return cls(template, Sheet(tuple(map(str, data["columns"])), rows))
        except (KeyError, TypeError) as error:
            raise ValueError("this isn't the table of a batch") from error


def in_older_form(template: Request) -> Request | None:
    """The prompt with its JSON Schema as `response_schema`, OpenAPI's form; None where it has no
    schema, or one that this form can't say.

    Batches were reported to answer with broken JSON for the one and not for the other:
    https://github.com/crmne/ruby_llm/issues/894.
    """
    schema = template.config.get("response_json_schema")
    older = to_openapi(schema) if isinstance(schema, dict) else None
    if older is None:
        return None
    config = {k: v for k, v in template.config.items() if k != "response_json_schema"}
    return replace(template, config=config | {"response_schema": older})


def creation(plan: BatchPlan, title: str) -> Method:
    """The call that starts the job with its requests inside."""
    requests, config = plan.requests(), {"display_name": title}
    if plan.embeds:
        contents = [content for request in requests for content in request.contents]
        inside = {"contents": contents, "config": plan.template.config}
        src: Any = {"inlined_requests": inside}
        return _method(plan), {"model": plan.template.model, "src": src, "config": config}
    src = [
        {"contents": r.contents, "config": r.config, "metadata": {"key": key}}
        for key, r in zip(plan.keys, requests, strict=True)
    ]
    return _method(plan), {"model": plan.template.model, "src": src, "config": config}


def creation_from_file(plan: BatchPlan, file_name: str, title: str) -> Method:
    """The call that starts the job with its requests in an uploaded file, those of `lines`."""
    config = {"display_name": title}
    src = {"file_name": file_name}
    return _method(plan), {"model": plan.template.model, "src": src, "config": config}


def creation_from_storage(model: str, source: str, destination: str, title: str) -> Method:
    """The call that starts a job on Vertex AI. `source` and `destination` are gs:// or bq://."""
    config = {"display_name": title, "dest": destination}
    return "batches.create", {"model": model, "src": source, "config": config}


def lines(plan: BatchPlan, target: Target) -> bytes:
    """The requests as JSONL, `{"key", "request"}` each, as the SDK would have sent them."""
    sent = json.loads(sent_call(*creation(plan, ""), target).content)
    rows = sent["batch"]["inputConfig"]["requests"]["requests"]
    texts_of_rows = (
        json.dumps({"key": key, "request": row["request"]}, ensure_ascii=False)
        for key, row in zip(plan.keys, rows, strict=True)
    )
    return "\n".join(texts_of_rows).encode() + b"\n"


def size(plan: BatchPlan) -> int:
    """About how many bytes the requests have on the way."""
    requests = plan.requests()
    return sum(len(json.dumps(to_jsonable([r.contents, r.config]))) for r in requests)


def estimated_tokens(plan: BatchPlan) -> int:
    """About how many tokens the texts have together. Media are not counted."""
    all_texts = (text for request in plan.requests() for _, text in texts(request))
    return sum(text_tokens(len(text)) for text in all_texts)


def _method(plan: BatchPlan) -> str:
    return "batches.create_embeddings" if plan.embeds else "batches.create"


Table = BatchPlan | RequestFile
"""What a job was made from: a prompt and its rows, or whole requests."""
