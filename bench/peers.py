"""The apps under measurement: how each is started, and where its chat is on the page."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.paces import PACES, prompt
from bench.processes import ROOT, free_port, python, read, serving
from bench.text import TAGS

# Streamlit's own names, the same in every app built on it.
SELECTORS = {
    "app": "[data-testid=stApp]",
    "input": "[data-testid=stChatInput] textarea",
    "message": "[data-testid=stChatMessage]",
}

# The same for both, so that neither has an advantage; everything else is each app's own.
STREAMLIT_OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "browser.gatherUsageStats": "false",
}


@dataclass(frozen=True)
class Peer:
    """An app that `streamlit run` serves."""

    name: str
    script: Path
    cwd: Path | None  # None: an empty folder, so that no configuration is found
    path: str  # of the chat page
    stop: str  # selector of the button that stops an answer


STOCK = Peer(
    "stock", ROOT / "bench/stock_chat.py", None, "/", "[data-testid=stStatusWidget] button"
)
APP = Peer("app", ROOT / "app.py", ROOT, "/chat", ".st-key-stop button")
PEERS = {peer.name: peer for peer in (STOCK, APP)}


class Mock:
    """The running mock server: its address, and the prompts that are asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._tags: Iterator[str] = iter(TAGS)

    @property
    def env(self) -> dict[str, str]:
        """The environment that points an SDK at the mock, and at nothing else."""
        return {
            "GOOGLE_GEMINI_BASE_URL": self.url,
            "GEMINI_API_KEY": "bench",
            "GOOGLE_API_KEY": "",
            "GOOGLE_GENAI_USE_VERTEXAI": "",
        }

    def next_prompt(self, pace: str) -> tuple[str, str, int]:
        """A prompt for `pace`, the tag of its marks, and the number of chunks to expect."""
        tag = next(self._tags, None)
        if tag is None:
            self._tags = iter(TAGS)
            tag = next(self._tags)
        return prompt(pace, tag), tag, PACES[pace].chunks

    async def record(self, tag: str) -> dict:
        """What the server saw of the newest answer with this tag (`bench.server`)."""
        body = await asyncio.to_thread(read, f"{self.url}/bench/answers/{tag}")
        return json.loads(body)[-1]


@contextlib.asynccontextmanager
async def mock_server(folder: Path) -> AsyncIterator[Mock]:
    """The mock in a process of its own; logs go to `folder`."""
    port = free_port()
    mock = Mock(f"http://127.0.0.1:{port}")
    command = python("-m", "bench.server", "--port", str(port))
    health = f"{mock.url}/v1beta/models"
    async with serving(command, health, folder / "mock.log", cwd=ROOT, env={}):
        yield mock


@contextlib.asynccontextmanager
async def app_server(peer: Peer, mock: Mock, folder: Path) -> AsyncIterator[str]:
    """A new server of the peer; yields its base URL. Logs and user data go to `folder`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data = folder / f"{peer.name}-{port}"
    data.mkdir(parents=True)
    options = [f"--{name}={value}" for name, value in STREAMLIT_OPTIONS.items()]
    command = python("-m", "streamlit", "run", str(peer.script), f"--server.port={port}", *options)
    env = mock.env | {
        "HOME": str(data),
        "XDG_DATA_HOME": str(data),
        "DATABASE_URL": f"sqlite:///{data}/history.db",
    }
    health = f"{url}/_stcore/health"
    async with serving(command, health, data / "server.log", cwd=peer.cwd or data, env=env):
        yield url
