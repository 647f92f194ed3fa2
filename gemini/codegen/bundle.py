"""A request as a Jupyter notebook, and as a zip: the code in every language and its media."""

import io
import json
import zipfile
from typing import Any

from gemini.api.connect import Target
from gemini.codegen.curl import curl
from gemini.codegen.fields import typed
from gemini.codegen.files import MediaFile, media_files
from gemini.codegen.interactions import (
    interaction_curl,
    interaction_javascript,
    interaction_python,
    known,
)
from gemini.codegen.javascript import javascript
from gemini.codegen.layout import python_string
from gemini.codegen.python import python
from gemini.request import CREATE_INTERACTION, Request
from gemini.tools import mcp

_KEY = """\
import os
from getpass import getpass

for name in {names}:
    if not os.environ.get(name):
        os.environ[name] = getpass(f"{{name}}: ")"""

_MEDIA = """\
from pathlib import Path

for name in {names}:
    if not Path(name).exists():
        raise FileNotFoundError(f"Put {{name}} beside this notebook first.")"""

_DATE = (1980, 1, 1, 0, 0, 0)  # the same request makes the same zip, byte for byte
_SCRIPT = 0o100755 << 16  # a file that may be run, as Unix and zip have it
_FILE = 0o100644 << 16


def notebook(request: Request, target: Target) -> str:
    """The notebook as JSON (nbformat 4.5). Arguments and errors are those of `python`."""
    files = _media(request)
    write = interaction_python if request.method == CREATE_INTERACTION else python
    code = write(request, target)
    secret = [_variable(target), *mcp.variables(request.config)]
    cells = [
        ("markdown", "title", "# A request to Gemini"),
        ("code", "install", "%pip install --quiet google-genai"),
        ("code", "key", _KEY.format(names=_listed(secret))),
    ]
    if files:
        names = _listed([file.name for file in files.values()])
        cells.append(("code", "media", _MEDIA.format(names=names)))
    cells.append(("code", "request", code.partition("\n\n")[2].rstrip("\n")))
    document = {
        "cells": [_cell(kind, name, source) for kind, name, source in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1) + "\n"


def bundle(request: Request, target: Target) -> bytes:
    """The zip's bytes. Arguments and errors are those of `python` and `curl`."""
    of_interactions = request.method == CREATE_INTERACTION
    write = interaction_python if of_interactions else python
    code = {
        "request.py": write(request, target),
        "request_async.py": write(request, target, asynchronous=True),
        "request.sh": (interaction_curl if of_interactions else curl)(request, target),
        "request.mjs": (interaction_javascript if of_interactions else javascript)(request, target),
        "request.ipynb": notebook(request, target),
    }
    target_file = io.BytesIO()
    with zipfile.ZipFile(target_file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in code.items():
            mode = _SCRIPT if name.endswith(".sh") else _FILE
            _add(archive, name, text.encode("utf-8"), mode)
        for file in _media(request).values():
            _add(archive, file.name, file.data, _FILE)
    return target_file.getvalue()


def _media(request: Request) -> dict[str, MediaFile]:
    """The files that the code reads, by their digest."""
    return media_files((known if request.method == CREATE_INTERACTION else typed)(request))


def _listed(names: list[str]) -> str:
    return f"[{', '.join(map(python_string, names))}]"


def _variable(target: Target) -> str:
    """The environment variable that the code can't do without."""
    if target.backend != "vertex":
        return "GEMINI_API_KEY"
    return "GOOGLE_CLOUD_PROJECT" if target.project else "GOOGLE_API_KEY"


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": name,
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = mode
    archive.writestr(entry, data)
