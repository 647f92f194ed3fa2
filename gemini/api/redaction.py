"""Hides secrets: in texts, in what goes over the wire, and in the settings of a request.

The one place that does: what is shown, written to the history, exported and shared goes by it.

The key of the connection is never in a request. But a tool may have credentials of its own
(`types.AuthConfig`, `types.ApiAuth`, the headers of an MCP server), and `http_options` may have
any header; the latter can also say where a request goes, and with it the key, so a request from
somebody else's file must not bring it along.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

HIDDEN = "[hidden]"
MASK = "••••••••"  # in headers and URLs
HIDDEN_HEADERS = frozenset({"x-goog-api-key", "authorization", "proxy-authorization", "cookie"})
GOOGLES = r"AIza[\w-]{20,}|ya29\.[\w.-]{20,}|AQ\.[\w-]{20,}"  # keys and tokens
SECRET = re.compile(
    rf"{GOOGLES}"
    r"|(?<=[?&]key=)[^&\s\"']+|(?<=[?&]access_token=)[^&\s\"']+"  # anybody's, by their place
    r"|(?<=[Aa]uthorization: Bearer )[\w.~+/=-]+|(?<=[Bb]earer )[\w.~+/=-]{20,}"
    r"|(?<=[Xx]-[Gg]oog-[Aa]pi-[Kk]ey: )[^\s\"']+"
    r"|(?<=://)[^/?#\s\"'@:]*:[^/?#\s\"']+(?=@)"  # name and password
)
SHORTEST_SECRET = 6  # characters
SECRET_FIELDS = frozenset(
    {"http_options", "httpOptions", "auth_config", "authConfig", "api_auth", "apiAuth"}
)
HEADERS = "headers"  # of an MCP server: their names stay
PEOPLES_OWN = frozenset(
    {
        "function_declarations",
        "functionDeclarations",
        "response_schema",
        "response_json_schema",
        "responseSchema",
        "responseJsonSchema",
        *("parameters", "schema"),  # of Interactions: a function's, an answer's
    }
)
"""Where names are people's own, so `headers` is a property like any other."""
PEOPLES_WORDS = frozenset({"contents", "systemInstruction", "input"})
"""What of a body is no setting: said, attached, and called with people's own names."""


def redact(text: str, secrets: Iterable[str | None] = ()) -> str:
    """Text without keys and tokens: those given, and whatever looks like one."""
    return SECRET.sub(HIDDEN, without(text, secrets))


def without(text: str, secrets: Iterable[str | None]) -> str:
    """Text without these keys, in any of their forms."""
    known = {form for secret in secrets if secret for form in _forms(secret)}
    for secret in sorted(known, key=len, reverse=True):  # a longer one may hold a shorter one
        text = text.replace(secret, HIDDEN)
    return text


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as a plain dict, the values of the secret ones hidden."""
    return {k: MASK if k.lower() in HIDDEN_HEADERS else v for k, v in headers.items()}


def masked_url(url: str) -> str:
    """A URL with its name and password, and whatever is or looks like a key in it, hidden."""
    url = re.sub(r"(?<=//)[^/?#]*@", f"{MASK}@", url)
    url = re.sub(r"([?&](?:key|access_token)=)[^&#]*", rf"\1{MASK}", url)
    return re.sub(GOOGLES, MASK, url)


def config_without_secrets(config: Mapping[str, Any]) -> dict[str, Any]:
    """A request's config (or the tools of its body) without the fields that can hold a secret.

    Of headers the names stay, `HIDDEN` in the place of their values.
    """
    return {
        name: value if name in PEOPLES_OWN else _cleaned(name, value)
        for name, value in config.items()
        if name not in SECRET_FIELDS
    }


def body_without_secrets(body: Any) -> Any:
    """The parsed body of a request, its tools and settings cleaned; contents are left alone."""
    if not isinstance(body, dict):
        return body
    return {
        name: value if name in PEOPLES_WORDS else _cleaned(name, value)
        for name, value in body.items()
        if name not in SECRET_FIELDS
    }


def hidden_in_json(body: bytes, secrets: Iterable[str]) -> bytes:
    """A body of JSON without these secrets: any that is a text of its own, however short, and
    longer ones wherever they stand.
    """
    known = [secret for secret in secrets if secret]
    for secret in known:
        for written in (json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
            body = body.replace(written.encode(), f'"{HIDDEN}"'.encode())
    for form in sorted((f for s in known for f in _forms(s)), key=len, reverse=True):
        body = body.replace(form.encode(), HIDDEN.encode())
    return body


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: plain, in a URL, in JSON, in Python's own notation.

    One that is too short to be a key would hide ordinary words.
    """
    if len(secret) < SHORTEST_SECRET:
        return set()
    in_json = (json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        *(t[1:-1] for t in (*in_json, repr(secret))),
    }


def _cleaned(name: str, value: Any) -> Any:
    if name == HEADERS:
        return dict.fromkeys(value, HIDDEN) if isinstance(value, dict) else HIDDEN
    return _clean(value)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return config_without_secrets(value)
    return [_clean(v) for v in value] if isinstance(value, list) else value
