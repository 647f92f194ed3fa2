"""What the page sends, to compare generated code with; and what the code is answered with."""

from functools import cache
from pathlib import Path
from typing import Any

from gemini.api.connect import VERTEX_API_VERSION, Connection, Target
from gemini.codegen.fields import typed
from gemini.codegen.files import media_files
from gemini.embeddings.inputs import EmbeddingInput
from gemini.request import Request
from tests.fake_gemini import FakeGemini, Reply, Seen
from tests.filled import start
from tests.gemini.codegen_table import REQUESTS

KEY = "test-key-123456"
BASE64_KEYS = {"data", "thoughtSignature", "thought_signature", "continuationToken"}
TEXTS = tuple(f'It\'s "${n}" `x` \\ {{text}}\nü' for n in range(103))
ONE_REQUEST, ONE_EACH = "gemini-embedding-001", "gemini-embedding-2"  # takes many texts, or one
SETS = [
    EmbeddingInput(ONE_REQUEST, TEXTS, "RETRIEVAL_DOCUMENT", "A title", 256, ("x",) * len(TEXTS)),
    EmbeddingInput(ONE_REQUEST, TEXTS[:2]),
    EmbeddingInput(ONE_EACH, TEXTS[:3], "CLUSTERING", size=128),
]
"""Sets of texts to embed; the first takes two requests."""


def server(fake: FakeGemini) -> Target:
    """The fake as a server of one's own."""
    return Target("server", KEY, base_url=fake.url, timeout=30)


def vertex(fake: FakeGemini) -> Target:
    """The fake as Vertex AI, asked with a key."""
    return Target("vertex", KEY, base_url=fake.url, api_version=VERTEX_API_VERSION, timeout=30)


@cache
def page_sends() -> dict[str, Seen]:
    """What came in when the page's own way sent each of the requests, by their names."""
    fake = FakeGemini()
    connection = Connection(server(fake))
    try:
        return {name: sent_by_page(fake, connection, r) for name, r in REQUESTS.items()}
    finally:
        connection.close()
        fake.close()


def sent_by_page(fake: FakeGemini, connection: Connection, request: Request) -> Seen:
    """What comes in when the page's own way sends a request."""
    before = len(fake.generated)
    live = start(connection, request)
    assert live.ended.wait(30)
    assert live.run.outcome == "done", live.run.problem
    assert len(fake.generated) == before + 1
    return fake.generated[-1]


def embed_by_page(fake: FakeGemini, connection: Connection, asked: EmbeddingInput) -> None:
    """Send a set the page's own way, and leave an answer for whatever asks for it again."""
    per_request = min(asked.embedder.batch, len(TEXTS))
    fake.others = {
        "POST models/": [Reply(body={"embeddings": [{"values": [3.0, 4.0]}] * per_request})]
    }
    live = start(connection, asked.request())
    assert live.ended.wait(30)


def put_media(request: Request, folder: Path) -> None:
    """Write the media of a request where its code reads them."""
    for file in media_files(typed(request)).values():
        (folder / file.name).write_bytes(file.data)


def same_base64(body: Any) -> Any:
    """A body with all base64 in the standard alphabet.

    Python's SDK sends the URL-safe one, the `base64` command and JavaScript make the other; the
    API reads both (https://protobuf.dev/programming-guides/json/).
    """
    if isinstance(body, dict):
        return {k: _standard(v) if k in BASE64_KEYS else same_base64(v) for k, v in body.items()}
    return [same_base64(item) for item in body] if isinstance(body, list) else body


def _standard(value: Any) -> Any:
    if not isinstance(value, str):
        return same_base64(value)
    return value.replace("-", "+").replace("_", "/")
