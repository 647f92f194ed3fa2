"""What a request may be answered with, and the code that shows each of it."""

from typing import Literal

from google.genai import types

from gemini.codegen.fields import TypedRequest

Kind = Literal["thought", "text", "function_call", "code", "image", "audio"]

PYTHON_PART: dict[Kind, str] = {
    "thought": """\
if part.thought:
    print("Thought:", part.text)
    continue""",
    "text": """\
if part.text:
    print(part.text, end="", flush=True)""",
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

JAVASCRIPT_PART: dict[Kind, str] = {
    "thought": """\
if (part.thought) {
  console.log("Thought:", part.text);
  continue;
}""",
    "text": """\
if (part.text) process.stdout.write(part.text);""",
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


def kinds_of_answer(request: TypedRequest) -> list[Kind]:
    """What may come back, by the settings. `["text"]` for most requests.

    Speech comes as 16-bit PCM of 24 kHz: https://ai.google.dev/gemini-api/docs/speech-generation.
    """
    config = request.config or types.GenerateContentConfig()
    modalities = {m.upper() for m in config.response_modalities or []}
    tools = [tool for tool in config.tools or [] if isinstance(tool, types.Tool)]
    runs_code = any(tool.code_execution is not None for tool in tools)
    thinking = config.thinking_config
    may_come: dict[Kind, bool] = {
        "thought": bool(thinking and thinking.include_thoughts),
        "text": modalities != {"AUDIO"},
        "function_call": any(tool.function_declarations for tool in tools),
        "code": runs_code,
        "image": "IMAGE" in modalities or runs_code,  # code can draw
        "audio": "AUDIO" in modalities,
    }
    return [kind for kind, comes in may_come.items() if comes]


def chosen(kinds: list[Kind], source: dict[Kind, str]) -> list[str]:
    """The lines of a table for these kinds."""
    return [line for kind in kinds if kind in source for line in source[kind].split("\n")]


def indented(lines: list[str], columns: int) -> list[str]:
    """The lines further to the right."""
    return [" " * columns + line if line else line for line in lines]
