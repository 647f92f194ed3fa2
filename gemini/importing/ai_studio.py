"""A prompt of AI Studio: the JSON that it keeps in Google Drive, in the folder "Google AI Studio".

Google documents no shape of it. Names were read in files that people have published and in readers
of such files (2025 and 2026): `chunkedPrompt.chunks[]` with `text`, `role`, `isThought`, `parts`
(`text`, `thought`, `thoughtSignature`, `inlineData`), `executableCode`, `codeExecutionResult`,
`inlineFile` and `inlineImage` (`mimeType`, `data`), `driveDocument`, `driveImage`, `driveVideo` and
`driveAudio` (`id`), `youtubeVideo` (`id`), `errorMessage`; `pendingInputs[]`; `runSettings`;
`systemInstruction`. `text` is what counts: editing in AI Studio leaves `parts` as they were.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gemini.importing.fields import config_of, part_of, shown
from gemini.importing.messages import (
    MOST_MESSAGES,
    ImportedMessage,
    bytes_of,
    conversation_of,
    in_a_row,
    moment_of,
    text_parts,
)
from gemini.importing.result import ImportedChat, ImportResult, Notes, NotImportableError, title_of
from gemini.plain import listing, mapping
from gemini.request import Part

KIND = "an AI Studio prompt"
DRIVE = {"driveDocument": "a document", "driveImage": "an image", "driveVideo": "a video",
         "driveAudio": "an audio file"}  # fmt: skip
INLINE = ("inlineFile", "inlineImage", "inlineAudio", "inlineVideo")
PLAIN = ("temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "safetySettings",
         "responseSchema", "responseModalities", "mediaResolution", "candidateCount", "seed",
         "presencePenalty", "frequencyPenalty", "speechConfig")  # fmt: skip
"""Run settings that have the API's own names."""
SWITCHES = {
    "enableCodeExecution": "code_execution",
    "enableSearchAsATool": "google_search",
    "enableBrowseAsATool": "url_context",
    "enableGoogleMaps": "google_maps",
}
PAGE_ONLY = {"model", "responseMimeType", "enableAutoFunctionResponse", "googleSearch",
             "enableEnhancedCivicAnswers", "thinkingBudget", "thinkingLevel", "aspectRatio",
             "outputResolution", "functionDeclarations"}  # fmt: skip
"""Those that are read apart, or that only AI Studio's page is interested in."""


def looks_like_ai_studio(data: Any) -> bool:
    """Whether it is a prompt of AI Studio."""
    return isinstance(data, dict) and isinstance(data.get("chunkedPrompt"), dict)


def is_old_kind(data: Any) -> bool:
    """Whether it is one of the kinds that AI Studio had before chats were all there is."""
    return isinstance(data, dict) and "runSettings" in data and "chunkedPrompt" not in data


def read_ai_studio(data: dict[str, Any], name: str) -> ImportResult:
    """The conversation of a prompt file; `name` is the file's, which is the prompt's title.

    Raises:
        NotImportableError: there is nothing in it that could be taken.
    """
    notes = Notes()
    data = notes.without_keys(data)
    settings = mapping(data.get("runSettings"))
    model = str(settings.get("model") or "").removeprefix("models/")
    config = _config(settings, notes)
    if instruction := _instruction(data.get("systemInstruction")):
        config["system_instruction"] = instruction
    prompt = mapping(data.get("chunkedPrompt"))
    chunks = [c for c in listing(prompt.get("chunks")) if isinstance(c, dict)]
    if len(chunks) > MOST_MESSAGES:
        raise NotImportableError(f"it has more than {MOST_MESSAGES:,} messages")
    pending = [c for c in listing(prompt.get("pendingInputs")) if isinstance(c, dict)]
    messages = [_message(chunk, model, notes) for chunk in [*chunks, *pending]]
    conversation = conversation_of(in_a_row(m for m in messages if m.parts), config)
    if not conversation.turns and not config:
        raise NotImportableError("there are neither messages nor settings in it")
    title = title_of(name.removesuffix(".json"), "AI Studio prompt")
    return ImportResult(KIND, (ImportedChat(title, conversation, model, config),), notes.lines)


def _message(chunk: Mapping[str, Any], model: str, notes: Notes) -> ImportedMessage:
    parts = list(_parts(chunk, notes))
    if error := chunk.get("errorMessage"):
        notes.add(f"Left out: an answer that failed ({shown(error)}).")
    role = "model" if chunk.get("role") == "model" else "user"
    finish = str(chunk.get("finishReason") or "STOP")
    return ImportedMessage("", None, role, parts, model, moment_of(chunk.get("createTime")), finish)


