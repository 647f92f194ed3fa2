"""The databases that the history is tested on: SQLite, and a PostgreSQL of the tests' own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from gemini.history.database import History, open_history
from gemini.history.schema import metadata

MISSING = "PostgreSQL is not installed. Its programs are needed: apt-get install postgresql"
SHARED = "history"
EMPTY = "; ".join(f"DELETE FROM {table}" for table in reversed(metadata.sorted_tables))
SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server that only listens on a socket in `folder`."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://tests@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        address = f"host={self.folder} user=tests dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away cluster with one database of the newest schema, SHARED."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    if initdb is None:
        pytest.fail(MISSING)
    programs = Path(initdb).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 characters
    as_user: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(folder / "data"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        log = str(folder / "log")
        run("pg_ctl", "-w", "-l", log, "-o", f"{SETTINGS} -k {folder}", "start")
        try:
            made = Cluster(folder)
            made.execute(f"CREATE DATABASE {SHARED}")
            open_history(made.url(SHARED)).close()
            yield made
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(cluster: Cluster) -> str:
    """A database of the newest schema, its tables empty."""
    cluster.execute(EMPTY, SHARED)
    return cluster.url(SHARED)


@pytest.fixture
def empty_postgres_url(cluster: Cluster) -> Iterator[str]:
    """A database with no tables."""
    cluster.execute("CREATE DATABASE empty")
    yield cluster.url("empty")
    cluster.execute("DROP DATABASE empty WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_file: Path, tmp_path: Path) -> str:
    """A file of the newest schema, its tables empty."""
    shutil.copy(sqlite_file, tmp_path / "history.db")
    return f"sqlite:///{tmp_path / 'history.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A database of each kind."""
    wanted = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return request.getfixturevalue(wanted)


@pytest.fixture
def history(url: str) -> Iterator[History]:
    opened = open_history(url)
    yield opened
    opened.close()
