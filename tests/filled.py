"""A request as a Run that is being filled, for tests below the pages."""

from gemini.api.connect import Connection
from gemini.filling import fill
from gemini.live_run import LiveRun
from gemini.request import Request
from gemini.run import Run


def start(connection: Connection, request: Request) -> LiveRun:
    """Send a request and return at once. The answer arrives in the LiveRun."""
    return fill(connection, Run(request, connection.target.backend))
