"""What the embeddings page remembers: the set, how it is embedded, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.asking import send
from components.connection import current_connection
from components.history import record
from components.page_run import kept_run
from components.session import is_second_click
from gemini.embeddings.inputs import EmbeddingInput, embedder, input_of, title_of
from gemini.embeddings.texts import MOST_TEXTS, Row
from gemini.embeddings.vectors import Matrix, lengths, matrix_of, unit, vectors_of
from gemini.format import shortened
from gemini.live_run import LiveRun
from gemini.media.attachment import Attachment
from gemini.models.availability import why_not

PAGE = "embeddings"
TABS = "embeddings-tabs"  # session state: the tab of the result that is open
PARAMETER = "run"  # of the address: the kept run that is shown


@dataclass(frozen=True)
class Shown:
    """The texts whose vectors have come: `numbers` are their places in what was asked.

    `matrix` (n, d) is scaled to length 1, row by row; `lengths` (n,) are those before.
    """

    numbers: tuple[int, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    matrix: Matrix
    lengths: Any
    media: tuple[Attachment | None, ...] = ()

    @property
    def has_media(self) -> bool:
        """Whether there are pictures or sounds among the texts."""
        return any(self.media)

    def name(self, number: int, most: int = 60) -> str:
        """A text with its place, counted from 1, for axes and menus."""
        return f"{number + 1}  {shortened(' '.join(self.texts[number].split()), most)}"


@dataclass
class EmbeddingsState:
    """The page in one session.

    `rows` are the texts as they are being edited; `version` counts how often they were replaced.
    `media` are pictures and sounds behind them; `uploads` counts how often some were added.
    `inputs` is what was embedded last, by `live`; `more` fetched what had not come, for the places
    beside it. `query` is held against the vectors by `query_live`.
    """

    rows: list[Row] = field(default_factory=list)
    version: int = 0
    media: list[Attachment] = field(default_factory=list)
    uploads: int = 0
    refusals: list[str] = field(default_factory=list)
    model: str | None = None
    task: str | None = None
    title: str = ""
    size: int | None = None
    complaint: str = ""
    inputs: EmbeddingInput | None = None
    live: LiveRun | None = None
    more: list[tuple[tuple[int, ...], LiveRun]] = field(default_factory=list)
    query: str = ""
    query_live: LiveRun | None = None
    look_up: bool = False
    _shown: tuple[Any, Shown] | None = None

    @property
    def runs(self) -> list[LiveRun]:
        """All runs of this set, without the query's."""
        return [*([self.live] if self.live else []), *(live for _, live in self.more)]

    @property
    def busy(self) -> bool:
        """Whether vectors are being fetched."""
        return any(live.running for live in self.runs)

    def replace(self, rows: Sequence[Row]) -> None:
        """Other texts in place of these; the vectors on the screen stay."""
        self.rows, self.complaint = list(rows[:MOST_TEXTS]), ""
        self.version += 1
        if len(rows) > MOST_TEXTS:
            self.complaint = f"The first {MOST_TEXTS} of {len(rows)} texts were taken."

    @property
    def items(self) -> list[Row]:
        """All that is to be embedded: the texts, then pictures and sounds under their names."""
        texts = [row for row in self.rows if row.text.strip()]
        return [*texts, *(Row(one.name, title_of(one), one) for one in self.media)]

    def why_texts_only(self) -> str | None:
        """Why the model that is chosen can't be given pictures and sounds, or None if it can."""
        connection = current_connection()
        if connection and (why := why_not("embedding_media", connection.target.backend)):
            return why
        taken = embedder(self.model or "").media
        return None if taken else f"{self.model or 'This model'} embeds text only."

    def run_sample(self, sample: Mapping[str, Any]) -> None:
        """Take over a sample's texts and task, embed them, and show what it is about."""
        self.replace([Row(text, label) for label, text in sample["rows"]])
        self.media, self.refusals = [], []
        self.task, self.title = sample["task"], ""
        self.embed()
        self.query, self.look_up = sample.get("query", ""), "query" in sample
        st.session_state[TABS] = sample["tab"]

    def embed(self) -> None:
        """Embed the whole set; what was under way is stopped first, and stays in the history."""
        rows = self.items
        if not rows:
            self.complaint = "Write at least one text first, or try a sample."
            return
        if not self.model:
            self.complaint = "Choose a model first."
            return
        if self.media and (why := self.why_texts_only()):
            self.complaint = f"{why} Remove the images and audio, or choose another model."
            return
        texts, labels = tuple(row.text for row in rows), tuple(row.label for row in rows)
        media = tuple(row.media for row in rows) if self.media else ()
        self.complaint, self.look_up = "", False
        inputs = EmbeddingInput(
            self.model, texts, self.task, self.title.strip(), self.size, labels, media
        )
        run = self.live.run if self.live else None
        if run and not run.problem and inputs == self.inputs and is_second_click(run.created):
            return
        self.stop()
        self._show(inputs, send(inputs.request()))
        assert self.live is not None
        record(self.live, PAGE)
        st.query_params[PARAMETER] = self.live.run.id

    def embed_rest(self) -> None:
        """Fetch what has not come."""
        if self.inputs is None or self.busy or not (missing := self.missing()):
            return
        live = send(self.inputs.only(missing).request())
        record(live, PAGE)
        self.more.append((tuple(missing), live))

    def find(self) -> None:
        """Embed the query with the same model, for the same number of numbers."""
        self.look_up = False
        if self.inputs is None or not self.query.strip():
            return
        if self.query_live is not None:
            self.query_live.stop()
        self.query_live = send(self.inputs.looked_for(self.query.strip()).request())
        record(self.query_live, PAGE)

    def stop(self) -> None:
        """End what is under way; what has come stays."""
        for live in [*self.runs, *([self.query_live] if self.query_live else [])]:
            live.stop()

    def missing(self) -> list[int]:
        """The places of the texts that have no vector yet."""
        count = len(self.inputs.texts) if self.inputs else 0
        return [n for n in range(count) if n not in set(self.shown().numbers)]

    def shown(self) -> Shown:
        """What has come, as it is drawn; worked out once for each state of the runs."""
        state = tuple((live.run.id, live.run.outcome) for live in self.runs)
        if self._shown is None or self._shown[0] != state:
            self._shown = (state, self._collected())
        return self._shown[1]

    def reopen(self) -> None:
        """Show the kept run that the address names, unless it is the one on the screen."""
        run_id = st.query_params.get(PARAMETER)
        if not run_id and self.live:  # back from another page
            st.query_params[PARAMETER] = self.live.run.id
        if not run_id or (self.live and self.live.run.id == run_id):
            return
        live = kept_run(run_id)
        if live is None or live.run.request.method != "embed_content":
            st.query_params.pop(PARAMETER, None)
            return
        inputs = input_of(live.run.request)
        labels = inputs.labels or ("",) * len(inputs.texts)
        media = inputs.media or (None,) * len(inputs.texts)
        items = [Row(*item) for item in zip(inputs.texts, labels, media, strict=True)]
        self.stop()
        self.replace([row for row in items if row.media is None])
        self.media, self.refusals = [one for one in media if one], []
        self.model, self.task, self.title, self.size = (
            inputs.model, inputs.task, inputs.title, inputs.size,
        )  # fmt: skip
        self._show(inputs, live)

    def _show(self, inputs: EmbeddingInput, live: LiveRun) -> None:
        self.inputs, self.live = inputs, live
        self.more, self.query_live = [], None

    def _collected(self) -> Shown:
        if self.inputs is None or self.live is None:
            return Shown((), (), (), matrix_of([]), lengths(matrix_of([])))
        vectors = {n: v for n, v in enumerate(vectors_of(self.live.run)) if v}
        for places, live in self.more:
            came = zip(places, vectors_of(live.run), strict=True)
            vectors |= {n: v for n, v in came if v}
        usual = len(next(iter(vectors.values()), []))
        numbers = sorted(n for n, v in vectors.items() if len(v) == usual)
        labels = self.inputs.labels or ("",) * len(self.inputs.texts)
        media = self.inputs.media or (None,) * len(self.inputs.texts)
        matrix = matrix_of([vectors[n] for n in numbers])
        return Shown(
            tuple(numbers),
            tuple(self.inputs.texts[n] for n in numbers),
            tuple(labels[n] for n in numbers),
            unit(matrix),
            lengths(matrix),
            tuple(media[n] for n in numbers),
        )
