"""The apps under measurement: how each is started, and where things are on its pages."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bench.environments import python_with
from bench.paces import PACES, prompt
from bench.processes import ROOT, ServerProcess, free_port, python, read, serving
from bench.text import TAGS

CHATS = ROOT / "bench/chats"


@dataclass(frozen=True)
class PageLayout:
    """A page of an app: its path, and selectors of what is on it.

    The page is at rest while `app` matches `rests`. An answer is read in the last `answers`
    elements that match `message`. `send` is a button that is clicked instead of pressing Enter,
    `ready` what can be used first where that isn't the `input`.
    """

    path: str
    input: str
    message: str
    stop: str
    app: str
    rests: str
    send: str = ""
    ready: str = ""
    answers: int = 1

    def as_json(self) -> str:
        """The selectors, for `probe.js`."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Peer:
    """An app with a chat.

    `command` follows the interpreter; `{port}` in it and in `env` is the server's, `{data}` a
    folder for its data. `packages` are installed in an environment of its own; without any it is
    this project's. `cwd` None is an empty folder, so that no configuration is found. `replay` is
    how its sessions talk with their server: a module of `bench.replays`.
    """

    name: str
    title: str
    command: tuple[str, ...]
    health: str
    replay: str
    screen: PageLayout
    packages: tuple[str, ...] = ()
    cwd: Path | None = None
    env: dict[str, str] = field(default_factory=dict)


# The same for both, so that neither has an advantage; everything else is each app's own.
STREAMLIT = (
    "--server.port={port}",
    "--server.address=127.0.0.1",
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
)

# Streamlit's own names, the same in every app built on it.
STREAMLIT_SCREEN = PageLayout(
    path="/",
    input="[data-testid=stChatInput] textarea",
    message="[data-testid=stChatMessage]",
    stop="[data-testid=stStatusWidget] button",
    app="[data-testid=stApp]",
    rests="[data-test-script-state=notRunning]",
)

STOCK = Peer(
    name="stock",
    title="stock chat",
    command=("-m", "streamlit", "run", str(CHATS / "streamlit_chat.py"), *STREAMLIT),
    health="/_stcore/health",
    replay="streamlit",
    screen=STREAMLIT_SCREEN,
)
GRADIO = Peer(
    name="gradio",
    title="Gradio",
    command=(str(CHATS / "gradio_chat.py"),),
    health="/config",
    replay="gradio",
    screen=PageLayout(
        path="/",
        input="textarea[data-testid=textbox]",
        message="[data-testid=bot]",
        stop=".stop-button",
        app=".gradio-container",
        rests=":has(.submit-button)",
    ),
    packages=("gradio==6.31.0",),
    env={
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": "{port}",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
    },
)
CHAINLIT = Peer(
    name="chainlit",
    title="Chainlit",
    command=(
        "-m", "chainlit", "run", str(CHATS / "chainlit_chat.py"),
        "--headless", "--host", "127.0.0.1", "--port", "{port}",
    ),
    health="/",
    replay="chainlit",
    screen=PageLayout(
        path="/",
        input="#chat-input",
        message="[data-step-type=assistant_message]",
        stop="#stop-button",
        app="#root",
        rests=":has(#chat-submit)",
    ),
    packages=("chainlit==2.12.0",),
    env={"CHAINLIT_APP_ROOT": "{data}"},
)  # fmt: skip
APP = Peer(
    name="app",
    title="this app",
    command=("-m", "streamlit", "run", str(ROOT / "app.py"), *STREAMLIT),
    health="/_stcore/health",
    replay="streamlit",
    screen=replace(STREAMLIT_SCREEN, path="/chat", stop=".st-key-stop button"),
    cwd=ROOT,
    env={"DATABASE_URL": "sqlite:///{data}/history.db"},
)
PEERS = {peer.name: peer for peer in (STOCK, GRADIO, CHAINLIT, APP)}

COMPARE = replace(
    APP.screen,
    path="/compare",
    input="[data-testid=stTextArea] textarea[aria-label=Prompt]",
    message="[data-testid=stColumn]",
    send=".st-key-compare-send button",
    answers=4,
)
BOXES = replace(
    APP.screen,
    path="/boxes",
    ready="[data-testid=stFileUploader] input",
    input="[data-testid=stTextInput] input",
    message="[data-testid=stCode]",
    send=".st-key-boxes-send button",
)


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

    async def records(self, tag: str) -> list[dict]:
        """What the server saw of the answers with this tag (`bench.server`), the newest last."""
        body = await asyncio.to_thread(read, f"{self.url}/bench/answers/{tag}")
        return json.loads(body)


@contextlib.asynccontextmanager
async def mock_server(folder: Path) -> AsyncIterator[Mock]:
    """The mock in a process of its own; logs go to `folder`."""
    port = free_port()
    mock = Mock(f"http://127.0.0.1:{port}")
    command = python("-m", "bench.server", "--port", str(port))
    health = f"{mock.url}/v1beta/models"
    async with serving(command, health, folder / "mock.log", cwd=ROOT, env={}):
        yield mock


@dataclass(frozen=True)
class AppServer:
    """A running server of a peer."""

    url: str
    process: ServerProcess


@contextlib.asynccontextmanager
async def app_server(peer: Peer, mock: Mock, folder: Path) -> AsyncIterator[AppServer]:
    """A new server of the peer. Logs and user data go to `folder`."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    data = folder / f"{peer.name}-{port}"
    data.mkdir(parents=True)
    command = [part.replace("{port}", port) for part in peer.command]
    own = {n: v.replace("{port}", port).replace("{data}", str(data)) for n, v in peer.env.items()}
    env = mock.env | own | {
        "HOME": str(data),
        "XDG_DATA_HOME": str(data),
    }  # fmt: skip
    interpreter = python_with(peer.name, peer.packages)
    async with serving(
        [interpreter, *command],
        url + peer.health,
        data / "server.log",
        cwd=peer.cwd or data,
        env=env,
    ) as process:
        yield AppServer(url, process)
