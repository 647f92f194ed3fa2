"""Where a peer runs: a virtual environment of its own, made by the benchmark at the first use.

With the same version of Google's SDK as this project's: what is compared is what is built on it.
"""

import importlib.metadata
import subprocess
import sys

from bench.processes import ROOT

FOLDER = ROOT / "build/peers"
INSTALL_SECONDS = 600


class NotInstalledError(RuntimeError):
    """A peer can't be installed here. Its text says why."""


def python_with(name: str, packages: tuple[str, ...]) -> str:
    """The interpreter of the environment `name`, which has exactly these packages and the SDK.

    Without packages it is this process's own.

    Raises:
        NotInstalledError: no registry, or the packages don't go together.
    """
    if not packages:
        return sys.executable
    sdk = f"google-genai=={importlib.metadata.version('google-genai')}"
    required = "\n".join([*packages, sdk])
    folder = FOLDER / name
    executable, installed = folder / "bin/python", folder / "installed.txt"
    if not installed.exists() or installed.read_text() != required:
        uv = [sys.executable, "-m", "uv", "--quiet"]
        _run([*uv, "venv", "--clear", "--python", sys.executable, str(folder)])
        _run([*uv, "pip", "install", "--python", str(executable), *packages, sdk])
        installed.write_text(required)
    return str(executable)


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        raise NotInstalledError(_last_line(error.stderr)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalledError(str(error)) from None


def _last_line(text: str) -> str:
    return next(iter(reversed(text.strip().splitlines())), "it failed without a word")
