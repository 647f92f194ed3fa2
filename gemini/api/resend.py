"""What was answered or sent before, made ready to be sent again.

Thought signatures are of the model that wrote them. Gemini 3 refuses a call of the current turn
that carries none; for calls it didn't make itself (another model did, or they were imported) it
takes a placeholder: https://ai.google.dev/gemini-api/docs/thought-signatures (FAQ).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gemini.models.capabilities import short_name, version_of
from gemini.request import UNSIGNED, Content, Part, Request, without_signatures
from gemini.settings.config import TOOLS
from gemini.settings.table import SETTINGS
from gemini.tools.mcp import FIELD

OF_SETTINGS = frozenset({setting.name for setting in SETTINGS} | {"thinking_config"})


def with_placeholders(contents: Sequence[Content], model: str) -> list[Content]:
    """The contents as `model` takes them: the first call of each step since the question signed.

    Only of a model that checks signatures, and only where a call has none; what was signed stays.
    """
    result = list(contents)
    if not _checks_signatures(model):
        return result
    for number in range(len(result) - 1, -1, -1):
        content = result[number]
        parts: list[Part] = content.get("parts") or []
        if content.get("role") == "model":
            result[number] = {**content, "parts": _with_placeholder(parts)}
        elif not any("function_response" in part for part in parts):
            break  # the question: what was before it isn't checked
    return result


def page_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a config no run setting can say: what the page had added, such as a schema."""
    own = {name: value for name, value in config.items() if name not in OF_SETTINGS}
    tools = [tool for tool in own.pop("tools", None) or () if not tool.keys() & {*TOOLS, FIELD}]
    calling = (own.pop("tool_config", None) or {}).get("function_calling_config")
    if tools:
        own["tools"] = tools
    if tools and calling:
        own["tool_config"] = {"function_calling_config": calling}
    return own


def with_settings(request: Request, model: str, config: dict[str, Any]) -> Request:
    """The request for this model and with this config.

    Another model is given neither thoughts nor signatures: they are of the one that wrote them.
    """
    if model == request.model:
        return replace(request, config=config)
    contents = with_placeholders(_bare(request.contents), model)
    return replace(request, model=model, contents=contents, config=config)


def _checks_signatures(model: str) -> bool:
    name = short_name(model)
    return name.startswith("gemini-") and (version_of(name) >= 3 or name.endswith("-latest"))


def _with_placeholder(parts: list[Part]) -> list[Part]:
    first = next((n for n, part in enumerate(parts) if part.get("function_call")), None)
    if first is None or parts[first].get("thought_signature"):
        return parts
    signed = {**parts[first], "thought_signature": UNSIGNED}
    return [*parts[:first], signed, *parts[first + 1 :]]


def _bare(contents: list[Content]) -> list[Content]:
    return [{**c, "parts": without_signatures(c.get("parts") or ())} for c in contents]
