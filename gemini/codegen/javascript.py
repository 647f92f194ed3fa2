"""A request as a JavaScript module for Node."""

from collections.abc import Iterable

from google.genai import types

from gemini.api.connect import Target
from gemini.codegen.fields import Kind, TypedRequest, kinds_of_answer, set_fields, typed
from gemini.codegen.files import media_files
from gemini.codegen.layout import (
    JAVASCRIPT,
    Node,
    chosen,
    group,
    indented,
    javascript_string,
    layout,
)
from gemini.codegen.target import environment_hint, is_express
from gemini.codegen.values import JavaScriptValues
from gemini.request import Request

LEFT_OUT = {
    "document_metadata": "documentMetadata",
    "spreadsheet_metadata": "spreadsheetMetadata",
    "audio_metadata": "audioMetadata",
}
"""Fields of parts that `@google/genai` 3.1.0 drops without a word. Python's SDK sends them."""

JAVASCRIPT_PART: dict[Kind, str] = {
    "thought": """\
if (part.thought) {
  console.log("Thought:", part.text);
  continue;
}""",
    "text": """\
if (part.text) process.stdout.write(part.text);""",
    "transcript": """\
if (part.audioTranscription) process.stdout.write(part.audioTranscription.text ?? "");""",
    "function_call": """\
if (part.functionCall) {
  console.log(part.functionCall.name, part.functionCall.args);
}""",
    "code": """\
if (part.executableCode) console.log(part.executableCode.code);
if (part.codeExecutionResult) console.log(part.codeExecutionResult.output);""",
    "image": """\
if (part.inlineData?.data) {
  images += 1;
  const kind = (part.inlineData.mimeType ?? "image/png").split("/")[1];
  writeFileSync(`answer-${images}.${kind}`, part.inlineData.data, "base64");
}""",
    "audio": """\
if (part.inlineData?.data) {
  // 16-bit PCM, 24 kHz, mono
  appendFileSync("answer.pcm", part.inlineData.data, "base64");
}""",
}

JAVASCRIPT_BEFORE: dict[Kind, str] = {
    "image": "let images = 0;",
    "audio": 'writeFileSync("answer.pcm", "");',
}

JAVASCRIPT_AFTER: dict[Kind, str] = {"text": "console.log();"}

JAVASCRIPT_IMPORTS: dict[Kind, tuple[str, ...]] = {
    "image": ("writeFileSync",),
    "audio": ("appendFileSync", "writeFileSync"),
}


def javascript(request: Request, target: Target) -> str:
    """A module (`.mjs`) that sends the request with `@google/genai` and shows the answer.

    It is for the API and the version of `target`, and reads key, project and address from the
    environment.

    Raises:
        ValueError: the SDK can't read the request.
    """
    plain = typed(request)
    values = JavaScriptValues(media_files(plain))
    kinds = kinds_of_answer(plain)
    body = [_call(plain, values), *_answer(kinds)]
    functions = {name for kind in kinds for name in JAVASCRIPT_IMPORTS.get(kind, ())}
    return javascript_program(target, values, body, functions, _warning(plain))


def javascript_program(
    target: Target,
    values: JavaScriptValues,
    body: list[str],
    functions: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> str:
    """What to install, the imports and long texts of `values`, the client, and the lines of `body`.

    `functions` are those of `node:fs` that it needs, `notes` comments at the beginning.
    """
    names = sorted(set(functions) | ({"readFileSync"} if values.reads_files else set()))
    lines = [
        "// npm install @google/genai",
        *notes,
        "",
        *([f'import {{ {", ".join(names)} }} from "node:fs";'] if names else []),
        values.sdk_import,
        "",
        *(f"// {line}" for line in environment_hint(target)),
        layout(_client(target), JAVASCRIPT, before="const ai = ", after=";"),
        "",
        *(f"const {name} = {literal};\n" for name, literal in values.texts.items()),
        *body,
    ]
    return "\n".join(lines) + "\n"


def _warning(request: TypedRequest) -> list[str]:
    """A comment on what this SDK can't send of the request, if there is such."""
    system = request.config.system_instruction if request.config else None
    contents = [*request.contents, *([system] if isinstance(system, types.Content) else [])]
    parts = [part for content in contents for part in content.parts or []]
    dropped = [alias for name, alias in LEFT_OUT.items() if any(getattr(p, name) for p in parts)]
    if not dropped:
        return []
    return [
        f"// Not sent whole: @google/genai 3.1.0 leaves out {', '.join(dropped)}.",
        "// Python and curl send it.",
    ]


def _client(target: Target) -> Node:
    """The client for a target, its key and project read from the environment."""
    items: list[tuple[str, Node]] = []
    if target.backend == "vertex":
        items.append(("vertexai: ", "true"))
    if is_express(target):
        items.append(("apiKey: ", "process.env.GOOGLE_API_KEY"))
    elif target.backend == "vertex":
        items.append(("project: ", "process.env.GOOGLE_CLOUD_PROJECT"))
        items.append(("location: ", 'process.env.GOOGLE_CLOUD_LOCATION ?? "global"'))
    items.append(("apiVersion: ", javascript_string(target.api_version)))
    return group("new GoogleGenAI({", items, "})")


def _call(request: TypedRequest, values: JavaScriptValues) -> str:
    parameters: list[tuple[str, Node]] = [
        ("model: ", javascript_string(request.model)),
        ("contents: ", values.contents(request)),
    ]
    if request.config is not None:
        parameters.append(("config: ", values.value(_with_tools_as_sent(request.config))))
    call = group("await ai.models.generateContentStream({", parameters, "})")
    return layout(call, JAVASCRIPT, before="const stream = ", after=";")


def _with_tools_as_sent(config: types.GenerateContentConfig) -> types.GenerateContentConfig:
    """The config with all functions in one tool, the last: Python's SDK does so when it sends."""
    tools = [tool for tool in config.tools or [] if isinstance(tool, types.Tool)]
    functions = [function for tool in tools for function in tool.function_declarations or []]
    if not functions:
        return config
    others = [tool.model_copy(update={"function_declarations": None}) for tool in tools]
    remaining = [
        o for o, t in zip(others, tools, strict=True) if set_fields(o) or not set_fields(t)
    ]
    merged = types.Tool(function_declarations=functions)
    return config.model_copy(update={"tools": [*remaining, merged]})


def _answer(kinds: list[Kind]) -> list[str]:
    """The lines that show what came back."""
    loop = "for await (const chunk of stream) {"
    if kinds == ["text"]:
        return [loop, '  process.stdout.write(chunk.text ?? "");', "}", "console.log();"]
    lines = [
        loop,
        "  for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {",
        *indented(chosen(kinds, JAVASCRIPT_PART), 4),
        "  }",
        "}",
    ]
    return [*chosen(kinds, JAVASCRIPT_BEFORE), *lines, *chosen(kinds, JAVASCRIPT_AFTER)]
