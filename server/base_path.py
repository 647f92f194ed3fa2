"""Leads to the playground where it is served below a path: from the root, and from the path itself.

Starlette would lead there too, by a whole address: that of this server as it sees itself, which
behind a proxy with TLS is another one than the browser's.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from components.navigation import base_address


def routes() -> list[Route]:
    """The routes; none where the playground is at the root."""
    below = base_address().rstrip("/")
    return [Route(path, to_the_start, methods=["GET"]) for path in ("/", below)] if below else []


async def to_the_start(request: Request) -> Response:
    """Go to the start page, with the query that was asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{base_address()}{query}", 307)
