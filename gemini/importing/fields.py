"""Contents and settings as people write them for the API, checked by the SDK's types.

REST writes names in camelCase and Python's SDK in snake_case; the API takes both, and so do the
types. What they refuse is left out and named, one field at a time.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from google.genai import types
from pydantic import BaseModel, ValidationError

from gemini.api.redaction import config_without_secrets
from gemini.codegen.fields import CLIENT_SIDE
from gemini.importing.messages import bytes_of
from gemini.importing.result import Notes
from gemini.plain import listing
from gemini.request import Content, Part

LONGEST_SHOWN = 60  # characters of a value in a sentence
PART_FIELDS: dict[str, str] = {f.alias or name: name for name, f in types.Part.model_fields.items()}
CONFIG_FIELDS: dict[str, str] = {
    f.alias or name: name for name, f in types.GenerateContentConfig.model_fields.items()
}
"""The SDK's names by those of REST."""


def contents_of(value: Any, notes: Notes) -> list[Content]:
    """What was given as contents: a text, parts, contents, or a list of any of these."""
    items = value if isinstance(value, list) else [value]
    contents: list[Content] = []
    for item in items:
        if isinstance(item, dict) and "parts" in item:
            parts = item["parts"] if isinstance(item["parts"], list) else [item["parts"]]
            contents.append(_content(item.get("role"), parts, notes))
        elif part := part_of(item, notes):
            if not (contents and contents[-1].get("loose")):
                contents.append({"role": "user", "parts": [], "loose": True})
            contents[-1]["parts"].append(part)
    return [{"role": c["role"], "parts": c["parts"]} for c in contents if c["parts"]]


def _content(role: Any, parts: list[Any], notes: Notes) -> Content:
    read = (part_of(part, notes) for part in parts)
    return {"role": "model" if role == "model" else "user", "parts": [p for p in read if p]}


def part_of(value: Any, notes: Notes) -> Part | None:
    """A part as the SDK takes it; None, and a note, for what isn't one."""
    if isinstance(value, str):
        return {"text": value}
    if not isinstance(value, dict):
        notes.add(f"Left out: {shown(value)}, which isn't part of a prompt.")
        return None
    part: dict[str, Any] = {PART_FIELDS.get(str(k), str(k)): field for k, field in value.items()}
    if "inline_data" in part and not _read_inline(part, notes):
        return None
    if "function_response" in part:
        part["function_response"] = _response(part["function_response"], notes)
    if "thought_signature" in part:
        part["thought_signature"] = bytes_of(part["thought_signature"])
    if "file_data" in part and not _may_refer(part["file_data"], notes):
        return None
    known = {name: field for name, field in part.items() if name in types.Part.model_fields}
    for name in part.keys() - known.keys():
        notes.add(f"Left out: “{name}” of a part, which the API doesn't have.")
    return _checked(types.Part, known, "a part", notes) or None


def _read_inline(part: dict[str, Any], notes: Notes) -> bool:
    """Put the bytes of a medium in the place of their base64; whether it could be read."""
    blob = part["inline_data"] if isinstance(part["inline_data"], dict) else {}
    data = bytes_of(blob.get("data"))
    if not data:
        notes.add(f"Missing: media that were {_where(blob.get('data'))}. Attach the file yourself.")
        return False
    mime_type = blob.get("mimeType") or blob.get("mime_type")
    names = {"display_name": blob.get("displayName") or blob.get("display_name")}
    part["inline_data"] = {"mime_type": mime_type, "data": data}
    part["inline_data"] |= {k: v for k, v in names.items() if v}
    return True


def _response(value: Any, notes: Notes) -> Any:
    """What a function gave back; its media are parts like others."""
    if not isinstance(value, dict) or not isinstance(value.get("parts"), list):
        return value
    return {**value, "parts": [p for each in value["parts"] if (p := part_of(each, notes))]}


