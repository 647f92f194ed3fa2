"""The headers of every response: what a page may load, who may put it into a frame."""

import logging
import os
import re
from collections.abc import Mapping
from functools import cached_property

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

# A page loads nothing from elsewhere, whatever an answer or a file says. Of scripts the policy only
# keeps out those of other servers: Streamlit's page has inline ones, its components come as blobs,
# and its charts are made with `eval`.
CONTENT = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-src 'self' blob: data: https://www.youtube.com",  # its player, for a video of theirs
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)
FRAMES = "PLAYGROUND_FRAME_ANCESTORS"  # pages of other servers that may show it in a frame
ORIGIN = re.compile(r"https?://(\*\.)?[\w.-]+(:\d+)?")
NOBODY = "none"


def headers_from(environ: Mapping[str, str]) -> dict[bytes, bytes]:
    """The headers, with the frames that the environment allows: origins by spaces, or `none`.

    Raises:
        ValueError: one is no origin. The text names it.
    """
    others = environ.get(FRAMES, "").replace(",", " ").split()
    if others == [NOBODY]:
        return _headers("'none'", b"DENY")
    for origin in others:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{FRAMES} must be origins like https://example.org, not {origin!r}.")
    # The older header can't name others; who knows the newer one ignores it anyway.
    return _headers(" ".join(["'self'", *others]), None if others else b"SAMEORIGIN")


def _headers(ancestors: str, older: bytes | None) -> dict[bytes, bytes]:
    policy = "; ".join([*CONTENT, f"frame-ancestors {ancestors}"])
    return {
        b"content-security-policy": policy.encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer",
        **({b"x-frame-options": older} if older else {}),
    }


class SecurityHeaders:
    """Adds them to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @cached_property
    def headers(self) -> dict[bytes, bytes]:
        """What is added: looked up late, when the environment is complete."""
        try:
            return headers_from(os.environ)
        except ValueError as error:
            log.error("No other page may show it in a frame: %s", error)
            return headers_from({})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers.items()]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
