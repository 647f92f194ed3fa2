"""Parts of the API that have nothing behind them here: said in its own shape, never pretended."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.errors import ApiError

METHODS = {
    "predict": "The emulator can't generate images. Imagen can, on Vertex AI.",
    "predictLongRunning": "The emulator can't generate videos. Veo can, on Vertex AI.",
    "bidiGenerateContent": "The emulator has no Live API. Gemini does, with a Gemini API key.",
    "generateAnswer": "The emulator has no attributed question answering. Use generateContent.",
    "generateText": "The PaLM methods are gone. Use generateContent.",
    "generateMessage": "The PaLM methods are gone. Use generateContent.",
    "embedText": "The PaLM methods are gone. Use embedContent.",
}
"""What is said of the methods of a model that nothing here has."""

COLLECTIONS = {
    "fileSearchStores": "file search stores",
    "agents": "agents",
    "auth_tokens": "Live API, and so no tokens for it",
    "webhooks": "webhooks",
    "corpora": "semantic retrieval",
    "generatedFiles": "generated files",
    "dynamic": "shared tuned models",
}
"""The API's collections that aren't kept here, as a sentence names them."""


async def absent(request: Request) -> Response:
    """Anything under one of `COLLECTIONS`."""
    name = request.url.path.split("/")[2].partition(":")[0]
    raise ApiError(501, f"The emulator has no {COLLECTIONS[name]}.")


async def tune(_: Request) -> Response:
    """POST tunedModels."""
    raise ApiError(
        501,
        "The emulator can't tune models. Vertex AI can; the Gemini API hasn't been able to since "
        "May 2025 (https://ai.google.dev/gemini-api/docs/model-tuning).",
    )


async def no_tuned_model(request: Request) -> Response:
    """GET, POST, PATCH or DELETE tunedModels/{id}: there is none."""
    name = request.path_params["id"].partition(":")[0]
    raise ApiError(
        404, f"Tuned model tunedModels/{name[:100]} doesn't exist: the emulator can't tune models."
    )


async def no_tuned_models(_: Request) -> Response:
    """GET tunedModels: an empty list is what a project without any gets."""
    return JSONResponse({})


async def no_operations(_: Request) -> Response:
    """GET operations: what runs here are batches, and they are listed as such."""
    return JSONResponse({})


async def no_operation(request: Request) -> Response:
    """GET operations/{id}, or that of a model."""
    raise ApiError(404, f"Operation {request.path_params['id'][:100]} does not exist.")
