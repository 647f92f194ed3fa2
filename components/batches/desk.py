"""What the batches page remembers in a session: the table that is to be sent, and the jobs.

The jobs themselves are at the API, the tables they were made from in the data folder; so a reload
or a restart loses neither.
"""

import time
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from components.calls import call
from components.client import connection, of_connection
from components.history.keeping import keeps_history
from components.history.owner import current_owner
from gemini.batches.jobs import (
    Job,
    cancelling,
    deletion,
    download,
    jobs_in,
    listing,
    look,
)
from gemini.batches.kept import Table, Tables
from gemini.batches.results import Result, results_in, results_of
from gemini.caches import Method
from gemini.call import Call
from gemini.history import data_folder

PAGE = "batches"
STATE = "batch-desk"  # session state
PARAMETER = "job"  # of the page's address: the job that is open
FIRST_LOOK, LONGEST_WAIT, SLOWER = 1.0, 60.0, 1.4  # seconds, and the factor from look to look

Kind = Literal["Answers", "Embeddings"]


@dataclass
class BatchDesk:
    """The jobs of one connection, newest first, and what is open of them.

    `more` is the token of the list's next page. `latest` is the last call that somebody made, to be
    looked into, and `looked` the last time that the list was asked for by itself.
    `due` (of `time.monotonic`) is when the list is looked at next, `wait` the seconds until then.
    `results` are those of the job `shown`.
    """

    connection: str
    jobs: list[Job] = field(default_factory=list)
    more: str | None = None
    listed: bool = False
    latest: Call | None = None
    looked: Call | None = None
    due: float = 0.0
    wait: float = FIRST_LOOK
    shown: str = ""
    results: list[Result] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def opened(self) -> str:
        """The name of the job that is open, by the page's address; "" for none."""
        return st.query_params.get(PARAMETER, "")

    @property
    def waits(self) -> bool:
        """Whether a job is on its way."""
        return any(job.is_open for job in self.jobs)

    def job(self, name: str) -> Job | None:
        """A job that is listed."""
        return next((job for job in self.jobs if job.name == name), None)

    def open(self, name: str) -> None:
        """Show a job from now on, or none."""
        if name:
            st.query_params[PARAMETER] = name
        else:
            st.query_params.pop(PARAMETER, None)

    def refresh(self) -> None:
        """List the jobs anew, and look again later than this time."""
        self.due, self.wait = time.monotonic() + self.wait, min(self.wait * SLOWER, LONGEST_WAIT)
        self.listed = True
        self.looked = made = call(*listing())
        if not made.problem:
            self.jobs, self.more = jobs_in(made), made.next_page_token

    def refresh_now(self) -> None:
        """List the jobs anew, and the next times soon again."""
        self.wait = FIRST_LOOK
        self.refresh()
        self.latest = self.looked

    def show_more(self) -> None:
        """List the next page of them as well."""
        made = self._made(listing(self.more))
        if not made.problem:
            self.jobs += [job for job in jobs_in(made) if self.job(job.name) is None]
            self.more = made.next_page_token

    def start(self, creation: Method, table: Table | None) -> bool:
        """Start a job and open it; False where the API refuses, `latest` says why."""
        made = self._made(creation)
        if made.problem:
            return False
        job = jobs_in(made)[0]
        self.jobs.insert(0, job)
        self.due, self.wait = time.monotonic() + FIRST_LOOK, FIRST_LOOK
        if table is not None:
            self._keep(job.name, table)
        self.open(job.name)
        return True

    def table(self, name: str) -> Table | None:
        """What a job was made from; None where it was made elsewhere."""
        if name not in self.tables and (found := _tables().find(current_owner(), name)):
            self.tables[name] = found
        return self.tables.get(name)

    def load(self, name: str) -> None:
        """Get a job and what came of it."""
        made = self._made(look(name))
        self.shown, self.results = name, []
        if made.problem:
            return
        job = jobs_in(made)[0]
        self.jobs = [job if one.name == name else one for one in self.jobs] or [job]
        if not job.file:
            self.results = results_in(made.response)
            return
        fetched = self._made(download(job.file))
        if not fetched.problem:
            self.results = results_of(fetched.response)

    def cancel(self, name: str) -> None:
        """End a job."""
        if not self._made(cancelling(name)).problem:
            self.wait = FIRST_LOOK
            self.refresh()

    def delete(self, name: str) -> None:
        """Delete a job, its results and its table."""
        if self._made(deletion(name)).problem:
            return
        self.jobs = [job for job in self.jobs if job.name != name]
        self.tables.pop(name, None)
        _tables().forget(current_owner(), name)
        if self.opened == name:
            self.open("")

    def _keep(self, name: str, table: Table) -> None:
        self.tables[name] = table
        if not keeps_history():
            return
        try:
            _tables().keep(current_owner(), name, table)
        except OSError as error:
            st.toast(f"The table is kept in this session only: {error.strerror}.")

    def _made(self, method: Method) -> Call:
        self.latest = call(*method)
        return self.latest


def current_batches() -> BatchDesk:
    """The jobs of this session's connection, asked for at the first call."""
    return of_connection(STATE, BatchDesk)


def forget_tables() -> None:
    """Remove this person's tables of all jobs, on disk and in this session.

    The jobs stay with the API; their results are then called by their keys.

    Raises:
        OSError: a table can't be removed.
    """
    st.session_state.pop(STATE, None)
    _tables().forget_all(current_owner())


def on_vertex() -> bool:
    """Whether the chosen connection is Vertex AI."""
    via = connection()
    return via is not None and via.target.backend == "vertex"


def _tables() -> Tables:
    return Tables(data_folder() / "batches")
