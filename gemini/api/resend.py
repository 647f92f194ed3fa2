"""A request that was sent, made ready to be sent again with other settings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gemini.api.signatures import with_placeholders
from gemini.request import Content, Request, without_signatures
from gemini.settings.config import TOOLS
from gemini.settings.table import SETTINGS

OF_SETTINGS = frozenset({setting.name for setting in SETTINGS} | {"thinking_config"})


def page_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a config no run setting can say: what the page had added, such as a schema."""
    own = {name: value for name, value in config.items() if name not in OF_SETTINGS}
    tools = [tool for tool in own.pop("tools", None) or () if not tool.keys() & set(TOOLS)]
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


def _bare(contents: list[Content]) -> list[Content]:
    return [{**c, "parts": without_signatures(c.get("parts") or ())} for c in contents]
