"""The routes: what is served where, and which model and method is meant."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from emulator import refusals, wire
from emulator.batches.routes import KINDS, Batches
from emulator.batches.store import BatchRecord, BatchStore
from emulator.caches.routes import Caches
from emulator.caches.store import CacheStore
from emulator.calls import (
    METHODS,
    Answering,
    HttpCall,
    ModelCall,
    answer,
    embedding,
    supported_by,
    while_connected,
)
from emulator.door import FAILURES, Handler, for_uploads, keyed, with_key
from emulator.engines import Engine
from emulator.errors import ApiError
from emulator.faults.routes import arm_fault, disarm_faults, list_faults
from emulator.faults.table import Armed
from emulator.files.routes import Files
from emulator.files.store import FileStore
from emulator.interactions.routes import Interactions
from emulator.interactions.store import InteractionStore
from emulator.models import Catalogue
from emulator.openai import routes as openai

VERSIONS = ("v1", "v1beta", "v1alpha")

_THIS_MACHINE = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
_SHOWN_HEADERS = (
    "x-goog-upload-url",
    "x-goog-upload-control-url",
    "x-goog-upload-status",
    "x-goog-upload-size-received",
    "x-goog-upload-chunk-granularity",
)

Served = tuple[str, str, Handler]
"""The methods, the path below a version, and what answers."""


def create_app(
    engine: Engine,
    max_body_bytes: int = wire.MAX_BODY_BYTES,
    data_folder: Path | None = None,
    names: Sequence[str] = (),
    origins: Sequence[str] = (),
    *,
    armed: Armed | None = None,
) -> Starlette:
    """The emulator as an ASGI application that answers with `engine` and closes it at its end.

    Uploaded files, cached contents, batches and interactions are kept in `data_folder`, or in
    temporary ones that go with it. `names` are models answered for beside the listed ones, "*" for
    any. Web pages of this machine may call it, and those of `origins`, "*" for all. `armed` are the
    faults that the first requests get.
    """
    file_store = FileStore(data_folder)
    files = Files(file_store)
    cache_store = CacheStore(data_folder / "caches" if data_folder else None)
    caches = Caches(cache_store, files.read)
    batch_store = BatchStore(data_folder / "batches" if data_folder else None)
    batches = Batches(batch_store, file_store, lambda *row: _answer_row(app.state, *row))
    interactions = Interactions(
        InteractionStore(data_folder / "interactions" if data_folder else None)
    )
    app = Starlette(
        routes=_routes(files, caches, batches, interactions),
        middleware=[_cross_origin(origins)],
        lifespan=_lifespan(engine, files, cache_store, batches, interactions),
        exception_handlers=FAILURES,
    )
    app.state.engine = engine
    app.state.catalogue = Catalogue(engine.model, names)
    app.state.answering = Answering()
    app.state.files = files.read
    app.state.caches = cache_store
    app.state.batches = batches
    app.state.max_body_bytes = max_body_bytes
    app.state.armed = armed or Armed()
    return app


def _routes(
    files: Files, caches: Caches, batches: Batches, interactions: Interactions
) -> list[BaseRoute]:
    """All that is served, in each version of the API."""
    served = _served(files, caches, batches, interactions)
    routes: list[BaseRoute] = [
        Route("/healthz", _health),
        Route("/emulator/faults", with_key(list_faults), methods=["GET"]),
        Route("/emulator/faults", with_key(arm_fault), methods=["POST"]),
        Route("/emulator/faults", with_key(disarm_faults), methods=["DELETE"]),
    ]
    for version in VERSIONS:
        routes.append(
            Route(f"/upload/{version}/files", for_uploads(files.upload), methods=["POST"])
        )
        routes += [
            Route(f"/{version}/{path}", keyed(handler), methods=methods.split())
            for methods, path, handler in served
        ]
    return routes


def _lifespan(
    engine: Engine,
    files: Files,
    cache_store: CacheStore,
    batches: Batches,
    interactions: Interactions,
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What starts with the application and ends with it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        warming = asyncio.create_task(engine.warm())
        batches.start()
        yield
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        await batches.close()
        await interactions.close()
        await engine.close()
        await files.close()
        cache_store.close()

    return lifespan


def _cross_origin(origins: Sequence[str]) -> Middleware:
    """What lets pages in a browser call it: those served by this machine, where nobody else says.

    Any page would be too many: it could read the files that are uploaded here.
    """
    return Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_origin_regex=_THIS_MACHINE,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=_SHOWN_HEADERS,
        max_age=3600,
    )


def _served(
    files: Files, caches: Caches, batches: Batches, interactions: Interactions
) -> list[Served]:
    everything = "GET POST PATCH DELETE"
    absent = [
        (everything, path, refusals.absent)
        for name in refusals.COLLECTIONS
        for path in (name, f"{name}/{{rest:path}}")
    ]
    return [
        ("GET", "files", files.list),
        ("GET", "files/{id}", files.get),
        ("DELETE", "files/{id}", files.delete),
        ("GET", "cachedContents", caches.list),
        ("POST", "cachedContents", caches.create),
        ("GET", "cachedContents/{id}", caches.get),
        ("PATCH", "cachedContents/{id}", caches.update),
        ("DELETE", "cachedContents/{id}", caches.delete),
        ("GET", "batches", batches.list),
        ("POST", "batches/{id}:cancel", batches.cancel),
        ("GET", "batches/{id}", batches.get),
        ("DELETE", "batches/{id}", batches.delete),
        ("POST", "interactions", interactions.create),
        ("POST", "interactions/{id}/cancel", interactions.cancel),
        ("GET", "interactions/{id}", interactions.get),
        ("DELETE", "interactions/{id}", interactions.delete),
        ("POST", "openai/chat/completions", openai.chat_completions),
        ("POST", "openai/embeddings", openai.create_embeddings),
        ("GET", "openai/models", openai.list_models),
        ("GET", "openai/models/{name:path}", openai.get_model),
        ("GET POST DELETE", "openai/{rest:path}", openai.absent),
        ("GET", "tunedModels", refusals.no_tuned_models),
        ("POST", "tunedModels", refusals.tune),
        (everything, "tunedModels/{id:path}", refusals.no_tuned_model),
        *absent,
        ("GET", "operations", refusals.no_operations),
        ("GET", "operations/{id}", refusals.no_operation),
        ("GET", "models/{m}/operations/{id}", refusals.no_operation),
        ("GET", "models", _list_models),
        ("GET", "models/{name:path}", _get_model),
        ("POST", "models/{call:path}", _call_model),
        ("PATCH DELETE", "models/{name:path}", _no_such_model),
    ]


async def _health(request: Request) -> Response:
    state = request.app.state
    return JSONResponse(
        {
            "status": "ok",
            "answered_by": state.engine.model.answered_by,
            "answering": state.answering.count,
        }
    )


async def _list_models(request: Request) -> Response:
    catalogue: Catalogue = request.app.state.catalogue
    return JSONResponse(catalogue.page(request.query_params))


async def _get_model(request: Request) -> Response:
    catalogue: Catalogue = request.app.state.catalogue
    model = catalogue.get(request.path_params["name"], _version(request))
    return JSONResponse(model.wire)


async def _no_such_model(request: Request) -> Response:
    """PATCH or DELETE of a model: only tuned models are anyone's own, and there are none."""
    name = request.path_params["name"]
    raise ApiError(404, f"Model models/{name[:100]} doesn't exist, or isn't yours to change.")


