"""Cached contents on disk: `<id>.json` with what is known of each, `<id>.prefix` with its contents.

The contents may hold a hundred megabytes of media, so only the notes are kept in memory.
"""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.engines import Modality
from emulator.errors import ApiError
from emulator.records import RecordStore
from emulator.timestamps import stamp


@dataclass(frozen=True)
class CacheRecord:
    """What is known of a cached content. Times are seconds since 1970.

    `model` is its name without `models/`; `tokens` are those of the contents and the system
    instruction, by modality.
    """

    model: str
    display_name: str
    tokens: dict[Modality, int]
    created: float
    updated: float
    expires: float
    id: str = field(default_factory=lambda: secrets.token_hex(20))

    @property
    def total(self) -> int:
        return sum(self.tokens.values())

    @property
    def wire(self) -> dict[str, Any]:
        """The API's `CachedContent`. What was cached is never given back."""
        entry: dict[str, Any] = {
            "name": f"cachedContents/{self.id}",
            "model": f"models/{self.model}",
            "createTime": stamp(self.created),
            "updateTime": stamp(self.updated),
            "expireTime": stamp(self.expires),
            "usageMetadata": {"totalTokenCount": self.total},
        }
        if self.display_name:
            entry["displayName"] = self.display_name
        return entry


class CacheStore(RecordStore[CacheRecord]):
    """What has expired is gone, with its bytes, at the next look."""

    kind, suffixes = CacheRecord, (".prefix",)

    def add(self, cache: CacheRecord, prefix: bytes) -> CacheRecord:
        """Keeps a new one. `prefix` is what `prefix()` gives back."""
        self._drop_expired()
        self._file(cache.id, ".prefix").write_bytes(prefix)
        return self._write(cache)

    def get(self, cache_id: str) -> CacheRecord:
        """Raises ApiError 403, worded as the API's, for one that isn't there any more."""
        self._drop_expired()
        cache = self._records.get(cache_id)
        if cache is None:
            raise not_found()
        return cache

    def all(self) -> list[CacheRecord]:
        """All that last, newest first."""
        self._drop_expired()
        return self.newest()

    def prefix(self, cache: CacheRecord) -> bytes:
        """What was cached. Raises ApiError 403 when it was deleted meanwhile."""
        try:
            return self._file(cache.id, ".prefix").read_bytes()
        except OSError as error:
            raise not_found() from error

    def expire_at(self, cache: CacheRecord, expires: float) -> CacheRecord:
        """The cache with another end, written down."""
        return self._write(replace(cache, expires=expires, updated=self.now()))

    def _drop_expired(self) -> None:
        now = self.now()
        self._drop(lambda cache: cache.expires <= now)


def not_found() -> ApiError:
    """The API's words for a cached content that is not there, or not yours."""
    return ApiError(403, "CachedContent not found (or permission denied)")
