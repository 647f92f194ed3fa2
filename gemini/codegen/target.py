"""Where code sends its request: the variables it reads; and what the SDK sends there.

The latter is learnt by letting the SDK send to nobody, so that there is no second copy of its rules
of how types become JSON.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

from gemini.api.connect import NO_KEY, Target
from gemini.codegen.fields import TypedRequest
from gemini.codegen.files import blobs, digest_of

EMULATOR_PORT = 8642
"""The port in the hint on how to start the emulator alone; any free one will do."""

PROJECT = "your-project"
"""Stands for the project in the addresses of Vertex AI: the code reads it from the environment."""


def environment_hint(target: Target) -> list[str]:
    """Which variables the code reads, in sentences for a comment."""
    if target.backend == "vertex":
        return [*_vertex_hint(target), *_server_hint(target, "GOOGLE_VERTEX_BASE_URL")]
    if target.backend == "gemini":
        return ["The key is read from the environment variable GEMINI_API_KEY."]
    return [
        *_server_hint(target, "GOOGLE_GEMINI_BASE_URL"),
        "GEMINI_API_KEY must be set too, to anything where the server takes no key.",
    ]


def is_express(target: Target) -> bool:
    """Whether Vertex AI is asked with a key rather than for a project."""
    return target.backend == "vertex" and target.project is None


@dataclass(frozen=True)
class Sent:
    """An HTTP request as the SDK makes it.

    In `body` the base64 of inline data is that of its SHA-256, URL-safe as the SDK has it, so that
    the media itself need not be encoded only to be taken out again.
    """

    url: str
    body: dict[str, Any]


def sent(request: TypedRequest, target: Target) -> Sent:
    """What the SDK sends to this target, its key and its project left out.

    Raises:
        ValueError: the SDK refuses the request for this backend; the text says what of it.
    """
    contents = [content.model_copy(deep=True) for content in request.contents]
    config = request.config.model_copy(deep=True) if request.config is not None else None
    if config is not None:  # else the SDK warns that it can't call the functions itself
        config.automatic_function_calling = types.AutomaticFunctionCallingConfig(disable=True)
    for blob in blobs([contents, config]):
        blob.data = bytes.fromhex(digest_of(blob.data or b""))
    arguments = {"model": request.model, "contents": contents, "config": config}
    call = sent_call("models.generate_content_stream", arguments, target)
    return Sent(str(call.url), json.loads(call.content, parse_float=_number))


def sent_call(method: str, arguments: dict[str, Any], target: Target) -> httpx2.Request:
    """The first HTTP request that the SDK makes for a call of `client.<method>`.

    Raises:
        ValueError: the SDK makes none for this backend; the text is its own.
    """
    sent_requests: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent_requests.append(request)
        return httpx2.Response(200, json={})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        client = client_to(target, http)  # one that nobody holds closes its connections
        call: Any = client
        for name in method.split("."):
            call = getattr(call, name)
        try:
            response = call(**arguments)
            if isinstance(response, Iterator):  # it sends when it is read
                next(response, None)
        except Exception as error:  # the empty answer may not please it; the request is here
            if not sent_requests:
                raise ValueError(str(error)) from error
        del client
    return sent_requests[0]


def client_to(target: Target, http: httpx2.Client) -> genai.Client:
    """The SDK's client for a target, without its key and project, that sends through `http`."""
    unused = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(200)))
    options = types.HttpOptions(
        base_url=target.base_url,
        api_version=target.api_version,
        httpx_client=http,
        httpx_async_client=unused,
    )
    if target.backend != "vertex":
        return genai.Client(vertexai=False, api_key=NO_KEY, http_options=options)
    if target.project is None:
        return genai.Client(vertexai=True, api_key=NO_KEY, http_options=options)
    return genai.Client(
        vertexai=True,
        project=PROJECT,
        location=target.location,
        credentials=Credentials(token=NO_KEY),
        http_options=options,
    )


def _vertex_hint(target: Target) -> list[str]:
    if is_express(target):
        return ["The key is read from the environment variable GOOGLE_API_KEY."]
    return [
        "The project is read from the environment variable GOOGLE_CLOUD_PROJECT.",
        "Sign in once with: gcloud auth application-default login",
    ]


def _server_hint(target: Target, variable: str) -> list[str]:
    if target.backend == "emulator":
        return [
            f"The server's address is read from the environment variable {variable}.",
            f"Start the emulator with: python -m emulator --port {EMULATOR_PORT}",
            f"Its address is then http://127.0.0.1:{EMULATOR_PORT}.",
        ]
    if target.base_url is None and target.backend == "vertex":
        return []
    return [f"The server's address is read from the environment variable {variable}."]


def _number(text: str) -> float:
    """Whole numbers without their `.0`, as people write `topK`."""
    number = float(text)
    return int(number) if number.is_integer() else number
