"""Addresses: only the public internet, also after redirects and for names that lie."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from gemini.api import urls
from gemini.api.urls import NotPublicError, fetch, is_public
from gemini.media.attachment import MediaError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fc00::1",
        "fe80::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "ff02::1", "rubbish",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "http://localhost:8501/", "http://[::1]/", "http://2130706433/",
        "http://0x7f.1/", "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_this_machine_and_its_network_are_refused(url: str) -> None:
    with pytest.raises(NotPublicError, match="isn't on the public internet"):
        fetch(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/a", "begins with http"),
        ("file:///etc/passwd", "begins with http"),
        ("javascript:alert(1)", "begins with http"),
        ("example.com/a.png", "begins with http"),
        ("http:///a", "has no host"),
        ("http://user:secret@example.com/", "user name or password"),
        ("http://[::1/", "isn't a URL"),
        ("http://example.com:port/", "isn't a URL"),
    ],
)
def test_what_is_no_address(url: str, said: str) -> None:
    with pytest.raises(MediaError, match=said) as caught:
        fetch(url)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **options: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in ("8.8.8.8", "10.1.1.1")
        ]

    monkeypatch.setattr(urls.socket, "getaddrinfo", resolve)
    with pytest.raises(NotPublicError, match=r"10\.1\.1\.1"):
        fetch("http://rebound.example/")


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A web server that counts as public, by path; `url` is where it is."""
    pages: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = pages[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    pages["url"] = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(urls, "is_public", lambda address: address == "127.0.0.1")
    yield pages
    server.shutdown()
    server.server_close()


def test_a_file_comes_with_its_name(web: dict[str, Any]) -> None:
    web["/a/My%20cat.png?x=1"] = (200, {}, b"bytes")
    found = fetch(f"{web['url']}/a/My%20cat.png?x=1")
    assert (found.name, found.data) == ("My cat.png", b"bytes")


def test_redirects_are_followed_through_the_same_gate(web: dict[str, Any]) -> None:
    web["/a"] = (302, {"Location": "/b"}, b"")
    web["/b"] = (200, {}, b"there")
    assert fetch(f"{web['url']}/a").data == b"there"
    web["/b"] = (302, {"Location": "http://10.0.0.1/"}, b"")
    with pytest.raises(NotPublicError):
        fetch(f"{web['url']}/a")
    web["/b"] = (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(MediaError, match="begins with http"):
        fetch(f"{web['url']}/a")
    web["/b"] = (302, {"Location": "/a"}, b"")
    with pytest.raises(MediaError, match="redirects more than"):
        fetch(f"{web['url']}/a")


def test_errors_and_sizes_are_told(web: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    web["/gone"] = (404, {}, b"")
    with pytest.raises(MediaError, match="answered 404"):
        fetch(f"{web['url']}/gone")
    monkeypatch.setattr(urls, "MAX_BYTES", 10)
    web["/large"] = (200, {}, b"x" * 20)
    with pytest.raises(MediaError, match="larger than"):
        fetch(f"{web['url']}/large")
    web["/liar"] = (200, {"Content-Length": "9999"}, b"")
    with pytest.raises(MediaError, match="larger than"):
        fetch(f"{web['url']}/liar")


def test_a_slow_server_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "is_public", lambda address: True)
    monkeypatch.setattr(urls, "MAX_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MediaError, match="didn't send"):
            fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_is_left(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "is_public", lambda _: True)
    monkeypatch.setattr(urls, "MAX_SECONDS", 0.3)
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        client, _ = server.accept()
        with client, contextlib.suppress(OSError):
            client.sendall(beginning or b"HTTP/1.1 200 OK\r\nX: ")
            while not stop.wait(0.02):
                client.sendall(b"a")

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        try:
            with pytest.raises(MediaError, match="didn't send"):
                fetch(f"http://127.0.0.1:{server.getsockname()[1]}/a.png")
        finally:
            stop.set()
            dripping.join()


def test_a_host_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> None:
        raise socket.gaierror("no such host")

    monkeypatch.setattr(urls.socket, "getaddrinfo", resolve)
    with pytest.raises(MediaError, match=r"no host called nowhere\.example"):
        fetch("http://nowhere.example/")


def test_an_address_may_hold_any_letters(web: dict[str, Any]) -> None:
    web["/a/B%C3%A4r%20x.jpg?q=%C3%BC"] = (200, {}, b"bytes")
    assert fetch(f"{web['url']}/a/Bär x.jpg?q=ü").name == "Bär x.jpg"
    web["/a"] = (302, {"Location": "http://[bad/"}, b"")
    with pytest.raises(MediaError, match="redirects to an invalid URL"):
        fetch(f"{web['url']}/a")


def test_a_host_beyond_ascii_is_idna(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    with pytest.raises(MediaError, match="no host called"):
        fetch("https://münchen.example/a")
    assert asked == ["xn--mnchen-3ya.example"]
    with pytest.raises(MediaError, match="isn't a valid host name"):
        fetch("https://a☃️\u2069ß..example/")
