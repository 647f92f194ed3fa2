"""What the batches page remembers in a session: the table that is to be sent, and the jobs.

The jobs themselves are at the API, the tables they were made from in the data folder or the
database; so a reload or a restart loses neither.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import streamlit as st

from components.calls import Steps
from components.connection import current_connection, of_connection
from components.history import keeps_history
from components.own_things import BATCHES, batch_tables
from components.owner import current_owner
from components.resource_list import ResourceList
from gemini.api.call import ApiCall, Method
from gemini.batches.jobs import (
    Job,
    cancelling,
    deletion,
    download,
    jobs_in,
    listing,
    look,
)
from gemini.batches.plan import Table
from gemini.batches.results import Result, checked, results_in, results_of
from gemini.batches.tables import TablesError

PAGE = "batches"
PARAMETER = "job"  # of the page's address: the job that is open
FIRST_LOOK, LONGEST_WAIT, SLOWER = 1.0, 60.0, 1.4  # seconds, and the factor from look to look

Kind = Literal["Answers", "Embeddings"]


@dataclass
class BatchesState(ResourceList[Job]):
    """The jobs of one connection, newest first, and what is open of them.

    While one is on its way they are listed again every `wait` seconds. `started` is a job to be
    shown. `results` are those of the job `loaded`, or that is being asked for; `loaded_job` is
    that job, which may be older than those that are listed.
    """

    wait: float = FIRST_LOOK
    started: str = ""
    loaded: str = ""
    loaded_job: Job | None = None
    results: list[Result] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The name of the job that is shown, by the page's address; "" for none."""
        return st.query_params.get(PARAMETER, "")

    @property
    def waits(self) -> bool:
        """Whether a job is on its way."""
        return any(job.is_open for job in self.items)

    def job(self, name: str) -> Job | None:
        """A job that is listed, or the one that was loaded."""
        known = [*self.items, *([self.loaded_job] if self.loaded_job else [])]
        return next((job for job in known if job.name == name), None)

    def show(self, name: str) -> None:
        """Show a job from now on, or none."""
        if name:
            st.query_params[PARAMETER] = name
        else:
            st.query_params.pop(PARAMETER, None)

    @property
    def is_due(self) -> bool:
        """Whether the list is to be asked for now: at first, and while a job is on its way."""
        looks = self.waits or not self.listed
        return looks and time.monotonic() >= self.due and not self.calls.busy

    def look(self) -> None:
        """List the jobs anew by itself, and look again later than this time."""
        self.calls.begin(self._list(None), quietly=True)

    def refresh(self) -> None:
        """List the jobs anew, and the next times soon again."""
        self.wait = FIRST_LOOK
        super().refresh()

    def start(self, creation: Method, table: Table | None) -> None:
        """Start a job and show it; where the API refuses, the last call says why."""
        self.create(creation, partial(self._started, table))

    def show_started(self) -> None:
        """Show the job that was started last, now that the page is here whose address names it."""
        if self.started:
            self.show(self.started)
            self.started = ""

    def table(self, name: str) -> Table | None:
        """What a job was made from; None where it was made elsewhere."""
        if name not in self.tables and (table := batch_tables().find(current_owner(), name)):
            self.tables[name] = table
        return self.tables.get(name)

    def load(self, name: str) -> None:
        """Get a job and what came of it."""
        self.loaded, self.results = name, []
        self.calls.begin(self._load(name))

    def cancel(self, name: str) -> None:
        """End a job."""
        self.calls.begin(self._cancel(name))

    def remove(self, name: str) -> None:
        """Delete a job, its results and its table."""
        self.delete([name], self._removed)

    def listing(self, page_token: str | None) -> Method:
        return listing(page_token)

    def deletion(self, name: str) -> Method:
        return deletion(name)

    def items_in(self, call: ApiCall) -> list[Job]:
        return jobs_in(call)

    def _list(self, page_token: str | None) -> Steps:
        due, self.wait = time.monotonic() + self.wait, min(self.wait * SLOWER, LONGEST_WAIT)
        yield from super()._list(page_token)
        self.due = due

    def _started(self, table: Table | None, job: Job) -> None:
        self.due, self.wait = time.monotonic() + FIRST_LOOK, FIRST_LOOK
        if table is not None:
            self._keep(job.name, table)
        self.started = job.name

    def _load(self, name: str) -> Steps:
        call = yield look(name)
        if call.problem:
            return
        self.loaded_job = job = jobs_in(call)[0]
        self.items = [job if one.name == name else one for one in self.items] or [job]
        if job.is_open:
            self.loaded = ""  # its results are still to come
        elif not job.file:
            self.results = checked(self.table(name), results_in(call.response))
        else:
            fetched = yield download(job.file)
            if not fetched.problem:
                self.results = checked(self.table(name), results_of(fetched.response))

    def _cancel(self, name: str) -> Steps:
        call = yield cancelling(name)
        if not call.problem:
            self.wait = FIRST_LOOK
            yield from self._list(None)

    def _removed(self, name: str) -> None:
        self.tables.pop(name, None)
        self.loaded_job = None
        with suppress(TablesError):  # then it goes when it has grown old
            batch_tables().forget(current_owner(), name)
        if self.shown == name:
            self.show("")  # a name, so no other page's address has it

    def _keep(self, name: str, table: Table) -> None:
        self.tables[name] = table
        if not keeps_history():
            return
        try:
            batch_tables().keep(current_owner(), name, table)
        except TablesError as error:
            st.toast(f"The table is saved for this session only: {error}")


def current_batches() -> BatchesState:
    """The jobs of this session's connection, asked for at the first call."""
    return of_connection(BATCHES, BatchesState)


def on_vertex() -> bool:
    """Whether the chosen connection is Vertex AI."""
    connection = current_connection()
    return connection is not None and connection.target.backend == "vertex"
