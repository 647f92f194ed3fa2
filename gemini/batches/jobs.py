"""Jobs as the API lists them, and the calls that manage them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.genai import types

from gemini.api import call
from gemini.api.call import ApiCall, Method
from gemini.models.capabilities import short_name
from gemini.plain import mapping, mappings, with_zone

PAGE_SIZE = 20  # jobs a page
OPEN = ("PENDING", "QUEUED", "RUNNING", "CANCELLING", "PAUSED", "UPDATING")


@dataclass(frozen=True)
class Job:
    """A batch job. `name` is "batches/..."; on Vertex AI a longer path.

    `state` is the API's without `JOB_STATE_`: PENDING, RUNNING, SUCCEEDED... Counts are None where
    they aren't told. Results are in the job itself, in `file` of the Files API, or at `address` in
    Cloud Storage or BigQuery.
    """

    name: str
    title: str
    model: str
    state: str
    total: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    created: datetime | None = None
    ended: datetime | None = None
    error: str = ""
    file: str = ""
    address: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.state in OPEN

    @property
    def share(self) -> float | None:
        """How much of it is done, 0 to 1; None where that isn't told."""
        if not self.total:
            return None
        return ((self.succeeded or 0) + (self.failed or 0)) / self.total


def jobs_in(call: ApiCall) -> list[Job]:
    """The jobs of a `batches.list`, or the one of a `batches.create` or `.get`.

    The SDK leaves out what the Gemini API tells of counts and errors: that is read from the wire.
    """
    listed = call.response if isinstance(call.response, list) else [call.response]
    raw = _on_the_wire(call)
    operations = mappings(raw["operations"]) if "operations" in raw else [raw]
    by_name = {str(one.get("name")): one for one in operations}
    return [job_of(job, by_name.get(job.name or "", {})) for job in listed if job is not None]


def job_of(job: types.BatchJob, raw: dict[str, Any]) -> Job:
    """A job, with the long-running operation that it was read from."""
    stats = mapping(mapping(raw.get("metadata")).get("batchStats"))
    counted = job.completion_stats or types.CompletionStats()
    failed, succeeded = counted.failed_count, counted.successful_count
    sums = [failed, succeeded, counted.incomplete_count]
    error = (job.error.message if job.error else "") or str(
        mapping(raw.get("error")).get("message") or ""
    )
    dest = job.dest or types.BatchJobDestination()
    return Job(
        name=job.name or "",
        title=job.display_name or (job.name or "").rpartition("/")[2],
        model=short_name((job.model or "").rpartition("/")[2]),
        state=(job.state.name if job.state else "").removeprefix("JOB_STATE_"),
        total=_count(stats, "requestCount") if stats else _sum(sums),
        succeeded=_count(stats, "successfulRequestCount") if stats else succeeded,
        failed=_count(stats, "failedRequestCount") if stats else failed,
        created=with_zone(job.create_time),
        ended=with_zone(job.end_time),
        error=error,
        file=dest.file_name or "",
        address=dest.gcs_uri or dest.bigquery_uri or "",
    )


def listing(page_token: str | None = None) -> Method:
    """The call that lists one page of jobs, newest first."""
    return call.listing("batches.list", PAGE_SIZE, page_token)


def look(name: str) -> Method:
    """The call that gets a job, with its results once they are there."""
    return "batches.get", {"name": name}


def cancelling(name: str) -> Method:
    """The call that ends a job; what is being answered just then may still cost."""
    return "batches.cancel", {"name": name}


def deletion(name: str) -> Method:
    """The call that deletes a job with its results."""
    return "batches.delete", {"name": name}


def download(file_name: str) -> Method:
    """The call that fetches a file of responses."""
    return "files.download", {"file": file_name}


def _on_the_wire(call: ApiCall) -> dict[str, Any]:
    if not call.exchanges:
        return {}
    body = b"".join(chunk.data for chunk in call.exchanges[-1].decoded_chunks())
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return mapping(listed)


def _count(stats: dict[str, Any], name: str) -> int:
    """A count as protobuf writes it: a text, left out where it is 0."""
    count = str(stats.get(name) or 0)
    return int(count) if count.isdecimal() else 0


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
