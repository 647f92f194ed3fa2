"""An OpenAI-compatible server over HTTP: JSON and streams of events, every failure in words.

Such servers speak more or less of https://platform.openai.com/docs/api-reference: what is more is
let pass, what is less is said by name. No text from them that is passed on holds the key.
"""

import contextlib
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx2

from emulator.engines import BusyError, PromptTooLongError, UnavailableError, UnsupportedError

CONNECT_SECONDS = 5.0
READ_SECONDS = 600.0  # a model may be loaded first, and a long prompt read
LIST_SECONDS = 3.0
LONGEST_LINE = 8 * 2**20  # bytes of one event
LONGEST_MESSAGE = 400  # characters of the server's own words
HELP = "Start it, or correct EMULATOR_OPENAI_URL and start the emulator again."
OPTIONAL = ("stream_options", "stream")  # what an older server may not know, and can do without

JsonObject = dict[str, Any]


class OpenAIServer:
    """The server at `url`, with or without a key. `name` is its host and port, as people know it.

    Raises ValueError for an address that is none.
    """

    def __init__(self, url: str, key: str = "", read_seconds: float = READ_SECONDS) -> None:
        self.url = _base(url)
        self.name = f"{self.url.host}:{self.url.port}" if self.url.port else self.url.host
        self._key = key
        self._read_seconds = read_seconds
        self._lacks: set[str] = set()  # those of OPTIONAL that it has refused
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS),
            trust_env=False,  # it is on this machine or in the house: no proxy is in between
        )

    async def models(self) -> list[JsonObject]:
        """What it lists, each with an `id`. Raises UnavailableError or UnsupportedError."""
        reply = await self._sent("GET", "models", None, LIST_SECONDS)
        listed = reply.get("data")
        items = listed if isinstance(listed, list) else []
        return [m for m in items if isinstance(m, dict) and isinstance(m.get("id"), str)]

    async def post(self, path: str, body: JsonObject) -> JsonObject:
        """The reply to a POST. `/path` is at the server's root, where some have more to offer.

        Raises BusyError, UnavailableError, UnsupportedError or PromptTooLongError.
        """
        return await self._sent("POST", path, body, self._read_seconds)

    async def stream(self, path: str, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The events of a streamed reply, or the whole one where it doesn't stream.

        Closing it ends the generation. Raises as `post` does, before the first event or between
        two.
        """
        while True:
            sent = {name: value for name, value in body.items() if name not in self._lacks}
            opened = self._http.stream("POST", self._address(path), json=sent)
            try:
                async with opened as reply:
                    if reply.status_code != 200:
                        await reply.aread()
                        if self._learns(reply, sent):
                            continue
                        raise self._refusal(reply)
                    async with aclosing(self._events(reply)) as events:
                        async for event in events:
                            yield event
                    return
            except httpx2.HTTPError as error:
                raise self._lost(error) from error

    async def close(self) -> None:
        await self._http.aclose()

    def _address(self, path: str) -> httpx2.URL:
        base = self.url.path.rstrip("/")
        return self.url.copy_with(path=path if path.startswith("/") else f"{base}/{path}")

    async def _sent(
        self, method: str, path: str, body: JsonObject | None, seconds: float
    ) -> JsonObject:
        timeout = httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        try:
            reply = await self._http.request(
                method, self._address(path), json=body, timeout=timeout
            )
        except httpx2.HTTPError as error:
            raise self._lost(error) from error
        if reply.status_code != 200:
            raise self._refusal(reply)
        return self._object(reply.content)

    async def _events(self, reply: httpx2.Response) -> AsyncGenerator[JsonObject]:
        if "text/event-stream" not in reply.headers.get("content-type", ""):
            yield self._object(await reply.aread())
            return
        finished = False
        async for line in _lines(reply):
            field, _, data = line.partition(b":")
            if field != b"data" or not data.strip():
                continue  # a comment that keeps the connection open, or the event's name
            if data.strip() == b"[DONE]":
                return
            event = self._object(data)
            if "error" in event:
                raise self._failure(500, event)
            finished = finished or _finishes(event)
            yield event
        if not finished:
            raise UnavailableError(
                f"{self.name} ended its answer in the middle. Send the request once more."
            )

    def _learns(self, reply: httpx2.Response, sent: JsonObject) -> bool:
        """Whether it refused something that it can do without; from now on that isn't sent."""
        message = _message(_parsed(reply.content)) or reply.text
        if reply.status_code not in (400, 422, 501):
            return False
        words = set(re.findall(r"\w+", message))
        refused = next((name for name in OPTIONAL if name in sent and name in words), None)
        if refused is None:
            return False
        self._lacks |= {refused} if refused == "stream_options" else set(OPTIONAL)
        return True

    def _object(self, data: bytes) -> JsonObject:
        value = _parsed(data)
        if not isinstance(value, dict):
            shown = self._shown(data[:80].decode(errors="replace"))
            raise UnavailableError(
                f"{self.name} sent something that is not OpenAI's protocol: {shown!r}. {HELP}"
            )
        return value

    def _refusal(self, reply: httpx2.Response) -> Exception:
        value = _parsed(reply.content)
        body = value if isinstance(value, dict) else {"error": reply.text}
        return self._failure(reply.status_code, body, _wait(reply))

    def _failure(self, code: int, body: JsonObject, wait: float | None = None) -> Exception:
        """The exception for a refusal with an HTTP status, or for an error within a stream."""
        said = self._shown(_message(body))
        error = body.get("error")
        if isinstance(error, dict):
            status = error.get("code")
            code = status if isinstance(status, int) and 400 <= status < 600 else code
            tokens, limit = error.get("n_prompt_tokens"), error.get("n_ctx")  # llama.cpp's names
            if isinstance(tokens, int) and isinstance(limit, int):
                return PromptTooLongError(tokens, limit)
        because = f": {said}" if said else "."
        if code in (401, 403):
            return UnsupportedError(
                f"{self.name} refused the emulator's key ({code}). Put one that it takes into "
                "EMULATOR_OPENAI_KEY and start the emulator again."
            )
        if code == 404:
            return UnsupportedError(f"{self.name} has no such model or method (404){because}")
        if code == 429:
            return BusyError(f"{self.name} takes no more requests for now{because}", wait)
        if code >= 500 and "not support" not in said:  # llama.cpp says so of pictures, with 500
            return UnavailableError(f"{self.name} failed ({code}){because}")
        return UnsupportedError(f"{self.name} refused the request ({code}){because}")

    def _lost(self, error: httpx2.HTTPError) -> UnavailableError:
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
            return UnavailableError(f"Nothing answers at {self.url}. {HELP}")
        if isinstance(error, httpx2.TimeoutException):
            return UnavailableError(f"{self.name} sent nothing for too long and was given up.")
        return UnavailableError(
            f"The connection to {self.name} broke in the middle. Send the request once more."
        )

    def _shown(self, text: str) -> str:
        """The server's own words, cut short, without the key."""
        clean = text.replace(self._key, "[key]") if self._key else text
        return " ".join(clean.split())[:LONGEST_MESSAGE]


def _base(url: str) -> httpx2.URL:
    """`localhost:11434` as `http://localhost:11434/v1`. Raises ValueError."""
    text = url.strip()
    if "//" not in text:
        text = f"http://{text}"
    try:
        base = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError) as error:
        raise ValueError(_not_an_address(url)) from error
    if base.scheme not in ("http", "https") or not base.host:
        raise ValueError(_not_an_address(url))
    path = re.sub(r"/(chat/completions|models)?/?$", "", base.path) or "/v1"
    return base.copy_with(path=path, username=None, password=None, query=None, fragment=None)


