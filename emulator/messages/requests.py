"""The bodies of the calls, those that cache and those that start a batch among them."""

from typing import Annotated, Any

from pydantic import Field

from emulator.messages.base import (
    Bool,
    Bytes,
    Float,
    Int32,
    Int64,
    Map,
    Message,
    Repeated,
    Struct,
    TaskType,
    Text,
    one_of,
)
from emulator.messages.content import Content, Schema, Tool, ToolConfig

# Enums, as texts.
ThinkingLevel = Annotated[
    Text,
    one_of(
        "ThinkingConfig.ThinkingLevel", "THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH XHIGH"
    ),
]
ModalityName = Annotated[
    Text,
    one_of("GenerationConfig.Modality", "MODALITY_UNSPECIFIED TEXT IMAGE AUDIO VIDEO", range(4)),
]
MediaResolution = Annotated[
    Text,
    one_of(
        "GenerationConfig.MediaResolution",
        "MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW MEDIA_RESOLUTION_MEDIUM "
        "MEDIA_RESOLUTION_HIGH MEDIA_RESOLUTION_ULTRA_HIGH",
        range(4),
    ),
]
HarmCategory = Annotated[
    Text,
    one_of(
        "HarmCategory",
        "HARM_CATEGORY_UNSPECIFIED HARM_CATEGORY_HARASSMENT HARM_CATEGORY_HATE_SPEECH "
        "HARM_CATEGORY_SEXUALLY_EXPLICIT HARM_CATEGORY_DANGEROUS_CONTENT "
        "HARM_CATEGORY_CIVIC_INTEGRITY HARM_CATEGORY_JAILBREAK",
        (0, *range(7, 12)),  # 1 to 6 are PaLM's
    ),
]
HarmBlockThreshold = Annotated[
    Text,
    one_of(
        "SafetySetting.HarmBlockThreshold",
        "HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE "
        "BLOCK_ONLY_HIGH BLOCK_NONE OFF",
        range(6),
    ),
]


class ThinkingConfig(Message):
    include_thoughts: Bool = False
    thinking_budget: Int32 | None = None
    thinking_level: ThinkingLevel | None = None


class GenerationConfig(Message):
    temperature: Float | None = None
    top_p: Float | None = None
    top_k: Float | None = None
    candidate_count: Int32 = 1
    max_output_tokens: Int32 | None = None
    stop_sequences: Repeated[Text] = ()
    response_logprobs: Bool = False
    logprobs: Int32 | None = None
    presence_penalty: Float | None = None
    frequency_penalty: Float | None = None
    seed: Int32 | None = None
    response_mime_type: Text = ""
    response_schema: Schema | None = None
    response_json_schema: Any = None
    response_format: Any = None
    response_modalities: Repeated[ModalityName] = ()
    media_resolution: MediaResolution | None = None
    thinking_config: ThinkingConfig | None = None
    speech_config: Struct | None = None
    image_config: Struct | None = None
    translation_config: Struct | None = None
    audio_transcription_config: Struct | None = None
    enable_enhanced_civic_answers: Bool = False


class SafetySetting(Message):
    category: HarmCategory = "HARM_CATEGORY_UNSPECIFIED"
    threshold: HarmBlockThreshold = "HARM_BLOCK_THRESHOLD_UNSPECIFIED"


class GenerateContentRequest(Message):
    model: Text = ""
    contents: Repeated[Content] = ()
    system_instruction: Content | None = None
    generation_config: GenerationConfig = GenerationConfig()
    safety_settings: Repeated[SafetySetting] = ()
    tools: Repeated[Tool] = ()
    tool_config: ToolConfig = ToolConfig()
    cached_content: Text = ""
    labels: Map[Text] = Field(default_factory=dict)
    service_tier: Text = ""
    continuation_token: Bytes | None = None
    store: Bool | None = None


class CountTokensRequest(Message):
    model: Text = ""
    contents: Repeated[Content] = ()
    generate_content_request: GenerateContentRequest | None = None


class EmbedContentConfig(Message):
    task_type: TaskType = ""
    title: Text = ""
    output_dimensionality: Int32 | None = None
    auto_truncate: Bool = True
    document_ocr: Bool = False
    audio_track_extraction: Bool = False


class EmbedContentRequest(Message):
    model: Text = ""
    content: Content = Content()
    task_type: TaskType = ""
    title: Text = ""
    output_dimensionality: Int32 | None = None
    embed_content_config: EmbedContentConfig = EmbedContentConfig()


class BatchEmbedContentsRequest(Message):
    model: Text = ""
    requests: Repeated[EmbedContentRequest] = ()


class Prefix(Message):
    """What of a cached content goes before a request's own contents."""

    contents: Repeated[Content] = ()
    system_instruction: Content | None = None
    tools: Repeated[Tool] = ()
    tool_config: ToolConfig | None = None


class CachedContentMessage(Prefix):
    """A cached content as a client writes it. One of `ttl` and `expire_time` at most."""

    model: Text = ""
    display_name: Text = ""
    ttl: Text = ""
    expire_time: Text = ""


class CachedContentUpdate(Message):
    """What of one can be changed: when it expires. The rest may come along and is left alone."""

    name: Text = ""
    model: Text = ""
    display_name: Text = ""
    ttl: Text = ""
    expire_time: Text = ""


class InlinedRequest(Message):
    request: Struct | None = None
    metadata: Struct | None = None


class InlinedRequests(Message):
    requests: Repeated[InlinedRequest] = ()


class InputConfig(Message):
    """Either the requests themselves, or an uploaded file with one in each line."""

    requests: InlinedRequests = InlinedRequests()
    file_name: Text = ""


class Batch(Message):
    """`model`, `name` and `priority` may be said; the first two are known from the address."""

    name: Text = ""
    model: Text = ""
    display_name: Text = ""
    input_config: InputConfig = InputConfig()
    priority: Int64 | Text = 0
    webhook_config: Struct | None = None


class CreateBatchRequest(Message):
    """The body of batchGenerateContent and of asyncBatchEmbedContent."""

    model: Text = ""
    batch: Batch = Batch()
