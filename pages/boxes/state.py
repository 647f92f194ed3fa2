"""What the page about boxes remembers: the picture, what was asked of it, and the runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.page_run import PARAMETER, PageRun, current_run, name_in_address, reopen
from components.settings.run_settings import RunSettings, current_settings
from gemini.conversation import Turn
from gemini.live_run import LiveRun
from gemini.media.attachment import Attachment
from gemini.media.images import preview, whole_size
from gemini.media.load import attachment
from gemini.request import text_of
from gemini.run import Run
from gemini.spatial.prompts import (
    AdvisedSetting,
    Mode,
    SpatialPrompt,
    advised_limit,
    ask,
    max_side,
    question_in,
)

PAGE = "boxes"
MODES: dict[Mode, str] = {"boxes": "Boxes", "points": "Points", "masks": "Masks"}
MOST_KEPT = 8  # runs with their pictures; older ones are let go
COMPARE = "Compare"  # the section below the result, opened when something is asked again
SECTION_KEY = "boxes-section"
MODE_KEY, FIND_KEY, LIMIT_KEY = "boxes-mode", "boxes-find", "boxes-limit"
OWN = {"thinking_config": ("thinking_level", "thinking_budget")}
"""By the advised setting, those of the sidebar that say the same, where the name is another."""


@dataclass(frozen=True)
class BoxesQuestion:
    """What to look for: the mode, the user's words (empty: everything), and how many at most."""

    mode: Mode
    find: str
    limit: int


def fill_form(question: BoxesQuestion) -> None:
    """Have the form say what is asked. Only in a callback, before its fields are drawn."""
    st.session_state[MODE_KEY] = question.mode
    st.session_state[FIND_KEY] = question.find
    st.session_state[LIMIT_KEY] = question.limit


def question_in_form() -> BoxesQuestion:
    """What the form says now."""
    state = st.session_state
    limit = state.get(LIMIT_KEY) or advised_limit()
    return BoxesQuestion(state.get(MODE_KEY) or "boxes", state.get(FIND_KEY) or "", int(limit))


@dataclass(frozen=True)
class BoxesRun:
    """A question about a picture, and the run that answers it.

    `picture` is the one that was added, upright; `sent` the same, scaled down for the request.
    Coordinates are relative, so they fit both, and the original of `size` (width, height).
    """

    number: int
    picture: Attachment
    sent: Attachment
    question: BoxesQuestion
    live: LiveRun

    @cached_property
    def size(self) -> tuple[int, int]:
        return whole_size(self.picture)

    @property
    def run(self) -> Run:
        return self.live.run

    @property
    def title(self) -> str:
        """What tells this run from the others, in a few words."""
        question = self.question
        words = [f"Run {self.number}", question.find or "everything", question.mode]
        return " · ".join([*words, self.run.request.model])

    def text(self, candidate: int = 0) -> str:
        """The text of an answer; what has come of it while it streams."""
        candidates = self.run.candidates
        return text_of(candidates[candidate].parts) if candidate < len(candidates) else ""


@dataclass
class BoxesState:
    """The page in one session. `runs` are in order of time, on whatever picture.

    Of several pictures that were added at once, `chosen` is the digest of the one to look at.
    """

    runs: list[BoxesRun] = field(default_factory=list)
    count: int = 0
    chosen: str = ""
    _settled: list[Attachment] = field(default_factory=list)

    @property
    def media(self) -> Attachments:
        """Where the picture comes in."""
        return attachments_of(PAGE, "image", local=True)

    @property
    def page_run(self) -> PageRun:
        """The run that is on the screen."""
        return current_run(PAGE)

    @property
    def picture(self) -> Attachment | None:
        """The picture to look at."""
        media = self.media.media
        return next(
            (one for one in media if one.digest == self.chosen), media[0] if media else None
        )

    @property
    def shown(self) -> BoxesRun | None:
        """The latest run about this picture."""
        about = self.about(self.picture)
        return about[-1] if about else None

    def settle(self) -> None:
        """After pictures were added: let go of those before, and bring up the run about the first.

        What is being written about another picture is stopped; what came of it is kept.
        """
        media = self.media.media
        self._settled = [one for one in media if one not in self._settled] or media
        self.media.arrange(self._settled)
        live = self.shown.live if self.shown else None
        if self.page_run.live is not live:
            self.page_run.leave()
            self.page_run.live = live
            st.query_params.pop(PARAMETER, None)

    def reopen(self) -> None:
        """Show the run that the page's address names, with the picture that was sent."""
        if (live := reopen(self.page_run)) is None:
            return
        request = live.run.request
        parts = request.parts
        pictures = [one for one in self.media.media_of(Turn(parts, None)) if one.kind == "image"]
        asked_for = question_in(text_of(parts))
        if not pictures or asked_for is None:
            return
        question = BoxesQuestion(*asked_for)
        fill_form(question)
        self._add(pictures[0], pictures[0], question, live)
        self.look_at(pictures[0])

    def about(self, picture: Attachment | None) -> Sequence[BoxesRun]:
        """The runs about a picture, the latest last."""
        return [a for a in self.runs if picture and a.picture.digest == picture.digest]

    def look_at(self, picture: Attachment) -> None:
        """Take another picture."""
        self.media.arrange([picture])
        self._settled = [picture]

    def remove_picture(self) -> None:
        """Take the picture away. The runs about it are kept."""
        self.page_run.leave()
        self.media.arrange([one for one in self.media.media if one is not self.picture])

    def ask(self, question: BoxesQuestion) -> None:
        """Look for something in the picture, with the settings that are advised for it."""
        picture = self.picture
        if picture is None:
            return
        settings = current_settings()
        request = ask(question.mode, question.find, limit=question.limit, model=settings.model)
        sent = for_request(picture)
        parts = [sent.part(), {"text": request.prompt}]
        page_run = self.page_run
        before = page_run.live
        page_run.ask([{"role": "user", "parts": parts}], advice(request, settings))
        if page_run.live is None or page_run.live is before:
            return
        self._add(picture, sent, question, page_run.live)
        name_in_address(page_run)

    def _add(
        self, picture: Attachment, sent: Attachment, question: BoxesQuestion, live: LiveRun
    ) -> None:
        self.count += 1
        self.runs.append(BoxesRun(self.count, picture, sent, question, live))
        del self.runs[:-MOST_KEPT]

    def ask_again(self, question: BoxesQuestion) -> None:
        """Ask the same once more, to see what stays the same."""
        st.session_state[SECTION_KEY] = COMPARE
        self.ask(question)


def for_request(picture: Attachment) -> Attachment:
    """The picture at the size advised for boxes."""
    return attachment(picture.name, preview(picture, max_side().value))


def overruled(advised: AdvisedSetting, settings: RunSettings) -> bool:
    """Whether the user has set in the sidebar what is advised; then that is sent."""
    names = OWN.get(advised.name, (advised.name,))
    return any(settings.values.get(name) is not None for name in names)


def advice(request: SpatialPrompt, settings: RunSettings) -> dict[str, Any]:
    """What the advice adds to the settings' config."""
    extra = {one.name: one.value for one in request.settings if not overruled(one, settings)}
    if "thinking_config" in extra:  # whether thoughts are shown is another matter
        given = settings.config().get("thinking_config") or {}
        extra["thinking_config"] = {**given, **extra["thinking_config"]}
    if request.schema:
        extra["response_mime_type"] = "application/json"
        extra["response_json_schema"] = request.schema
    return extra
