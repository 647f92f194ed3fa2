"""What a cached content is to be made from, until it is made: text, instruction, files, an end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.cache_list import CacheList, current_caches
from components.samples import FOLDER
from components.settings.cache_choice import chosen_of
from components.settings.run_settings import current_settings, use_model
from gemini.api.problems import Problem
from gemini.media.load import attachment
from gemini.request import Part
from gemini.resources.caches import Cache, creation, lasting, until
from gemini.settings.config import CACHED_CONTENT

STATE = "caches"  # session state
PAGE = "caches"

TIMES: dict[str, timedelta] = {
    "10 min": timedelta(minutes=10),
    "1 hour": timedelta(hours=1),
    "6 hours": timedelta(hours=6),
    "1 day": timedelta(days=1),
}
AT_A_TIME = "At a set time"
NOTHING = (
    "Nothing to cache",
    "There is no text, file or system instruction.",
    "Write or paste a text, or add a file.",
)


@dataclass
class CacheDraft:
    """The form's state besides its fields, whose values are in the session by `key`.

    `number` counts the drafts, so that the fields of a new one are empty.
    """

    number: int = 0
    problem: Problem | None = None

    def key(self, name: str) -> str:
        """The session's key of a field."""
        return f"cache-{name}-{self.number}"

    def value(self, name: str, otherwise: Any = "") -> Any:
        """What a field holds."""
        return st.session_state.get(self.key(name)) or otherwise

    @property
    def attachments(self) -> Attachments:
        """Where the new files lie."""
        return attachments_of(PAGE)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep yet."""
        written = self.value("text").strip() or self.value("instruction").strip()
        return not (written or self.attachments.pending)

    def submit(self) -> None:
        """Make it. Large files are stored first, and it waits for that."""
        self.problem = None
        if self.empty and current_caches().just_created():
            return
        if self.empty:
            self.problem = Problem("nothing", *NOTHING)
            return
        files = {one.digest for one in self.attachments.media}
        self.attachments.prepare(self.value("text"), partial(self._make, files))

    def _make(self, files: set[str], parts: list[Part]) -> None:
        """Make it of the files among these parts and of the fields as they are now."""
        parts = [part for part in parts if "text" not in part]
        if text := self.value("text").strip():
            parts.append({"text": text})
        method = creation(
            current_settings().model.name,
            [{"role": "user", "parts": parts}] if parts else [],
            self._expiry(),
            system_instruction=self.value("instruction"),
            title=self.value("title"),
        )
        current_caches().create(method, partial(self._take, files, self._written()))

    def _take(self, files: set[str], written: list[str], call: Cache) -> None:
        """Use what was made and begin anew; after a refusal all stays to be changed.

        What was added or written meanwhile stays too: it is in no cache yet.
        """
        use(call)
        attached = self.attachments
        attached.pending = [one for one in attached.pending if one.digest not in files]
        if self._written() == written:
            self.number += 1

    def _written(self) -> list[str]:
        return [self.value(name) for name in ("text", "instruction", "title")]

    def _expiry(self) -> dict[str, str]:
        lasts = self.value("time", "1 hour")
        if lasts in TIMES:
            return lasting(TIMES[lasts])
        return until(end_of(self.key))


def end_of(key: Callable[[str], str]) -> datetime:
    """The time that the fields `end` and `zone` ("Europe/Paris", say) of a form hold."""
    when: datetime = st.session_state[key("end")]
    return when.replace(tzinfo=ZoneInfo(st.session_state[key("zone")]))


def why_none(model: str) -> str:
    """What to say where no cached content can be made for a model."""
    return f"**{model}** doesn't support cached content. Choose another model in the run settings."


def make_sample(sample: dict[str, str]) -> None:
    """Make a sample's cached content for the session's model, and use it."""
    path = FOLDER / sample["file"]
    text = attachment(f"{path.stem}.txt", path.read_bytes())
    method = creation(
        current_settings().model.name,
        [{"role": "user", "parts": [text.part()]}],
        lasting(TIMES["1 hour"]),
        system_instruction=sample.get("system_instruction", ""),
        title=sample["label"],
    )
    current_caches().create(method, use)


def use(one: Cache) -> None:
    """Have every prompt of this session begin with it, for the model that it is for."""
    settings = current_settings()
    if one.model != settings.model.name:
        use_model(one.model)
    settings.values[CACHED_CONTENT] = chosen_of(one)


def stop_using() -> None:
    """Have prompts begin with nothing again."""
    current_settings().values.pop(CACHED_CONTENT, None)


def in_use(one: Cache) -> bool:
    """Whether the prompts of this session begin with it."""
    chosen = current_settings().values.get(CACHED_CONTENT)
    return bool(chosen) and chosen["name"] == one.name


def delete(caches: CacheList, one: Cache) -> None:
    """Delete it; prompts that would begin with it no longer do."""
    caches.delete([one.name], lambda _: stop_using() if in_use(one) else None)