def _where(data: Any) -> str:
    """Where media are that didn't come along, as the end of a sentence."""
    return f"read from elsewhere ({shown(data)})" if data else "not in it"


def _may_refer(file: Any, notes: Notes) -> bool:
    """Whether a file's address may be sent on: none of this machine or a network at home."""
    uri = file.get("fileUri") or file.get("file_uri") if isinstance(file, dict) else None
    if isinstance(uri, str) and may_be_public(uri):
        return True
    notes.add(f"Left out: a file at {shown(uri)}, which only the machine it came from can reach.")
    return False


def may_be_public(uri: str) -> bool:
    """Whether an address could lead to something public, as far as it shows. Nothing is asked."""
    try:
        parts = urlsplit(uri)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme == "gs":
        return bool(host)
    if parts.scheme not in {"http", "https"} or not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:  # a name; one of digits alone is an address in another notation
        named = "." in host and not host.replace(".", "").replace("x", "").isdigit()
        return named and not host.endswith((".localhost", ".local", ".internal", ".home.arpa"))


def config_of(value: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Settings by the SDK's names, each as its type has it; secrets in them are taken out."""
    config: dict[str, Any] = {}
    for given, setting in value.items():
        name = CONFIG_FIELDS.get(given, given)
        if setting is None:
            continue
        if name == "automatic_function_calling":
            continue  # the SDK's own doing; nothing of it is sent
        if name in CLIENT_SIDE:
            notes.add(f"Left out: “{given}”, which steers the SDK and isn't sent.")
        elif name not in types.GenerateContentConfig.model_fields:
            notes.add(f"Left out: the setting “{given}”, which isn't known here.")
        else:
            read = _READERS.get(name, _as_it_is)(setting, notes)
            config |= _checked(types.GenerateContentConfig, {name: read}, given, notes)
    return _harmless(config, notes)


def _as_it_is(value: Any, _: Notes) -> Any:
    return value


def _instruction(value: Any, notes: Notes) -> Any:
    """A system instruction as text, as the run settings have it, where it is one text."""
    if isinstance(value, str):
        return value
    parts = [p for content in contents_of(value, notes) for p in content["parts"]]
    if len(parts) == 1 and parts[0].keys() == {"text"}:
        return parts[0]["text"]
    return {"parts": parts} if parts else None


def _tools(value: Any, notes: Notes) -> list[Any]:
    """Declared tools; a Python function has no declaration that could be read here."""
    tools: list[Any] = []
    for tool in value if isinstance(value, list) else [value]:
        if isinstance(tool, dict):
            tools.append(tool)
        else:
            notes.add(f"Left out: the tool {shown(tool)}, which has no declaration.")
    return tools


_READERS: Mapping[str, Callable[[Any, Notes], Any]] = {
    "system_instruction": _instruction,
    "tools": _tools,
}


def _checked(
    model: type[BaseModel], value: dict[str, Any], name: str, notes: Notes
) -> dict[str, Any]:
    """What the SDK's type makes of a value; nothing, and a note, where it refuses it."""
    try:
        checked = model.model_validate(value)
    except (ValidationError, RecursionError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "too deep"
        notes.add(f"Left out: {name}, which can't be read ({reason}).")
        return {}
    return checked.model_dump(exclude_none=True, mode="python")


def _harmless(config: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """The settings without credentials and headers."""
    clean = config_without_secrets(config)
    if clean != config:
        notes.add("Credentials of a tool were in it and were taken out.")
    return _plain(clean)


def _plain(value: Any) -> Any:
    """The values of enumerations as texts."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return getattr(value, "value", value) if isinstance(value, str) else value


def shown(value: Any) -> str:
    """A value in a sentence, cut where it is long."""
    text = str(value) if value else "an address that isn't there"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def turn_contents(value: Any, notes: Notes) -> list[Content]:
    """The contents of a body of REST: always a list of contents there."""
    return contents_of(listing(value) or ([value] if isinstance(value, dict | str) else []), notes)
