"""Reading and writing the history's database, with its faults in words."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from sqlalchemy import Connection, Engine

from gemini.history.writer import SETTLING, Writer, in_words

T = TypeVar("T")


class Access:
    """The database, for the parts of the history that belong to no single owner.

    Where it fails, both methods raise a HistoryError, whose text is for people.
    """

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer
        self._soon: Future[object] | None = None  # what was handed in last, and nobody waits for

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run work that only reads, on the caller's thread; it sees what was written before."""
        if self._soon is not None:
            wait([self._soon], SETTLING)
        with in_words(), self._engine.connect() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run work in a transaction of its own, and wait for what it gives."""
        return self._writer.run(work)

    def write_soon(self, work: Callable[[Connection], object]) -> None:
        """Run work in a transaction of its own, and wait for nothing."""
        self._soon = self._writer.submit(work)
