"""Streamlit's scripts and styles on their way to the browser: compressed once, named early.

Streamlit sends them as they are, for compressing them anew for each visitor would cost more than
it gains. Compressed once for all visitors they are a third. And what a page is drawn with, the
browser learns of when it first draws it: one round later, and another one for what that imports.
"""

import gzip
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import anyio
import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(streamlit.__file__).parent / "static"
FILE = re.compile(r"/(static/(?:js|css)/[\w.-]+\.(js|css))$")
MEDIA_TYPES = {"js": "text/javascript", "css": "text/css"}
IMPORT = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")
ONE_YEAR = "public, immutable, max-age=31536000"  # Streamlit's: the name changes with the content

DRAWN_FIRST = ("ChatInput", "Html", "Button")
"""What the field of a prompt is drawn with, by the names of Streamlit's files."""
DRAWN_LATER = (
    "BidiComponent", "ButtonGroup", "Checkbox", "DownloadButton", "Selectbox", "Slider", "TextArea",
)  # fmt: skip
"""What is drawn around it."""

ICONS = "MaterialSymbols-Rounded"
SEND_AT_ONCE = Path(__file__).with_name("send_at_once.js")
SERVER = '<script>window.__streamlit = {BACKEND_BASE_URL: new URL(".", location).href}</script>'


class CompressedFiles:
    """Answers for Streamlit's scripts and styles, with gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.responses: dict[str, Response] = {}  # 7 MB if ever all are wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] == "GET" and _takes_gzip(scope):
            app = await self._response(scope["path"]) or app
        await app(scope, receive, send)

    async def _response(self, path: str) -> Response | None:
        """The response for one of the files; None where the path isn't that of one."""
        match = FILE.search(path)
        if match is None:
            return None
        name = match[1]
        if name not in self.responses and (FOLDER / name).is_file():
            body = await anyio.to_thread.run_sync(gzip.compress, (FOLDER / name).read_bytes())
            headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
            headers["cache-control"] = ONE_YEAR
            media_type = MEDIA_TYPES[match[2]]
            self.responses[name] = Response(body, headers=headers, media_type=media_type)
        return self.responses.get(name)


class StartOfPages:
    """Sends Streamlit's document, which every page begins with, with `start` at its head's end."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun: list[Message] = []  # an answer's beginning, while it may be the document's
        body = bytearray()

        async def send_document(message: Message) -> None:
            if message["type"] == "http.response.start" and _may_be_document(message):
                begun.append(message)
            elif not begun:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    page, headers = bytes(body), MutableHeaders(scope=begun[0])
                    if body == _document():
                        page = _page(compressed=compressed)
                        if compressed:
                            headers["content-encoding"] = "gzip"
                    headers["content-length"] = str(len(page))
                    await send(begun.pop())
                    await send({"type": "http.response.body", "body": page})

        if scope["type"] == "http" and scope["method"] == "GET" and _takes_pages(scope):
            compressed = _takes_gzip(scope)
            plain = [(n, v) for n, v in scope["headers"] if n != b"accept-encoding"]
            await self.app({**scope, "headers": plain}, receive, send_document)
        else:
            await self.app(scope, receive, send)


def _takes_pages(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")


def _may_be_document(message: Message) -> bool:
    headers = MutableHeaders(scope=message)
    if headers.get("content-length") != str(len(_document())):
        return False
    if not headers.get("content-type", "").startswith("text/html"):
        return False
    for name in ("etag", "last-modified"):  # they are those of Streamlit's file
        if name in headers:
            del headers[name]
    return True


@cache
def _document() -> bytes:
    return (FOLDER / "index.html").read_bytes()


@cache
def _page(*, compressed: bool) -> bytes:
    page = _document().replace(b"</head>", start().encode() + b"</head>", 1)
    return gzip.compress(page) if compressed else page


@cache
def start() -> str:
    """What a page begins with besides what Streamlit has it do.

    The address of the server: Streamlit looks for it below the page's own (`/chat/_stcore/...`)
    and, 0.13 s later, beside it, where it is. What has it send at once. Then what the page is
    drawn with: scripts as modules, and the font of the icons. The addresses are relative to the
    page's, as Streamlit's own are.
    """
    known = _document().decode()
    first = _with_imports(_named("js", DRAWN_FIRST))
    later = _with_imports(_named("js", DRAWN_LATER)) - first
    module = '<link rel="modulepreload" crossorigin{} href="./static/js/{}">'
    font = '<link rel="preload" as="font" crossorigin href="./static/media/{}">'
    return "\n".join([
        SERVER,
        f"<script>\n{SEND_AT_ONCE.read_text(encoding='utf-8')}</script>",
        *(module.format("", name) for name in sorted(first) if name not in known),
        *(module.format(' fetchpriority="low"', n) for n in sorted(later) if n not in known),
        *(font.format(name) for name in _named("media", [ICONS])),
        "",
    ])  # fmt: skip


def _takes_gzip(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


@cache
def scripts(names: tuple[str, ...]) -> list[str]:
    """The addresses of scripts, relative to a page's, by the names of Streamlit's files."""
    return [f"./static/js/{name}" for name in _named("js", names)]


def _named(folder: str, names: Iterable[str]) -> list[str]:
    """The files that are called so but for the mark of their content."""
    return [f.name for name in names for f in (FOLDER / "static" / folder).glob(f"{name}.*.*")]


def _with_imports(names: Iterable[str]) -> set[str]:
    """Scripts, and what they import."""
    result: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in result:
            result.add(name)
            script = (FOLDER / "static" / "js" / name).read_text(encoding="utf-8")
            waiting.extend(IMPORT.findall(script))
    return result
