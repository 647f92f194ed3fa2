"""Gives each browser its cookie with the first page, where nobody signs in.

Scripts in the page can't read it (HttpOnly), other sites' pages don't send it along (SameSite), and
over HTTPS it never goes over HTTP (Secure). A server that only its own machine can reach gives
none: everyone there is this machine's user.
"""

import anyio
import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BrowserCookies:
    """Puts a cookie to a page's response where its browser has none that is in order."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = None
        if scope["type"] == "http" and _opens_a_page(scope):
            cookie = await anyio.to_thread.run_sync(_cookie_for, Request(scope))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and cookie:
                headers = Headers(raw=message.get("headers", []))
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page or message["status"] == 304:  # the browser has the page itself already
                    given = (b"set-cookie", cookie.encode("latin-1"))
                    message["headers"] = [*message.get("headers", []), given]
            await send(message)

        await self.app(scope, receive, send_with_cookie if cookie else send)


def _opens_a_page(scope: Scope) -> bool:
    """Whether a browser asks for a document, and not for what belongs to one."""
    if scope["method"] != "GET":
        return False
    headers = Headers(scope=scope)
    destination = headers.get("sec-fetch-dest")
    return destination == "document" if destination else "text/html" in headers.get("accept", "")


def _cookie_for(request: Request) -> str | None:
    """The header that gives a browser its cookie; None where it has one, or gets none."""
    from components.demo_mode import in_demo
    from components.owner import is_local  # now that there is a runtime for their caches
    from components.person_cookie import COOKIE, DAY, DAYS, is_old, name_in, new_name, signed
    from components.sign_in import is_set_up

    if is_local(request.headers) or is_set_up() or in_demo():
        return None
    given = request.cookies.get(COOKIE)
    name = name_in(given)
    if given and name and not is_old(given):
        return None
    value = signed(name or new_name())
    if value is None:  # the database is away: this visit stays in its tab
        return None
    response = Response()
    response.set_cookie(
        COOKIE,
        value,
        max_age=DAYS * DAY,
        path=f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}",
        secure=request.headers.get("x-forwarded-proto", request.url.scheme) == "https",
        httponly=True,
        samesite="lax",
    )
    return response.headers["set-cookie"]
