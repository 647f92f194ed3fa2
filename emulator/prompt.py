"""Contents into the plain turns an engine reads, counted by kind of media."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.engines import Engine, Media, Modality, Prompt, Role, Turn, UnsupportedError
from emulator.errors import ApiError, invalid_argument, invalid_field
from emulator.messages.content import Blob, Content, FileData, Part

# Text that doesn't say so in the first half of its MIME type.
_TEXT_TYPES = {
    "application/json",
    "application/xml",
    "application/javascript",
    "application/x-javascript",
    "application/x-python",
    "application/x-python-code",
    "application/x-typescript",
    "application/yaml",
    "application/x-yaml",
    "application/toml",
}


@dataclass
class Reading:
    """A prompt, and how many of its tokens stand for which kind of media (TEXT left out)."""

    prompt: Prompt
    media_tokens: Counter[Modality] = field(default_factory=Counter)

    async def tokens_by_modality(self, engine: Engine) -> dict[Modality, int]:
        """Tokens of the whole prompt, text first; their sum is the prompt's count."""
        total = await engine.count_prompt(self.prompt)
        text = total - sum(self.media_tokens.values())
        return {"TEXT": max(text, 0), **self.media_tokens}


async def read_contents(
    contents: Sequence[Content], system: Content | None, engine: Engine
) -> Reading:
    """Turns as text, media described by the engine. Raises ApiError 400 for what it can't read."""
    reader = _Reader(engine, _last_question(contents))
    turns = [await reader.turn(content) for content in contents]
    instruction = await reader.turn(system) if system is not None else None
    prompt = Prompt(tuple(turns), instruction.text if instruction else "")
    return Reading(prompt, reader.media_tokens)


class _Reader:
    def __init__(self, engine: Engine, question: str) -> None:
        self._engine = engine
        self._question = question
        self.media_tokens: Counter[Modality] = Counter()

    async def turn(self, content: Content) -> Turn:
        role: Role = "model" if content.role == "model" else "user"
        texts = [await self._text(part) for part in content.parts if not part.thought]
        return Turn(role, "\n".join(text for text in texts if text))

    async def _text(self, part: Part) -> str:
        if part.text is not None:
            return part.text
        if part.inline_data is not None:
            return await self._media(part.inline_data)
        if part.file_data is not None:
            raise _unknown_file(part.file_data)
        if part.function_call is not None:
            return f"[called {part.function_call.name} with {_json(part.function_call.args or {})}]"
        if part.function_response is not None:
            answer = part.function_response
            return f"The function {answer.name} returned: {_json(answer.response or {})}"
        if part.executable_code is not None:
            return f"```\n{part.executable_code.code}\n```"
        if part.code_execution_result is not None:
            return f"Output: {part.code_execution_result.output}"
        return _json(part.tool_call or part.tool_response or part.audio_transcription or {})

    async def _media(self, blob: Blob) -> str:
        mime_type = blob.mime_type.split(";")[0].strip().lower()
        if mime_type.startswith("text/") or mime_type in _TEXT_TYPES:
            return _decoded(blob, mime_type)
        media = Media(mime_type, blob.data, blob.display_name)
        try:
            described = await self._engine.describe(media, self._question)
        except UnsupportedError as error:
            raise invalid_argument(str(error)) from error
        self.media_tokens[described.modality] += await self._engine.count_text(described.text)
        return described.text


def _decoded(blob: Blob, mime_type: str) -> str:
    try:
        text = blob.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        name = blob.display_name or "the file"
        message = f"{name} is said to be {mime_type} and isn't text in UTF-8."
        raise invalid_field("inline_data.data", message) from error
    return f"{blob.display_name}:\n{text}" if blob.display_name else text


def _unknown_file(file: FileData) -> ApiError:
    if "youtube.com/" in file.file_uri or "youtu.be/" in file.file_uri:
        message = "The emulator can't watch videos. Gemini does it, with a Gemini API key."
        return invalid_argument(message)
    found = re.search(r"(?:^|/)files/([a-z0-9-]+)$", file.file_uri)
    if found is None:
        message = (
            f"Invalid or unsupported file uri: {file.file_uri[:200]}. The emulator opens no web "
            "addresses: upload the file through the Files API, or send it inline."
        )
        return invalid_argument(message)
    name = found[1]
    message = f"You do not have permission to access the File {name} or it may not exist."
    return ApiError(403, message)


def _last_question(contents: Sequence[Content]) -> str:
    """The text of the last user turn: what media are looked at for."""
    for content in reversed(contents):
        if content.role != "model":
            return "\n".join(part.text for part in content.parts if part.text)
    return ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
