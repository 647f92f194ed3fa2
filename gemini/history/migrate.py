"""Brings a database's schema forward to the newest version, whichever it has."""

from sqlalchemy import Engine, inspect, text

from gemini.history.engine import for_writing
from gemini.history.location import HistoryError
from gemini.history.schema import VERSION

LOCK = 0x47454D48  # any number, the same for all: one process migrates, the others wait


def migrate(engine: Engine, to: str = "head") -> None:
    """Run the migrations that are missing, all in one transaction.

    Raises:
        HistoryError: the database is of a newer version than this program.
    """
    if to != "head" or version(engine) != VERSION:
        _upgrade(engine, to)


def version(engine: Engine) -> str | None:
    """The revision a database is at; None for one that has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine, to: str) -> None:
    from alembic import command  # only when there is something to do: it takes half a second
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", "gemini.history:migrations")
    config.set_main_option("path_separator", "os")
    with for_writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as error:
            raise HistoryError(
                "The history was written by a newer version of the playground. "
                "Update the playground, or set PLAYGROUND_DATA_DIR to another folder."
            ) from error
