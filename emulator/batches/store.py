"""Batches on disk: `<id>.json` with what is known of each, `<id>.requests` and `<id>.results`.

Both hold a JSON object a line. The results are written as they come, in the order of the requests:
their number is how far the batch is, also after the emulator was stopped and started again.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from emulator.errors import ApiError
from emulator.records import RecordStore
from emulator.timestamps import stamp

LIFETIME = 48 * 3600.0
"""Seconds until a batch that isn't done expires: https://ai.google.dev/gemini-api/docs/batch-api"""
Kind = Literal["GenerateContentBatch", "EmbedContentBatch"]
State = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"]
OPEN = ("PENDING", "RUNNING")


@dataclass(frozen=True)
class BatchRecord:
    """What is known of a batch. Times are seconds since 1970.

    `model` is its name without `models/`. `input_file` is where its requests came from, "" for
    those that were sent inline. `total` requests are `succeeded`, `failed` or still to be done.
    `error` says why it ended without results, with its google.rpc code.
    """

    id: str
    kind: Kind
    model: str
    display_name: str
    input_file: str
    total: int
    created: float
    updated: float
    ended: float | None = None
    state: State = "PENDING"
    succeeded: int = 0
    failed: int = 0
    error: tuple[int, str] | None = None

    @property
    def done(self) -> int:
        return self.succeeded + self.failed

    def wire(self, output: dict[str, Any] | None = None) -> dict[str, Any]:
        """The API's long-running operation; `output` are the results, where they are shown."""
        name = f"batches/{self.id}"
        metadata: dict[str, Any] = {
            "@type": f"type.googleapis.com/google.ai.generativelanguage.v1main.{self.kind}",
            "name": name,
            "model": f"models/{self.model}",
            "displayName": self.display_name,
            "createTime": stamp(self.created),
            "updateTime": stamp(self.updated),
            "batchStats": _stats(self),
            "state": f"BATCH_STATE_{self.state}",
        }
        if self.input_file:
            metadata["inputConfig"] = {"fileName": self.input_file}
        if self.ended is not None:
            metadata["endTime"] = stamp(self.ended)
        if output is not None:
            metadata["output"] = output
        operation: dict[str, Any] = {"name": name, "metadata": metadata}
        if self.state not in OPEN:
            operation["done"] = True
        if self.error is not None:
            operation["error"] = {"code": self.error[0], "message": self.error[1]}
        elif output is not None:
            kind = f"{self.kind}Output"
            type_name = f"type.googleapis.com/google.ai.generativelanguage.v1main.{kind}"
            operation["response"] = {"@type": type_name} | output
        return operation


class BatchStore(RecordStore[BatchRecord]):
    """All batches of one emulator."""

    kind, suffixes = BatchRecord, (".requests", ".results")

    def add(
        self, kind: Kind, model: str, display_name: str, input_file: str, lines: Iterable[bytes]
    ) -> BatchRecord:
        """A new batch of the requests in `lines`, each a JSON object; empty ones are left out."""
        batch_id, total = secrets.token_hex(16), 0
        with self._file(batch_id, ".requests").open("wb") as file:
            for line in lines:
                if stripped := line.strip():
                    file.write(stripped + b"\n")
                    total += 1
        self.results(batch_id).touch()
        now = self.now()
        return self._write(
            BatchRecord(batch_id, kind, model, display_name, input_file, total, now, now)
        )

    def get(self, batch_id: str) -> BatchRecord:
        """Raises ApiError 404, worded as the API's, for one that isn't there."""
        if batch_id not in self._records:
            raise ApiError(404, "Requested entity was not found.")
        return self._records[batch_id]

    def is_open(self, batch_id: str) -> bool:
        """Whether it is there and not done."""
        batch = self._records.get(batch_id)
        return batch is not None and batch.state in OPEN

    def next_open(self) -> BatchRecord | None:
        """The oldest batch that isn't done. Those that waited too long have expired."""
        for batch in reversed(self.newest()):
            if batch.state not in OPEN:
                continue
            if batch.created + LIFETIME > self.now():
                return batch
            self.end(batch.id, "EXPIRED", (4, "The batch wasn't done within 48 hours."))
        return None

    def start(self, batch_id: str) -> BatchRecord:
        return self._write(replace(self.get(batch_id), state="RUNNING", updated=self.now()))

    def end(self, batch_id: str, state: State, error: tuple[int, str] | None = None) -> None:
        """Writes down how a batch has ended; one that was deleted meanwhile stays deleted."""
        if batch := self._records.get(batch_id):
            now = self.now()
            self._write(replace(batch, state=state, error=error, ended=now, updated=now))

    def requests(self, batch: BatchRecord) -> Iterator[bytes]:
        """The lines of the requests that have no result yet."""
        with self._file(batch.id, ".requests").open("rb") as file:
            for number, line in enumerate(file):
                if number >= batch.done:
                    yield line

    def add_result(self, batch_id: str, result: dict[str, Any]) -> None:
        """Appends the next result; it is a failed one where it has an `error`."""
        with self.results(batch_id).open("ab") as file:
            file.write(json.dumps(result, ensure_ascii=False).encode() + b"\n")
        counted = _counted(self._records[batch_id], "error" in result)
        self._records[batch_id] = replace(counted, updated=self.now())

    def results(self, batch_id: str) -> Path:
        """Where the results are."""
        return self._file(batch_id, ".results")

    def _restored(self, record: BatchRecord) -> BatchRecord:
        """The batch with the counts of its results; a line cut by the stop is taken away."""
        error = record.error and tuple(record.error)
        batch = replace(record, succeeded=0, failed=0, error=error)
        whole = 0
        with self.results(batch.id).open("r+b") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                batch = _counted(batch, "error" in json.loads(line))
            file.truncate(whole)
        return batch


def _counted(batch: BatchRecord, failed: bool) -> BatchRecord:
    if failed:
        return replace(batch, failed=batch.failed + 1)
    return replace(batch, succeeded=batch.succeeded + 1)


def _stats(batch: BatchRecord) -> dict[str, str]:
    """Counts as protobuf's JSON writes 64-bit numbers, those of nothing left out."""
    counts = {
        "requestCount": batch.total,
        "successfulRequestCount": batch.succeeded,
        "failedRequestCount": batch.failed,
        "pendingRequestCount": batch.total - batch.done,
    }
    return {name: str(count) for name, count in counts.items() if count}
