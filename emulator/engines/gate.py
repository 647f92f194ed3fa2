"""A gate for work that shares one memory: who comes first goes first, and all that fits runs."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


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
