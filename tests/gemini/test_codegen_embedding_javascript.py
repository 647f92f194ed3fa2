"""The JavaScript of a set of texts is run with Node, and sends what the page sends for it."""

from pathlib import Path
from typing import Any

import pytest

from gemini.codegen import embed_javascript
from gemini.connect import Connection, Target
from gemini.embeddings.asking import Asked
from gemini.run import start
from tests.fake_gemini import FakeGemini, Reply
from tests.gemini.codegen_sending import KEY
from tests.gemini.test_codegen_javascript import comparable, modules, run

__all__ = ["modules"]

TEXTS = tuple(f'It\'s "${n}" `x` \\ {{text}}\nü' for n in range(103))
OLD, NEW = "gemini-embedding-001", "gemini-embedding-2"


def bodies(fake: FakeGemini) -> list[Any]:
    """Path and body of each request since last time, in an order of its own."""
    found = [(s.path, comparable(s.body)) for s in fake.seen if s.path.endswith("EmbedContents")]
    fake.seen.clear()
    return sorted(found, key=str)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(OLD, TEXTS, "RETRIEVAL_DOCUMENT", "A title", 256, ("x",) * len(TEXTS)),
        Asked(OLD, TEXTS[:2]),
        Asked(NEW, TEXTS[:3], "CLUSTERING", size=128),
    ],
)
def test_the_module_sends_what_the_page_sends(
    fake: FakeGemini,
    connection: Connection,
    modules: Path,
    tmp_path: Path,
    asked: Asked,
) -> None:
    per_request = min(asked.embedder.batch, len(TEXTS))
    reply = Reply(body={"embeddings": [{"values": [3.0, 4.0]}] * per_request})
    fake.others = {"POST models/": [reply]}
    live = start(connection, asked.request())
    assert live.ended.wait(10)
    by_page = bodies(fake)
    code = embed_javascript(asked.request(), Target("server", "secret-key", base_url=fake.url))
    assert "secret-key" not in code
    variables = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": fake.url}
    assert run([code], tmp_path, modules, **variables) == [None]
    assert bodies(fake) == by_page
