"""Pictures and sounds beside texts: what is sent for them, kept of them, and taken home."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Connection, Target
from gemini.codegen.embedding import embed_curl, embed_javascript, embed_python, embedded_files
from gemini.embeddings.inputs import EmbeddingInput, check, embedder, input_of
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from gemini.request import Request
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start
from tests.gemini.codegen_sending import KEY
from tests.gemini.test_codegen_javascript import comparable, modules, run

__all__ = ["modules"]

NEW = "gemini-embedding-2"
MEDIA = Path(__file__).parents[2] / "samples" / "media"
CAT = Attachment("cat.jpg", "image/jpeg", (MEDIA / "cat.jpg").read_bytes())
BEEPS = Attachment("beeps.wav", "audio/wav", (MEDIA / "beeps.wav").read_bytes())
INPUTS = EmbeddingInput(
    NEW,
    ("a cat", "cat.jpg", "beeps.wav"),
    "CLUSTERING",
    size=128,
    labels=("pet", "Image", "Audio"),
    media=(None, CAT, BEEPS),
)
TARGET = Target("emulator", base_url="http://127.0.0.1:1")


def sent_by_page(fake: FakeGemini, connection: Connection) -> list[Any]:
    fake.others = {"POST models/": [Reply(body={"embeddings": [{"values": [3.0, 4.0]}]})]}
    live = start(connection, INPUTS.request())
    assert live.ended.wait(30)
    assert live.run.outcome == "done"
    return bodies(fake)


def bodies(fake: FakeGemini) -> list[Any]:
    """Path and body of each request since last time, in an order of its own."""
    found = [(s.path, comparable(s.body)) for s in fake.seen if s.path.endswith("EmbedContents")]
    fake.seen.clear()
    return sorted(found, key=lambda one: json.dumps(one, sort_keys=True))


def test_each_medium_is_a_request_of_its_own_without_name_label_or_task(
    fake: FakeGemini, connection: Connection
) -> None:
    sent = [body["requests"] for _, body in sent_by_page(fake, connection)]
    assert [len(requests) for requests in sent] == [1, 1, 1]
    parts = [requests[0]["content"]["parts"] for requests in sent]
    assert [{"text": "task: clustering | query: a cat"}] in parts
    blobs = [part[0]["inlineData"] for part in parts if "inlineData" in part[0]]
    assert {blob["mimeType"] for blob in blobs} == {"image/jpeg", "audio/wav"}
    assert all(blob.keys() == {"mimeType", "data"} for blob in blobs)
    assert "cat.jpg" not in str(sent)
    assert "Image" not in str(sent)


def test_the_python_code_sends_the_same(
    fake: FakeGemini, connection: Connection, tmp_path: Path
) -> None:
    by_page = sent_by_page(fake, connection)
    put_files(tmp_path)
    (tmp_path / "embed.py").write_text(embed_python(INPUTS.request(), TARGET), encoding="utf-8")
    variables = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": KEY}
    done = subprocess.run(
        [sys.executable, "embed.py"], cwd=tmp_path, env=variables, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert bodies(fake) == by_page


def test_the_javascript_code_sends_the_same(
    fake: FakeGemini, connection: Connection, modules: Path, tmp_path: Path
) -> None:
    by_page = sent_by_page(fake, connection)
    put_files(tmp_path)
    variables = {"GOOGLE_GEMINI_BASE_URL": fake.url, "GEMINI_API_KEY": KEY}
    assert run([embed_javascript(INPUTS.request(), TARGET)], tmp_path, modules, **variables) == [
        None
    ]
    assert bodies(fake) == by_page


def put_files(folder: Path) -> None:
    files = embedded_files(INPUTS.request()).values()
    assert [file.name for file in files] == ["cat.jpg", "beeps.wav"]
    for file in files:
        (folder / file.name).write_bytes(file.data)


def test_curl_writes_no_picture_out_and_says_what_to_take() -> None:
    assert "The first of 3 requests" in embed_curl(INPUTS.request(), TARGET)  # that is a text
    with pytest.raises(ValueError, match="Take the Python or JavaScript code"):
        embed_curl(INPUTS.only([1, 2]).request(), TARGET)


@pytest.mark.parametrize(
    "inputs",
    [
        INPUTS,
        INPUTS.only([1]),
        INPUTS.only([0]),
        replace(INPUTS, task="RETRIEVAL_DOCUMENT", title="Pets"),
        replace(INPUTS, task=None),
    ],
)
def test_a_kept_request_tells_what_was_asked(inputs: EmbeddingInput) -> None:
    kept = Request.from_json(inputs.request().to_json())
    told = input_of(kept)
    words = any(one is None for one in inputs.media)
    expected = inputs if words else replace(inputs, task=None)  # the task is in the words of a text
    assert told == replace(expected, media=inputs.media if any(inputs.media) else ())


def test_a_medium_without_a_name_has_one_all_the_same() -> None:
    request = Request(NEW, [{"role": "user", "parts": [CAT.part()]}], {}, "embed_content")
    assert input_of(request).texts == ("Image 1",)
    assert input_of(request).labels == ("Image",)


def test_what_is_looked_for_is_a_text() -> None:
    assert INPUTS.looked_for("cat").media == ()


@pytest.mark.parametrize(
    ("name", "said"), [("scale.flac", "audio/flac"), ("report.pdf", "application/pdf")]
)
def test_what_the_model_does_not_take_is_refused_in_words(name: str, said: str) -> None:
    how = embedder(NEW)
    with pytest.raises(MediaError, match=f"{name} is {said}. .* embeds PNG, JPEG, MP3, WAV"):
        check(attachment(name, (MEDIA / name).read_bytes()), NEW, how.media, how.seconds)


def test_long_sounds_and_large_pictures_are_refused_in_words() -> None:
    how = embedder(NEW)
    check(replace(BEEPS, seconds=80.0), NEW, how.media, how.seconds)
    with pytest.raises(MediaError, match="81 seconds long"):
        check(replace(BEEPS, seconds=81.0), NEW, how.media, how.seconds)
    with pytest.raises(MediaError, match="a request can have 20 MB"):
        check(replace(CAT, data=b"x" * 16_000_000), NEW, how.media, how.seconds)


def test_other_models_take_texts_only() -> None:
    assert not embedder("gemini-embedding-001").media
    assert not embedder("text-embedding-005").media
    assert not embedder("anything").media
