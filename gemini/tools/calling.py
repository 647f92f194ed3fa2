"""Whether and which functions may be called, as a request's config says it.

https://ai.google.dev/gemini-api/docs/function-calling#function_calling_modes
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from gemini.tools.declarations import FunctionDeclaration

Mode = Literal["AUTO", "ANY", "NONE", "VALIDATED"]

MODES: dict[Mode, str] = {
    "AUTO": "The model decides whether to call a function or to answer.",
    "ANY": "It must call a function: any, or one of those allowed.",
    "NONE": "It knows the functions and must not call them.",
    "VALIDATED": "It decides, and its calls keep to the declared parameters.",
}
"""What each mode means (`types.FunctionCallingConfigMode`)."""
NAMING = ("ANY", "VALIDATED")
"""The modes in which `allowed_function_names` may be given."""


def with_functions(
    declarations: Sequence[FunctionDeclaration],
    mode: Mode = "AUTO",
    allowed: Sequence[str] = (),
) -> dict[str, Any]:
    """What makes the functions known in a request's config: `tools`, and `tool_config`.

    Nothing for no functions; the mode is only sent where it isn't AUTO, the API's own.
    `gemini.settings.config.with_extra` joins it with the tools of the settings.
    """
    if not declarations:
        return {}
    config: dict[str, Any] = {"tools": [{"function_declarations": [dict(d) for d in declarations]}]}
    calling: dict[str, Any] = {"mode": mode} if mode != "AUTO" else {}
    if allowed and mode in NAMING:
        calling["allowed_function_names"] = list(allowed)
    if calling:
        config["tool_config"] = {"function_calling_config": calling}
    return config


def functions_of(config: Mapping[str, Any]) -> list[FunctionDeclaration]:
    """The functions that a request declared."""
    tools = config.get("tools") or []
    return [dict(d) for tool in tools for d in tool.get("function_declarations") or []]


def calling_of(config: Mapping[str, Any]) -> tuple[Mode, list[str]]:
    """The mode of a request and the names it allowed."""
    calling = (config.get("tool_config") or {}).get("function_calling_config") or {}
    known: dict[str, Mode] = {mode: mode for mode in MODES}
    mode = known.get(str(calling.get("mode")), "AUTO")
    return mode, list(calling.get("allowed_function_names") or [])
