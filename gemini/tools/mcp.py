"""Remote MCP servers as a tool: Gemini calls them itself, with headers that are the user's secrets.

A request never holds a header's value: `HIDDEN` stands for it, in the history, in exports, in code.
The values are a session's own, by the server's URL and the header, and are put in as the request
is sent. So a request from elsewhere, to another URL, is given none of them.

generateContent: https://ai.google.dev/api/caching#McpServer (Gemini API only); Interactions:
`mcp_server` in https://ai.google.dev/gemini-api/docs/interactions. Read 2026-11-29 in the SDK.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gemini.api.redaction import HIDDEN
from gemini.plain import listing, mapping

FIELD = "mcp_servers"
TRANSPORT = "streamable_http_transport"
ALLOWED = "allowed_tools"  # of Interactions only
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # https://www.rfc-editor.org/rfc/rfc9110
VARIABLE = re.compile(r"\$\{(MCP_[A-Z0-9_]+)\}")  # stands for a value in code

HeaderValues = Mapping[tuple[str, str], str]
"""What opens the servers: by URL and the header's name in small letters."""

NO_VALUES: HeaderValues = {}


@dataclass(frozen=True)
class McpServer:
    """A server as it is set. `headers` are names; `allowed_tools` are all of them where empty."""

    name: str
    url: str
    headers: tuple[str, ...] = ()
    allowed_tools: tuple[str, ...] = ()

    def to_tool(self, *, limited: bool) -> dict[str, Any]:
        """As in `types.McpServer`; where the tools can be `limited`, with those allowed too."""
        transport: dict[str, Any] = {"url": self.url}
        if self.headers:
            transport["headers"] = dict.fromkeys(self.headers, HIDDEN)
        allowed = {ALLOWED: list(self.allowed_tools)} if limited and self.allowed_tools else {}
        return {"name": self.name, TRANSPORT: transport, **allowed}

    def lacking(self, values: HeaderValues) -> list[str]:
        """The headers that have no value here."""
        return [name for name in self.headers if not values.get((self.url, name.lower()))]


def server_trouble(name: str, url: str, others: Mapping[str, Any]) -> str:
    """What is wrong with a server that somebody typed, or ""."""
    if not name:
        return "Give the server a name."
    if name in others:
        return f"There is a server called {name} already."
    try:
        parsed = urlsplit(url)
    except ValueError:
        return "That isn't a URL."
    if parsed.scheme != "https" or not parsed.hostname:
        return "The URL must begin with https://: Gemini calls the server over the internet."
    if parsed.username or parsed.password:
        return "Put name and password into a header: the URL is shown and stored."
    return ""


def header_trouble(name: str, value: str) -> str:
    """What is wrong with a header that somebody typed, or ""."""
    if not HEADER_NAME.fullmatch(name):
        return f"{name or 'An empty text'} isn't a header name."
    if not value.isascii() or not value.isprintable():
        return "The value has characters that no header can have."
    return ""


def servers_of(config: Mapping[str, Any]) -> tuple[McpServer, ...]:
    """The servers of a request's config, as they can be set again; one without a URL is none."""
    return tuple(server for each in _entries(config) if (server := _server(each)) is not None)


def lacking_headers(config: Mapping[str, Any], values: HeaderValues) -> list[tuple[str, str]]:
    """(server with its URL, header) for each header of a request that has no value here."""
    return [
        (f"{server.get('name') or 'the server'} at {transport.get('url')}", name)
        for server in _entries(config)
        for transport in [_transport(server)]
        for name, value in (transport.get("headers") or {}).items()
        if value == HIDDEN and not values.get((str(transport.get("url")), name.lower()))
    ]


def with_headers(config: Mapping[str, Any], values: HeaderValues) -> dict[str, Any]:
    """The config with the headers' values in their places; one without a value is left out."""

    def fill(server: Mapping[str, Any], name: str, value: str) -> str | None:
        url = server[TRANSPORT].get("url") or ""
        return values.get((url, name.lower())) if value == HIDDEN else value

    return _mapped(config, fill)


def secret_texts(config: Mapping[str, Any]) -> list[str]:
    """The values of the headers of a filled config, and what follows `Bearer ` in them."""
    values = [
        value
        for server in _entries(config)
        for value in (_transport(server).get("headers") or {}).values()
        if isinstance(value, str) and value != HIDDEN
    ]
    return [*values, *(value.partition(" ")[2] for value in values if " " in value)]


def with_variables(config: Mapping[str, Any]) -> dict[str, Any]:
    """The config with the name of an environment variable, `${MCP_FILES_TOKEN}`, in the place of
    every header's value, for code.
    """

    def name_it(server: Mapping[str, Any], name: str, _value: str) -> str:
        owner = server.get("name") or urlsplit(server[TRANSPORT].get("url") or "").hostname or ""
        return "${MCP_" + re.sub(r"[^A-Z0-9]+", "_", f"{owner}_{name}".upper()).strip("_") + "}"

    return _mapped(config, name_it)


def variables(config: Mapping[str, Any]) -> list[str]:
    """The environment variables that code for this config reads, for its servers."""
    texts = secret_texts(with_variables(config))
    return list(dict.fromkeys(match[1] for text in texts if (match := VARIABLE.fullmatch(text))))


def without_allowed_tools(config: Mapping[str, Any]) -> dict[str, Any]:
    """The config as generateContent takes it: there all tools of a server are allowed."""
    return _with_servers(config, lambda each: {k: v for k, v in each.items() if k != ALLOWED})


def limits_tools(config: Mapping[str, Any]) -> bool:
    """Whether only some tools of a server are allowed."""
    return any(each.get(ALLOWED) for each in _entries(config))


def _entries(config: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    tools = config.get("tools")
    for tool in listing(tools):
        servers = tool.get(FIELD) if isinstance(tool, dict) else None
        yield from (each for each in servers or [] if isinstance(each, dict))


def _transport(server: Mapping[str, Any]) -> dict[str, Any]:
    transport = server.get(TRANSPORT)
    return mapping(transport)


def _server(entry: Mapping[str, Any]) -> McpServer | None:
    transport = _transport(entry)
    if not isinstance(url := transport.get("url"), str):
        return None
    headers = tuple(str(name) for name in transport.get("headers") or {})
    allowed = tuple(str(name) for name in entry.get(ALLOWED) or ())
    return McpServer(str(entry.get("name") or ""), url, headers, allowed)


def _mapped(
    config: Mapping[str, Any], change: Callable[[dict[str, Any], str, str], str | None]
) -> dict[str, Any]:
    """The config with `change(server, header, value)` for each header; None leaves it out."""

    def changed(server: dict[str, Any]) -> dict[str, Any]:
        if not (headers := _transport(server).get("headers")):
            return server
        values = {name: change(server, name, value) for name, value in headers.items()}
        values = {name: value for name, value in values.items() if value is not None}
        return {**server, TRANSPORT: {**server[TRANSPORT], "headers": values}}

    return _with_servers(config, changed)


def _with_servers(
    config: Mapping[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    if not any(True for _ in _entries(config)):
        return dict(config)
    tools = [
        {**tool, FIELD: [change(server) for server in tool[FIELD]]}
        if isinstance(tool, dict) and tool.get(FIELD)
        else tool
        for tool in config["tools"]
    ]
    return {**config, "tools": tools}
