"""A request to the Interactions API as code, in Python, JavaScript and curl.

Media are read from files beside the code, under the names that `media_files` gives them.
https://ai.google.dev/gemini-api/docs/interactions
"""

import base64
import json
from dataclasses import replace
from typing import Any

from google.genai import types

from gemini.api.connect import Target
from gemini.codegen.curl import curl_script, stand_in, without_headers
from gemini.codegen.fields import Kind, TypedRequest, kinds_of_answer, typed
from gemini.codegen.files import media_files
from gemini.codegen.javascript import javascript_program
from gemini.codegen.layout import JAVASCRIPT, PYTHON, Node, group, indented, layout
from gemini.codegen.python import PYTHON_AFTER as GENERATE_AFTER
from gemini.codegen.python import python_program
from gemini.codegen.target import sent_call
from gemini.codegen.values import JavaScriptValues, PythonValues
from gemini.interactions.request import create_arguments
from gemini.interactions.steps import with_base64
from gemini.models.capabilities import unknown
from gemini.request import Request
from gemini.tools import mcp

PYTHON_CALL = """\
if event.event_type == "step.start" and event.step.type == "function_call":
    print(event.step.name, event.step.arguments)"""
PYTHON_DELTA = """\
if event.event_type != "step.delta":
    continue"""

PYTHON_DELTAS: dict[Kind, str] = {
    "text": """\
if event.delta.type == "text":
    print(event.delta.text, end="", flush=True)""",
    "thought": """\
if event.delta.type == "thought_summary":
    print("Thought:", event.delta.content.text)""",
    "function_call": """\
if event.delta.type == "arguments_delta":
    print(event.delta.arguments, end="", flush=True)""",
    "code": """\
if event.delta.type == "code_execution_call":
    print(event.delta.arguments.code)
if event.delta.type == "code_execution_result":
    print(event.delta.result)""",
    "image": """\
if event.delta.type == "image":
    images += 1
    kind = event.delta.mime_type.partition("/")[2]
    Path(f"answer-{images}.{kind}").write_bytes(base64.b64decode(event.delta.data))""",
    "audio": """\
if event.delta.type == "audio":
    audio += base64.b64decode(event.delta.data)""",
    "song": """\
if event.delta.type == "audio":
    song += base64.b64decode(event.delta.data)""",
    "video": """\
if event.delta.type == "video" and event.delta.data:
    Path("answer.mp4").write_bytes(base64.b64decode(event.delta.data))
elif event.delta.type == "video":
    name = "files/" + event.delta.uri.split("/files/")[1].split(":")[0]
    file = FILES.get(name=name)
    while file.state == "PROCESSING":
        time.sleep(2)
        file = FILES.get(name=name)
    Path("answer.mp4").write_bytes(FILES.download(file=name))""",
}
"""What shows each kind of answer as it streams. FILES is the client's, awaited or not."""

PYTHON_BEFORE: dict[Kind, str] = {
    "image": "images = 0",
    "audio": 'audio = b""',
    "song": 'song = b""',
}

PYTHON_AFTER: dict[Kind, str] = {
    "text": "print()",
    "audio": GENERATE_AFTER["audio"],
    "song": 'Path("answer.mp3").write_bytes(song)',
}

JAVASCRIPT_CALL = """\
if (event.event_type === "step.start" && event.step.type === "function_call") {
  console.log(event.step.name, event.step.arguments);
}"""

JAVASCRIPT_DELTA = """\
if (event.event_type !== "step.delta") continue;
const { delta } = event;"""

