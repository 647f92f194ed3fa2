"""Batch jobs as the APIs document them, for the fake server."""

from typing import Any

from tests.fake_gemini import Reply

TYPE = "type.googleapis.com/google.ai.generativelanguage.v1main"


def response(text: str) -> dict[str, Any]:
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}
        ],
        "usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 8},
    }


def operation(
    state: str,
    name: str = "batches/b1",
    *,
    title: str = "Cities",
    done: int = 0,
    failed: int = 0,
    total: int = 2,
    **more: Any,
) -> dict[str, Any]:
    """A job of the Gemini API; `more` goes into its metadata."""
    counts = {
        "requestCount": total,
        "successfulRequestCount": done - failed,
        "failedRequestCount": failed,
        "pendingRequestCount": total - done,
    }
    job: dict[str, Any] = {
        "name": name,
        "metadata": {
            "@type": f"{TYPE}.GenerateContentBatch",
            "name": name,
            "model": "models/gemini-2.5-flash",
            "displayName": title,
            "createTime": "2026-11-21T06:00:00.000Z",
            "updateTime": "2026-11-21T06:01:00.000Z",
            "batchStats": {key: str(count) for key, count in counts.items() if count},
            "state": f"BATCH_STATE_{state}",
            **more,
        },
    }
    if state not in ("PENDING", "RUNNING"):
        job["done"] = True
        job["metadata"]["endTime"] = "2026-11-21T06:02:00.000Z"
    return job


def inlined(*rows: dict[str, Any]) -> dict[str, Any]:
    """The output of a job whose requests came inside it."""
    return {"inlinedResponses": {"inlinedResponses": list(rows)}}


def answered(number: int, text: str) -> dict[str, Any]:
    return {"metadata": {"key": f"row-{number}"}, "response": response(text)}


def refused(number: int, message: str) -> dict[str, Any]:
    return {"metadata": {"key": f"row-{number}"}, "error": {"code": 3, "message": message}}


def listed(*jobs: dict[str, Any], more: str = "") -> Reply:
    body: dict[str, Any] = {"operations": list(jobs)}
    return Reply(body=body | ({"nextPageToken": more} if more else {}))
