"""Content, its parts, and what a part can carry."""

from typing import Any

from emulator.messages.base import (
    Bool,
    Bytes,
    Float,
    Int32,
    Language,
    Message,
    Outcome,
    Repeated,
    Struct,
    Text,
)


class Blob(Message):
    mime_type: Text = ""
    data: Bytes = b""
    display_name: Text = ""


class FileData(Message):
    mime_type: Text = ""
    file_uri: Text = ""
    display_name: Text = ""


class FunctionCall(Message):
    id: Text = ""
    name: Text = ""
    args: Struct | None = None


class FunctionResponsePart(Message):
    inline_data: Blob | None = None
    file_data: FileData | None = None


class FunctionResponse(Message):
    id: Text = ""
    name: Text = ""
    response: Struct | None = None
    parts: Repeated[FunctionResponsePart] = ()
    will_continue: Bool | None = None
    scheduling: Text = ""


class ExecutableCode(Message):
    id: Text = ""
    language: Language = ""
    code: Text = ""


class CodeExecutionResult(Message):
    id: Text = ""
    outcome: Outcome = ""
    output: Text = ""


class VideoMetadata(Message):
    start_offset: Text = ""
    end_offset: Text = ""
    fps: Float | None = None


class PartMediaResolution(Message):
    level: Text = ""
    num_tokens: Int32 | None = None


class Part(Message):
    """One piece of a turn. Exactly one of the `DATA` fields is set."""

    text: Text | None = None
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    executable_code: ExecutableCode | None = None
    code_execution_result: CodeExecutionResult | None = None
    tool_call: Struct | None = None
    tool_response: Struct | None = None
    audio_transcription: Struct | None = None

    thought: Bool = False
    thought_signature: Bytes | None = None
    video_metadata: VideoMetadata | None = None
    media_resolution: PartMediaResolution | None = None
    part_metadata: Struct | None = None
    media_processing: Any = None
    speech_metadata: Any = None
    document_metadata: Any = None
    spreadsheet_metadata: Any = None
    audio_metadata: Any = None


PART_DATA = (
    "text",
    "inline_data",
    "file_data",
    "function_call",
    "function_response",
    "executable_code",
    "code_execution_result",
    "tool_call",
    "tool_response",
    "audio_transcription",
)


class Content(Message):
    role: Text = ""
    parts: Repeated[Part] = ()
