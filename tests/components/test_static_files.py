"""How Streamlit's scripts get to the browser: compressed, and named with the page."""

import gzip
import re

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.testclient import TestClient

from components.static_files import FOLDER, CompressedFiles, LinksToFiles

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


def test_a_page_names_the_files_it_is_drawn_with_and_what_these_import() -> None:
    links = TestClient(LinksToFiles(HTMLResponse("<html>"))).get("/chat").headers["link"]
    files = re.findall(
        r"<\./static/(js|media)/([\w.-]+)>; rel=(modulepreload|preload; as=font)", links
    )
    assert len(files) == len(links.split(", "))
    names = {name for _, name, _ in files}
    assert {
        SCRIPT.name,
        *re.findall(r'from"\./(UploadFileInfo[\w.-]+)"', SCRIPT.read_text()),
    } <= names
    assert any(name.startswith("MaterialSymbols-Rounded.") for name in names)
    for folder, name, _ in files:
        assert (FOLDER / "static" / folder / name).is_file()


@pytest.mark.parametrize("response", [PlainTextResponse("x"), Response(b"x")])
def test_what_is_no_page_names_none(response: Response) -> None:
    assert "link" not in TestClient(LinksToFiles(response)).get("/media/x").headers
