"""`/metrics`, in Prometheus' format, for whoever runs the playground and nobody else.

A program on this machine may read it, and with `PLAYGROUND_METRICS_TOKEN` whoever sends that as
`Authorization: Bearer`. Streamlit's own, `/_stcore/metrics`, is behind the same door.
"""

import os
from hmac import compare_digest

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, ProcessCollector, generate_latest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.history import history_trouble
from components.observing import registry
from components.owner import FORWARDED, LOOPBACK
from server.draining import drain

TOKEN = "PLAYGROUND_METRICS_TOKEN"  # noqa: S105 - its name
STREAMLITS = "/_stcore/metrics"
STREAM = "/_stcore/stream"

_sessions = Gauge("playground_sessions", "Pages that are open.", registry=registry)
_stored = Gauge("playground_history_up", "Whether runs are stored.", registry=registry)
_draining = Gauge("playground_draining", "Whether the process is about to end.", registry=registry)
_draining.set_function(lambda: drain.on)
ProcessCollector(registry=registry)


def metrics(request: Request) -> Response:
    """What has been counted since this process began."""
    if not may_read(request.scope):
        return PlainTextResponse("Not found", 404)
    _stored.set(not history_trouble())
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def may_read(scope: Scope) -> bool:
    """Whether a request comes from this machine, through no proxy, or has the token."""
    headers, token = Headers(scope=scope), os.environ.get(TOKEN, "")
    given = headers.get("authorization", "").encode()
    if token and compare_digest(given, f"Bearer {token}".encode()):
        return True
    client = (scope.get("client") or ("", 0))[0]
    return client in LOOPBACK and not any(headers.get(name) for name in FORWARDED)


class Measured:
    """Counts the pages that are open, and keeps Streamlit's own figures from outsiders."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.endswith(STREAMLITS) and not may_read(scope):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif scope["type"] == "websocket" and path.endswith(STREAM):
            with _sessions.track_inprogress():
                await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)
