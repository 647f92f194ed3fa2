"""The emulator as the app meets it: a process of its own, reached through Google's SDK."""

from collections.abc import Callable, Iterator

import pytest
from google import genai
from google.genai import types

from emulator import launch

Connect = Callable[..., genai.Client]


@pytest.fixture(scope="session")
def connect() -> Iterator[Connect]:
    """A client for an emulator's address, closed at the end."""
    clients: list[genai.Client] = []

    def connect(url: str, api_version: str = "v1beta") -> genai.Client:
        options = types.HttpOptions(base_url=url, api_version=api_version, timeout=150_000)
        clients.append(genai.Client(api_key="any-key", http_options=options))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def echo() -> Iterator[launch.Emulator]:
    with launch.start("echo") as emulator:
        yield emulator


@pytest.fixture(scope="session")
def client(echo: launch.Emulator, connect: Connect) -> genai.Client:
    return connect(echo.url)


@pytest.fixture(scope="session")
def local() -> Iterator[launch.Emulator]:
    with launch.start("local") as emulator:
        yield emulator


@pytest.fixture(scope="session")
def small(local: launch.Emulator, connect: Connect) -> genai.Client:
    """A client for the local engine: a small model, and what sees, hears and reads here."""
    return connect(local.url)