JAVASCRIPT_DELTAS: dict[Kind, str] = {
    "text": """\
if (delta.type === "text") process.stdout.write(delta.text);""",
    "thought": """\
if (delta.type === "thought_summary") {
  console.log("Thought:", delta.content.text);
}""",
    "function_call": """\
if (delta.type === "arguments_delta") process.stdout.write(delta.arguments);""",
    "code": """\
if (delta.type === "code_execution_call") console.log(delta.arguments.code);
if (delta.type === "code_execution_result") console.log(delta.result);""",
    "image": """\
if (delta.type === "image") {
  images += 1;
  const kind = delta.mime_type.split("/")[1];
  writeFileSync(`answer-${images}.${kind}`, delta.data, "base64");
}""",
    "audio": """\
if (delta.type === "audio") {
  // 16-bit PCM, 24 kHz, mono
  appendFileSync("answer.pcm", delta.data, "base64");
}""",
    "song": """\
if (delta.type === "audio") {
  appendFileSync("answer.mp3", delta.data, "base64");
}""",
    "video": """\
if (delta.type === "video" && delta.data) {
  writeFileSync("answer.mp4", delta.data, "base64");
} else if (delta.type === "video") {
  const name = "files/" + delta.uri.split("/files/")[1].split(":")[0];
  while ((await ai.files.get({ name })).state === "PROCESSING") {
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  await ai.files.download({ file: name, downloadPath: "answer.mp4" });
}""",
}

JAVASCRIPT_BEFORE: dict[Kind, str] = {
    "image": "let images = 0;",
    "audio": 'writeFileSync("answer.pcm", "");',
    "song": 'writeFileSync("answer.mp3", "");',
}

JAVASCRIPT_AFTER: dict[Kind, str] = {"text": "console.log();"}

JAVASCRIPT_FILES: dict[Kind, tuple[str, ...]] = {
    "image": ("writeFileSync",),
    "audio": ("appendFileSync", "writeFileSync"),
    "song": ("appendFileSync", "writeFileSync"),
    "video": ("writeFileSync",),
}


class _PythonArguments(PythonValues):
    """Bytes are media: the SDK reads and encodes the file of a path."""

    def encoded(self, data: bytes) -> Node:
        return self.media(data)

    def file(self, name: str) -> str:
        self.imports.add("from pathlib import Path")
        return f"Path({self.string(name)})"


class _JavaScriptArguments(JavaScriptValues):
    def encoded(self, data: bytes) -> Node:
        return self.media(data)


def interaction_python(request: Request, target: Target, *, asynchronous: bool = False) -> str:
    """A Python program that sends the request and shows the answer as it streams.

    Arguments and errors are those of `python`.
    """
    plain, request = known(request), _with_variables(request)
    kinds = _kinds(request, plain)
    values = _PythonArguments(media_files(plain))
    items = [*_items(request, values, "="), ("stream=", "True")]
    depth = 4 * asynchronous
    interactions = "await client.aio.interactions" if asynchronous else "client.interactions"
    call = group(f"{interactions}.create(", items, ")")
    calls = [PYTHON_CALL] if "function_call" in kinds else []
    files = "await client.aio.files" if asynchronous else "client.files"
    deltas = [PYTHON_DELTAS[kind].replace("FILES", files) for kind in kinds]
    if asynchronous:
        deltas = [delta.replace("time.sleep", "await asyncio.sleep") for delta in deltas]
    shown = [*calls, PYTHON_DELTA, *deltas]
    loop = "async for event in stream:" if asynchronous else "for event in stream:"
    body = [
        layout(call, PYTHON, before="stream = ", indent=depth),
        *(PYTHON_BEFORE[kind] for kind in kinds if kind in PYTHON_BEFORE),
        loop,
        *indented(_lines(shown), 4),
        *_lines([PYTHON_AFTER[kind] for kind in kinds if kind in PYTHON_AFTER]),
    ]
    if {"image", "audio", "song", "video"} & set(kinds):
        values.imports.add("import base64")
    if {"image", "song", "video"} & set(kinds):
        values.imports.add("from pathlib import Path")
    if "audio" in kinds:
        values.imports.add("import wave")
    if "video" in kinds and not asynchronous:
        values.imports.add("import time")
    return python_program(target, values, body, asynchronous=asynchronous)


