"""Saved prompts, system instructions and schemas in the database: a row for each, and one for each
of its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

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

PresetKind = Literal["prompt", "system-instruction", "json-schema"]
PROMPT: PresetKind = "prompt"
INSTRUCTION: PresetKind = "system-instruction"
SCHEMA: PresetKind = "json-schema"
KINDS: dict[PresetKind, str] = {
    PROMPT: "saved prompt",
    INSTRUCTION: "system instruction",
    SCHEMA: "schema",
}
"""What is saved, in words. What is no prompt has its kind in the place of a page."""


class NameTakenError(ValueError):
    """Something of another kind has the name; names are unique over all kinds."""


@dataclass(frozen=True)
class Preset:
    """One version of something saved. `versions` is the number of the newest; `author` is who saved
    it, in the team's library."""

    name: str
    page: str
    template: Request
    version: int
    versions: int
    created: datetime
    author: str = ""

    @property
    def kind(self) -> PresetKind:
        """What it is."""
        return kind_of(self.page)


def kind_of(page: str) -> PresetKind:
    """What is saved with this in the place of its page."""
    return page if page in KINDS else PROMPT


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
    """Save something under a name, as its next version when there is one; gives its version.

    Raises:
        NameTakenError: the name is that of something of another kind.
    """
    name = storable_name(name)
    there = connection.execute(select(presets).where(*_of_name(owner, name))).first()
    if there is None:
        row = {"owner": owner, "name": name, "page": page}
        added = insert(presets).returning(presets.c.key)
        key = connection.execute(added, row).scalar_one()
    elif kind_of(there.page) != kind_of(page):
        raise NameTakenError(f"{name} is the name of a {KINDS[kind_of(there.page)]}")
    else:
        key = there.key
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


def newest_presets(connection: Connection, owner: str, kind: PresetKind = PROMPT) -> list[Preset]:
    """The newest versions of what an owner has saved of a kind, by name."""
    newest = (preset_versions.c.version == _count(), _is(kind))
    return _presets(connection, _versions(owner).where(*newest).order_by(presets.c.name))


def preset_names(connection: Connection, owner: str, kind: PresetKind = PROMPT) -> dict[str, int]:
    """The names of what an owner has saved of a kind, in order, with the number of the newest
    version."""
    query = select(presets.c.name, _count().label("newest"))
    query = query.where(presets.c.owner == owner, _is(kind))
    records = connection.execute(query.order_by(presets.c.name))
    return {row.name: row.newest for row in records}


def taken_names(connection: Connection, owner: str) -> set[str]:
    """The names of all that an owner has saved, of whatever kind."""
    query = select(presets.c.name).where(presets.c.owner == owner)
    return set(connection.execute(query).scalars())


def preset_versions_of(connection: Connection, owner: str, name: str) -> list[Preset]:
    """The versions of one, the newest first; none when there is none of that name."""
    query = _versions(owner).where(presets.c.name == storable_name(name))
    return _presets(connection, query.order_by(preset_versions.c.version.desc()))


def rename_preset(connection: Connection, owner: str, name: str, new: str) -> bool:
    """Give one another name; False when there is none, or one that has the new name."""
    new = storable_name(new)
    key = _key_of(connection, owner, name)
    if not new or key is None or _key_of(connection, owner, new) is not None:
        return False
    connection.execute(update(presets).where(presets.c.key == key), {"name": new})
    return True


def delete_preset(connection: Connection, owner: str, name: str) -> bool:
    """Delete one with its versions and media; False when there is none."""
    key = _key_of(connection, owner, name)
    if key is None:
        return False
    of_preset = preset_versions.c.preset == key
    keys = connection.execute(select(preset_versions.c.key).where(of_preset)).scalars().all()
    connection.execute(delete(preset_versions).where(of_preset))
    connection.execute(delete(presets).where(presets.c.key == key))
    media_store.let_go(connection, [f"preset/{k}" for k in keys])
    return True


def _of_name(owner: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return presets.c.owner == owner, presets.c.name == storable_name(name)


def _key_of(connection: Connection, owner: str, name: str) -> int | None:
    query = select(presets.c.key).where(*_of_name(owner, name))
    return connection.execute(query).scalar()


def _is(kind: PresetKind) -> ColumnElement[bool]:
    no_prompts = KINDS.keys() - {PROMPT}
    return presets.c.page.not_in(no_prompts) if kind == PROMPT else presets.c.page == kind


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


def _presets(connection: Connection, query: Select) -> list[Preset]:
    """What a query of `_versions` gives; one more is asked for the media of all of them."""
    records = connection.execute(query).all()
    media = media_store.held_by(connection, [f"preset/{row.key}" for row in records])
    return [_preset(row, media) for row in records]


def _preset(row: AnyRow, media: Mapping[str, bytes]) -> Preset:
    template = Request.from_json(with_media(unpack(row.data), media))
    created = moment(row.created)
    return Preset(row.name, row.page, template, row.version, row.versions, created, row.author)
