"""Any other method of the client as code: files, caches, batches, embeddings, pictures...

Arguments are plain data and go into the code as plain data: the SDK takes dictionaries everywhere.
"""

import base64
import json
import mimetypes
import shlex
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from gemini.api.connect import Target
from gemini.codegen.curl import curl_script, stand_in
from gemini.codegen.files import MediaFile, digest_of
from gemini.codegen.layout import PYTHON, group, layout
from gemini.codegen.python import python_program
from gemini.codegen.target import sent_call
from gemini.codegen.values import PythonValues

_SAVE_PICTURES = """\
for number, made in enumerate(response.generated_images or [], 1):
    if made.image:
        kind = (made.image.mime_type or "image/png").partition("/")[2]
        made.image.save(f"answer-{number}.{kind}")
    else:
        print(made.rai_filtered_reason)"""

_SAVE_VIDEOS = """\
while not response.done:
    time.sleep(15)
    response = client.operations.get(response)
print(response.error or response.name)
for number, made in enumerate((response.response and response.response.generated_videos) or [], 1):
    if made.video and made.video.video_bytes:
        made.video.save(f"answer-{number}.mp4")
    elif made.video:
        print(made.video.uri)"""

_AFTER: dict[str, str] = {
    "models.generate_images": _SAVE_PICTURES,
    "models.edit_image": _SAVE_PICTURES,
    "models.upscale_image": _SAVE_PICTURES,
    "models.generate_videos": _SAVE_VIDEOS,
}
"""What saves the media that a method answers with."""


def call_python(method: str, arguments: dict[str, Any], target: Target) -> str:
    """A Python program that calls `client.<method>` with these arguments and shows the answer.

    Bytes in the arguments are read from files beside it, those of `call_media`. The key is read
    from the environment.
    """
    values = _Values(call_media(arguments))
    items = [(f"{name}=", values.value(value)) for name, value in arguments.items()]
    call = layout(group(f"client.{method}(", items, ")"), PYTHON, before="response = ")
    if method == "models.generate_videos":
        values.imports.add("import time")
    return python_program(target, values, [call, _after(method)])


def _after(method: str) -> str:
    """The lines that show or save the answer."""
    listed = method.endswith(".list")
    shown = "for item in response.page:\n    print(item)" if listed else "print(response)"
    return _AFTER.get(method, shown)


def call_curl(method: str, arguments: dict[str, Any], target: Target) -> str:
    """The same as a bash script with curl, made from what the SDK sends; media are read from files.

    Raises:
        ValueError: the method takes more than one request of a plain body, such as an upload.
    """
    request = sent_call(method, arguments, target)
    files, body = call_media(arguments), ""
    if request.content:
        body = json.dumps(json.loads(request.content), indent=2, ensure_ascii=False)
    options = [f"-X {shlex.quote(request.method)}"] if request.method != "GET" else []
    return curl_script(target, str(request.url), _with_stand_ins(body, files), files, options)


def _with_stand_ins(body: str, files: dict[str, MediaFile]) -> str:
    """The body with what stands for a file in place of its base64, in either alphabet."""
    for digest, file in files.items():
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            body = body.replace(f'"{encode(file.data).decode()}"', f'"{stand_in(digest)}"')
    return body


def call_media(arguments: dict[str, Any]) -> dict[str, MediaFile]:
    """The bytes in the arguments as files (`media-1.png`...), by their digest, in order."""
    files: dict[str, MediaFile] = {}
    for mime_type, data in _bytes_in(arguments, ""):
        number = len(files) + 1
        name = f"media-{number}{mimetypes.guess_extension(mime_type) or '.bin'}"
        files.setdefault(digest_of(data), MediaFile(name, mime_type, data))
    return files


class _Values(PythonValues):
    """Python expressions in which all bytes are read from files."""

    def encoded(self, data: bytes) -> str:
        return self.media(data)


def _bytes_in(value: Any, mime_type: str) -> Iterator[tuple[str, bytes]]:
    """All bytes of nested data with the MIME type that stands beside them."""
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, bytes):
        yield mime_type, value
    elif isinstance(value, dict):
        own = value.get("mime_type") or mime_type
        for inner in value.values():
            yield from _bytes_in(inner, own)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _bytes_in(inner, mime_type)