def interaction_javascript(request: Request, target: Target) -> str:
    """A module for Node that sends the request with `@google/genai` and shows the answer."""
    plain, request = known(request), _with_variables(request)
    kinds = _kinds(request, plain)
    values = _JavaScriptArguments(media_files(plain))
    items = [*_items(request, values, ": "), ("stream: ", "true")]
    call = group("await ai.interactions.create({", items, "})")
    source = layout(call, JAVASCRIPT, before="const stream = ", after=";")
    calls = [JAVASCRIPT_CALL] if "function_call" in kinds else []
    shown = [*calls, JAVASCRIPT_DELTA, *(JAVASCRIPT_DELTAS[kind] for kind in kinds)]
    body = [
        source,
        *(JAVASCRIPT_BEFORE[kind] for kind in kinds if kind in JAVASCRIPT_BEFORE),
        "for await (const event of stream) {",
        *indented(_lines(shown), 2),
        "}",
        *(JAVASCRIPT_AFTER[kind] for kind in kinds if kind in JAVASCRIPT_AFTER),
    ]
    functions = {name for kind in kinds for name in JAVASCRIPT_FILES.get(kind, ())}
    return javascript_program(target, values, body, functions)


def interaction_curl(request: Request, target: Target) -> str:
    """A bash script with curl that sends the request and shows the events of the answer."""
    files, request = media_files(known(request)), _with_variables(request)
    stand_ins = {digest: base64.urlsafe_b64decode(stand_in(digest)) for digest in files}
    by_data = {file.data: stand_ins[digest] for digest, file in files.items()}
    arguments = with_base64(_replaced(create_arguments(request), by_data))
    sent = sent_call("interactions.create", {**arguments, "stream": True}, target)
    plain = without_headers(json.loads(sent.content))
    body = json.dumps(plain, indent=2, ensure_ascii=False)
    for digest, data in stand_ins.items():
        body = body.replace(base64.b64encode(data).decode(), stand_in(digest))
    options = ['-H "Accept: text/event-stream"']
    named = mcp.variables(request.config)
    return curl_script(target, str(sent.url), body, files, options, stream=True, variables=named)


def _kinds(request: Request, plain: TypedRequest) -> list[Kind]:
    """What may come back, by the settings and by what the model is known to make."""
    outputs = unknown(request.model).outputs
    known_kinds = kinds_of_answer(plain)
    kinds: list[Kind] = [kind for kind in known_kinds if kind != "transcript"]  # text here
    music: list[Kind] = ["song"] if "music" in outputs else []
    video: list[Kind] = ["video"] if "video" in outputs else []
    return [*kinds, *music, *video]


def _lines(pieces: list[str]) -> list[str]:
    return [line for piece in pieces for line in piece.splitlines()]


def known(request: Request) -> TypedRequest:
    """The request as far as generateContent's types go: its media, and what may come back.

    Raises:
        ValueError: the SDK would not take it, or a tool of it carries a secret.
    """
    fields = types.GenerateContentConfig.model_fields
    config = {k: v for k, v in request.config.items() if k in fields}
    config = mcp.without_allowed_tools(config)
    return typed(Request(request.model, request.contents, config))


def _with_variables(request: Request) -> Request:
    return replace(request, config=mcp.with_variables(request.config))


def _items(
    request: Request, values: PythonValues | JavaScriptValues, after: str
) -> list[tuple[str, Node]]:
    """The arguments, each with its name before it; a system instruction of lines by itself."""
    items: list[tuple[str, Node]] = []
    for name, value in create_arguments(request).items():
        is_text = isinstance(value, str) and name in {"input", "system_instruction"}
        shown = "prompt" if name == "input" else name
        items.append((name + after, values.text(value, shown) if is_text else values.value(value)))
    return items


def _replaced(value: Any, by_data: dict[bytes, bytes]) -> Any:
    """Nested data with other bytes in the place of some."""
    if isinstance(value, bytes):
        return by_data.get(value, value)
    if isinstance(value, dict):
        return {k: _replaced(v, by_data) for k, v in value.items()}
    return [_replaced(v, by_data) for v in value] if isinstance(value, list) else value
