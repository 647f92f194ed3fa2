"""Tuning: a model of one's own from examples, the calls that make, follow and end it, and the list
of tuned models, which the two backends give in two ways.

Vertex AI reads the examples from a JSONL file in Cloud Storage. The Gemini API took them in the
request, and no longer tunes: `data/offers.toml`. Limits are those of
https://ai.google.dev/gemini-api/docs/model-tuning as of 2025-04-28, the last version that described
tuning there; the file's form is that of
https://cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-supervised-tuning-prepare.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from google.genai import types

from gemini.api import call
from gemini.api.call import Method
from gemini.api.connect import Backend
from gemini.embeddings.texts import Sheet

FEWEST = 20  # examples
LONGEST_INPUT, LONGEST_OUTPUT = 40_000, 5_000  # characters of an example
OPEN = ("QUEUED", "PENDING", "RUNNING", "UPDATING", "CANCELLING", "PAUSED")
PAGE_SIZE = 50  # tuned models a page


@dataclass(frozen=True)
class Example:
    """A prompt, and the answer that the model is to learn for it."""

    prompt: str
    answer: str


@dataclass(frozen=True)
class Hyperparameters:
    """How it learns; None is the service's own choice. The learning rate is a factor of it."""

    epochs: int | None = None
    learning_rate: float | None = None
    adapter_size: str | None = None


@dataclass(frozen=True)
class Tuning:
    """A tuning. `name` is its job's; `model` what a request names the model by, "" before it is.

    `state` is the API's without `JOB_STATE_`.
    """

    name: str
    model: str
    base_model: str
    state: str
    created: datetime | None
    ended: datetime | None
    error: str

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.state in OPEN


def examples_of(sheet: Sheet, prompt: str, answer: str) -> list[Example]:
    """The examples in two columns of a table."""
    at, answered = sheet.columns.index(prompt), sheet.columns.index(answer)
    return [Example(row[at].strip(), row[answered].strip()) for row in sheet.rows]


def findings(examples: Sequence[Example]) -> Iterator[str]:
    """What is wrong with examples, in sentences; rows are counted from 1."""
    if len(examples) < FEWEST:
        count = len(examples)
        yield f"There are {count} examples; at least {FEWEST} are needed, and 100 or more work "
        "well."
    checks = (
        ("without a prompt", [n for n, e in enumerate(examples, 1) if not e.prompt]),
        ("without an answer", [n for n, e in enumerate(examples, 1) if not e.answer]),
        (
            f"with a prompt of more than {LONGEST_INPUT:,} characters",
            [n for n, e in enumerate(examples, 1) if len(e.prompt) > LONGEST_INPUT],
        ),
        (
            f"with an answer of more than {LONGEST_OUTPUT:,} characters",
            [n for n, e in enumerate(examples, 1) if len(e.answer) > LONGEST_OUTPUT],
        ),
        ("that repeat an earlier one", _repeated(examples)),
    )
    for what, rows in checks:
        if rows:
            more = f" and {len(rows) - 5:,} more" if len(rows) > 5 else ""
            yield f"Rows {what}: {', '.join(map(str, rows[:5]))}{more}."


def as_jsonl(examples: Sequence[Example]) -> bytes:
    """The examples as the file that Vertex AI reads: a conversation of two turns in each line."""
    turns = (
        [
            {"role": "user", "parts": [{"text": one.prompt}]},
            {"role": "model", "parts": [{"text": one.answer}]},
        ]
        for one in examples
    )
    lines = (json.dumps({"contents": contents}, ensure_ascii=False) for contents in turns)
    return "\n".join(lines).encode() + b"\n"


def creation(
    base_model: str, source: str, validation: str, how: Hyperparameters, title: str
) -> Method:
    """The call that tunes, on Vertex AI. Both files are gs:// addresses; "" for no validation."""
    config = {
        "tuned_model_display_name": title.strip() or None,
        "epoch_count": how.epochs,
        "learning_rate_multiplier": how.learning_rate,
        "adapter_size": how.adapter_size,
        "validation_dataset": {"gcs_uri": validation} if validation else None,
    }
    arguments = {
        "base_model": base_model,
        "training_dataset": {"gcs_uri": source},
        "config": {name: value for name, value in config.items() if value is not None},
    }
    return "tunings.tune", arguments


def look(name: str) -> Method:
    """The call that gets a tuning."""
    return "tunings.get", {"name": name}


def cancelling(name: str) -> Method:
    """The call that ends a tuning."""
    return "tunings.cancel", {"name": name}


def tuning_of(job: types.TuningJob) -> Tuning:
    """What the API tells of a tuning."""
    tuned = job.tuned_model
    return Tuning(
        name=job.name or "",
        model=(tuned and (tuned.endpoint or tuned.model)) or "",
        base_model=job.base_model or "",
        state=(job.state.name if job.state else "").removeprefix("JOB_STATE_"),
        created=job.create_time,
        ended=job.end_time,
        error=(job.error.message if job.error else "") or "",
    )


@dataclass(frozen=True)
class Tuned:
    """A tuned model. `name` is what a request names it by, "" while it is being made; `job` is the
    job's that made it, where jobs are listed.

    `state` is the API's `JobState` by name, "" where it isn't told.
    """

    name: str
    title: str
    base_model: str = ""
    state: str = ""
    created: datetime | None = None
    job: str = ""


def listing(backend: Backend, page_token: str | None = None) -> Method:
    """The method of the SDK's client that lists them, and its arguments.

    Vertex AI lists the jobs (`tunings.list`): only a job knows the endpoint that answers. The
    Gemini API lists the models; there the SDK has no `tunings.list`.
    """
    if backend == "vertex":
        return call.listing("tunings.list", PAGE_SIZE, page_token)
    return call.listing("models.list", PAGE_SIZE, page_token, query_base=False)


def tuned_of(entry: types.Model | types.TuningJob) -> Tuned:
    """What either method lists, as a tuned model."""
    if isinstance(entry, types.TuningJob):
        tuned, state = entry.tuned_model, entry.state.name if entry.state else ""
        name = (tuned and (tuned.endpoint or tuned.model)) or ""
        title = entry.tuned_model_display_name or name or entry.name or ""
        return Tuned(
            name, title, entry.base_model or "", state, entry.create_time, entry.name or ""
        )
    info, name = entry.tuned_model_info, entry.name or ""
    base, created = (info.base_model or "", info.create_time) if info else ("", None)
    return Tuned(name, entry.display_name or name, base, created=created)


def _repeated(examples: Sequence[Example]) -> list[int]:
    seen: set[Example] = set()
    return [n for n, e in enumerate(examples, 1) if e in seen or seen.add(e)]