def _parts(chunk: Mapping[str, Any], notes: Notes) -> Iterator[Part]:
    for field, what in DRIVE.items():
        if field in chunk:
            key = mapping(chunk[field]).get("id") or chunk[field]
            notes.add(
                f"Missing: {what} in Google Drive (id {shown(key)}). The file names it and doesn't "
                "hold it: download it there and attach it here."
            )
    for field in INLINE:
        if field in chunk:
            file = mapping(chunk[field])
            yield from _part({"inlineData": {"mimeType": file.get("mimeType"),
                                             "data": file.get("data")}}, notes)  # fmt: skip
    if video := mapping(chunk.get("youtubeVideo")).get("id"):
        address = f"https://www.youtube.com/watch?v={video}"
        yield from _part({"fileData": {"fileUri": address, "mimeType": "video/*"}}, notes)
    yield from _words(chunk, notes)
    for field in ("executableCode", "codeExecutionResult"):
        if mapping(chunk.get(field)):
            yield from _part({field: chunk[field]}, notes)
    if call := mapping(chunk.get("functionCall")):
        yield from _part({"functionCall": call}, notes)


def _words(chunk: Mapping[str, Any], notes: Notes) -> Iterator[Part]:
    """The texts of a chunk, with their signatures where `parts` say the same as `text`."""
    thought = {"thought": True} if chunk.get("isThought") else {}
    parts = [part for part in listing(chunk.get("parts")) if isinstance(part, dict)]
    texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    text = chunk.get("text")
    if parts and (not isinstance(text, str) or "".join(texts) == text):
        for part in parts:
            said = {k: v for k, v in part.items() if k != "thought"} | thought
            if signature := part.get("thoughtSignature"):
                said["thoughtSignature"] = bytes_of(signature)
            if said.get("text") != "" or "thoughtSignature" in said:
                yield from _part(said, notes)
        return
    for said in text_parts(text):
        yield {**said, **thought}


def _part(value: dict[str, Any], notes: Notes) -> Iterator[Part]:
    if part := part_of(value, notes):
        yield part


def _config(settings: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The run settings as a config; what stands at AI Studio's default of "nothing" is left."""
    given = {name: settings[name] for name in PLAIN if settings.get(name) not in (None, [], {})}
    if (mime_type := settings.get("responseMimeType")) not in {None, "", "text/plain"}:
        given["responseMimeType"] = mime_type
    on = {tool for name, tool in SWITCHES.items() if settings.get(name)}
    on |= {"google_search"} if "googleSearch" in settings else set()
    tools: list[dict[str, Any]] = [{tool: {}} for tool in SWITCHES.values() if tool in on]
    if functions := listing(settings.get("functionDeclarations")):
        tools.append({"functionDeclarations": functions})
    given |= {"tools": tools} if tools else {}
    if thinking := _thinking(settings):
        given["thinkingConfig"] = thinking
    image = {"aspectRatio": settings.get("aspectRatio"), "imageSize": settings.get(
        "outputResolution")}  # fmt: skip
    if "IMAGE" in listing(settings.get("responseModalities")) and any(image.values()):
        given["imageConfig"] = {name: value for name, value in image.items() if value}
    for name in settings.keys() - set(PLAIN) - SWITCHES.keys() - PAGE_ONLY:
        if settings[name] not in (None, False, "", [], {}):
            notes.add(f"Left out: the run setting “{name}” ({shown(settings[name])}).")
    return config_of(given, notes)


def _thinking(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Level and budget; a budget of -1 is what the model does by itself."""
    level = str(settings.get("thinkingLevel") or "").removeprefix("THINKING_")
    thinking: dict[str, Any] = {"thinkingLevel": level} if level else {}
    budget = settings.get("thinkingBudget")
    if isinstance(budget, int) and budget >= 0:
        thinking["thinkingBudget"] = budget
    return thinking


def _instruction(value: Any) -> str:
    """The system instruction, in the forms that it was kept in over time."""
    if isinstance(value, str):
        return value
    said = mapping(value)
    texts = [said.get("text"), *(mapping(p).get("text") for p in listing(said.get("parts")))]
    return "\n".join(cast("str", part["text"]) for part in text_parts(*texts))
