"""A trace of each answer, where OpenTelemetry's endpoint is set and its packages are installed.

Names are those of OpenTelemetry for generative AI, as far as they say nothing of what was said:
https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/. Everything else that the exporter
takes (headers, the service's name) is in its own variables.
"""

import logging
import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from gemini.run import Run

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

log = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SERVICE = "gemini-playground"
PACKAGES = "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
SYSTEMS = {"gemini": "gcp.gemini", "vertex": "gcp.vertex_ai"}
NANOSECONDS = 1_000_000_000  # in a second


@cache
def _provider() -> "TracerProvider | None":
    """What takes traces to the endpoint; None where none is set, or a package is missing."""
    if not any(os.environ.get(name, "").strip() for name in ENDPOINTS):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("%s is set, but traces need: pip install %s", ENDPOINTS[0], PACKAGES)
        return None
    named = {SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME") or SERVICE}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def begin_tracing() -> None:
    """Get ready, and say what is missing. To be called when the server starts."""
    _provider()


def end_tracing() -> None:
    """Send what waits. To be called when the server ends."""
    if (provider := _provider()) is not None:
        provider.shutdown()
    _provider.cache_clear()


def trace(run: Run, page: str) -> None:
    """A span for an answer that has ended."""
    if (provider := _provider()) is None:
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode

    known = {
        "gen_ai.operation.name": run.request.method,
        "gen_ai.provider.name": SYSTEMS.get(run.backend or "", run.backend),
        "gen_ai.request.model": run.request.model,
        "gen_ai.response.model": run.model_version,
        "gen_ai.usage.input_tokens": run.usage.get("prompt_token_count"),
        "gen_ai.usage.output_tokens": run.usage.get("candidates_token_count"),
        "error.type": run.problem.kind if run.problem else None,
        "playground.page": page,
        "playground.run": run.id,
        "playground.outcome": run.outcome,
    }
    start, length = run.created, timedelta(seconds=run.timing.end or 0.0)
    span = provider.get_tracer(SERVICE).start_span(
        f"{run.request.method} {run.request.model}",
        kind=SpanKind.CLIENT,
        attributes={name: value for name, value in known.items() if value is not None},
        start_time=int(start.timestamp() * NANOSECONDS),
    )
    if run.timing.first_part is not None:
        first = start + timedelta(seconds=run.timing.first_part)
        span.add_event("first token", timestamp=int(first.timestamp() * NANOSECONDS))
    if run.outcome == "failed":
        span.set_status(Status(StatusCode.ERROR, run.problem.kind if run.problem else None))
    span.end(end_time=int((start + length).timestamp() * NANOSECONDS))
