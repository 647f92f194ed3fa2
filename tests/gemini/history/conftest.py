"""The databases that the history is tested on: SQLite, and a PostgreSQL of the tests' own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemini.history.database import History, open_history
from gemini.history.schema import metadata
from tests.postgresql import Cluster, running

SHARED = "history"
EMPTY = "; ".join(f"DELETE FROM {table}" for table in reversed(metadata.sorted_tables))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away cluster with one database of the newest schema, SHARED."""
    with running() as made:
        made.execute(f"CREATE DATABASE {SHARED}")
        open_history(made.url(SHARED)).close()
        yield made


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
