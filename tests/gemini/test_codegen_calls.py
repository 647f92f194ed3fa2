"""The code of a call is run, and sends what the SDK sends for the call."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gemini.api.call import begin
from gemini.api.connect import Connection, Target
from gemini.api.methods import arguments
from gemini.codegen.calls import call_curl, call_media, call_python
from gemini.request import Request
from tests.fake_gemini import FakeGemini, Reply

TEXT = [{"role": "user", "parts": [{"text": 'It\'s "$HOME" `x` \\'}]}]
MEDIA = [{"role": "user", "parts": [{"inline_data": {"mime_type": "image/png", "data": b"png"}}]}]
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "list": ("caches.list", {"config": {"page_size": 5}}),
    "create": (
        "caches.create",
        {"model": "gemini-2.5-flash", "config": {"contents": TEXT, "ttl": "60s"}},
    ),
    "delete": ("caches.delete", {"name": "cachedContents/one"}),
    "update": ("caches.update", {"name": "cachedContents/one", "config": {"ttl": "9s"}}),
    "media": ("caches.create", {"model": "gemini-2.5-flash", "config": {"contents": MEDIA}}),
    "embeddings": (
        "models.embed_content",
        arguments(
            Request("gemini-embedding-001", TEXT, {"output_dimensionality": 8}, "embed_content")
        ),
    ),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("language", ["python", "curl"])
def test_the_code_sends_the_call(
    fake: FakeGemini, tmp_path: Path, name: str, language: str
) -> None:
    method, given = CALLS[name]
    answer = {"name": "cachedContents/one", "embeddings": [{"values": [1.0]}]}
    fake.others = {f"{verb} ": [Reply(body=answer)] for verb in ("GET", "POST", "PATCH", "DELETE")}
    target = Target("server", "secret-key", base_url=fake.url)
    make = call_python if language == "python" else call_curl
    code = make(method, given, target)
    assert "secret-key" not in code
    for file in call_media(given).values():
        (tmp_path / file.name).write_bytes(file.data)
    script = tmp_path / "call"
    script.write_text(code, encoding="utf-8")
    command = [sys.executable if language == "python" else "bash", str(script)]
    variables = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": "of-the-environment"}
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **variables}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    sent_by_code = fake.seen[-1]
    assert sent_by_code.headers["x-goog-api-key"] == "of-the-environment"
    expected = _sent(fake, method, given)
    assert (sent_by_code.method, sent_by_code.path) == expected[:2]
    assert json.dumps(sent_by_code.body, sort_keys=True) == json.dumps(expected[2], sort_keys=True)


def _sent(fake: FakeGemini, method: str, given: dict[str, Any]) -> tuple[str, str, Any]:
    connection = Connection(Target("server", "secret-key", base_url=fake.url))
    try:
        assert begin(connection, method, given).result().problem is None
    finally:
        connection.close()
    seen = fake.seen[-1]
    return seen.method, seen.path, seen.body
