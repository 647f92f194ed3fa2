"""The routes of the Files API, and files as parts of a request."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from emulator.engines import Media
from emulator.errors import ApiError, invalid_argument
from emulator.files.store import FileStore
from emulator.files.upload import UploadRoutes, base_url
from emulator.messages.content import FileData
from emulator.paging import page

PAGE_SIZES = (10, 100)  # the usual, the largest
_URI = re.compile(r"(?:^|/)files/([a-z0-9-]+)$")


class Files:
    """One emulator's files: the routes' endpoints, and the reader of file parts."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._uploads = UploadRoutes(store)

    async def upload(self, request: Request) -> Response:
        """POST /upload/{version}/files: the start, and by its secret URL every step after it."""
        if upload_id := request.query_params.get("upload_id", ""):
            return await self._uploads.proceed(request, upload_id)
        protocol = request.headers.get("x-goog-upload-protocol", "")
        if "multipart" in (protocol, request.query_params.get("uploadType", "")):
            return await self._uploads.at_once(request)
        return await self._uploads.start(request)

    async def list(self, request: Request) -> Response:
        entries = [file.wire(base_url(request)) for file in self._store.complete()]
        return JSONResponse(page("files", entries, request.query_params, PAGE_SIZES))

    async def get(self, request: Request) -> Response:
        file_id = request.path_params["id"]
        if file_id.endswith(":download"):
            return self._download(file_id.removesuffix(":download"))
        return JSONResponse(self._store.get(file_id).wire(base_url(request)))

    def _download(self, file_id: str) -> Response:
        file = self._store.get(file_id)
        if not file.generated:
            raise invalid_argument("Only generated files can be downloaded, not uploads.")
        return FileResponse(self._store.path(file.id), media_type=file.mime_type)

    async def delete(self, request: Request) -> Response:
        file = self._store.get(request.path_params["id"])
        self._store.delete(file.id)
        return JSONResponse({})

    async def read(self, part: FileData) -> Media:
        """The media that a part refers to. Raises ApiError for one that can't be used.

        A check that is still under way is waited for: Google's own tests use a file in the moment
        after its upload.
        """
        await self._uploads.settle(_file_id(part.file_uri))
        file = self._store.get(_file_id(part.file_uri))
        if file.state != "ACTIVE":
            reason = f" {file.error}" if file.error else ""
            raise invalid_argument(
                f"The File {file.id} is not in an ACTIVE state and usage is not allowed.{reason}"
            )
        path = self._store.path(file.id)
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise ApiError(404, f"The File {file.id} has been deleted.") from error
        return Media(file.mime_type, data, file.display_name or part.display_name)

    async def close(self) -> None:
        await self._uploads.close()
        self._store.close()


def _file_id(uri: str) -> str:
    if "youtube.com/" in uri or "youtu.be/" in uri:
        message = "The emulator can't watch videos. Gemini can, with a Gemini API key."
        raise invalid_argument(message)
    match = _URI.search(uri)
    if match is None:
        raise invalid_argument(
            f"Invalid or unsupported file uri: {uri[:200]}. The emulator opens no web "
            "addresses: upload the file through the Files API, or send it inline."
        )
    return match[1]
