"""`/shared/<token>`: a page that somebody shared, read-only, without the playground around it.

Where people sign in, whoever opens it has to be signed in, unless PLAYGROUND_SHARES=open.
"""

import anyio
import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "shared"
GONE = (
    "This link shows nothing",
    "It has ended, was revoked, or is incomplete. Ask whoever sent it for another one.",
)
NOT_SIGNED_IN = (
    "Sign in to read this",
    "Open the playground, sign in there, and then open this link again.",
)
AWAY = (
    "This can't be read just now",
    "The playground's database is unavailable. Try again in a minute.",
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "sandbox allow-downloads allow-popups "
    "allow-popups-to-escape-sandbox; base-uri 'none'; form-action 'none'",
    "x-robots-tag": "noindex, nofollow",
}
"""Besides the policy that is in the page itself: no script, and nothing that is fetched."""


class SharedPages:
    """Answers for the links that people shared."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            token = _token(scope["path"])
            if token is not None:
                app = await anyio.to_thread.run_sync(_response, Request(scope), token)
        await app(scope, receive, send)


def _token(path: str) -> str | None:
    """The token in an address; None where it is that of another page."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    before = f"/{base}/{PATH}/" if base else f"/{PATH}/"
    return path.removeprefix(before) if path.startswith(before) else None


def _response(request: Request, token: str) -> Response:
    from components.shares import is_open, shared_page  # now that there is a runtime for caches
    from components.sign_in import is_set_up, let_in_by_cookies
    from gemini.history.engine import HistoryError

    if is_set_up() and not is_open() and not let_in_by_cookies(request.cookies):
        return _word(401, *NOT_SIGNED_IN)
    try:
        page = shared_page(token)
    except HistoryError:
        return _word(503, *AWAY)
    return _word(404, *GONE) if page is None else HTMLResponse(page, headers=HEADERS)


def _word(status: int, title: str, text: str) -> Response:
    from components.answer.document import html_page

    page = html_page(title, "Gemini Playground", f"<h1>{title}</h1><p>{text}</p>")
    return HTMLResponse(page, status, headers=HEADERS)
