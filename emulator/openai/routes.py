"""Chat completions, embeddings and models at /v1beta/openai/, answered by the same engine."""

import base64
import struct
from collections.abc import AsyncGenerator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from emulator import wire
from emulator.calls import ModelCall, answer, embeddings, stream, while_connected
from emulator.errors import ApiError
from emulator.models import Catalogue, Model
from emulator.openai.messages import ChatRequest, EmbeddingsRequest, read
from emulator.openai.reply import Completion
from emulator.openai.request import gemini_body

ABSENT = {
    "images": "The emulator can't generate images. Gemini can, with a Gemini API key.",
    "videos": "The emulator can't generate videos. Gemini can, with a Gemini API key.",
    "audio": "Send audio to chat/completions, as input_audio.",
    "responses": "Only chat/completions is served here, not responses.",
    "completions": "Only chat/completions is served here, not completions.",
    "files": "Files are stored with the Files API, at /v1beta/files.",
    "batches": "Batches are created with batchGenerateContent, at /v1beta/models.",
}
"""What is said of the parts of OpenAI's API that nothing here has."""


async def chat_completions(request: Request) -> Response:
    """POST chat/completions, whole or streamed."""
    body = await wire.read_json(request, request.app.state.max_body_bytes)
    chat = read(ChatRequest, body)
    model = _model(request, chat.model, "generateContent")
    call = _call(request, gemini_body(chat, model), model)
    completion = Completion(one_call=chat.parallel_tool_calls is False)
    if not chat.stream:
        return JSONResponse(completion.whole(await while_connected(request, answer(call))))
    with_usage = chat.stream_options is not None and chat.stream_options.include_usage
    replies = await while_connected(request, stream(call))
    chunks = completion.chunks(replies, with_usage=with_usage)
    return StreamingResponse(_done(chunks), media_type="text/event-stream")


async def create_embeddings(request: Request) -> Response:
    """POST embeddings: as numbers, or as the base64 of float32 that OpenAI's SDK asks for."""
    body = await wire.read_json(request, request.app.state.max_body_bytes)
    embedding_request = read(EmbeddingsRequest, body)
    model = _model(request, embedding_request.model, "embedContent")
    texts = (
        [embedding_request.input]
        if isinstance(embedding_request.input, str)
        else embedding_request.input
    )
    requests = [
        {
            "content": {"parts": [{"text": text}]},
            "outputDimensionality": embedding_request.dimensions,
        }
        for text in texts
    ]
    vectors = await embeddings(_call(request, {"requests": requests}, model))
    tokens = vectors["usageMetadata"]["totalTokenCount"]
    return JSONResponse(
        {
            "object": "list",
            "model": model.name,
            "data": [
                {
                    "object": "embedding",
                    "index": index,
                    "embedding": _written(one["values"], embedding_request.encoding_format),
                }
                for index, one in enumerate(vectors["embeddings"])
            ],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
    )


async def list_models(request: Request) -> Response:
    """GET models: the ids begin with `models/`, as Google's do."""
    catalogue: Catalogue = request.app.state.catalogue
    return JSONResponse({"object": "list", "data": [_entry(m) for m in catalogue.listed()]})


async def get_model(request: Request) -> Response:
    """GET models/{id}"""
    return JSONResponse(_entry(_model(request, request.path_params["name"])))


async def absent(request: Request) -> Response:
    """Anything else."""
    name = request.path_params["rest"].partition("/")[0]
    if name in ABSENT:
        raise ApiError(501, ABSENT[name])
    raise ApiError(404, f"{request.method} {request.url.path[:200]} is not found.")


def _model(request: Request, name: str, method: str = "") -> Model:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue.get(name.removeprefix("models/"), "v1beta", method)


def _call(request: Request, body: dict[str, Any], model: Model) -> ModelCall:
    state = request.app.state
    means = (state.engine, state.answering, state.files, state.caches)
    return ModelCall(body, model, *means, fault=request.state.fault)


def _entry(model: Model) -> dict[str, Any]:
    return {
        "id": f"models/{model.name}",
        "object": "model",
        "owned_by": "google",
        "display_name": model.display_name,
    }


def _written(values: list[float], encoding: str | None) -> list[float] | str:
    if encoding != "base64":
        return values
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


async def _done(chunks: AsyncGenerator[dict[str, Any]]) -> AsyncGenerator[str]:
    """Chunks as server-sent events, with OpenAI's last line. An ApiError on the way is one too."""
    async for event in wire.sse(chunks):
        yield event
    yield "data: [DONE]\r\n\r\n"
