"""Media that a model made and left at the Files API, brought here.

A large video comes as the address of a file, which is deleted after a while: waited for until it
is ready, then downloaded, it is part of the Run like any other.
https://ai.google.dev/gemini-api/docs/omni ("Retrieving videos with an URI")
"""

import asyncio
import re

from google.genai import types

from gemini.api.connect import Connection
from gemini.api.problems import Problem, explain
from gemini.request import Part
from gemini.run import Run

FIRST_LOOK, LAST_LOOK = 1.0, 5.0  # seconds between two looks at a file that isn't ready
LONGEST_PROCESSING = 600.0  # seconds
NAME = re.compile(r"/files/([a-z0-9-]+)")  # in the address of a file of the Files API

TITLE = "The file couldn't be downloaded"
REMEDY = "Press Download it below. Google keeps the file for two days at most."


class FileNotReadyError(Exception):
    """The API made the file and then could not finish it."""


def file_name(part: Part) -> str | None:
    """The name at the Files API, "files/...", of what a part refers to; None for other parts."""
    uri = (part.get("file_data") or {}).get("file_uri") or ""
    match = NAME.search(uri) if uri.startswith(("https://", "http://")) else None
    return f"files/{match[1]}" if match else None


async def bring(connection: Connection, run: Run) -> Problem | None:
    """Put the bytes of what the run's model left at the Files API into the run.

    What can't be had stays as it is; the first reason for that is given. Only cancellation raises.
    """
    problem: Problem | None = None
    for candidate in run.candidates:
        for index, part in enumerate(candidate.parts):
            name = file_name(part)
            if name is None:
                continue
            try:
                data = await _bytes(connection, name)
            except Exception as error:  # whatever it is, people get a Problem
                problem = problem or _problem(error, connection)
                continue
            mime_type = part["file_data"].get("mime_type") or "video/mp4"
            rest = {k: v for k, v in part.items() if k != "file_data"}
            inline = {"inline_data": {"mime_type": mime_type, "data": data}}
            candidate.parts[index] = {**rest, **inline}
    return problem


async def _bytes(connection: Connection, name: str) -> bytes:
    waited, pause = 0.0, FIRST_LOOK
    file = await connection.client.aio.files.get(name=name)
    while file.state == types.FileState.PROCESSING:
        if waited > LONGEST_PROCESSING:
            raise FileNotReadyError(f"{name} is still PROCESSING after {waited:.0f} s")
        await asyncio.sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, LAST_LOOK)
        file = await connection.client.aio.files.get(name=name)
    if file.state == types.FileState.FAILED:
        raise FileNotReadyError((file.error and file.error.message) or f"{name} is FAILED")
    data = await connection.download(f"{name}:download?alt=media")
    if not data:
        raise FileNotReadyError(f"{name} is empty")
    return data


def _problem(error: Exception, connection: Connection) -> Problem:
    if isinstance(error, FileNotReadyError):
        said = "Google made it and then reported that it isn't ready or can't be read."
        return Problem("file_failed", TITLE, said, REMEDY, str(error))
    known = explain(error, connection.target.secrets)
    return Problem("download", TITLE, known.cause, REMEDY, known.detail, known.code)
