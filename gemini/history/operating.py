"""What operators see of everyone's use: figures and kinds, never a word of what was asked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, func, select

from gemini.history.access import Access
from gemini.history.schema import micros, moment, runs, usage
from gemini.history.usage import UsageSum, sums


@dataclass(frozen=True)
class PersonUse:
    """What a person used. `dollars` sums the requests whose price is known, None without any."""

    owner: str
    requests: int
    tokens: int
    dollars: float | None
    last: datetime


@dataclass(frozen=True)
class Errors:
    """How often requests failed in a way: `kind` is that of a `Problem`."""

    kind: str
    model: str
    number: int
    last: datetime


@dataclass(frozen=True)
class RunningAnswer:
    """An answer that is being written just now, by any process."""

    owner: str
    page: str
    model: str
    since: datetime


class Operating:
    """Everyone's use. Days are those of UTC, and both ends are included."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def usage_sums(self, since: date, until: date) -> list[UsageSum]:
        """The requests by day and model."""
        return self._access.read(lambda c: sums(c, None, since, until))

    def by_person(self, since: date, until: date) -> list[PersonUse]:
        """The use of each person, the one with most tokens first."""
        tokens = func.coalesce(func.sum(usage.c.total_tokens), 0)
        query = (
            select(
                usage.c.owner,
                func.sum(usage.c.requests).label("requests"),
                tokens.label("tokens"),
                func.sum(usage.c.dollars).label("dollars"),
                func.max(usage.c.at).label("last"),
            )
            .where(usage.c.day >= since, usage.c.day <= until)
            .group_by(usage.c.owner)
            .order_by(tokens.desc(), usage.c.owner)
        )

        def work(connection: Connection) -> list[PersonUse]:
            return [
                PersonUse(
                    r.owner,
                    int(r.requests),
                    int(r.tokens),
                    None if r.dollars is None else float(r.dollars),
                    moment(r.last),
                )
                for r in connection.execute(query)
            ]

        return self._access.read(work)

    def errors(self, since: date) -> list[Errors]:
        """The failed runs that are stored, by kind and model, the most frequent first."""
        number = func.count().label("number")
        start = micros(datetime.combine(since, time(), UTC))
        query = (
            select(runs.c.problem, runs.c.model, number, func.max(runs.c.key).label("last"))
            .where(runs.c.key >= start, runs.c.problem.is_not(None))
            .group_by(runs.c.problem, runs.c.model)
            .order_by(number.desc(), runs.c.problem, runs.c.model)
        )

        def work(connection: Connection) -> list[Errors]:
            rows = connection.execute(query)
            return [Errors(r.problem, r.model, r.number, moment(r.last)) for r in rows]

        return self._access.read(work)

    def running(self) -> list[RunningAnswer]:
        """The answers that are being written, the oldest first."""
        columns = (runs.c.owner, runs.c.page, runs.c.model, runs.c.key)
        query = select(*columns).where(runs.c.writer.is_not(None)).order_by(runs.c.key)

        def work(connection: Connection) -> list[RunningAnswer]:
            rows = connection.execute(query)
            return [RunningAnswer(r.owner, r.page, r.model, moment(r.key)) for r in rows]

        return self._access.read(work)
