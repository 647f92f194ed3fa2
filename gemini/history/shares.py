"""Pages that somebody shared: as they were then, under a link that can't be guessed, until a date.

A page is whole in itself, HTML with its media. Nothing else of its owner's can be reached from it.
"""

import re
import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Select, delete, func, insert, select

from gemini.history.access import Access
from gemini.history.schema import AnyRow, micros, moment, shares, storable_name

LARGEST = 50_000_000  # bytes of a page; what a browser opens without trouble
MOST = 500  # links of an owner that have not ended
TOKEN_BYTES = 32
TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
KEPT_AFTER = timedelta(days=30)  # that an ended link is listed


class ShareError(ValueError):
    """What can't be shared. Its text says why."""


@dataclass(frozen=True)
class Share:
    """A link that somebody made."""

    token: str
    owner: str
    kind: str  # "Conversation", say
    title: str
    created: datetime
    ends: datetime
    size: int  # bytes stored

    def has_ended(self, now: datetime) -> bool:
        """Whether it shows nothing any more."""
        return now >= self.ends


class Shares:
    """The links of a playground. Its methods may be called from any thread."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, owner: str, kind: str, title: str, page: str, ends: datetime) -> Share:
        """Share a page of HTML until a time.

        Raises:
            ShareError: it is too large, or there are too many.
        """
        data = page.encode("utf-8", "replace")
        if len(data) > LARGEST:
            raise ShareError(
                f"This is too large to share by a link: more than {LARGEST // 10**6} MB with its "
                "media. Export it as HTML instead."
            )
        now = datetime.now(UTC)
        row = {
            "token": secrets.token_urlsafe(TOKEN_BYTES),
            "owner": owner,
            "kind": kind,
            "title": storable_name(title),
            "created": micros(now),
            "ends": micros(ends),
            "data": zlib.compress(data),
        }

        def work(connection: Connection) -> None:
            going = select(func.count()).where(shares.c.owner == owner, shares.c.ends > micros(now))
            if connection.execute(going).scalar_one() >= MOST:
                raise ShareError(f"You have {MOST} links already. Revoke one first.")
            connection.execute(insert(shares), row)

        self._access.write(work)
        size = len(row["data"])
        return Share(row["token"], owner, kind, row["title"], now, ends, size)

    def page(self, token: str) -> bytes | None:
        """The HTML under a link; None where there is none, or it has ended."""
        if not TOKEN.fullmatch(token):
            return None
        now = micros(datetime.now(UTC))
        query = select(shares.c.data).where(shares.c.token == token, shares.c.ends > now)
        data = self._access.read(lambda c: c.execute(query).scalar())
        return None if data is None else zlib.decompress(data)

    def of(self, owner: str) -> list[Share]:
        """An owner's links, the latest first; those that ended lately as well."""
        return self._listed(_summaries().where(shares.c.owner == owner))

    def all(self) -> list[Share]:
        """Everybody's links, the latest first; for operators."""
        return self._listed(_summaries())

    def revoke(self, token: str, owner: str | None = None) -> bool:
        """Have a link show nothing any more: an owner's, or (None) anybody's, for operators.

        False where there is no such link.
        """
        query = delete(shares).where(shares.c.token == token)
        if owner is not None:
            query = query.where(shares.c.owner == owner)
        return self._access.write(lambda c: c.execute(query).rowcount > 0)

    def _listed(self, query: Select) -> list[Share]:
        return [_share(row) for row in self._access.read(lambda c: c.execute(query).all())]


def delete_shares(connection: Connection, owner: str) -> None:
    """Have all links of an owner show nothing any more."""
    connection.execute(delete(shares).where(shares.c.owner == owner))


def forget_ended(connection: Connection, now: datetime) -> None:
    """Delete links that ended a while ago."""
    connection.execute(delete(shares).where(shares.c.ends < micros(now - KEPT_AFTER)))


def _summaries() -> Select:
    columns = [column for column in shares.c if column.name != "data"]
    size = func.length(shares.c.data).label("size")
    return select(*columns, size).order_by(shares.c.created.desc())


def _share(row: AnyRow) -> Share:
    ends, created = moment(row.ends), moment(row.created)
    return Share(row.token, row.owner, row.kind, row.title, created, ends, row.size)
