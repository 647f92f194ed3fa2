"""The Gemini API of the benchmark: the tests' fake server, streaming at a set pace.

Run by itself: ``python -m bench.server --port 8600``. It answers what the SDK asks for in a
chat (models, countTokens, generateContent, streamGenerateContent) and, for the benchmark,
``GET /bench/answers/{tag}``: one record per stream of that tag: when each chunk was `sent`, when
the last one was out (`finished`), or when the client went away before that (`closed`).
"""

import argparse
import threading
from collections import defaultdict
from functools import cache
from typing import Any

from bench.paces import PACES, Pace, read_prompt
from bench.text import chunks
from tests.fake_gemini import FakeGemini, Reply, Seen, error, sse

MODELS = [
    "gemini-3.8-flash",
    "gemini-3.6-flash",
    "gemini-3.5-flash-lite",
    "gemini-3.1-pro-preview",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gemini-2.5-pro",
]
UNTAGGED = "@@"  # where the two letters of a tag go
STREAMS: defaultdict[str, list[Seen]] = defaultdict(list)
"""The requests for streamed answers by tag."""


def respond(request: Seen) -> Reply:
    """The reply to any request of the SDK, or of the benchmark."""
    resource, _, name = request.path.partition("?")[0].lstrip("/").partition("/")
    if name == "interactions":
        return _interaction(request)
    if resource == "bench":
        return Reply(body=[_record(stream) for stream in STREAMS[name.rpartition("/")[2]]])
    model, _, method = name.removeprefix("models").lstrip("/").partition(":")
    if request.method == "GET":
        return Reply(body=_model(model) if model else {"models": [_model(m) for m in MODELS]})
    texts = _texts(request.body)
    request.body = None  # a long benchmark asks thousands of times, with pictures
    pace_name, tag = read_prompt(texts[-1] if texts else "")
    pace = PACES[pace_name]
    match method:
        case "streamGenerateContent":
            STREAMS[tag].append(request)
            return Reply(_events(model, tag, pace), due=pace.due)
        case "generateContent":
            text = "".join(chunks(tag, pace.chunks, pace.kind))
            return Reply(body=_response(model, text, len(text) // 4))
        case "countTokens":
            return Reply(body={"totalTokens": sum(map(len, texts)) // 4})
    return error(404, "NOT_FOUND", f"No method {method}.")


def _interaction(request: Seen) -> Reply:
    """The same answer by the Interactions API: each chunk is as long, and due at the same time."""
    texts = _strings(request.body.get("input"))
    pace_name, tag = read_prompt(texts[-1] if texts else "")
    pace = PACES[pace_name]
    STREAMS[tag].append(request)
    model = str(request.body.get("model"))
    events = [e.replace(UNTAGGED.encode(), tag.encode()) for e in _steps(model, pace.chunks)]
    return Reply(events, due=lambda index: pace.due(min(max(index - 2, 0), pace.chunks - 1)))


def _strings(value: Any) -> list[str]:
    """The texts of an interaction's input, in order."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        inner = value.get("text", value.get("content"))
        return _strings(inner)
    return [text for each in value for text in _strings(each)] if isinstance(value, list) else []


@cache
def _steps(model: str, count: int) -> list[bytes]:
    """The events of an interaction whose only step is an answer, built once."""
    about = {"id": "v1_bench", "model": model, "object": "interaction"}
    usage = {"total_input_tokens": 16, "total_output_tokens": 10 * count}
    events: list[dict[str, Any]] = [
        {"event_type": "interaction.created", "interaction": {**about, "status": "in_progress"}},
        {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
        *(
            {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": text}}
            for text in chunks(UNTAGGED, count)
        ),
        {"event_type": "step.stop", "index": 0},
        {
            "event_type": "interaction.completed",
            "interaction": {**about, "status": "completed", "usage": usage},
        },
    ]
    return [sse({**event, "event_id": str(n)}) for n, event in enumerate(events)]


def _record(stream: Seen) -> dict[str, Any]:
    return {"sent": stream.sent, "finished": stream.finished, "closed": stream.left}


def _model(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": name,
        "description": "A stand-in of the benchmark's mock server.",
        "inputTokenLimit": 1048576,
        "outputTokenLimit": 65536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "temperature": 1.0,
        "maxTemperature": 2.0,
        "topP": 0.95,
        "topK": 64,
        "thinking": True,
    }


def _response(model: str, text: str, tokens: int) -> dict[str, Any]:
    """A GenerateContentResponse, with the fields the API sends with every chunk."""
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    usage = {"promptTokenCount": 16, "candidatesTokenCount": tokens, "totalTokenCount": 16 + tokens}
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": model,
        "responseId": "bench",
    }


def _texts(body: dict[str, Any]) -> list[str]:
    contents = body.get("contents") or body.get("generateContentRequest", {}).get("contents", [])
    return [part.get("text", "") for content in contents for part in content.get("parts", [])]


def _events(model: str, tag: str, pace: Pace) -> list[bytes]:
    events = _untagged(model, pace.chunks, pace.kind)
    return [event.replace(UNTAGGED.encode(), tag.encode()) for event in events]


@cache
def _untagged(model: str, count: int, kind: str) -> list[bytes]:
    """The events of an answer, built once: 30 requests at once must not wait for each other."""
    texts = chunks(UNTAGGED, count, kind)
    responses = [_response(model, text, 10 * (i + 1)) for i, text in enumerate(texts)]
    responses[-1]["candidates"][0]["finishReason"] = "STOP"
    return [sse(response) for response in responses]


def main() -> None:
    """Serve on loopback until terminated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    FakeGemini(parser.parse_args().port, respond)
    threading.Event().wait()


if __name__ == "__main__":
    main()
