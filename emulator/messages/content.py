"""Content and its parts, tools, and the Schema that functions and answers share."""

from typing import Annotated, Any

from pydantic import AliasChoices, Field

from emulator.messages.base import (
    Bool,
    Bytes,
    Float,
    Int32,
    Int64,
    Language,
    Map,
    Message,
    Outcome,
    Repeated,
    Struct,
    Text,
    TypeName,
    one_of,
)


class Blob(Message):
    mime_type: Text = ""
    data: Bytes = b""
    display_name: Text = ""


class FileData(Message):
    mime_type: Text = ""
    file_uri: Text = ""
    display_name: Text = ""


class FunctionCallMessage(Message):
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
    function_call: FunctionCallMessage | None = None
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


class Schema(Message):
    """The API's subset of OpenAPI 3.0: https://ai.google.dev/api/caching#Schema."""

    type: TypeName = ""
    format: Text = ""
    title: Text = ""
    description: Text = ""
    nullable: Bool = False
    enum: Repeated[Text] = ()
    items: "Schema | None" = None
    max_items: Int64 | None = None
    min_items: Int64 | None = None
    properties: Map["Schema"] = Field(default_factory=dict)
    required: Repeated[Text] = ()
    min_properties: Int64 | None = None
    max_properties: Int64 | None = None
    minimum: Float | None = None
    maximum: Float | None = None
    min_length: Int64 | None = None
    max_length: Int64 | None = None
    pattern: Text = ""
    example: Any = None
    any_of: Repeated["Schema"] = ()
    property_ordering: Repeated[Text] = ()
    default: Any = None
    additional_properties: Any = None
    ref: Text = Field("", validation_alias=AliasChoices("ref", "$ref"))
    defs: Map["Schema"] = Field(
        default_factory=dict, validation_alias=AliasChoices("defs", "$defs")
    )


class FunctionDeclaration(Message):
    name: Text = ""
    description: Text = ""
    parameters: Schema | None = None
    parameters_json_schema: Any = None
    response: Schema | None = None
    response_json_schema: Any = None
    behavior: Text = ""


class Tool(Message):
    function_declarations: Repeated[FunctionDeclaration] = ()
    google_search: Struct | None = None
    google_search_retrieval: Struct | None = None
    code_execution: Struct | None = None
    url_context: Struct | None = None
    google_maps: Struct | None = None
    file_search: Struct | None = None
    computer_use: Struct | None = None
    mcp_servers: Repeated[Struct] = ()


Mode = Annotated[
    Text,
    one_of("FunctionCallingConfig.Mode", "MODE_UNSPECIFIED AUTO ANY NONE VALIDATED", range(5)),
]


class FunctionCallingConfig(Message):
    mode: Mode = "AUTO"
    allowed_function_names: Repeated[Text] = ()


class LatLng(Message):
    latitude: Float | None = None
    longitude: Float | None = None


class RetrievalConfig(Message):
    lat_lng: LatLng | None = None
    language_code: Text = ""


class ToolConfig(Message):
    function_calling_config: FunctionCallingConfig = FunctionCallingConfig()
    retrieval_config: RetrievalConfig | None = None
    include_server_side_tool_invocations: Bool = False
