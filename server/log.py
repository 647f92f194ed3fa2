"""The log: as it is usual, or a JSON object a line (`LOG_FORMAT=json`), with a request's id.

No line has what people asked, typed or were answered: of an unforeseen error its kind and where it
happened, of a request its path without the query.
"""

import json
import logging
import os
import re
import time
import traceback
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.observing import REQUEST_ID
from gemini.api.redaction import redact

FORMAT = "LOG_FORMAT"
SAFE_ID = re.compile(r"[\w.:-]{8,128}", re.ASCII)  # what a proxy gives; else it is made here
OURS = ("components", "gemini", "pages", "server", "emulator")
SHARED = re.compile(r"(?<=/shared/)[^/]+")  # who has what follows may read the page
NOT_SAID = re.compile(r"/static/|/(healthz|readyz|metrics|_stcore/(health|metrics|stream))$")
request_id: ContextVar[str] = ContextVar("request_id", default="")

log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
            "request_id": request_id.get(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        line |= getattr(record, "about", {})
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)})


def set_up_log() -> None:
    """Have everything logged as the environment says, what others log too."""
    if os.environ.get(FORMAT, "").strip().lower() != "json":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers:  # uvicorn's and Streamlit's have their own
            logger.handlers.clear()
            logger.propagate = True
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)


class Requests:
    """Gives each request an id, or takes that of the proxy, and says how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        given = headers.get(REQUEST_ID, "")
        own = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        headers[REQUEST_ID] = own  # a session reads it from those of its connection
        status, began, token = 0, time.monotonic(), request_id.set(own)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = own
            await send(message)

        try:
            within = {**scope, "headers": headers.raw}
            await self.app(within, receive, send_with_id if scope["type"] == "http" else send)
        finally:
            if scope["type"] == "http" and (status >= 400 or not NOT_SAID.search(scope["path"])):
                path = SHARED.sub("…", scope["path"])
                about = {"method": scope["method"], "path": path, "status": status}
                seconds = round(time.monotonic() - began, 3)
                log.info("request", extra={"about": {**about, "seconds": seconds}})
            request_id.reset(token)
