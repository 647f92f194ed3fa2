"""Generated shell scripts send what the page sends. They are run with bash and curl."""

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.api.connect import Connection, Target
from gemini.codegen.curl import curl, escaped, stand_in, with_files
from gemini.codegen.fields import typed
from gemini.codegen.files import MediaFile, digest_of, media_files
from tests.fake_gemini import FakeGemini, answer
from tests.gemini.codegen_sending import (
    KEY,
    page_sends,
    put_media,
    same_base64,
    sent_by_page,
    server,
    vertex,
)
from tests.gemini.codegen_table import PNG, REQUESTS, asked, media, text

GEMINI = Target("gemini")


def run(script: str, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=script.encode(),
        capture_output=True,
        check=False,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "GEMINI_API_KEY": KEY, **variables},
        timeout=10,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def body_of(script: str, folder: Path) -> Any:
    """What a script hands to curl, without sending it."""
    return json.loads(run("curl() { cat; }\n" + script, folder))


def test_scripts_send_what_the_page_sends(fake: FakeGemini, tmp_path: Path) -> None:
    variables = {"GOOGLE_GEMINI_BASE_URL": fake.url}
    for number, (name, page) in enumerate(page_sends().items(), 1):
        put_media(REQUESTS[name], tmp_path)
        fake.replies = [answer("ok")]
        shown = run(curl(REQUESTS[name], server(fake)), tmp_path, **variables)
        assert len(fake.generated) == number
        sent = fake.generated[-1]
        assert same_base64(sent.body) == same_base64(page.body), name
        assert sent.path == page.path.replace("[1]", "%5B1%5D")
        assert sent.method == page.method
        assert sent.headers["content-type"] == page.headers["content-type"]
        assert sent.headers["x-goog-api-key"] == page.headers["x-goog-api-key"]
        assert '"ok"' in shown


def test_for_the_gemini_api_only_the_address_differs(fake: FakeGemini) -> None:
    own = curl(REQUESTS["an image"], server(fake)).splitlines()
    google = curl(REQUESTS["an image"], GEMINI).splitlines()
    address = "https://generativelanguage.googleapis.com"
    start = next(i for i, line in enumerate(google) if line.startswith("curl"))
    assert google[start:] == [
        line.replace("${GOOGLE_GEMINI_BASE_URL%/}", address)
        for line in own[next(i for i, line in enumerate(own) if line.startswith("curl")) :]
    ]


def test_scripts_for_vertex_with_a_key_send_what_the_page_sends(
    fake: FakeGemini, tmp_path: Path
) -> None:
    request = REQUESTS["an image"]
    put_media(request, tmp_path)
    connection = Connection(vertex(fake))
    page = sent_by_page(fake, connection, request)
    connection.close()
    variables = {"GOOGLE_VERTEX_BASE_URL": fake.url + "/", "GOOGLE_API_KEY": KEY}
    run(curl(request, vertex(fake)), tmp_path, **variables)
    assert fake.generated[-1].path == page.path
    assert same_base64(fake.generated[-1].body) == same_base64(page.body)


def test_vertex_is_asked_for_the_project_of_the_environment() -> None:
    target = Target("vertex", None, "secret", "us-central1", api_version="v1beta1")
    script = curl(asked(), target)
    assert "secret" not in script
    assert (
        '"https://us-central1-aiplatform.googleapis.com/v1beta1/projects/$GOOGLE_CLOUD_PROJECT'
        "/locations/us-central1/publishers/google/models/gemini-2.5-flash"
        ':streamGenerateContent?alt=sse"'
    ) in script
    assert "Bearer $(gcloud auth application-default print-access-token)" in script


def test_no_key_or_address_gets_into_a_script() -> None:
    target = Target("server", "secret-key", base_url="http://secret.example/")
    assert "secret" not in curl(asked(), target)


def test_a_script_without_media_has_its_json_as_it_is() -> None:
    script = curl(asked(text("Costs $5,\n`really`?"), top_k=40), GEMINI)
    assert script == (
        """\
#!/usr/bin/env bash
# The key is read from the environment variable GEMINI_API_KEY.
curl --no-buffer "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash\
:streamGenerateContent?alt=sse" \\
  -H "x-goog-api-key: $GEMINI_API_KEY" \\
  -H "Content-Type: application/json" \\
  --data-binary @- <<'EOF'
{
  "contents": [
    {
      "parts": [
        {
          "text": "Costs $5,\\n`really`?"
        }
      ],
      "role": "user"
    }
  ],
  "generationConfig": {
    "topK": 40
  }
}
EOF
"""
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8")) | st.text("\"'\\\n$`(){}!EOF "), min_size=1))
def test_any_text_reaches_curl_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("shell")
    for parts in ([text(v) for v in values], [media(), *(text(v) for v in values)]):
        put_media(asked(*parts), folder)
        body = body_of(curl(asked(*parts), GEMINI), folder)
        texts = [p["text"] for p in body["contents"][0]["parts"] if "text" in p]
        assert texts == values


@pytest.mark.parametrize("name", ["it's $(id).png", "-n.png", "a b\u00a0`c`.png", "{a,b}!.png"])
def test_any_file_name_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PNG)
    files = {digest_of(PNG): MediaFile(name, "image/png", PNG)}
    body = with_files(escaped(json.dumps({"data": stand_in(digest_of(PNG))})), files)
    sent = json.loads(run(f"cat <<EOF\n{body}\nEOF\n", tmp_path))
    assert base64.b64decode(sent["data"]) == PNG


def test_a_large_file_is_no_argument_of_a_command(tmp_path: Path) -> None:
    data = PNG * 100_000
    (tmp_path / "image-1.png").write_bytes(data)
    sent = body_of(curl(asked(media(data)), GEMINI), tmp_path)
    assert len(sent["contents"][0]["parts"][0]["inlineData"]["data"]) > len(data)


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_large_files_one_of_them_twice_in_any_shell(tmp_path: Path, shell: str) -> None:
    large = PNG * 50_000
    parts = [media(large), media(), media(large), text('$HOME `id` "x"')]
    for file in media_files(typed(asked(*parts))).values():
        (tmp_path / file.name).write_bytes(file.data)
    script = "curl() { cat; }\n" + curl(asked(*parts), GEMINI)
    done = subprocess.run(
        [shell], input=script.encode(), capture_output=True, check=True, cwd=tmp_path, timeout=30
    )
    first, second, third, words = json.loads(done.stdout)["contents"][0]["parts"]
    assert base64.b64decode(first["inlineData"]["data"]) == large
    assert base64.b64decode(second["inlineData"]["data"]) == PNG
    assert third == first
    assert words["text"] == '$HOME `id` "x"'


def test_what_the_sdk_refuses_is_said() -> None:
    with pytest.raises(ValueError, match="audio_timestamp"):
        curl(asked(audio_timestamp=True), GEMINI)
