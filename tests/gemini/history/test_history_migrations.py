"""A history of any older version is brought forward, and what is in it can still be read.

`versions/<revision>.json` are the rows of a history as that version wrote it: a run with a picture
and its wire, in a conversation, starred and named; from 0002 on a saved
prompt too, from 0006 on it is pinned and has tags.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, text

from gemini.history.database import open_history
from gemini.history.engine import (
    HistoryError,
    database_url,
    for_writing,
    make_engine,
    migrate,
    schema_version,
)
from gemini.history.schema import VERSION, metadata
from gemini.history.search import Filter
from gemini.media.names import named
from gemini.request import from_jsonable
from tests.gemini.history.sample_runs import PICTURE, picture

VERSIONS = Path(__file__).parent / "versions"
REVISIONS = sorted(path.stem for path in VERSIONS.glob("*.json"))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def engine(new_url: str) -> Iterator[Engine]:
    made = make_engine(database_url(new_url))
    yield made
    made.dispose()


def rows_of(revision: str) -> dict[str, list[dict[str, Any]]]:
    found = from_jsonable(json.loads((VERSIONS / f"{revision}.json").read_text()))
    for row in found["usage"]:
        row["day"] = date.fromisoformat(row["day"])
    return found


def test_every_version_has_its_rows_and_the_newest_is_known() -> None:
    config = Config()
    config.set_main_option("script_location", "gemini.history:migrations")
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert sorted(r.revision for r in script.walk_revisions()) == REVISIONS
    assert script.get_heads() == [VERSION]


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_older_history_is_brought_forward(new_url: str, engine: Engine, revision: str) -> None:
    migrate(engine, revision)
    assert schema_version(engine) == revision
    with for_writing(engine).begin() as connection:
        for name, rows in rows_of(revision).items():
            connection.execute(Table(name, MetaData(), autoload_with=connection).insert(), rows)

    history = open_history(new_url)
    assert schema_version(engine) == VERSION
    store = history.of("ann")
    summary = store.find(Filter(text="named sky rayleigh", starred=True)).runs[0]
    run = store.run(summary.id)
    assert run is not None
    assert run.request.contents[0]["parts"] == [{"text": "Why is the sky blue?"}, picture()]
    assert run.candidates[0].parts[1] == {"text": "Because of Rayleigh scattering."}
    assert run.exchanges[0].events() == [(0.5, {"b": 2})]
    conversation = store.conversation(store.conversations()[0].id)
    assert conversation is not None
    assert conversation.path()[0].prompt[1] == named(picture(PICTURE), "sky.png")
    used = store.usage_sums(run.created.date(), run.created.date())[0]
    assert used.total_tokens == run.usage["total_token_count"]
    if revision >= "0002":
        assert [p.template for p in store.presets()] == [run.request]
    listed = store.recent("chat").conversations[0]
    marks = (True, ("sky", "physics")) if revision >= "0006" else (False, ())
    assert (listed.pinned, listed.tags) == marks
    history.close()


def test_a_page_that_was_renamed_is_found_by_its_new_name(new_url: str, engine: Engine) -> None:
    migrate(engine, "0002")
    with for_writing(engine).begin() as connection:
        for name, rows in rows_of("0002").items():
            table = Table(name, MetaData(), autoload_with=connection)
            named = [row | {"page": "long_context"} if "page" in row else row for row in rows]
            connection.execute(table.insert(), named)
    history = open_history(new_url)
    store = history.of("ann")
    assert store.find(Filter(page="long-context")).runs
    assert store.conversations()[0].page == "long-context"
    assert store.presets()[0].page == "long-context"
    history.close()


def test_the_migrations_lead_to_the_schema_of_the_code(engine: Engine) -> None:
    migrate(engine)

    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        """PostgreSQL has a column of its own for searching, SQLite tables."""
        return not (name or "").startswith(("run_search", "run_texts_lexemes", "lexemes"))

    with engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_a_history_of_a_newer_version_is_refused_and_left_as_it_is(
    new_url: str, engine: Engine
) -> None:
    open_history(new_url).close()
    with for_writing(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HistoryError, match="newer version"):
        open_history(new_url)
    assert schema_version(engine) == "9999"


def test_processes_that_start_together_migrate_once(new_url: str, engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_history(new_url), range(4)))
    for history in opened:
        assert history.of().find().runs == []
        history.close()
    assert schema_version(engine) == VERSION
