"""Takes a file or a pasted text for what it is, and reads it. Nothing in it is run or fetched."""

import io
import zipfile
import zlib
from typing import Any

from gemini.conversation import FORMAT as OWN_FORMAT
from gemini.conversation import Conversation
from gemini.importing.ai_studio import is_old_kind, looks_like_ai_studio, read_ai_studio
from gemini.importing.chatgpt import Assets, looks_like_chatgpt, read_chatgpt
from gemini.importing.curl import looks_like_curl, read_curl
from gemini.importing.har import read_har
from gemini.importing.javascript_call import looks_like_javascript, read_javascript
from gemini.importing.librechat import looks_like_librechat, read_librechat
from gemini.importing.open_webui import looks_like_open_webui, read_open_webui
from gemini.importing.python_call import looks_like_python, read_python
from gemini.importing.result import (
    LARGEST,
    LONGEST_CODE,
    ImportedChat,
    ImportResult,
    NotImportableError,
    json_of,
    title_of,
    too_large,
)
from gemini.media.attachment import MediaError
from gemini.media.encodings import decoded
from gemini.structured.text import unfenced

OWN = "a conversation exported from here"
TAKES = (
    "an AI Studio prompt, a conversation from here, a curl command, a call of the SDK in Python or "
    "JavaScript, a HAR file, or an export of ChatGPT, LibreChat or Open WebUI"
)
CHATS = "conversations.json"  # in ChatGPT's zip
LARGEST_PICTURE = 20_000_000  # bytes


def read(name: str, data: bytes | str) -> ImportResult:
    """What a file of this name holds, or a text that was pasted ("" is its name).

    Raises:
        NotImportableError: nothing can be taken of it; the text says why.
    """
    if len(data) > LARGEST:
        raise too_large(len(data))
    try:
        return _read(name, data)
    except NotImportableError:
        raise
    except RecursionError as error:
        raise NotImportableError("it is nested too deeply") from error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise NotImportableError(f"it is damaged ({type(error).__name__})") from error


def _read(name: str, data: bytes | str) -> ImportResult:
    if isinstance(data, bytes) and data.startswith(b"PK\x03\x04"):
        return _read_zip(data)
    text = data if isinstance(data, str) else _text(data)
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise NotImportableError("it is empty")
    if text[0] in "{[":
        try:
            return _read_json(name, json_of(text))
        except NotImportableError:
            if not (looks_like_javascript(text) or looks_like_python(text)):
                raise
    if len(text) > LONGEST_CODE:
        raise NotImportableError("it is too long for a call")
    return _read_call(text)


def _text(data: bytes) -> str:
    try:
        return decoded(data).text
    except (MediaError, ValueError) as error:
        raise NotImportableError("it isn't a text file") from error


def _read_call(text: str) -> ImportResult:
    """A pasted call, also in a code fence. JavaScript and Python are told apart by their calls."""
    if looks_like_curl(text):
        return read_curl(unfenced(text))
    if looks_like_javascript(text):
        return read_javascript(unfenced(text))
    if looks_like_python(text):
        return read_python(text)
    raise NotImportableError(f"it is none of what is known here: {TAKES}")


def _read_json(name: str, value: Any) -> ImportResult:
    if isinstance(value, dict) and value.get("format") == OWN_FORMAT:
        return ImportResult(OWN, (_own(value),))
    if looks_like_ai_studio(value):
        return read_ai_studio(value, name)
    if is_old_kind(value):
        raise NotImportableError(
            "it is a prompt of AI Studio's older kinds (freeform or structured). Open it in AI "
            "Studio once, and it is saved as a chat"
        )
    if isinstance(value, dict) and isinstance(value.get("log"), dict):
        return read_har(value)
    if looks_like_chatgpt(value):
        return read_chatgpt(value)
    if looks_like_librechat(value):
        return read_librechat(value)
    if looks_like_open_webui(value):
        return read_open_webui(value)
    raise NotImportableError(f"its JSON is none of what is known here: {TAKES}")


def _own(value: dict[str, Any]) -> ImportedChat:
    """A conversation that was exported from here, with the settings of its last run."""
    try:
        conversation = Conversation.from_json(value)
    except ValueError as error:  # its text is for people
        raise NotImportableError(str(error)) from error
    path = conversation.path()
    title = title_of(path[0].text if path else "", "Conversation")
    runs = [turn.run for turn in path if turn.run]
    if not runs:
        return ImportedChat(title, conversation)
    last = runs[-1].request
    return ImportedChat(title, conversation, last.model, last.config, last.method)


def _read_zip(data: bytes) -> ImportResult:
    """ChatGPT's zip. Members are read by their names, each within its limit; none is written."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = {info.filename: info for info in file.infolist()}
            inside = next((n for n in members if n.rpartition("/")[2] == CHATS), None)
            if inside is None:
                raise NotImportableError(f"the zip has no {CHATS} in it")
            if members[inside].file_size > LARGEST:
                raise too_large(members[inside].file_size)
            text = file.read(inside).decode("utf-8", "replace")
            return read_chatgpt(json_of(text), _assets(file))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise NotImportableError("the zip is damaged") from error


def _assets(file: zipfile.ZipFile) -> Assets:
    names = file.namelist()

    def read_one(key: str) -> bytes | None:
        name = next((n for n in names if key and n.rpartition("/")[2].startswith(key)), None)
        if name is None or file.getinfo(name).file_size > LARGEST_PICTURE:
            return None
        return file.read(name)

    return read_one
