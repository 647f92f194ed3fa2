"""Fetches a public address on a person's behalf, and nothing that isn't public.

A server that fetches what its visitors name can be made to fetch from its own network. So every
address that a name resolves to is checked, the connection goes to the very address that was
checked (a name may resolve differently a moment later), and redirects pass the same gate.
Proxies of the environment are not used: they would resolve the name themselves.
"""

import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import httpcore2
import idna

from gemini.format import size
from gemini.media.attachment import MediaError

MAX_BYTES = 100_000_000
MAX_SECONDS = 30.0  # for everything
MAX_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # holds an IPv4 address (RFC 6052)
HEADERS = [("User-Agent", "gemini-playground"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]

_SAFE = "%/:?#[]@!$&'()*+,;=~|"  # by percent-encoding; what is encoded already stays


@dataclass(frozen=True)
class Fetched:
    """What an address gave: a file name made from it, and the bytes."""

    name: str
    data: bytes


class NotPublicError(MediaError):
    """The address leads into a private network, to this machine, or nowhere on the internet."""


def fetch(url: str) -> Fetched:
    """The file at a public http(s) address.

    Raises:
        MediaError: it isn't such an address, isn't public, can't be reached, answers with an
            error, or is larger or slower than the limits.
    """
    deadline = time.monotonic() + MAX_SECONDS
    with httpcore2.ConnectionPool(
        ssl_context=ssl.create_default_context(), network_backend=_PublicOnly(deadline)
    ) as pool:
        at = url.strip()
        for _ in range(MAX_REDIRECTS + 1):
            at = _checked(at)
            try:
                status, location, data = _get(pool, at)
            except (httpcore2.TimeoutException, TimeoutError) as error:
                raise MediaError(_slow(at)) from error
            except (httpcore2.ProtocolError, httpcore2.NetworkError, OSError) as error:
                raise MediaError(f"{_host(at)} couldn't be reached ({error}).") from error
            if status in REDIRECTS and location:
                at = _joined(at, location)
                continue
            if status != 200:
                raise MediaError(f"{_host(at)} answered {status}; there is nothing to fetch.")
            return Fetched(_name(at), data)
    raise MediaError(f"{_host(url)} redirects more than {MAX_REDIRECTS} times.")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps an IPv4 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class _PublicOnly(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, deadline: float) -> None:
        self._backend = httpcore2.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = _resolved(host, port)
        refused = [a for a in addresses if not is_public(a)]
        if refused:
            raise NotPublicError(
                f"{host} isn't on the public internet ({refused[0]}). "
                "Download the file yourself and add it here."
            )
        left = _left(self._deadline, timeout)
        stream = self._backend.connect_tcp(addresses[0], port, left, local_address, socket_options)
        return _UntilDeadline(stream, self._deadline)


class _UntilDeadline(httpcore2.NetworkStream):
    """A connection on which nothing waits beyond the deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(self._deadline, timeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _UntilDeadline(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """The seconds up to the deadline, or those of a timeout that is sooner.

    Raises:
        TimeoutError: there are none left.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, timeout or left)


def _resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, each once."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise MediaError(f"There's no host called {host}.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in addresses))


def _checked(url: str) -> str:
    """The address in ASCII: its host in IDNA, other characters percent-encoded as UTF-8.

    Raises:
        MediaError: it isn't an address that can be fetched.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise MediaError(f"This isn't a URL: {error}.") from error
    if parts.scheme not in {"http", "https"}:
        raise MediaError("A URL begins with http:// or https://.")
    if not host:
        raise MediaError("The URL has no host.")
    if parts.username or parts.password:
        raise MediaError("The URL has a user name or password in it. Remove it.")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except idna.IDNAError as error:
            raise MediaError(f"{host} isn't a valid host name.") from error
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port is not None else place
    path = quote(parts.path, safe=_SAFE)
    return urlunsplit((parts.scheme, place, path, quote(parts.query, safe=_SAFE), ""))


def _joined(at: str, location: str) -> str:
    try:
        return urljoin(at, location)
    except ValueError as error:
        raise MediaError(f"{_host(at)} redirects to an invalid URL: {error}.") from error


def _get(pool: httpcore2.ConnectionPool, url: str) -> tuple[int, str | None, bytes]:
    """Status, Location header, and the body of a GET; no body of a redirect."""
    with pool.stream("GET", url, headers=HEADERS) as response:
        headers = {k.lower(): v.decode("latin-1") for k, v in response.headers}
        if response.status in REDIRECTS or response.status != 200:
            return response.status, headers.get(b"location"), b""
        if headers.get(b"content-length", "").isdigit():
            _check_size(url, int(headers[b"content-length"]))
        data = io.BytesIO()
        for chunk in response.iter_stream():
            data.write(chunk)
            _check_size(url, data.tell())
        return 200, None, data.getvalue()


def _check_size(url: str, count: int) -> None:
    if count > MAX_BYTES:
        raise MediaError(f"The file at {_host(url)} is larger than {size(MAX_BYTES)}.")


def _slow(url: str) -> str:
    return f"{_host(url)} didn't send the file within {MAX_SECONDS:.0f} seconds."


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _name(url: str) -> str:
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return last[:120] or _host(url)
