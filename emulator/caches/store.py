"""Cached contents on disk: `<id>.json` with what is known of each, `<id>.prefix` with its contents.

The contents may hold a hundred megabytes of media, so only the notes are kept in memory.
"""

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from emulator.engines import Modality
from emulator.errors import ApiError
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


class CacheStore:
    """All cached contents of one emulator, in `folder`; without one in a temporary folder.

    `now` tells the time. What has expired is gone, with its bytes, at the next look.
    """

    def __init__(self, folder: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._temporary = folder is None
        self._folder = (
            Path(tempfile.mkdtemp(prefix="gemini-emulator-caches-")) if folder is None else folder
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        self.now = now
        self._caches = {cache.id: cache for cache in self._stored()}

    def add(self, cache: CacheRecord, prefix: bytes) -> CacheRecord:
        """Keeps a new one. `prefix` is what `prefix()` gives back."""
        self._drop_expired()
        self._prefix(cache.id).write_bytes(prefix)
        self._write(cache)
        return cache

    def get(self, cache_id: str) -> CacheRecord:
        """Raises ApiError 403, worded as the API's, for one that isn't there any more."""
        self._drop_expired()
        cache = self._caches.get(cache_id)
        if cache is None:
            raise not_found()
        return cache

    def all(self) -> list[CacheRecord]:
        """All that last, newest first."""
        self._drop_expired()
        return sorted(self._caches.values(), key=lambda cache: -cache.created)

    def prefix(self, cache: CacheRecord) -> bytes:
        """What was cached. Raises ApiError 403 when it was deleted meanwhile."""
        try:
            return self._prefix(cache.id).read_bytes()
        except OSError as error:
            raise not_found() from error

    def expire_at(self, cache: CacheRecord, expires: float) -> CacheRecord:
        """The cache with another end, written down."""
        changed = replace(cache, expires=expires, updated=self.now())
        self._write(changed)
        return changed

    def delete(self, cache_id: str) -> None:
        """Removes it with its contents; one that isn't there is none to remove."""
        self._caches.pop(cache_id, None)
        self._note(cache_id).unlink(missing_ok=True)
        self._prefix(cache_id).unlink(missing_ok=True)

    def close(self) -> None:
        """A temporary folder is removed with all that is in it."""
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, cache: CacheRecord) -> None:
        self._caches[cache.id] = cache
        self._note(cache.id).write_text(json.dumps(asdict(cache)), encoding="utf-8")

    def _note(self, cache_id: str) -> Path:
        return self._folder / f"{cache_id}.json"

    def _prefix(self, cache_id: str) -> Path:
        return self._folder / f"{cache_id}.prefix"

    def _drop_expired(self) -> None:
        now = self.now()
        for cache in [cache for cache in self._caches.values() if cache.expires <= now]:
            self.delete(cache.id)

    def _stored(self) -> list[CacheRecord]:
        """What an earlier emulator left in the folder; contents without a note are removed."""
        caches = []
        for note in self._folder.glob("*.json"):
            try:
                caches.append(CacheRecord(**json.loads(note.read_text(encoding="utf-8"))))
            except (ValueError, TypeError, OSError):
                note.unlink(missing_ok=True)
        known = {cache.id for cache in caches}
        for path in self._folder.glob("*.prefix"):
            if path.stem not in known:
                path.unlink(missing_ok=True)
        return caches


def not_found() -> ApiError:
    """The API's words for a cached content that is not there, or not yours."""
    return ApiError(403, "CachedContent not found (or permission denied)")
