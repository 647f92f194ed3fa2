"""Where requests go, and the one client that takes them there.

A `Target` is read from the environment, or made from a key that somebody typed. A `Connection`
is that target's `genai.Client` with timeouts, retries and a wide pool, and the event loop that
its streams run on.
"""

import asyncio
import re
import threading
import uuid
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import unquote

import httpx2
from google import genai
from google.genai import errors, types

from gemini.api import http
from gemini.api.last_known import LastKnown
from gemini.api.sdk_models import keep_fields

T = TypeVar("T")

DEFAULT_API_VERSION = "v1beta"  # the SDK's own default, v1, lacks caches, speech and aliases
VERTEX_API_VERSION = "v1beta1"  # the same on Vertex AI
DEFAULT_TIMEOUT = 180.0  # seconds without a byte
LONGEST_TIMEOUT = 86_400.0  # a day; also keeps out inf and nan
GOOGLE = "https://generativelanguage.googleapis.com"  # where the SDK asks by itself
MOST_REDIRECTS = 3  # of a download
NO_KEY = "no-key"  # the SDK wants a key; a server of one's own may not

Backend = Literal["gemini", "vertex", "server", "emulator"]


class TargetError(ValueError):
    """The environment contradicts itself or lacks something. Its text says what to set."""


@dataclass(frozen=True)
class Target:
    """Where requests go. `api_key` and `login` are kept out of every representation.

    A name and password in `base_url` (`http://user:password@host`) become `login`, so that no
    page, record, log line or hash that is made from the URL can hold them.
    """

    backend: Backend
    api_key: str | None = field(default=None, repr=False)
    project: str | None = None
    location: str | None = None
    base_url: str | None = None
    api_version: str = DEFAULT_API_VERSION
    timeout: float = DEFAULT_TIMEOUT
    login: tuple[str, str] | None = field(default=None, repr=False)  # name, password

    def __post_init__(self) -> None:
        base = self.base_url or ""
        if match := re.match(r"([^/?#]*//)([^/?#]*)@", base):
            name, _, password = match[2].partition(":")
            object.__setattr__(self, "base_url", match[1] + base[match.end() :])
            object.__setattr__(self, "login", (unquote(name), unquote(password)))

    @property
    def secrets(self) -> list[str | None]:
        """What no text for people may hold."""
        return [self.api_key, *(self.login or ())[1:]]

    @property
    def label(self) -> str:
        """What answers, in a few words."""
        if self.backend == "vertex":
            place = "/".join(p for p in (self.project, self.location) if p)
            return f"Vertex AI ({place})" if place else "Vertex AI (API key)"
        if self.backend == "server":
            return f"Gemini API at {self.base_url}"
        return "Gemini API" if self.backend == "gemini" else "Local emulator"


def from_environment(environ: Mapping[str, str]) -> Target | None:
    """The target that the environment names, or None when it names none.

    Vertex AI when GOOGLE_GENAI_USE_ENTERPRISE or GOOGLE_GENAI_USE_VERTEXAI says so, else the
    Gemini API with GOOGLE_API_KEY before GEMINI_API_KEY, or the server at GOOGLE_GEMINI_BASE_URL.
    The names and their order are the SDK's own.

    Raises:
        TargetError: Vertex AI is asked for without a project or a key, or a number isn't one.
    """

    def value(*names: str) -> str | None:
        return next((v for name in names if (v := environ.get(name, "").strip())), None)

    key = value("GOOGLE_API_KEY", "GEMINI_API_KEY")
    chosen = value("GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI") or ""
    vertex = chosen.lower() in {"1", "true"}
    version = value("GOOGLE_GENAI_API_VERSION")
    common: dict[str, Any] = {
        "api_version": version or (VERTEX_API_VERSION if vertex else DEFAULT_API_VERSION),
        "timeout": _seconds(value("GEMINI_TIMEOUT")),
    }
    if vertex:
        project = value("GOOGLE_CLOUD_PROJECT")
        base_url = value("GOOGLE_VERTEX_BASE_URL")
        if project:
            location = value("GOOGLE_CLOUD_LOCATION") or "global"
            return Target("vertex", None, project, location, base_url, **common)
        if not key:
            raise TargetError(
                "Vertex AI is switched on, but GOOGLE_CLOUD_PROJECT isn't set. "
                "Set it (and GOOGLE_CLOUD_LOCATION), or set GOOGLE_API_KEY for express mode."
            )
        return Target("vertex", key, base_url=base_url, **common)
    if base_url := value("GOOGLE_GEMINI_BASE_URL"):
        return Target("server", key or NO_KEY, base_url=base_url, **common)
    return Target("gemini", key, **common) if key else None


