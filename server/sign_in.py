"""What somebody reads whose sign-in failed: their provider is down, or they thought better of it.

Streamlit 1.67 answers with two words on an empty page, or with the start page and no word at all
(`streamlit/web/server/starlette/starlette_auth_routes.py`).
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.sign_in import COOKIE

LOGIN, CALLBACK = "/auth/login", "/oauth2callback"  # Streamlit's addresses: to a provider, and back
AWAY = (
    503,
    "Sign-in is unavailable",
    "The sign-in service can't be reached just now. Try again in a minute. If it still fails then, "
    "tell whoever runs the playground.",
)
FAILED = (
    401,
    "You aren't signed in",
    "The sign-in was canceled or took too long, or the sign-in service failed. Try it again.",
)


class SignInFaults:
    """Puts a page with words in the place of Streamlit's answer to a sign-in that failed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith((LOGIN, CALLBACK)):
            await self.app(scope, receive, send)
            return
        said = False

        async def send_or_say(message: Message) -> None:
            nonlocal said
            if message["type"] == "http.response.start" and (words := _fault(scope, message)):
                said = True
                response = _page(*words)
                # Streamlit takes cookies back that are of no use any more.
                headers = Headers(raw=message["headers"]).getlist("set-cookie")
                for cookie in headers:
                    response.headers.append("set-cookie", cookie)
                await response(scope, receive, send)
            elif not said:
                await send(message)

        await self.app(scope, receive, send_or_say)


def _fault(scope: Scope, start: Message) -> tuple[int, str, str] | None:
    """What to say in the place of a response; None where it is in order."""
    if scope["path"].endswith(LOGIN):
        return AWAY if start["status"] >= 400 else None
    request = Request(scope)
    if not {"state", "error"} & request.query_params.keys():  # back from a sign-out
        return None
    given = Headers(raw=start["headers"]).getlist("set-cookie")
    signed_in = any(each.startswith(f"{COOKIE}=") and "Max-Age=0" not in each for each in given)
    was_before = COOKIE in request.cookies  # whoever goes back in the browser, say
    return None if signed_in or was_before else FAILED


def _page(status: int, title: str, text: str) -> HTMLResponse:
    from components.answer.document import html_page
    from components.navigation import base_address

    way_back = f'<p><a href="{base_address()}">Back to the sign-in</a></p>'
    page = html_page(title, "Gemini Playground", f"<h1>{title}</h1><p>{text}</p>{way_back}")
    return HTMLResponse(page, status, headers={"cache-control": "no-store"})
