"""How Streamlit's scripts get to the browser: compressed, and named with the page."""

import gzip
import re
from typing import Any

import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from components.static_files import FOLDER, CompressedFiles, StartOfPages, start

DOCUMENT = FOLDER / "index.html"

SCRIPT = next((FOLDER / "static" / "js").glob("ChatInput.*.js"))
ADDRESS = f"/static/js/{SCRIPT.name}"


@pytest.fixture
def client() -> TestClient:
    return TestClient(CompressedFiles(PlainTextResponse("Streamlit's own answer")))


@pytest.mark.parametrize("base", ["", "/team/playground"])
def test_a_script_is_sent_compressed(client: TestClient, base: str) -> None:
    with client.stream("GET", base + ADDRESS, headers={"accept-encoding": "gzip, br"}) as response:
        body = b"".join(response.iter_raw())
    assert gzip.decompress(body) == SCRIPT.read_bytes()
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(body))
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["vary"] == "accept-encoding"
    assert "immutable" in response.headers["cache-control"]


def test_who_takes_no_gzip_gets_what_streamlit_sends(client: TestClient) -> None:
    response = client.get(ADDRESS, headers={"accept-encoding": "identity"})
    assert response.text == "Streamlit's own answer"


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/unknown.0000.js",
        "/static/js/..%2f..%2findex.js",
        "/static/js/../../../../app.js",
        "/static/media/MaterialSymbols-Rounded.woff2",
        "/chat",
        "/",
    ],
)
def test_all_else_is_streamlits(client: TestClient, path: str) -> None:
    assert client.get(path).text == "Streamlit's own answer"


@pytest.fixture
def page() -> str:
    return _opened("GET", "/chat").text


def _opened(method: str, path: str, app: ASGIApp | None = None) -> Any:
    """As a browser opens a page of Streamlit's server, which compresses what it sends."""
    server = StartOfPages(GZipMiddleware(app or FileResponse(DOCUMENT)))
    return TestClient(server).request(method, path, headers={"accept": "text/html,*/*"})


def test_a_page_names_the_files_it_is_drawn_with_and_what_these_import(page: str) -> None:
    lines = [line for line in page.splitlines() if line.startswith("<link")]
    modules = [n for line in lines for n in re.findall(r'modulepreload.*/static/js/([^"]+)"', line)]
    fonts = [n for line in lines for n in re.findall(r'as="font".*/static/media/([^"]+)"', line)]
    assert len(modules) + len(fonts) == len(lines)
    imported = re.findall(r'from"\./(UploadFileInfo[\w.-]+)"', SCRIPT.read_text())
    assert {SCRIPT.name, *imported} <= set(modules)
    assert len(set(modules)) == len(modules)
    assert [name.partition(".")[0] for name in fonts] == ["MaterialSymbols-Rounded"]
    for folder, names in (("js", modules), ("media", fonts)):
        assert all((FOLDER / "static" / folder / name).is_file() for name in names)


def test_the_field_comes_before_what_is_around_it(page: str) -> None:
    field, around = page.index(SCRIPT.name), page.index("/Selectbox.")
    assert DOCUMENT.read_text().count("modulepreload") > 50
    assert page.rindex('modulepreload" crossorigin href', 0, field) < field < around
    assert 'fetchpriority="low"' in page[page.rindex("<link", 0, around) : around]
    assert 'fetchpriority="low"' not in page[page.rindex("<link", 0, field) : field]


def test_a_page_knows_its_server_before_streamlit_looks_for_it(page: str) -> None:
    assert "BACKEND_BASE_URL" in page[page.index("<head>") : page.index("</head>")]
    assert page.replace(start(), "") == DOCUMENT.read_text()


def test_streamlit_sends_by_the_timer_that_is_looked_for() -> None:
    texts = [p.read_text(encoding="utf-8") for p in (FOLDER / "static" / "js").glob("index.*.js")]
    assert any("setTimeout(()=>{this.sendUpdateWidgetsMessage(" in text for text in texts)


def test_the_length_of_a_page_is_its_own() -> None:
    response = _opened("GET", "/chat")
    assert response.headers["content-encoding"] == "gzip"
    assert 1000 < int(response.headers["content-length"]) < DOCUMENT.stat().st_size
    assert not {"etag", "last-modified"} & set(response.headers)  # they are of Streamlit's file
    assert not _opened("HEAD", "/chat").content


@pytest.mark.parametrize(
    "response",
    [
        PlainTextResponse(DOCUMENT.read_text()),
        HTMLResponse("<head></head>"),
        HTMLResponse("<head></head>".ljust(DOCUMENT.stat().st_size)),  # somebody's, as long
        Response(b"x"),
    ],
)
def test_what_is_not_streamlits_page_stays_as_it_is(response: Response) -> None:
    assert _opened("GET", "/media/x", response).content == response.body
