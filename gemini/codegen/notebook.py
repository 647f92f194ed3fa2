"""A request as a Jupyter notebook: what to install, the key, the media, the request."""

import json
from typing import Any

from gemini.api.connect import Target
from gemini.codegen.fields import typed
from gemini.codegen.files import NO_NAMES, Names, media_files
from gemini.codegen.python import python
from gemini.codegen.strings import python_string
from gemini.request import Request

_KEY = """\
import os
from getpass import getpass

if not os.environ.get("{variable}"):
    os.environ["{variable}"] = getpass("{variable}: ")"""

_MEDIA = """\
from pathlib import Path

for name in {names}:
    if not Path(name).exists():
        raise FileNotFoundError(f"Put {{name}} beside this notebook first.")"""


def notebook(
    request: Request, target: Target, names: Names = NO_NAMES, *, stream: bool = True
) -> str:
    """The notebook as JSON (nbformat 4.5). Arguments and errors are those of `python`."""
    files = media_files(typed(request), names)
    code = python(request, target, names, stream=stream)
    cells = [
        ("markdown", "title", "# A request to Gemini"),
        ("code", "install", "%pip install --quiet google-genai"),
        ("code", "key", _KEY.format(variable=_variable(target))),
    ]
    if files:
        listed = ", ".join(python_string(file.name) for file in files.values())
        cells.append(("code", "media", _MEDIA.format(names=f"[{listed}]")))
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
