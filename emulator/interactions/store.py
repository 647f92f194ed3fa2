"""Interactions on disk: `<id>.json` each, with its input and its events, while it lasts."""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from emulator.errors import ApiError
from emulator.interactions.messages import InteractionApiError, Step
from emulator.interactions.progress import Interaction

LIFETIME = 24 * 3600.0  # seconds; what a project without billing gets
_ID = re.compile(r"v1_[\w-]{32}", re.ASCII)


class InteractionStore:
    """All interactions of one emulator, in `folder`; without one in a temporary folder.

    `now` tells the time. What has expired is gone at the next look.
    """

    def __init__(self, folder: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._temporary = folder is None
        self._folder = (
            Path(tempfile.mkdtemp(prefix="gemini-emulator-interactions-"))
            if folder is None
            else folder
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        self.now = now
        self._running: dict[str, Interaction] = {}

    def keep(self, interaction: Interaction) -> None:
        """Write down how far it is; one that isn't to be stored is left alone."""
        if not interaction.stored:
            return
        if interaction.running:
            self._drop_expired()
            self._running[interaction.id] = interaction
        else:
            self._running.pop(interaction.id, None)
        new = self._path(interaction.id).with_suffix(".new")
        new.write_text(json.dumps(asdict(interaction)), encoding="utf-8")
        new.replace(self._path(interaction.id))

    def get(self, interaction_id: str, owner: str = "") -> Interaction:
        """Raises ApiError 404 for one that isn't there, not any more, or of another owner."""
        interaction = self._running.get(interaction_id)
        if interaction is None and _ID.fullmatch(interaction_id):
            interaction = self._read(interaction_id)
        if interaction is None or interaction.owner != owner or interaction.expires <= self.now():
            raise InteractionApiError(404, f"Interaction {interaction_id[:100]} not found.")
        if interaction.running and interaction_id not in self._running:  # its emulator was killed
            error = ApiError(500, "The emulator was stopped while this interaction ran.")
            interaction.fails(error, self.now())
            self.keep(interaction)
        return interaction

    def delete(self, interaction_id: str) -> None:
        """Remove it; one that isn't there is none to remove."""
        self._running.pop(interaction_id, None)
        self._path(interaction_id).unlink(missing_ok=True)

    def steps_until(self, interaction_id: str, owner: str = "") -> list[Step]:
        """All that was put in and came out, from the first turn to the end of this one.

        Raises ApiError 404 where one of them is not there any more, 400 while it runs.
        """
        turns: list[list[Step]] = []
        while interaction_id:
            interaction = self.get(interaction_id, owner)
            if interaction.running:
                message = f"Interaction {interaction_id} is still in progress."
                raise InteractionApiError(400, message, "failed_precondition")
            turns.append([*interaction.input, *interaction.wire["steps"]])
            interaction_id = interaction.wire.get("previous_interaction_id", "")
        return [step for turn in reversed(turns) for step in turn]

    def close(self) -> None:
        """A temporary folder is removed with all that is in it."""
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, interaction_id: str) -> Path:
        return self._folder / f"{interaction_id}.json"

    def _read(self, interaction_id: str) -> Interaction | None:
        try:
            text = self._path(interaction_id).read_text(encoding="utf-8")
            return Interaction(**json.loads(text))
        except (OSError, ValueError, TypeError):
            return None

    def _drop_expired(self) -> None:
        for path in self._folder.glob("*.json"):
            if path.stem not in self._running and path.stat().st_mtime + LIFETIME <= self.now():
                path.unlink(missing_ok=True)
