"""A request as a zip: the code in every language, and the media it reads."""

import io
import zipfile

from gemini.api.connect import Target
from gemini.codegen.curl import curl
from gemini.codegen.fields import typed
from gemini.codegen.files import NO_NAMES, Names, media_files
from gemini.codegen.javascript import javascript
from gemini.codegen.notebook import notebook
from gemini.codegen.python import python
from gemini.request import Request

_DATE = (1980, 1, 1, 0, 0, 0)  # the same request makes the same zip, byte for byte
_SCRIPT = 0o100755 << 16  # a file that may be run, as Unix and zip have it
_FILE = 0o100644 << 16


def bundle(
    request: Request, target: Target, names: Names = NO_NAMES, *, stream: bool = True
) -> bytes:
    """The zip's bytes. Arguments and errors are those of `python` and `curl`."""
    code = {
        "request.py": python(request, target, names, stream=stream),
        "request_async.py": python(request, target, names, asynchronous=True, stream=stream),
        "request.sh": curl(request, target, names, stream=stream),
        "request.mjs": javascript(request, target, names, stream=stream),
        "request.ipynb": notebook(request, target, names, stream=stream),
    }
    target_file = io.BytesIO()
    with zipfile.ZipFile(target_file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in code.items():
            mode = _SCRIPT if name.endswith(".sh") else _FILE
            _add(archive, name, text.encode("utf-8"), mode)
        for file in media_files(typed(request), names).values():
            _add(archive, file.name, file.data, _FILE)
    return target_file.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = mode
    archive.writestr(entry, data)