def _seconds(text: str | None) -> float:
    try:
        seconds = float(text) if text else DEFAULT_TIMEOUT
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < LONGEST_TIMEOUT:
        raise TargetError(f"GEMINI_TIMEOUT must be a number of seconds above 0, not {text!r}.")
    return seconds


class Connection:
    """One `genai.Client` for everyone, and the event loop that all its requests share.

    Of the client `aio` alone is to be used: what doesn't run on the loop has neither retries nor
    a record of the wire.

    Streams run as tasks on a loop of their own: a task can be cancelled in the middle of a read,
    which closes the connection at once, where a blocked thread would wait for the next byte. And
    two hundred of them cost no more threads than one.
    """

    def __init__(self, target: Target, *, keeps: bool = True) -> None:
        self.target = target
        self.keeps = keeps  # whether what it lists may be kept for the next start
        self.id = uuid.uuid4().hex  # tells it apart in caches, where its key must not be
        self._last_known: dict[str, LastKnown[Any]] = {}
        keep_fields()
        self._http = http.AsyncClient(auth=target.login, **http.OPTIONS)
        options = types.HttpOptions(
            base_url=target.base_url,
            api_version=target.api_version,
            timeout=int(target.timeout * 1000),  # the SDK counts milliseconds
            httpx_async_client=self._http,
            # The clients below retry. Left out, `interactions` would make five attempts of its own.
            retry_options=types.HttpRetryOptions(attempts=1),
        )
        if target.backend == "vertex":
            self.client = genai.Client(
                vertexai=True,
                api_key=target.api_key,
                project=target.project,
                location=target.location,
                http_options=options,
            )
        else:
            self.client = genai.Client(
                vertexai=False, api_key=target.api_key or NO_KEY, http_options=options
            )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="gemini-streams", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the streams' loop. Cancelling the future cancels the task."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def download(self, path: str) -> bytes:
        """The bytes behind a path of the Gemini API, `files/x:download?alt=media` say.

        The SDK's own download takes a redirect for an error, as this connection follows none by
        itself. One on the same server is followed here; the key goes nowhere else.

        Raises:
            APIError: the API refuses it, or sends to another server. Errors of the network.
        """
        target = self.target
        url = httpx2.URL(f"{(target.base_url or GOOGLE).rstrip('/')}/{target.api_version}/{path}")
        headers = {"x-goog-api-key": target.api_key or NO_KEY}
        timeout = httpx2.Timeout(target.timeout)
        response = await self._http.get(url, headers=headers, timeout=timeout)
        for _ in range(MOST_REDIRECTS):
            location = response.headers.get("location")
            there = url.join(location) if location and response.is_redirect else None
            if there is None or (there.scheme, there.netloc) != (url.scheme, url.netloc):
                break
            response = await self._http.get(there, headers=headers, timeout=timeout)
        if response.status_code != httpx2.codes.OK:
            await errors.APIError.raise_for_async_response(response)
        return response.content

    def last_known(self, name: str, make: Callable[[], LastKnown[T]]) -> LastKnown[T]:
        """What is known under this name for this connection; made at the first call."""
        return self._last_known.get(name) or self._last_known.setdefault(name, make())

    @property
    def closed(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._loop.is_closed()

    def close(self) -> None:
        """Cancel what still runs and close every connection. Safe to call twice."""
        if self.closed:
            return
        self.submit(self._shut_down()).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    async def _shut_down(self) -> None:
        running = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._http.aclose()
