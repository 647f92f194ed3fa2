"""The record of the wire as JSON-ready data: as the inspector shows it, without the media's bytes.

A body keeps every name and value but long base64, which becomes its size (`wire.shown_json`); the
media themselves are in the run. A streamed response is kept event by event with its times.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from gemini.api.redaction import redact, without
from gemini.api.wire import Chunk, Exchange, shown_json
from gemini.history.redaction import body_without_secrets


def exchanges_to_json(
    exchanges: Iterable[Exchange], secrets: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """One entry an attempt.

    Keys in the address and the headers are masked already. `secrets` are hidden wherever they
    are, and what looks like a key in what a server said when it refused: it may well repeat it.
    """
    known = [secret for secret in secrets if secret]
    return [_hidden(_exchange_to_json(e), known) for e in exchanges]


def exchanges_from_json(data: Any) -> list[Exchange]:
    """The inverse of `exchanges_to_json`: exchanges that show the same bodies and events.

    Raises:
        ValueError: the data is no such record.
    """
    try:
        return [_exchange_from_json(entry) for entry in data]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a record of the wire is damaged ({type(error).__name__})") from error


def _exchange_to_json(exchange: Exchange) -> dict[str, Any]:
    headers = {k: v for k, v in exchange.response_headers.items() if k != "content-encoding"}
    events = [[at, event] for at, event in exchange.events()]
    if exchange.status is None or exchange.status >= 400:
        events = _mapped(events, redact)
    return {
        "method": exchange.method,
        "url": exchange.url,
        "headers": exchange.headers,
        "body": body_without_secrets(shown_json(exchange.body)),
        "status": exchange.status,
        "response_headers": headers,
        "events": events,
    }


def _exchange_from_json(entry: dict[str, Any]) -> Exchange:
    events = [(float(at), _text(event)) for at, event in entry["events"]]
    if len(events) > 1 or "text/event-stream" in entry["response_headers"].get("content-type", ""):
        events = [(at, b"data: " + b"\ndata: ".join(text.split(b"\n"))) for at, text in events]
    return Exchange(
        method=str(entry["method"]),
        url=str(entry["url"]),
        headers=dict(entry["headers"]),
        body=_text(entry["body"]),
        status=entry["status"],
        response_headers=dict(entry["response_headers"]),
        chunks=[Chunk(at, text + b"\n\n") for at, text in events],
        closed=True,
    )


def _hidden(value: Any, secrets: list[str]) -> Any:
    return _mapped(value, lambda text: without(text, secrets)) if secrets else value


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data with `change` made to each text in it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {k: _mapped(v, change) for k, v in value.items()}
    return [_mapped(v, change) for v in value] if isinstance(value, list) else value


def _text(value: Any) -> bytes:
    """A body or an event that `shown_json` reads as this value."""
    if value is None:
        return b""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace")
