"""The models of a connection without waiting for the network: the last list, or the usual names.

The list of the environment's connection is kept in the data folder for the next start. Another key
may be offered other models: its list is another file, whose name tells nothing of the key. What a
typed key lists isn't kept, and tuned models are somebody's own and aren't either.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from google import genai
from google.genai import types

from gemini.api.connect import Connection, Target
from gemini.api.last_known import LastKnown
from gemini.history.engine import data_folder
from gemini.models.availability import ending
from gemini.models.capabilities import Capabilities, of, unknown, version_of
from gemini.models.prices import load

FOLDER = "models"
LIST_TIMEOUT = 10_000  # milliseconds without a byte; far less than an answer may take
PAGE_SIZE = 1000  # models a page: as many as the API allows, so that one request is enough


def known_models(
    connection: Connection,
) -> tuple[list[Capabilities] | None, Exception | None, bool]:
    """The last known models, or those of the price table; why there is no newer list; whether one
    is on its way.

    None while an emulator, whose models no table has, has not told them.
    """
    value, error, awaited = _list_of(connection).look()
    if value is None and connection.target.backend != "emulator":
        value = list(usual_models())
    return value, error, awaited


def models_on_their_way(connection: Connection) -> bool:
    """Whether a newer list is being asked for."""
    return _list_of(connection).asking


def forget_models(connection: Connection) -> None:
    """Have the list asked for anew."""
    _list_of(connection).forget()


@cache
def usual_models() -> tuple[Capabilities, ...]:
    """The models that the price table names, with what is known of their families."""
    names = {n.rstrip("*") for price in load().prices for n in price.models}
    ended = {n for n in names if (end := ending(n)) and end.has_come}
    return tuple(in_menu_order(unknown(name) for name in names - ended if "*" not in name))


def in_menu_order(models: Iterable[Capabilities]) -> list[Capabilities]:
    """Newest first, tuned and special ones last."""
    return sorted(models, key=_menu_order)


def _menu_order(model: Capabilities) -> tuple[Any, ...]:
    version = version_of(model.name)
    if model.is_tuned:
        place = 4
    elif model.outputs != {"text"}:
        place = 3
    elif not model.name.startswith("gemini"):
        place = 2
    else:
        place = 0 if version else 1
    return place, -version, "preview" in model.name or "exp" in model.name, model.name


async def fetch_models(client: genai.Client) -> list[types.Model]:
    """All models the client may use, as the API tells them, each page within `LIST_TIMEOUT`."""
    options = types.HttpOptions(timeout=LIST_TIMEOUT)
    config = types.ListModelsConfig(page_size=PAGE_SIZE, http_options=options)
    return [model async for model in await client.aio.models.list(config=config)]


def _list_of(connection: Connection) -> LastKnown[list[Capabilities]]:
    return connection.last_known("models", lambda: _new_list(connection))


def _new_list(connection: Connection) -> LastKnown[list[Capabilities]]:
    is_kept = connection.keeps and connection.target.backend != "emulator"
    path = _file_of(connection.target) if is_kept else None

    def fetch() -> list[Capabilities]:
        models = connection.submit(fetch_models(connection.client)).result()
        if path and models:
            _keep(path, models)
        return in_menu_order(of(model) for model in models)

    return LastKnown(fetch, _read_list(path) if path else None)


def _file_of(target: Target) -> Path:
    """By where the list came from and for whom; slow to compute, so that no key can be guessed."""
    place = [target.backend, target.base_url, target.project, target.location, *target.secrets]
    digest = hashlib.scrypt(json.dumps(place).encode(), salt=b"models", n=2**14, r=8, p=1, dklen=12)
    return data_folder() / FOLDER / f"{digest.hex()}.json"


def _keep(path: Path, models: list[types.Model]) -> None:
    shared = [m for m in models if not (m.name or "").startswith("tunedModels/")]
    dumped = [m.model_dump(mode="json", exclude_none=True) for m in shared]
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = path.with_suffix(f".{uuid.uuid4().hex}")
        new.write_text(json.dumps(dumped), "utf-8")
        new.replace(path)  # whole or not at all
    except OSError:
        return  # a folder that cannot be written; the next start has to ask


def _read_list(path: Path) -> list[Capabilities] | None:
    try:
        entries = json.loads(path.read_text("utf-8"))
        return in_menu_order(of(types.Model.model_validate(entry)) for entry in entries)
    except (OSError, ValueError, TypeError):
        return None
