"""The tuned models of a key or project, which the two backends list in two ways."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.genai import types

from gemini.api.connect import Backend

PAGE_SIZE = 50  # tuned models a page


@dataclass(frozen=True)
class Tuned:
    """A tuned model. `name` is what a request names it by, "" while it is being made.

    `state` is the API's `JobState` by name, "" where it isn't told.
    """

    name: str
    title: str
    base_model: str = ""
    state: str = ""
    created: datetime | None = None


def listing(backend: Backend, page_token: str | None = None) -> tuple[str, dict[str, Any]]:
    """The method of the SDK's client that lists them, and its arguments.

    Vertex AI lists the jobs (`tunings.list`): only a job knows the endpoint that answers. The
    Gemini API lists the models; there the SDK has no `tunings.list`.
    """
    config: dict[str, Any] = {"page_size": PAGE_SIZE}
    if page_token:
        config["page_token"] = page_token
    if backend == "vertex":
        return "tunings.list", {"config": config}
    return "models.list", {"config": {"query_base": False, **config}}


def tuned_of(items: Iterable[types.Model | types.TuningJob]) -> list[Tuned]:
    """What either method lists, as tuned models."""
    return [_of_job(i) if isinstance(i, types.TuningJob) else _of_model(i) for i in items]


def _of_model(model: types.Model) -> Tuned:
    info = model.tuned_model_info
    return Tuned(
        model.name or "",
        model.display_name or model.name or "",
        (info and info.base_model) or "",
        created=info.create_time if info else None,
    )


def _of_job(job: types.TuningJob) -> Tuned:
    tuned = job.tuned_model
    name = (tuned and (tuned.endpoint or tuned.model)) or ""
    return Tuned(
        name,
        job.tuned_model_display_name or name or job.name or "",
        job.base_model or "",
        job.state.name if job.state else "",
        job.create_time,
    )
