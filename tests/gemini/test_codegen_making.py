"""The code of Imagen and video calls runs, sends the same, and saves what comes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gemini.api.connect import Target
from gemini.api.methods import arguments
from gemini.codegen.calls import call_curl, call_media, call_python
from gemini.request import Part, Request
from tests.fake_gemini import FakeGemini, Reply
from tests.made_replies import encoded, imagen_answer, png, video_done

PICTURE: Part = {"inline_data": {"mime_type": "image/png", "data": png("red")}}
VIDEO: Part = {"inline_data": {"mime_type": "video/mp4", "data": b"film"}}
WORDS: Part = {"text": "A ball"}
MADE = png("blue")
REQUESTS: dict[str, tuple[list[Part], dict[str, Any], Reply, str]] = {
    "generate_images": ([WORDS], {"number_of_images": 1}, imagen_answer(MADE), "answer-1.png"),
    "edit_image": (
        [WORDS, PICTURE],
        {"mask_mode": "MASK_MODE_FOREGROUND", "edit_mode": "EDIT_MODE_INPAINT_REMOVAL"},
        imagen_answer(MADE),
        "answer-1.png",
    ),
    "upscale_image": ([PICTURE], {"upscale_factor": "x2"}, imagen_answer(MADE), "answer-1.png"),
    "generate_videos": (
        [WORDS, PICTURE, PICTURE],
        {"duration_seconds": 4},
        video_done(MADE),
        "answer-1.mp4",
    ),
    "generate_videos, references": (
        [WORDS, PICTURE],
        {"reference_type": "STYLE"},
        video_done(MADE),
        "answer-1.mp4",
    ),
    "generate_videos, extension": ([VIDEO], {"seed": 1}, video_done(MADE), "answer-1.mp4"),
}
"""By the method's name, with what is special about the request."""


@pytest.mark.parametrize("name", REQUESTS)
def test_the_python_code_saves_what_was_made(fake: FakeGemini, tmp_path: Path, name: str) -> None:
    parts, config, reply, file = REQUESTS[name]
    fake.others = {"POST ": [reply]}
    method = name.partition(",")[0]
    given = arguments(Request("maker", [{"role": "user", "parts": parts}], config, method))
    for media in call_media(given).values():
        (tmp_path / media.name).write_bytes(media.data)
    target = Target("vertex", "secret-key", base_url=fake.url)
    script = tmp_path / "call.py"
    script.write_text(call_python(f"models.{method}", given, target), encoding="utf-8")
    variables = {"GOOGLE_VERTEX_BASE_URL": fake.url, "GOOGLE_API_KEY": "of-the-environment"}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / file).read_bytes() == MADE
    assert "predict" in fake.seen[-1].path


@pytest.mark.parametrize("name", REQUESTS)
def test_where_the_sdk_refuses_curl_says_why(name: str) -> None:
    parts, config, *_ = REQUESTS[name]
    method = name.partition(",")[0]
    given = arguments(Request("maker", [{"role": "user", "parts": parts}], config, method))
    assert ":predict" in call_curl(f"models.{method}", given, Target("vertex", "key"))
    with pytest.raises(ValueError, match="only supported in Gemini Enterprise"):
        call_curl(f"models.{method}", given, Target("gemini", "key"))


def test_curl_reads_a_video_from_its_file(fake: FakeGemini, tmp_path: Path) -> None:
    data = bytes(range(256)) * 64
    video: Part = {"inline_data": {"mime_type": "video/mp4", "data": data}}
    request = Request("maker", [{"role": "user", "parts": [WORDS, video]}], {}, "generate_videos")
    code = call_curl(
        "models.generate_videos", arguments(request), Target("vertex", "key", base_url=fake.url)
    )
    assert len(code) < 1000
    (tmp_path / "media-1.mp4").write_bytes(data)
    fake.others = {"POST ": [video_done(MADE)]}
    environment = {**os.environ, "GOOGLE_VERTEX_BASE_URL": fake.url, "GOOGLE_API_KEY": "mine"}
    subprocess.run(["bash", "-c", code], cwd=tmp_path, env=environment, check=True)
    [instance] = fake.seen[-1].body["instances"]
    assert instance["prompt"] == "A ball"
    assert instance["video"] == {"bytesBase64Encoded": encoded(data), "mimeType": "video/mp4"}
