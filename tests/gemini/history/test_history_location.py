"""Where the history is kept, and what is said where it can't be."""

import re
import sys
from pathlib import Path

import pytest

from gemini.history.database import open_history
from gemini.history.engine import HistoryError, data_folder, database_url


def test_the_folder_is_the_variables_or_the_platforms(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    assert database_url(None).database == str(tmp_path / "mine" / "history.db")
    monkeypatch.delenv("PLAYGROUND_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_folder().name == "gemini-playground"


POSTGRESQL = ["postgres", *(f"postgresql{d}" for d in ("", "+psycopg", "+psycopg2", "+asyncpg"))]


@pytest.mark.parametrize("scheme", POSTGRESQL)
def test_every_way_to_write_postgresql_is_taken(scheme: str) -> None:
    assert database_url(f"{scheme}://u:p@h/db").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:hunter2@h/db", "SQLite or PostgreSQL"),
        ("duckdb:////folder/history.db", "DATABASE_URL names duckdb"),
        ("sqlite+pysqlcipher://:hunter2@/folder/history.db", "SQLite or PostgreSQL"),
        ("no address", "isn't a database URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://u:hunter2@127.0.0.1:1/db", "can't be used"),
        ("sqlite:////no/such/folder/history.db", "can't be written"),
    ],
)
def test_what_cannot_be_opened_is_explained_without_the_password(url: str, said: str) -> None:
    with pytest.raises(HistoryError) as caught:
        open_history(url)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"my diary" * 1000)
    with pytest.raises(HistoryError, match="can't be used"):
        open_history(data_dir=tmp_path)
    assert (tmp_path / "history.db").read_bytes() == b"my diary" * 1000


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HistoryError, match="PLAYGROUND_DATA_DIR"):
        open_history(data_dir=tmp_path / "file" / "below")


def test_a_driver_that_is_not_installed_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not there
    with pytest.raises(HistoryError, match="driver for postgresql is missing"):
        open_history("postgresql://user:hunter2@localhost/none")


def test_the_driver_for_postgresql_comes_with_a_plain_install() -> None:
    requirements = (Path(__file__).parents[3] / "requirements.txt").read_text("utf-8")
    assert re.search(r"^psycopg-binary==", requirements, re.MULTILINE)
