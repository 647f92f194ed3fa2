"""What an operator sees of an answer: figures, a line, a span; never a word of it."""

import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

from components import observing, tracing
from components.observing import registry, waited_for
from gemini.live_run import LiveRun
from gemini.request import Request
from gemini.run import Run
from tests.fake_gemini import FakeGemini, answer, error
from tests.on_page import Open, checked


def figure(name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def span_of(spans: InMemorySpanExporter) -> ReadableSpan:
    """The one that comes last of all, from the thread that an answer ends on."""
    end = time.monotonic() + 20
    while not spans.get_finished_spans():
        assert time.monotonic() < end, "nothing was traced"
        time.sleep(0.01)
    (span,) = spans.get_finished_spans()
    return span


@pytest.mark.usefixtures("gemini_api")
def test_an_answer_is_counted_said_and_traced(
    app: Open,
    fake: FakeGemini,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger=observing.__name__)
    fake.replies = [answer("A heron ", "it was.")]
    at = app()
    model = str(at.sidebar.selectbox[0].value)
    labels = {"model": model, "page": "chat", "outcome": "done", "problem": ""}
    before = figure("playground_requests_total", **labels)
    at.chat_input[0].set_value("Which bird was it?").run()
    checked(at)
    span = span_of(spans)
    assert figure("playground_requests_total", **labels) == before + 1
    assert figure("playground_first_token_seconds_count", model=model)
    assert figure("playground_tokens_total", model=model, kind="prompt")
    assert waited_for() == 0

    (line,) = [record.__dict__["about"] for record in caplog.records if "about" in record.__dict__]
    assert (line["page"], line["outcome"], line["tokens"]) == ("chat", "done", 9)
    assert span.attributes
    assert span.attributes["gen_ai.usage.input_tokens"] == 7
    assert span.attributes["playground.run"] == line["run"]
    said = json.dumps(line) + span.to_json() + generate_latest(registry).decode()
    assert "heron" not in said
    assert "bird" not in said


@pytest.mark.usefixtures("gemini_api")
def test_one_that_failed_is_counted_by_its_problem(
    app: Open, fake: FakeGemini, spans: InMemorySpanExporter
) -> None:
    fake.replies = [error(400, "INVALID_ARGUMENT", "Your heron is too long")]
    at = app()
    model = str(at.sidebar.selectbox[0].value)
    at.chat_input[0].set_value("Hello").run()
    span = span_of(spans)
    labels = {"model": model, "page": "chat", "outcome": "failed", "problem": "bad_argument"}
    assert figure("playground_requests_total", **labels)
    assert not span.status.is_ok
    assert "heron" not in span.to_json()


def test_names_that_people_make_up_are_one_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "MOST_MODELS", len(observing._models) + 1)
    for name in ("made-up-1", "made-up-2", "made-up-3"):
        live = LiveRun(Run(Request(name, []), outcome="failed"))
        observing.observe(live, "chat")
    labels = {"page": "chat", "outcome": "failed", "problem": ""}
    assert figure("playground_requests_total", model="made-up-1", **labels) == 1
    assert figure("playground_requests_total", model="made-up-2", **labels) == 0
    assert figure("playground_requests_total", model="other", **labels) == 2


def test_traces_without_their_packages_are_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    tracing.end_tracing()
    tracing.begin_tracing()
    tracing.trace(Run(Request("m", []), outcome="done"), "chat")
    assert "pip install opentelemetry-sdk" in caplog.text
    monkeypatch.undo()
    tracing.end_tracing()


def test_traces_go_to_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    tracing.end_tracing()
    contents = [{"role": "user", "parts": [{"text": "Which heron?"}]}]
    tracing.trace(Run(Request("a-model", contents), outcome="done"), "chat")
    tracing.end_tracing()  # sends what waits
    server.shutdown()
    ((path, body),) = received
    assert path == "/v1/traces"
    assert b"a-model" in body
    assert b"gemini-playground" in body
    assert b"heron" not in body
    monkeypatch.undo()
    tracing.end_tracing()
