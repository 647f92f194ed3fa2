"""Contents into the turns an engine reads, counted by kind of media."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from emulator.engines import (
    Engine,
    Media,
    Modality,
    Prompt,
    PromptCall,
    PromptResult,
    PromptTurn,
    Role,
    UnsupportedError,
)
from emulator.engines.kinds import is_text, plain_type
from emulator.errors import invalid_argument, invalid_field
from emulator.messages.content import (
    Blob,
    Content,
    FileData,
    FunctionCallMessage,
    FunctionResponse,
    Part,
)

RETURNED = "The function"
"""How a function's response begins, in a prompt."""

FileReader = Callable[[FileData], Awaitable[Media]]


async def read_contents(
    contents: Sequence[Content],
    system: Content | None,
    files: FileReader,
    *,
    native: bool = False,
) -> Prompt:
    """Turns of texts and media, uploaded ones read by `files`. Raises ApiError for what can't be.

    A system instruction keeps its texts alone. Function calls and results are put into words,
    unless it is for a `native` engine.
    """
    turns = [await _turn(content, files, native) for content in contents]
    instruction = await _turn(system, files, native) if system is not None else None
    return Prompt(tuple(turns), instruction.text if instruction else "")


async def tokens_by_modality(prompt: Prompt, text: int, engine: Engine) -> dict[Modality, int]:
    """The `text` tokens of a prompt and those of its files; their sum is the prompt's count."""
    counted = Counter[Modality]({"TEXT": text})
    for turn in prompt.turns:
        for media in turn.media:
            try:
                measure = await engine.measure(media)
            except UnsupportedError as error:
                raise invalid_argument(str(error)) from error
            counted[measure.modality] += measure.tokens
    return dict(counted)


async def _turn(content: Content, files: FileReader, native: bool) -> PromptTurn:
    role: Role = "model" if content.role == "model" else "user"
    said = [part for part in content.parts if not part.thought]
    calls: list[PromptCall] = []
    results: list[PromptResult] = []
    if native:
        calls = [_call(p.function_call) for p in said if p.function_call is not None]
        results = [_result(p.function_response) for p in said if p.function_response is not None]
        said = [p for p in said if p.function_call is None and p.function_response is None]
    parts = [await _part(part, files) for part in said]
    return PromptTurn(role, tuple(part for part in parts if part), tuple(calls), tuple(results))


def _call(call: FunctionCallMessage) -> PromptCall:
    return PromptCall(call.name, _json(call.args or {}), call.id)


def _result(answer: FunctionResponse) -> PromptResult:
    return PromptResult(answer.name, answer.response or {}, answer.id)


async def _part(part: Part, files: FileReader) -> str | Media:
    if part.inline_data is not None:
        return _media(part.inline_data)
    if part.file_data is not None:
        return await files(part.file_data)
    return _text(part)


def _text(part: Part) -> str:
    if part.text is not None:
        return part.text
    if part.function_call is not None:
        return f"[called {part.function_call.name} with {_json(part.function_call.args or {})}]"
    if part.function_response is not None:
        answer = part.function_response
        return f"{RETURNED} {answer.name} returned: {_json(answer.response or {})}"
    if part.executable_code is not None:
        return f"```\n{part.executable_code.code}\n```"
    if part.code_execution_result is not None:
        return f"Output: {part.code_execution_result.output}"
    return _json(part.tool_call or part.tool_response or part.audio_transcription or {})


def _media(blob: Blob) -> Media:
    media = Media(plain_type(blob.mime_type), blob.data, blob.display_name)
    if is_text(media.mime_type):
        _check_text(media)
    return media


def _check_text(media: Media) -> None:
    try:
        media.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        name = media.name or "the file"
        message = f"{name} is said to be {media.mime_type} and isn't text in UTF-8."
        raise invalid_field("inline_data.data", message) from error


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
