"""Saved prompts in the database: a row for each, and one for each of its versions."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    delete,
    func,
    insert,
    select,
    update,
)

from gemini.history import media_store
from gemini.history.media_store import Medium, pack, request_without_media, unpack, with_media
from gemini.history.schema import (
    AnyRow,
    micros,
    moment,
    preset_versions,
    presets,
    storable_name,
)
from gemini.request import Request

TEAM_OWNER = "team:"  # whose prompts are everyone's
INSTRUCTION = "system-instruction"  # in the place of a page: a system instruction, no prompt


class NameTakenError(ValueError):
    """A saved prompt can't have the name of a system instruction, nor the other way round."""


@dataclass(frozen=True)
class Preset:
    """One version of a saved prompt, or of a system instruction; `versions` is the number of the
    newest; `author` is who saved it, in the team's library."""

    name: str
    page: str
    template: Request
    version: int
    versions: int
    created: datetime
    author: str = ""


def save_preset(
    connection: Connection,
    owner: str,
    name: str,
    page: str,
    template: Request,
    *,
    created: datetime | None = None,
    author: str = "",
) -> int:
    """Save a prompt under a name, as its next version when there is one; gives its version.

    Raises:
        NameTakenError: the name is that of something of the other kind.
    """
    name = storable_name(name)
    key = _key_of(connection, owner, name)
    instruction = page == INSTRUCTION
    if key is not None and name not in preset_names(connection, owner, instructions=instruction):
        kind = "saved prompt" if instruction else "system instruction"
        raise NameTakenError(f"{name} is the name of a {kind}")
    if key is None:
        row = {"owner": owner, "name": name, "page": page}
        added = insert(presets).returning(presets.c.key)
        key = connection.execute(added, row).scalar_one()
    else:
        connection.execute(update(presets).where(presets.c.key == key), {"page": page})
    newest = select(func.coalesce(func.max(preset_versions.c.version), 0))
    version = connection.execute(newest.where(preset_versions.c.preset == key)).scalar_one() + 1
    media: dict[str, Medium] = {}
    row = {
        "preset": key,
        "version": version,
        "created": micros(created or datetime.now(UTC)),
        "data": pack(request_without_media(template, media).to_json()),
        "author": storable_name(author),
    }
    added = insert(preset_versions).returning(preset_versions.c.key)
    version_key = connection.execute(added, row).scalar_one()
    media_store.keep(connection, f"preset/{version_key}", media)
    return version


def newest_presets(
    connection: Connection, owner: str, *, instructions: bool = False
) -> list[Preset]:
    """The newest versions of an owner's prompts, or of the system instructions, by name."""
    newest = (preset_versions.c.version == _count(), _kind(instructions))
    query = _versions(owner).where(*newest).order_by(presets.c.name)
    records = connection.execute(query).all()
    return [_preset(connection, row) for row in records]


def preset_names(
    connection: Connection, owner: str, *, instructions: bool = False
) -> dict[str, int]:
    """The names of an owner's prompts, or of the system instructions, in order, with the number of
    the newest version."""
    query = select(presets.c.name, _count().label("newest"))
    query = query.where(presets.c.owner == owner, _kind(instructions))
    records = connection.execute(query.order_by(presets.c.name))
    return {row.name: row.newest for row in records}


def preset_versions_of(connection: Connection, owner: str, name: str) -> list[Preset]:
    """The versions of one prompt, the newest first; none when there is no such prompt."""
    query = _versions(owner).where(presets.c.name == storable_name(name))
    records = connection.execute(query.order_by(preset_versions.c.version.desc())).all()
    return [_preset(connection, row) for row in records]


def rename_preset(connection: Connection, owner: str, name: str, new: str) -> bool:
    """Give a prompt another name; False when there is none, or one that has the new name."""
    new = storable_name(new)
    key = _key_of(connection, owner, name)
    if not new or key is None or _key_of(connection, owner, new) is not None:
        return False
    connection.execute(update(presets).where(presets.c.key == key), {"name": new})
    return True


def delete_preset(connection: Connection, owner: str, name: str) -> bool:
    """Delete a prompt with its versions and media; False when there is none."""
    key = _key_of(connection, owner, name)
    if key is None:
        return False
    of_preset = preset_versions.c.preset == key
    keys = connection.execute(select(preset_versions.c.key).where(of_preset)).scalars().all()
    connection.execute(delete(preset_versions).where(of_preset))
    connection.execute(delete(presets).where(presets.c.key == key))
    media_store.let_go(connection, [f"preset/{k}" for k in keys])
    return True


def _key_of(connection: Connection, owner: str, name: str) -> int | None:
    of_name = (presets.c.owner == owner, presets.c.name == storable_name(name))
    query = select(presets.c.key).where(*of_name)
    return connection.execute(query).scalar()


def _kind(instructions: bool) -> ColumnElement[bool]:
    return presets.c.page == INSTRUCTION if instructions else presets.c.page != INSTRUCTION


def _count() -> ScalarSelect[int]:
    every = preset_versions.alias("every")
    return (
        select(func.max(every.c.version))
        .where(every.c.preset == presets.c.key)
        .correlate(presets)
        .scalar_subquery()
    )


def _versions(owner: str) -> Select:
    return (
        select(presets.c.name, presets.c.page, preset_versions, _count().label("versions"))
        .join(preset_versions, preset_versions.c.preset == presets.c.key)
        .where(presets.c.owner == owner)
    )


def _preset(connection: Connection, row: AnyRow) -> Preset:
    media = media_store.held_by(connection, [f"preset/{row.key}"])
    template = Request.from_json(with_media(unpack(row.data), media))
    created = moment(row.created)
    return Preset(row.name, row.page, template, row.version, row.versions, created, row.author)