def _not_an_address(url: str) -> str:
    return f"EMULATOR_OPENAI_URL is no address such as http://localhost:11434/v1: {url[:100]!r}."


async def _lines(reply: httpx2.Response) -> AsyncGenerator[bytes]:
    """The lines of a reply. Raises UnavailableError for one without an end."""
    rest = b""
    async for data in reply.aiter_bytes():
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r")
        if len(rest) > LONGEST_LINE:
            raise UnavailableError(f"An event of more than {LONGEST_LINE >> 20} MB was given up.")
    if rest:
        yield rest


def _parsed(data: bytes) -> Any:
    """The JSON value, None for what is none."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(data)
    return None


def _finishes(event: JsonObject) -> bool:
    """Whether some choice says why it ended."""
    choices = event.get("choices")
    items = choices if isinstance(choices, list) else []
    return any(isinstance(c, dict) and c.get("finish_reason") for c in items)


def _message(body: Any) -> str:
    """The words of an error, wherever they are: servers differ in that."""
    while isinstance(body, dict):
        names = ("error", "message", "detail")
        body = next((body[name] for name in names if body.get(name)), None)
    return body if isinstance(body, str) else json.dumps(body) if body else ""


def _wait(reply: httpx2.Response) -> float | None:
    """The seconds of `Retry-After`, where it has seconds."""
    text = reply.headers.get("retry-after", "").strip()
    return float(text) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", text) else None
