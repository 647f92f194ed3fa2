"""The JavaScript of a set of texts is run with Node, and sends what the page sends for it."""

from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Connection, Target
from gemini.codegen.embedding import embed_javascript
from gemini.embeddings.inputs import EmbeddingInput
from tests.fake_gemini import FakeGemini
from tests.gemini.codegen_sending import KEY, SETS, embed_by_page
from tests.gemini.test_codegen_javascript import comparable, modules, run

__all__ = ["modules"]


def bodies(fake: FakeGemini) -> list[Any]:
    """Path and body of each request since last time, in an order of its own."""
    found = [(s.path, comparable(s.body)) for s in fake.seen if s.path.endswith("EmbedContents")]
    fake.seen.clear()
    return sorted(found, key=str)


@pytest.mark.parametrize("inputs", SETS)
def test_the_module_sends_what_the_page_sends(
    fake: FakeGemini,
    connection: Connection,
    modules: Path,
    tmp_path: Path,
    inputs: EmbeddingInput,
) -> None:
    embed_by_page(fake, connection, inputs)
    by_page = bodies(fake)
    code = embed_javascript(inputs.request(), Target("server", "secret-key", base_url=fake.url))
    assert "secret-key" not in code
    variables = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": fake.url}
    assert run([code], tmp_path, modules, **variables) == [None]
    assert bodies(fake) == by_page
