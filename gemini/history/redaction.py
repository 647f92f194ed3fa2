"""Keeps secrets out of what is stored and shared: the settings that can carry one are left out.

The key of the connection is never in a request. But a tool may have credentials of its own
(`types.AuthConfig`, `types.ApiAuth`, the headers of an MCP server), and `http_options` may have
any header; the latter can also say where a request goes, and with it the key, so a request from
somebody else's file must not bring it along.
"""

from collections.abc import Mapping
from typing import Any

SECRET_FIELDS = frozenset(
    {"http_options", "httpOptions", "auth_config", "authConfig", "api_auth", "apiAuth", "headers"}
)
PEOPLES_OWN = frozenset(
    {
        "function_declarations",
        "functionDeclarations",
        "response_schema",
        "response_json_schema",
        "responseSchema",
        "responseJsonSchema",
    }
)
"""Where names are people's own, so `headers` is a property like any other."""


def config_without_secrets(config: Mapping[str, Any]) -> dict[str, Any]:
    """A request's config (or the tools of its body) without the fields that can hold a secret."""
    return {
        name: value if name in PEOPLES_OWN else _clean(value)
        for name, value in config.items()
        if name not in SECRET_FIELDS
    }


def body_without_secrets(body: Any) -> Any:
    """The parsed body of a request, its tools and settings cleaned; contents are left alone."""
    if not isinstance(body, dict):
        return body
    return {
        name: value if name in {"contents", "systemInstruction"} else _clean(value)
        for name, value in body.items()
    }


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return config_without_secrets(value)
    return [_clean(v) for v in value] if isinstance(value, list) else value
