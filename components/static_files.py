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

DRAWN_FIRST = ("ChatInput", "Html", "Selectbox", "TextArea", "Slider", "ButtonGroup", "Checkbox")
"""What the field of a prompt and the sidebar are drawn with, by the names of Streamlit's files."""

ICONS = "MaterialSymbols-Rounded"


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


class LinksToFiles:
    """Names with each page the files that it will need, so that the browser gets them at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = links()
            await send(message)

        await self.app(scope, receive, send_with_links if scope["type"] == "http" else send)


def _takes_gzip(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


@cache
def links() -> str:
    """The `Link` header of a page (RFC 8288): scripts as modules, and the font of the icons.

    The addresses are relative to the page's, as those in Streamlit's document are.
    """
    known = (FOLDER / "index.html").read_text(encoding="utf-8")
    names = sorted(_with_imports(_named("js", DRAWN_FIRST)))
    modules = [f"<./static/js/{n}>; rel=modulepreload" for n in names if n not in known]
    fonts = [
        f"<./static/media/{name}>; rel=preload; as=font; crossorigin"
        for name in _named("media", [ICONS])
    ]
    return ", ".join([*modules, *fonts])


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