async def _call_model(request: Request) -> Response:
    name, _, method = request.path_params["call"].rpartition(":")
    state = request.app.state
    if method in refusals.METHODS:
        raise ApiError(501, refusals.METHODS[method])
    if method not in METHODS and method not in KINDS:
        raise ApiError(404, f"Method {method or 'POST'!r} is not found for models.")
    model = state.catalogue.get(name, _version(request), supported_by(method))
    body = await wire.read_json(request, state.max_body_bytes)
    if method in KINDS:
        return await state.batches.create(method, model, body)
    means = (state.engine, state.answering, state.files, state.caches, request)
    call = HttpCall(body, model, *means, fault=request.state.fault)
    return await while_connected(request, METHODS[method](call))


async def _answer_row(state: State, batch: BatchRecord, body: dict[str, Any]) -> dict[str, Any]:
    """The response to one request of a batch."""
    model = state.catalogue.get(batch.model, "v1beta")
    call = ModelCall(body, model, state.engine, state.answering, state.files, state.caches)
    if batch.kind == "GenerateContentBatch":
        return await answer(call)
    vectors = await embedding(call)
    count = vectors["usageMetadata"]["totalTokenCount"]
    return {"embedding": vectors["embedding"], "tokenCount": str(count)}


def _version(request: Request) -> str:
    return request.url.path.split("/")[1]
