"""What an operator sees of the answers: counted for Prometheus, a line in the log, a trace.

Never a word of what was asked or answered, nor who asked.
"""

import logging
import threading
from datetime import UTC, datetime

import streamlit as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from components.prices import cost_of
from components.tracing import trace
from gemini.live_run import LiveRun
from gemini.run import Run

log = logging.getLogger(__name__)

REQUEST_ID = "X-Request-Id"  # of the connection that a page has; the server adds it
MOST_MODELS = 100  # told apart: whoever asks can type any name
OTHER = "other"
TOKENS = {
    "prompt": "prompt_token_count",
    "cached": "cached_content_token_count",
    "thoughts": "thoughts_token_count",
    "answer": "candidates_token_count",
}
"""The kinds of tokens, and how the API's usage calls them. Cached ones are in the prompt's."""
FIRST_TOKEN = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)  # seconds
WHOLE = (0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640)

registry = CollectorRegistry()
"""What `/metrics` tells. Each process counts its own, from its start."""

_requests = Counter(
    "playground_requests", "Answers that ended.", ("model", "page", "outcome", "problem"),
    registry=registry,
)  # fmt: skip
_first = Histogram(
    "playground_first_token_seconds", "Until the first part of an answer came.", ("model",),
    registry=registry, buckets=FIRST_TOKEN,
)  # fmt: skip
_whole = Histogram(
    "playground_answer_seconds", "Until an answer had ended.", ("model",),
    registry=registry, buckets=WHOLE,
)  # fmt: skip
_tokens = Counter(
    "playground_tokens", "Tokens by the API's count.", ("model", "kind"), registry=registry
)
_dollars = Counter(
    "playground_dollars", "What answers cost, by the price list.", ("model",), registry=registry
)
_running = Gauge("playground_answers_running", "Answers on their way.", registry=registry)

_lock = threading.Lock()
_under_way: set[LiveRun] = set()
_models: set[str] = set()
_running.set_function(lambda: len(_under_way))


def observe(live: LiveRun, page: str) -> None:
    """Count a run, and tell of it when it has ended."""
    request_id = st.context.headers.get(REQUEST_ID) or ""
    with _lock:
        _under_way.add(live)

    def end(run: Run) -> None:
        with _lock:
            _under_way.discard(live)
        try:
            _count(run, page)
            _say(run, page, request_id)
            trace(run, page)
        except Exception as error:  # whatever it is, the answer has come
            log.warning("An answer couldn't be counted: %s", type(error).__name__)

    live.when_ended(end)


def waited_for() -> int:
    """How many answers end with this process: those on their way, but for the ones that go on at
    the API."""
    with _lock:
        return sum(not live.background for live in _under_way)


def _count(run: Run, page: str) -> None:
    model = _label(run.request.model)
    problem = run.problem.kind if run.problem else ""
    _requests.labels(model, page, run.outcome, problem).inc()
    if run.timing.first_part is not None:
        _first.labels(model).observe(run.timing.first_part)
    if run.timing.end is not None:
        _whole.labels(model).observe(run.timing.end)
    for kind, name in TOKENS.items():
        if count := run.usage.get(name):
            _tokens.labels(model, kind).inc(count)
    if dollars := cost_of(run):
        _dollars.labels(model).inc(dollars)


def _label(model: str) -> str:
    with _lock:
        if model not in _models and len(_models) >= MOST_MODELS:
            return OTHER
        _models.add(model)
    return model


def _say(run: Run, page: str, request_id: str) -> None:
    about = {
        "event": "answer",
        "request_id": request_id,
        "run": run.id,
        "page": page,
        "model": run.request.model,
        "backend": run.backend,
        "outcome": run.outcome,
        "problem": run.problem.kind if run.problem else None,
        "first_token_seconds": run.timing.first_part,
        "seconds": run.timing.end,
        "tokens": run.usage.get("total_token_count"),
        "began": run.created.astimezone(UTC).isoformat(timespec="milliseconds"),
        "ended": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    log.info("answer %s", run.outcome, extra={"about": about})
