"""A request as it is on the wire, its address and its body, as a Request; and what came back.

Shapes: https://ai.google.dev/api/generate-content, https://ai.google.dev/gemini-api/docs/interactions
and https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from gemini.codegen.target import EMULATOR_PORT
from gemini.conversation import Conversation
from gemini.importing.fields import config_of, contents_of, part_of, shown, turn_contents
from gemini.importing.messages import ImportedMessage, conversation_of, in_a_row
from gemini.importing.result import ImportedChat, Notes, NotImportableError, title_of
from gemini.interactions.request import GENERATION, OWN
from gemini.interactions.steps import part_of_item, parts_of_step
from gemini.plain import listing, mapping, mappings
from gemini.request import CREATE_INTERACTION, Content, Part, Request

METHOD = re.compile(r"/(?:models/|(?=tunedModels/|endpoints/))([^:?\s]+):(\w+)")
INTERACTIONS = re.compile(r"/interactions(?:\?|$)")
WRITES = {"generateContent", "streamGenerateContent"}
GOOGLE = (".googleapis.com",)
BESIDE_CONFIG = {"contents", "generationConfig", "generation_config", "model"}
"""Names in a body that are no fields of the SDK's config."""


def is_gemini(url: str) -> bool:
    """Whether an address is one that asks Gemini for an answer."""
    match = METHOD.search(url)
    return bool(match and match[2] in WRITES) or bool(INTERACTIONS.search(url.partition("#")[0]))


def request_of(url: str, body: Any, notes: Notes) -> Request:
    """The Request that a body sent to an address is.

    Raises:
        NotImportableError: the address is for something else, or the body says nothing.
    """
    note_address(url, notes)
    if not isinstance(body, dict):
        raise NotImportableError("its body isn't JSON with the contents of a request")
    body = notes.without_keys(body)
    if INTERACTIONS.search(url.partition("#")[0]):
        return interaction_of(body, notes)
    match = METHOD.search(url)
    if match is None or match[2] not in WRITES:
        asked_for = match[2] if match else shown(urlsplit(url).path)
        raise NotImportableError(
            f"it asks for {asked_for}; generateContent, streamGenerateContent and interactions "
            "can be brought in"
        )
    generation = mapping(body.get("generationConfig") or body.get("generation_config"))
    given = {k: v for k, v in body.items() if k not in BESIDE_CONFIG} | generation
    contents = turn_contents(body.get("contents"), notes)
    return checked_request(unquote(match[1]), contents, config_of(given, notes), notes)


def checked_request(
    model: str, contents: list[Content], config: dict[str, Any], notes: Notes
) -> Request:
    """A Request for generateContent.

    Raises:
        NotImportableError: it has no model, or no contents; with what was left out of them.
    """
    if not model:
        raise NotImportableError("its model is set elsewhere in the program")
    if not contents:
        words = " ".join(notes.lines)
        raise NotImportableError(f"it has no contents that can be read. {words}".strip(" ."))
    return Request(model.removeprefix("models/"), contents, config)


