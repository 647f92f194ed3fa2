"""What the SDK sends for a request, learnt by letting it send to nobody.

The curl form is made from this, so that there is no second copy of the SDK's rules of how types
become JSON.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

from gemini.api.connect import NO_KEY, Target
from gemini.codegen.fields import TypedRequest
from gemini.codegen.files import blobs, digest_of

PROJECT = "your-project"
"""Stands for the project in the addresses of Vertex AI: the code reads it from the environment."""


@dataclass(frozen=True)
class Sent:
    """An HTTP request as the SDK makes it.

    In `body` the base64 of inline data is that of its SHA-256, URL-safe as the SDK has it, so that
    the media itself need not be encoded only to be taken out again.
    """

    url: str
    body: dict[str, Any]


def sent(request: TypedRequest, target: Target, *, stream: bool) -> Sent:
    """What the SDK sends to this target, its key and its project left out.

    Raises:
        ValueError: the SDK refuses the request for this backend; the text says what of it.
    """
    taken: list[httpx2.Request] = []

    def take(http_request: httpx2.Request) -> httpx2.Response:
        taken.append(http_request)
        return httpx2.Response(200, json={})

    contents = [content.model_copy(deep=True) for content in request.contents]
    config = request.config.model_copy(deep=True) if request.config is not None else None
    if config is not None:  # else the SDK warns that it can't call the functions itself
        config.automatic_function_calling = types.AutomaticFunctionCallingConfig(disable=True)
    for blob in blobs([contents, config]):
        blob.data = bytes.fromhex(digest_of(blob.data or b""))
    with httpx2.Client(transport=httpx2.MockTransport(take)) as http:
        models = client_to(target, http).models
        arguments = {"model": request.model, "contents": contents, "config": config}
        if stream:
            list(models.generate_content_stream(**cast(Any, arguments)))
        else:
            models.generate_content(**cast(Any, arguments))
    return Sent(str(taken[0].url), json.loads(taken[0].content, parse_float=_number))


def _number(text: str) -> float:
    """Whole numbers without their `.0`, as people write `topK`."""
    number = float(text)
    return int(number) if number.is_integer() else number


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
