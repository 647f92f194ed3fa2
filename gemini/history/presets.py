"""Saved prompts: a request with `{{variables}}` in its texts, to be filled in and sent.

A variable stands in any text of the contents or the system instruction; its name has letters,
digits, spaces, `_` and `-`. What stands in `{{}}` otherwise is text. In the database there is a row
for each prompt, and one for each of its versions.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, delete, func, insert, select, update

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
from gemini.request import Content, Request

BRACED = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
VARIABLE = re.compile(r"\{\{\s*([^\W_](?:[\w -]{0,58}[\w-])?)\s*\}\}")


@dataclass(frozen=True)
class Preset:
    """One version of a saved prompt; `versions` is the number of the newest."""

    name: str
    page: str
    template: Request
    version: int
    versions: int
    created: datetime


def variables(template: Request) -> list[str]:
    """The names of the variables, in the order in which they are met."""
    names = (name for _, text in texts(template) for name in VARIABLE.findall(text))
    return list(dict.fromkeys(names))


def no_variables(template: Request) -> list[str]:
    """What stands in braces like a variable, but can't be one, such as `user.name`."""
    braced = (b for _, text in texts(template) for b in BRACED.findall(VARIABLE.sub("", text)))
    return [name for name in dict.fromkeys(b.strip() for b in braced) if name]


def fill(template: Request, values: Mapping[str, str]) -> Request:
    """The request with values in place of the variables. What is in a value is not looked at.

    Raises:
        ValueError: a variable has no value; the text names all of them.
    """
    missing = [name for name in variables(template) if name not in values]
    if missing:
        raise ValueError(f"no value for {', '.join(missing)}")
    return map_texts(template, lambda text: VARIABLE.sub(lambda m: values[m[1]], text))


def texts(template: Request) -> list[tuple[str, str]]:
    """The texts of a request with where they are: "system instruction", "user" or "model"."""

    def of(place: str, request: Request) -> list[tuple[str, str]]:
        shown: list[str] = []
        map_texts(request, lambda text: shown.append(text) or text)
        return [(place, text) for text in shown]

    result = of("system instruction", replace(template, contents=[]))
    for content in template.contents:
        alone = replace(template, contents=[content], config={})
        result += of(content.get("role") or "user", alone)
    return result


def with_texts(template: Request, changed: Iterable[str]) -> Request:
    """The request with these in place of its texts, in the order of `texts`, as many of them."""
    following = iter(changed)
    return map_texts(template, lambda _old: next(following))


def map_texts(request: Request, change: Callable[[str], str]) -> Request:
    """The request with `change` made to each text of its instruction and its contents, in order."""
    config = dict(request.config)
    if "system_instruction" in config:
        config["system_instruction"] = _in_instruction(config["system_instruction"], change)
    return replace(request, contents=_in_contents(request.contents, change), config=config)


def save_preset(
    connection: Connection,
    owner: str,
    name: str,
    page: str,
    template: Request,
    *,
    created: datetime | None = None,
) -> int:
    """Save a prompt under a name, as its next version when there is one; gives its version."""
    name = storable_name(name)
    key = _key_of(connection, owner, name)
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
    }
    added = insert(preset_versions).returning(preset_versions.c.key)
    version_key = connection.execute(added, row).scalar_one()
    media_store.keep(connection, f"preset/{version_key}", media)
    return version


def newest_presets(connection: Connection, owner: str) -> list[Preset]:
    """The newest versions of an owner's prompts, by name."""
    newest = preset_versions.c.version == _count()
    records = connection.execute(_versions(owner).where(newest).order_by(presets.c.name)).all()
    return [_preset(connection, row) for row in records]


def preset_names(connection: Connection, owner: str) -> dict[str, int]:
    """The names of an owner's prompts, in order, with the number of the newest version."""
    query = select(presets.c.name, _count().label("newest")).where(presets.c.owner == owner)
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


def _in_contents(contents: Iterable[Content], change: Callable[[str], str]) -> list[Content]:
    return [{**c, "parts": [_in_part(p, change) for p in c.get("parts") or ()]} for c in contents]


def _in_part(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return {**part, "text": change(part["text"])}
    return part


def _in_instruction(instruction: Any, change: Callable[[str], str]) -> Any:
    """A system instruction is a text, a part, a content, or a list of texts and parts."""
    if isinstance(instruction, dict) and "parts" in instruction:
        return _in_contents([instruction], change)[0]
    if isinstance(instruction, list):
        return [_in_part(p, change) for p in instruction]
    return _in_part(instruction, change)


def _key_of(connection: Connection, owner: str, name: str) -> int | None:
    of_name = (presets.c.owner == owner, presets.c.name == storable_name(name))
    query = select(presets.c.key).where(*of_name)
    return connection.execute(query).scalar()


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
    return Preset(row.name, row.page, template, row.version, row.versions, created)
