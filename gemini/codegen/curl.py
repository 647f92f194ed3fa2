"""A request as a shell command with curl."""

import base64
import json
import shlex
from collections.abc import Iterable
from typing import Any

from gemini.api.connect import Target
from gemini.codegen.fields import typed
from gemini.codegen.files import MediaFile, digest_of, media_files
from gemini.codegen.layout import shown_json
from gemini.codegen.target import PROJECT, environment_hint, is_express, sent
from gemini.request import Request
from gemini.tools import mcp

_END = "EOF"  # no line of JSON is this: texts in it have no line ends


def curl(request: Request, target: Target) -> str:
    """A bash script that sends the request, for the API, the address and the version of `target`.

    Media are read from files beside it, the key and the project from the environment.

    Raises:
        ValueError: the SDK refuses the request; the text says what of it.
    """
    plain = typed(request)
    call = sent(plain, target)
    body = json.dumps(without_headers(call.body), indent=2, ensure_ascii=False)
    named = mcp.variables(request.config)
    return curl_script(target, call.url, body, media_files(plain), stream=True, variables=named)


def curl_script(
    target: Target,
    url: str,
    body: str,
    files: dict[str, MediaFile],
    options: Iterable[str] = (),
    *,
    stream: bool = False,
    variables: Iterable[str] = (),
) -> str:
    """A bash script that sends a body of JSON, or none; in it each `stand_in` is for a file.

    `variables` are those of the environment that `without_headers` has left places for.
    """
    headers = [_authorization(target), *(["Content-Type: application/json"] if body else [])]
    curl = "curl --no-buffer" if stream else "curl"
    command = [f'{curl} "{_address(url, target)}"', *options, *(f'-H "{h}"' for h in headers)]
    document = []
    if body:
        quoted, body = f"'{_END}'", shown_json(body)  # in quotes, the shell leaves the text alone
        names = {_place(name): f"${{{name}:?}}" for name in variables}
        if files or names:
            quoted, body = _END, with_files(escaped(body), files)
            for place, variable in names.items():
                body = body.replace(f'"{place}"', f'"{variable}"')
        command.append(f"--data-binary @- <<{quoted}")
        document = [body, _END]
    hint = (f"# {line}" for line in environment_hint(target))
    return "\n".join(["#!/usr/bin/env bash", *hint, " \\\n  ".join(command), *document]) + "\n"


def with_files(body: str, files: dict[str, MediaFile]) -> str:
    """The body with a command in place of each file's base64."""
    for digest, file in files.items():
        command = f"$(base64 < {shlex.quote(file.name)} | tr -d '\\n')"
        body = body.replace(f'"{stand_in(digest)}"', f'"{command}"')
    return body


def without_headers(body: Any) -> Any:
    """A parsed body with places for the variables that are the headers of its MCP servers."""
    if isinstance(body, list):
        return [without_headers(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {name: _placed(name, value) for name, value in body.items()}


def _placed(name: str, value: Any) -> Any:
    if name != "headers" or not isinstance(value, dict):
        return without_headers(value)
    matches = {header: mcp.VARIABLE.fullmatch(str(text)) for header, text in value.items()}
    return {h: _place(match[1]) if match else value[h] for h, match in matches.items()}


def _place(variable: str) -> str:
    return stand_in(digest_of(variable.encode()))


def stand_in(digest: str) -> str:
    """What stands for a file's base64 in a body until `with_files`: that of its SHA-256."""
    return base64.urlsafe_b64encode(bytes.fromhex(digest)).decode("ascii")


def escaped(text: str) -> str:
    """Text in which the shell finds nothing to replace, in double quotes or a here-document."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("`", "\\`")


def _address(url: str, target: Target) -> str:
    """The URL for double quotes, with what is the user's own read from the environment."""
    variable = "GOOGLE_VERTEX_BASE_URL" if target.backend == "vertex" else "GOOGLE_GEMINI_BASE_URL"
    own, path = "", url
    if target.base_url and url.startswith(base := target.base_url.rstrip("/")):
        own, path = f"${{{variable}%/}}", url[len(base) :]
    # curl would read brackets as ranges of addresses
    path = path.replace("[", "%5B").replace("]", "%5D")
    path = escaped(path).replace('"', '\\"')
    return own + path.replace(f"/projects/{PROJECT}/", "/projects/$GOOGLE_CLOUD_PROJECT/")


def _authorization(target: Target) -> str:
    """The header that carries the key or the token, for double quotes."""
    if is_express(target):
        return "x-goog-api-key: $GOOGLE_API_KEY"
    if target.backend == "vertex":
        return "Authorization: Bearer $(gcloud auth application-default print-access-token)"
    return "x-goog-api-key: $GEMINI_API_KEY"
