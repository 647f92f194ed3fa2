"""What this session knows of MCP servers: those that were added here, and what opens them.

It is in memory only and goes with the session. A conversation or a run may come from somebody else:
the servers it names are used by later prompts only where the same were added here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from components.session import state
from gemini.tools.mcp import HeaderValues, McpServer


@dataclass
class SessionServers:
    """The URLs of the servers that were added, and the values of headers, by URL and header."""

    added: set[str] = field(default_factory=set)
    values: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def forget(self, server: McpServer, headers: Iterable[str]) -> None:
        """Let go of the values of some headers."""
        for header in headers:
            self.values.pop((server.url, header.lower()), None)


def session_servers() -> SessionServers:
    """Those of this session, made at the first call."""
    return state("mcp-servers", SessionServers)


def header_values() -> HeaderValues:
    """What opens the MCP servers of this session."""
    return dict(session_servers().values)


def added_here(servers: Iterable[McpServer]) -> tuple[McpServer, ...]:
    """Those that were added in this session."""
    added = session_servers().added
    return tuple(server for server in servers if server.url in added)
