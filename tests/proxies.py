"""Caddy and nginx in front of processes of the playground, with the files of `deploy/`."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
CADDY = Path(sys.executable).with_name("caddy")
PORTS = ("8501", "8502")  # in nginx.conf


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def nginx_program() -> str:
    """Where nginx is."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    return found or pytest.fail("nginx is not installed: apt-get install nginx-light")


@contextmanager
def caddy(ports: Sequence[int], text: str | None = None) -> Iterator[str]:
    """Caddy in front of these ports; yields its address. `text` stands for the Caddyfile."""
    assert CADDY.exists(), "The proxy comes with requirements-dev.txt"
    port = free_port()
    upstreams = " ".join(f"127.0.0.1:{each}" for each in ports)
    environment = {**os.environ, "SITE_ADDRESS": f":{port}", "UPSTREAMS": upstreams}
    with _folder() as folder:
        file = folder / "Caddyfile"
        file.write_text(text or (DEPLOY / "Caddyfile").read_text("utf-8"), "utf-8")
        command = [CADDY, "run", "--config", file, "--adapter", "caddyfile"]
        with _running(command, port, folder, environment):
            yield f"http://localhost:{port}"


@contextmanager
def nginx(ports: Sequence[int], text: str | None = None) -> Iterator[str]:
    """nginx in front of these two ports; yields its address. `text` stands for nginx.conf."""
    port = free_port()
    text = text or (DEPLOY / "nginx.conf").read_text("utf-8")
    own = dict(zip(PORTS, map(str, ports), strict=True))
    text = re.sub("|".join(PORTS), lambda match: own[match[0]], text)
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    with _folder() as folder:
        (folder / "playground.conf").write_text(text, "utf-8")
        (folder / "nginx.conf").write_text(_whole(folder), "utf-8")
        command = [nginx_program(), "-p", folder, "-e", "log", "-c", folder / "nginx.conf"]
        with _running(command, port, folder):
            yield f"http://localhost:{port}"


def _whole(folder: Path) -> str:
    """What is around the file of `deploy/`: everything in one folder."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "" if os.getuid() else "user root;"
    return (
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; events {{}}\n"
        f"http {{ access_log off; {temporary} include {folder}/playground.conf; }}\n"
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="proxy-") as folder:
        yield Path(folder)


@contextmanager
def _running(
    command: Sequence[str | Path],
    port: int,
    folder: Path,
    environment: dict[str, str] | None = None,
) -> Iterator[None]:
    """A proxy, from when it listens."""
    log = folder / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while not _listens(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(15)


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
