"""A request as a Python program."""

from google.genai import types

from gemini.api.connect import Target
from gemini.codegen.fields import Kind, TypedRequest, kinds_of_answer, typed
from gemini.codegen.files import media_files
from gemini.codegen.layout import PYTHON, Node, chosen, group, indented, layout, python_string
from gemini.codegen.target import environment_hint, is_express
from gemini.codegen.values import TYPES, PythonValues
from gemini.request import Request

NUMPY = "import numpy as np"

PYTHON_PART: dict[Kind, str] = {
    "thought": """\
if part.thought:
    print("Thought:", part.text)
    continue""",
    "text": """\
if part.text:
    print(part.text, end="", flush=True)""",
    "transcript": """\
if part.audio_transcription:
    print(part.audio_transcription.text, end="", flush=True)""",
    "function_call": """\
if part.function_call:
    print(part.function_call.name, part.function_call.args)""",
    "code": """\
if part.executable_code:
    print(part.executable_code.code)
if part.code_execution_result:
    print(part.code_execution_result.output)""",
    "image": """\
if part.inline_data and part.inline_data.data:
    images += 1
    kind = (part.inline_data.mime_type or "image/png").partition("/")[2]
    Path(f"answer-{images}.{kind}").write_bytes(part.inline_data.data)""",
    "audio": """\
if part.inline_data and part.inline_data.data:
    audio += part.inline_data.data""",
}

PYTHON_BEFORE: dict[Kind, str] = {"image": "images = 0", "audio": 'audio = b""'}

PYTHON_AFTER: dict[Kind, str] = {
    "text": "print()",
    "audio": """\
with wave.open("answer.wav", "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)  # bytes: it is 16-bit PCM
    file.setframerate(24_000)
    file.writeframes(audio)""",
}

PYTHON_IMPORTS: dict[Kind, str] = {"image": "from pathlib import Path", "audio": "import wave"}


def python(request: Request, target: Target, *, asynchronous: bool = False) -> str:
    """A Python program that sends the request and shows the answer as it streams.

    It is for the API and the version of `target`, and reads key, project and address from the
    environment. `asynchronous` is with `client.aio` in a coroutine.

    Raises:
        ValueError: the SDK can't read the request.
    """
    plain = typed(request)
    values = PythonValues(media_files(plain))
    kinds = kinds_of_answer(plain)
    call = _call(plain, values, asynchronous=asynchronous)
    values.imports |= {PYTHON_IMPORTS[kind] for kind in kinds if kind in PYTHON_IMPORTS}
    body = [call, *_answer(kinds, asynchronous=asynchronous)]
    return python_program(target, values, body, asynchronous=asynchronous)


def python_program(
    target: Target, values: PythonValues, body: list[str], *, asynchronous: bool = False
) -> str:
    """What to install, the imports and long texts of `values`, the client, and the lines of `body`.

    With `asynchronous` all but the first is a coroutine.
    """
    client = layout(_client(target, values), PYTHON, before="client = ", indent=4 * asynchronous)
    body = [*(f"# {line}" for line in environment_hint(target)), client, "", *body]
    texts = [f"{name} = {literal}\n" for name, literal in values.texts.items()]
    if asynchronous:
        values.imports.add("import asyncio")
        body = ["async def main() -> None:", *indented(body, 4), "", "", "asyncio.run(main())"]
        texts += [""]
    packages = "google-genai numpy" if NUMPY in values.imports else "google-genai"
    lines = [f"# pip install {packages}", "", *_import_lines(values.imports), "", *texts, *body]
    return "\n".join(lines) + "\n"


def _client(target: Target, values: PythonValues) -> Node:
    """The client for a target, its key and project read from the environment."""
    values.imports |= {"from google import genai", TYPES}
    version = [("api_version=", python_string(target.api_version))]
    items: list[tuple[str, Node]] = []
    if target.backend == "vertex":
        values.imports.add("import os")
        items.append(("vertexai=", "True"))
    if is_express(target):
        items.append(("api_key=", 'os.environ["GOOGLE_API_KEY"]'))
    elif target.backend == "vertex":
        items.append(("project=", 'os.environ["GOOGLE_CLOUD_PROJECT"]'))
        items.append(("location=", 'os.environ.get("GOOGLE_CLOUD_LOCATION", "global")'))
    items.append(("http_options=", group("types.HttpOptions(", version, ")")))
    return group("genai.Client(", items, ")")


def _call(request: TypedRequest, values: PythonValues, *, asynchronous: bool) -> str:
    arguments: list[tuple[str, Node]] = [
        ("model=", python_string(request.model)),
        ("contents=", values.contents(request)),
    ]
    if request.config is not None:
        arguments.append(("config=", values.value(_quiet(request.config))))
    models = "await client.aio.models" if asynchronous else "client.models"
    call = group(f"{models}.generate_content_stream(", arguments, ")")
    return layout(call, PYTHON, before="stream = ", indent=4 * asynchronous)


def _quiet(config: types.GenerateContentConfig) -> types.GenerateContentConfig:
    """The config; declared functions beside other tools make the SDK warn if it isn't told that
    it needn't call them itself."""
    declared = [bool(getattr(tool, "function_declarations", None)) for tool in config.tools or []]
    if not any(declared) or all(declared):
        return config
    off = types.AutomaticFunctionCallingConfig(disable=True)
    return config.model_copy(update={"automatic_function_calling": off})


def _answer(kinds: list[Kind], *, asynchronous: bool) -> list[str]:
    """The lines that show what came back."""
    loop = "async for chunk in stream:" if asynchronous else "for chunk in stream:"
    if kinds == ["text"]:
        return [loop, '    print(chunk.text or "", end="", flush=True)', "print()"]
    parts = indented(chosen(kinds, PYTHON_PART), 8)
    lines = [loop, "    for part in chunk.parts or []:", *parts]
    return [*chosen(kinds, PYTHON_BEFORE), *lines, *chosen(kinds, PYTHON_AFTER)]


def _import_lines(lines: set[str]) -> list[str]:
    """Import lines in isort's order: the standard library, a blank line, what is installed."""
    installed = {line for line in lines if line.startswith("from google")} | (lines & {NUMPY})
    standard, others = (
        sorted(some, key=lambda line: (line.startswith("from"), line))
        for some in (lines - installed, installed)
    )
    return [*standard, *([""] if standard else []), *others]
