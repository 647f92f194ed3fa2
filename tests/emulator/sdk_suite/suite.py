"""Runs Google's own SDK tests, which come inside google-genai, against an emulator.

The wheel leaves out the tests' data folder, so the package is copied, and files of the same
names and kinds are made in it. What they show doesn't matter: the tests look at the wire.
"""

import json
import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

from google import genai
from PIL import Image

HERE = Path(__file__).parent
TIMEOUT = 900  # seconds; a quarter of a minute on an idle machine

# Of the SDK's tests and their shared counterparts: the files on generateContent, countTokens,
# embedContent, the models, automatic function calling, chats, caches, batches, operations, tunings,
# the Files API and the tokens of the Live API. The others are about images, videos and Vertex AI.
FILES = (
    "models/test_count_tokens.py",
    "models/test_embed_content.py",
    "models/test_delete.py",
    "models/test_function_call_streaming.py",
    "models/test_gc_continuation_token.py",
    "models/test_generate_content.py",
    "models/test_generate_content_cached_content.py",
    "models/test_generate_content_config_zero_value.py",
    "models/test_generate_content_continuation_token.py",
    "models/test_generate_content_from_apikey.py",
    "models/test_generate_content_http_options.py",
    "models/test_generate_content_image_generation.py",
    "models/test_generate_content_mcp.py",
    "models/test_generate_content_media_resolution.py",
    "models/test_generate_content_model.py",
    "models/test_generate_content_multi_regional.py",
    "models/test_generate_content_part.py",
    "models/test_generate_content_thought.py",
    "models/test_generate_content_tools.py",
    "models/test_get.py",
    "models/test_list.py",
    "models/test_update.py",
    "afc",
    "batches",
    "caches",
    "chats",
    "files",
    "operations",
    "tokens",
    "tunings",
    "shared/models/test_count_tokens.py",
    "shared/models/test_embed.py",
    "shared/models/test_generate_content.py",
    "shared/models/test_generate_content_stream.py",
    "shared/models/test_list.py",
    "shared/batches",
    "shared/caches",
    "shared/chats",
    "shared/files",
    "shared/tunings",
)


def run(url: str, folder: Path) -> dict[str, str]:
    """Outcome ("passed", "failed", "skipped", "error") of each test, by its id under `tests/`."""
    tests = _copy(folder)
    report = folder / "outcomes.json"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--mode",
        "api",
        "-q",
        "--tb=no",  # the traces of those that are listed took three times as long as all tests
        "--assert=plain",
        "--continue-on-collection-errors",
    ]
    command += ["-c", os.devnull, "--rootdir", str(tests), "--import-mode=importlib"]
    command += ["-o", "consider_namespace_packages=true", "-p", "no:cacheprovider"]
    command += ["-o", "asyncio_default_fixture_loop_scope=function"]
    command += ["-p", "redirect", *(str(tests / file) for file in FILES)]
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(url, folder, report),
        timeout=TIMEOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not report.exists():
        raise RuntimeError(
            f"The SDK's tests didn't run:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )
    (folder / "output.txt").write_text(done.stdout)
    return json.loads(report.read_text())


def _environment(url: str, folder: Path, report: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder), str(HERE)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OUTCOMES_FILE": str(report),
        "EMULATOR_URL": url,
        "GOOGLE_API_KEY": "any-key",
        "GOOGLE_CLOUD_PROJECT": "project",
        "GOOGLE_CLOUD_LOCATION": "location",
        "GOOGLE_GENAI_RUN_GEMINI_ONLY_IN_API_MODE": "1",
        "GOOGLE_GENAI_REPLAYS_DIRECTORY": str(folder / "replays"),
    }


def _copy(folder: Path) -> Path:
    """The package under `folder/google/genai`, its tests' data folder filled; the tests."""
    package = folder / "google" / "genai"
    source = Path(genai.__file__).parent
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    data = package / "tests" / "data"
    data.mkdir()
    (folder / "tests").mkdir()
    (folder / "tests" / "data").symlink_to(data)  # some look for it from where they run
    image = Image.new("RGB", (64, 64), "steelblue")
    for name in ("google", "google_homepage", "bridge1", "checkerboard"):
        image.save(data / f"{name}.png")
    for name in ("google", "man", "dog", "skateboard_stop_sign", "segmentation_scribble"):
        image.save(data / f"{name}.jpg")
    image.save(data / "a-man-and-a-dog.png")
    image.save(data / "story.pdf")
    (data / "story.txt").write_text("Once upon a time there was a small model.")
    with wave.open(str(data / "voice_sample.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(32_000))
    for name, brand in (("animal.mp4", b"isom"), ("pixel.m4a", b"M4A ")):
        (data / name).write_bytes(b"\0\0\0\x10ftyp" + brand + bytes(4))
    return package / "tests"
