"""The code of a set of texts is run, and sends what the page sends for it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Connection, Target
from gemini.codegen.embedding import embed_curl, embed_python
from gemini.embeddings.inputs import EmbeddingInput
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start
from tests.gemini.codegen_sending import ONE_EACH, ONE_REQUEST, SETS, TEXTS, embed_by_page


def bodies(fake: FakeGemini) -> list[Any]:
    found = [s.body["requests"] for s in fake.seen if s.path.endswith("EmbedContents")]
    fake.seen.clear()
    return sorted(found, key=str)


def run(command: list[str], fake: FakeGemini, folder: Path) -> str:
    variables = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "of-the-environment"}
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("inputs", SETS)
def test_the_python_code_sends_what_the_page_sends(
    fake: FakeGemini, connection: Connection, tmp_path: Path, inputs: EmbeddingInput
) -> None:
    embed_by_page(fake, connection, inputs)
    by_page = bodies(fake)
    code = embed_python(inputs.request(), Target("server", "secret-key", base_url=fake.url))
    assert "secret-key" not in code
    (tmp_path / "embed.py").write_text(code, encoding="utf-8")
    printed = run([sys.executable, "embed.py"], fake, tmp_path)
    assert bodies(fake) == by_page
    assert ("1." in printed) is (inputs.model == ONE_REQUEST)  # of length 5 unless scaled


def test_the_curl_code_sends_the_first_request_and_says_so(
    fake: FakeGemini, connection: Connection, tmp_path: Path
) -> None:
    inputs = EmbeddingInput(ONE_EACH, TEXTS[:3], "CLUSTERING")
    fake.others = {"POST models/": [Reply(body={"embeddings": [{"values": [1.0]}]})]}
    live = start(connection, inputs.only([0]).request())
    assert live.ended.wait(30)
    by_page = bodies(fake)
    code = embed_curl(inputs.request(), Target("server", "secret-key", base_url=fake.url))
    assert "# The first of 3 requests." in code
    (tmp_path / "embed.sh").write_text(code, encoding="utf-8")
    run(["bash", "embed.sh"], fake, tmp_path)
    assert bodies(fake) == by_page
    assert "The first of" not in embed_curl(inputs.only([0]).request(), Target("gemini"))
