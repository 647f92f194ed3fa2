"""A Call: one method of the SDK's client that manages something, with all that came back.

What makes an answer is a Request and gives a Run. Listing files, making a cache, cancelling a
batch: these answer at once, are not kept in the history, and are seen down to the wire all the
same.
"""

import asyncio
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from google.genai.pagers import AsyncPager
from pydantic import BaseModel

from gemini.api.connect import Backend, Connection
from gemini.api.http import Recorder, recording
from gemini.api.methods import result_of, without_bytes
from gemini.api.problems import Problem, explain
from gemini.api.wire import Exchange

Method = tuple[str, dict[str, Any]]
"""A method of the SDK's client by its path, and its arguments, as `begin` takes them."""


@dataclass
class ApiCall:
    """A method, its arguments by the SDK's names (plain data), and what came of it.

    `method` is its path on the client: `caches.create`, `files.list`. `response` is the SDK's own
    object (a list of them for one page of a list), None when it failed or says nothing; `result`
    the same as JSON-ready data. `next_page_token` is set when a list goes on. `seconds` is None
    until it has ended.
    """

    method: str
    arguments: dict[str, Any] = field(default_factory=dict)
    backend: Backend | None = None
    response: Any = field(default=None, repr=False)
    result: Any = None
    next_page_token: str | None = None
    problem: Problem | None = None
    seconds: float | None = None
    exchanges: list[Exchange] = field(default_factory=list)


def listing(method: str, page_size: int, page_token: str | None, **config: Any) -> Method:
    """The call that lists one page, the first or the one that a token stands for."""
    config["page_size"] = page_size
    return method, {"config": config | ({"page_token": page_token} if page_token else {})}


def begin(
    connection: Connection,
    method: str,
    arguments: dict[str, Any] | None = None,
    timeout: float | None = None,
    exchanges: list[Exchange] | None = None,
) -> Future[ApiCall]:
    """Call a method and return at once. After `timeout` seconds in all it has failed.

    What goes over the wire is put into `exchanges` as it goes.
    For a list, `arguments["config"]` may hold `page_size` and `page_token`; one page is read. The
    future never raises, unless it is cancelled or the connection is closed.
    """
    if connection.closed:
        ended: Future[ApiCall] = Future()
        ended.set_result(interrupted(connection.target.backend, method, arguments))
        return ended
    call = ApiCall(method, arguments or {}, connection.target.backend)
    call.exchanges = call.exchanges if exchanges is None else exchanges
    return connection.submit(_perform(connection, call, timeout))


class PendingCall:
    """A call under way. `future` is what `begin` gives, `exchanges` what has gone over the wire."""

    def __init__(
        self,
        connection: Connection,
        method: str,
        arguments: dict[str, Any],
        timeout: float | None = None,
    ) -> None:
        self.arguments = arguments
        self.exchanges: list[Exchange] = []
        self.future = begin(connection, method, arguments, timeout, self.exchanges)
        self._interrupted = partial(interrupted, connection.target.backend, method, arguments)

    @property
    def call(self) -> ApiCall | None:
        """What came of it; None until it has answered."""
        if not self.future.done():
            return None
        return self._interrupted() if self.future.cancelled() else self.future.result()


def interrupted(backend: Backend | None, method: str, arguments: dict[str, Any] | None) -> ApiCall:
    """The Call that ended with its connection."""
    problem = explain(ConnectionError("The connection was closed."))
    return ApiCall(method, arguments or {}, backend, problem=problem)


async def _perform(connection: Connection, call: ApiCall, timeout: float | None) -> ApiCall:
    start = time.monotonic()
    try:
        async with asyncio.timeout(timeout):
            await _ask(connection, call)
    except Exception as error:  # whatever it is, people get a Problem
        call.problem = explain(error, connection.target.secrets)
    call.seconds = time.monotonic() - start
    return call


async def _ask(connection: Connection, call: ApiCall) -> None:
    target: Any = connection.client.aio
    for name in call.method.split("."):
        target = getattr(target, name)
    with recording(Recorder(call.exchanges)):
        response = await target(**call.arguments)
    if isinstance(response, AsyncPager):
        call.response = list(response.page)
        call.next_page_token = (response.config or {}).get("page_token") or None
        call.result = [_plain(item) for item in call.response]
    else:
        call.response = response
        call.result = _plain(response)


def _plain(response: Any) -> Any:
    return result_of(response) if isinstance(response, BaseModel) else without_bytes(response)