def note_address(url: str, notes: Notes) -> None:
    """Note what of an address isn't taken: a key in it, and a server that isn't Google's."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return
    for name, value in parse_qsl(parts.query):
        if name in {"key", "access_token"}:
            notes.key(value)
    if parts.username or parts.password:
        notes.key(parts.password or parts.username or "")
    local = host in {"127.0.0.1", "localhost"} and parts.port == EMULATOR_PORT
    if host and "$" not in host and not host.endswith(GOOGLE) and not local:
        notes.add(f"It was for {shown(host)}. Requests from here go to this connection's server.")


def interaction_of(body: Mapping[str, Any], notes: Notes) -> Request:
    """The Request that a body of the Interactions API is."""
    model = str(body.get("model") or body.get("agent") or "")
    contents = _interaction_contents(body.get("input"), notes)
    if not model or not contents:
        raise NotImportableError("there is no model or no input in it")
    config: dict[str, Any] = {name: body[name] for name in sorted(OWN & body.keys())}
    if isinstance(instruction := body.get("system_instruction"), str):
        config["system_instruction"] = instruction
    generation = mapping(body.get("generation_config"))
    config |= {name: generation[name] for name in sorted(GENERATION & generation.keys())}
    thinking: dict[str, Any] = {}
    if isinstance(level := generation.get("thinking_level"), str):
        thinking["thinking_level"] = level.upper()
    if summaries := generation.get("thinking_summaries"):
        thinking["include_thoughts"] = summaries == "auto"
    config |= {"thinking_config": thinking} if thinking else {}
    if tools := _interaction_tools(listing(body.get("tools")), notes):
        config["tools"] = tools
    if response_format := body.get("response_format"):
        config["response_format"] = response_format
    known = {"model", "agent", "input", "stream", "tools", "response_format", "generation_config"}
    for name in body.keys() - known - OWN - {"system_instruction"}:
        notes.add(f"Left out: “{name}”, which isn't taken over from Interactions.")
    for name in generation.keys() - GENERATION - {"thinking_level", "thinking_summaries"}:
        notes.add(f"Left out: the setting “{name}”, which isn't taken over from Interactions.")
    return Request(model, contents, config, CREATE_INTERACTION)


def _interaction_contents(given: Any, notes: Notes) -> list[Content]:
    if isinstance(given, str):
        return contents_of(given, notes)
    items = mappings(given)
    contents: list[Content] = []
    for item in items:
        parts: list[Part] = []
        try:
            if item.get("type") == "user_input" or "role" in item:
                inner = item.get("content")
                inner = [{"type": "text", "text": inner}] if isinstance(inner, str) else inner
                parts = [part_of_item(each) for each in listing(inner)]
            elif item.get("type") in {"text", "image", "audio", "video", "document"}:
                parts = [part_of_item(item)]
            else:
                parts = list(parts_of_step(item))
        except (ValueError, TypeError, AttributeError):
            notes.add(f"Left out: a step of type {shown(item.get('type'))} that can't be read.")
        user = item.get("type") in {"user_input", "text", "image", "audio", "video", "document"}
        role = "user" if user and item.get("role") != "model" else "model"
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
    return contents


def _interaction_tools(tools: list[Any], notes: Notes) -> list[dict[str, Any]]:
    functions: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for tool in tools:
        kind = mapping(tool).get("type")
        if kind == "function":
            about = {k: tool[k] for k in ("name", "description") if tool.get(k)}
            parameters = {"parameters_json_schema": tool["parameters"]} if tool.get(
                "parameters"
            ) else {}  # fmt: skip
            functions.append({**about, **parameters})
        elif kind in {"google_search", "url_context", "code_execution", "google_maps"}:
            others.append({kind: {}})
        else:
            notes.add(f"Left out: a tool of type {shown(kind)}.")
    return others + ([{"function_declarations": functions}] if functions else [])


def answer_parts(text: str, notes: Notes) -> list[Part]:
    """The parts of the first candidate of a response, streamed or not; none where it failed."""
    parts: list[Part] = []
    for event in _events(text):
        candidates = listing(mapping(event).get("candidates"))
        content = mapping(mapping(candidates[0]).get("content")) if candidates else {}
        given = notes.without_keys(listing(content.get("parts")))
        parts += [part for each in given if (part := part_of(each, notes))]
    return parts


def _events(text: str) -> Iterator[Any]:
    """The JSON of a response: one value, a list of them, or server-sent events."""
    lines = [line[5:] for line in text.splitlines() if line.startswith("data:")]
    for piece in lines or [text]:
        try:
            value = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        yield from value if isinstance(value, list) else [value]


def chat_of(request: Request, answer: list[Part] | None = None, title: str = "") -> ImportedChat:
    """A Request as a conversation; its last prompt waits to be sent, unless it has an answer."""
    messages = [
        ImportedMessage(
            "", None, "model" if c["role"] == "model" else "user", c["parts"], request.model
        )
        for c in request.contents
    ]
    if answer:
        messages.append(ImportedMessage("", None, "model", answer, request.model))
    config = _with_one_instruction(request.config)
    conversation: Conversation = conversation_of(in_a_row(messages), config)
    prompts = [turn.text for turn in conversation.path()]
    name = title_of(title) or title_of(prompts[0] if prompts else "", "Imported")
    if request.method == CREATE_INTERACTION:
        for turn in conversation.turns.values():
            if turn.run is not None:
                turn.run.request = replace(turn.run.request, method=request.method)
    return ImportedChat(name, conversation, request.model, config, request.method)


def _with_one_instruction(config: Mapping[str, Any]) -> dict[str, Any]:
    """The config with a system instruction as the run settings have it: one text."""
    instruction = config.get("system_instruction")
    if not isinstance(instruction, dict):
        return dict(config)
    texts = [part["text"] for part in instruction["parts"] if part.get("text")]
    return {**config, "system_instruction": "\n".join(texts)}
