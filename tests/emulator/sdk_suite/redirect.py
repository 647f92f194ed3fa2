"""A pytest plugin for the run of the SDK's tests: no request leaves this machine, and every
test's outcome is written down as JSON."""

import functools
import json
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

# Two of the test files import httpx, which the SDK itself no longer needs.
httpx2.alias_httpx()

# The tests build their client below the place where a base URL from the environment is read, so
# what they send to Google is turned round at the last moment.
_EMULATOR = httpx2.URL(os.environ["EMULATOR_URL"])


def _to_emulator(send: Callable[..., Any]) -> Callable[..., Any]:
    def redirected(transport: object, request: httpx2.Request) -> Any:
        if request.url.host.endswith(".googleapis.com"):
            request.url = request.url.copy_with(
                scheme=_EMULATOR.scheme, host=_EMULATOR.host, port=_EMULATOR.port
            )
        return send(transport, request)

    return redirected


httpx2.HTTPTransport.handle_request = _to_emulator(httpx2.HTTPTransport.handle_request)
httpx2.AsyncHTTPTransport.handle_async_request = _to_emulator(
    httpx2.AsyncHTTPTransport.handle_async_request
)

# No connection here is encrypted, and making a context for each of the hundreds of clients takes
# longer than all of the tests.
ssl.create_default_context = functools.cache(ssl.create_default_context)
httpx2.create_ssl_context = functools.cache(httpx2.create_ssl_context)

_outcomes: dict[str, str] = {}


def _short(nodeid: str) -> str:
    return nodeid.rpartition("google/genai/tests/")[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the half of the tests that is for Vertex AI, which would only be skipped."""
    vertex = [item for item in items if "[True-" in item.name]
    config.hook.pytest_deselected(items=vertex)
    items[:] = [item for item in items if item not in vertex]


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _outcomes[_short(report.nodeid)] = "error"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    test = _short(report.nodeid)
    if report.failed:
        _outcomes[test] = "failed"
    elif report.skipped:
        _outcomes.setdefault(test, "skipped")
    elif report.when == "call":
        _outcomes.setdefault(test, "passed")


def pytest_sessionfinish() -> None:
    Path(os.environ["OUTCOMES_FILE"]).write_text(json.dumps(_outcomes))
