"""The text model's process, kept alive: started at its first use, started again when it dies."""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from emulator.engines import UnavailableError
from emulator.engines.llama_child import KEY_VARIABLE

START_SECONDS = 120
READ_SECONDS = 600  # a long prompt on a busy machine is silent for a while
END_SECONDS = 2  # from a broken connection to the end of the process that broke it
GIB = 1 << 30


class LlamaError(Exception):
    """llama.cpp refused a request; `code` is its HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class LlamaProcess:
    """One child process with the model, and requests to it."""

    def __init__(self, model: Path, context: int, slots: int) -> None:
        self._model = model
        self._context = context
        self._slots = slots
        self._process: asyncio.subprocess.Process | None = None
        self._http: httpx2.AsyncClient | None = None
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON reply. Raises UnavailableError, or LlamaError for a refusal."""
        http = await self._running()
        try:
            reply = await http.post(path, json=body)
        except httpx2.HTTPError as error:
            raise await self._lost() from error
        if reply.status_code != 200:
            raise _refusal(reply)
        return reply.json()

    async def stream(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        """Events of a streamed reply. Closing it ends the generation. Raises as `post` does."""
        http = await self._running()
        try:
            async with http.stream("POST", path, json=body | {"stream": True}) as reply:
                if reply.status_code != 200:
                    await reply.aread()
                    raise _refusal(reply)
                async with aclosing(_events(reply)) as events:
                    async for event in events:
                        yield event
        except httpx2.HTTPError as error:
            raise await self._lost() from error

    async def close(self) -> None:
        process, self._process = self._process, None
        if self._http is not None:
            await self._http.aclose()
            self._http = None
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _running(self) -> httpx2.AsyncClient:
        async with self._starting:
            alive = self._process is not None and self._process.returncode is None
            if not alive or self._http is None:
                await self.close()
                await self._start()
            assert self._http is not None
            return self._http

    async def _start(self) -> None:
        key = secrets.token_urlsafe(16)
        command = ["-m", "emulator.engines.llama_child", "--model", str(self._model)]
        command += ["--context", str(self._context), "--slots", str(self._slots)]
        command += ["--memory", str(_memory_limit(self._model))]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {KEY_VARIABLE: key},
        )
        said = await self._first_words()
        if "url" not in said:
            await self.close()
            why = said.get("error", "it ended without a word")
            raise UnavailableError(f"The text model can't be loaded: {why}")
        self._http = httpx2.AsyncClient(
            base_url=said["url"],
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx2.Timeout(READ_SECONDS, connect=10),
            # A connection for each request: on a busy machine llama.cpp hangs up on one that is
            # used again, now and then, just as a request goes out.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,  # it is on this machine: no proxy stands in between
        )

    async def _first_words(self) -> dict[str, str]:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
            return json.loads(line)
        except TimeoutError:
            return {"error": f"it wasn't ready within {START_SECONDS} s"}
        except ValueError:
            return {}

    async def _lost(self) -> UnavailableError:
        """What to tell when the connection broke: the process has ended, or is about to, or not."""
        if self._process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), END_SECONDS)
                return UnavailableError(
                    "The text model's process ended in the middle of this answer. The next "
                    "request starts it again: send this one once more."
                )
        return UnavailableError(
            "The connection to the text model broke in the middle of this answer. Send the request "
            "once more."
        )


async def _events(reply: httpx2.Response) -> AsyncGenerator[dict[str, Any]]:
    async for line in reply.aiter_lines():
        if line.startswith("data: ") and line != "data: [DONE]":
            event = json.loads(line[6:])
            if "error" in event:
                raise LlamaError(event["error"].get("code", 500), event["error"]["message"])
            yield event
        elif line.startswith("error: "):
            error = json.loads(line[7:])
            raise LlamaError(error.get("code", 500), error.get("message", ""))


def _refusal(reply: httpx2.Response) -> LlamaError:
    try:
        return LlamaError(reply.status_code, reply.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return LlamaError(reply.status_code, reply.text[:500])


def _memory_limit(model: Path) -> int:
    """Bytes of address space: the weights, what llama.cpp maps beside them, and no more."""
    return 4 * GIB + 3 * model.stat().st_size


class TokenGate:
    """Lets work in while the tokens it reserves fit into `capacity` together."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._free = capacity
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def reserve(self, tokens: int) -> AsyncGenerator[None]:
        """Waits until `tokens` are free, and gives them back at the end."""
        tokens = min(tokens, self.capacity)
        await self._take(tokens)
        try:
            yield
        finally:
            self._free += tokens
            self._let_in()

    async def _take(self, tokens: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((tokens, turn))
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._free += tokens  # let in and called off at the same moment
            else:
                self._waiting = deque(w for w in self._waiting if w[1] is not turn)
            self._let_in()
            raise

    def _let_in(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._free:
            tokens, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= tokens
                turn.set_result(None)
