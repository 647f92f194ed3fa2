"""`python -m emulator`: serves the emulator until it is stopped."""

import argparse
import asyncio
import os
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from emulator.app import create_app
from emulator.engines import Engine
from emulator.errors import ApiError
from emulator.faults.table import Armed, Fault, faults, read_fault

INSTALL = "The local models aren't installed: pip install -r requirements-local.txt"
URL_VARIABLE = "EMULATOR_OPENAI_URL"
IDLE_SECONDS = 90  # of a connection; a client that lets go first never meets one that just ended


def main() -> None:
    """Reads the command line and serves. Exits with 1 and a sentence when it can't start."""
    options = _arguments()
    name = options.engine or _usual_engine(options)
    if name == "local" and not _local_is_there():
        sys.exit(INSTALL)
    if name == "openai" and not options.openai_url:
        sys.exit(f"The engine openai needs --openai-url or {URL_VARIABLE}.")
    if not options.engine and name == "echo":
        _say(INSTALL)
    try:
        listening = listen(options.host, options.port)
    except (OSError, OverflowError) as error:  # the latter for a port that is none
        why = getattr(error, "strerror", None) or error
        sys.exit(f"Can't listen on {options.host}:{options.port}: {why}.")
    asyncio.run(_serve(listening, name, options))


def _usual_engine(options: argparse.Namespace) -> str:
    """The engine where none is named: the server that was, else the local models if installed."""
    if options.openai_url:
        return "openai"
    return "local" if _local_is_there() else "echo"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8642, help="0 is any free port")
    parser.add_argument(
        "--engine",
        choices=("local", "echo", "openai"),
        help="default: openai with an --openai-url, else local if installed",
    )
    _add_openai(parser)
    parser.add_argument(
        "--delay", type=float, default=0.0, help="echo: seconds between two pieces of an answer"
    )
    parser.add_argument(
        "--data", type=Path, help="folder for uploaded files; default: a temporary one"
    )
    parser.add_argument(
        "--models",
        type=lambda names: [name.strip().removeprefix("models/") for name in names.split(",")],
        default=[],
        help="names of models to answer for beside the listed ones, by commas; * for any name",
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        help="web pages that may call it, such as https://example.com, or * for all; those served "
        "by this machine always may",
    )
    parser.add_argument(
        "--fault",
        action="append",
        type=_fault,
        default=[],
        metavar="NAME[:COUNT]",
        help="what the first COUNT requests to a model get, such as 429:2; may be said again: "
        + ", ".join(faults()),
    )
    parser.add_argument(
        "--parent-pipe", action="store_true", help="stop when standard input is closed"
    )
    return parser.parse_args()


def _fault(text: str) -> tuple[Fault, int]:
    try:
        return read_fault(text)
    except ApiError as error:
        raise argparse.ArgumentTypeError(error.message) from error


def _add_openai(parser: argparse.ArgumentParser) -> None:
    """What says which OpenAI-compatible server answers; each has a variable of its own, too."""
    for flag, variable, text in (
        ("url", URL_VARIABLE, "OpenAI-compatible server that answers: http://localhost:11434/v1"),
        ("model", "EMULATOR_OPENAI_MODEL", "its model; default: the first it lists"),
        ("embedding-model", "EMULATOR_OPENAI_EMBEDDING_MODEL", "its model for embeddings"),
        ("key", "EMULATOR_OPENAI_KEY", "its key, if it wants one; better in the variable"),
    ):
        default = os.environ.get(variable, "").strip()
        parser.add_argument(f"--openai-{flag}", default=default, help=f"{text} ({variable})")


async def _serve(listening: socket.socket, name: str, options: argparse.Namespace) -> None:
    engine = await _engine(name, options)
    app = _app(engine, options)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    if options.parent_pipe:
        _stop_with_parent(server)
    port = listening.getsockname()[1]
    shown = f"[{options.host}]" if ":" in options.host else options.host
    from_server = f", {engine.model.stands_in}" if name == "openai" else ""
    _say(f"Gemini emulator on http://{shown}:{port} (engine: {name}{from_server})")
    await server.serve(sockets=[listening])


async def _engine(name: str, options: argparse.Namespace) -> Engine:
    if name == "openai":
        return await _openai_engine(options)
    if name == "local":
        from emulator.engines.local import LocalEngine

        try:
            return LocalEngine()
        except (OSError, ValueError) as error:
            sys.exit(f"The local text model can't be used: {error}")
    from emulator.engines.echo import EchoEngine

    return EchoEngine(options.delay)


async def _openai_engine(options: argparse.Namespace) -> Engine:
    from emulator.engines.openai.engine import OpenAIEngine

    model, key = options.openai_model, options.openai_key
    try:
        engine = OpenAIEngine(options.openai_url, model, key, options.openai_embedding_model)
    except ValueError as error:
        sys.exit(str(error))
    await engine.look()
    return engine


def _app(engine: Engine, options: argparse.Namespace) -> Starlette:
    try:
        return create_app(
            engine,
            data_folder=options.data,
            names=options.models,
            origins=options.origin,
            armed=Armed(options.fault),
        )
    except OSError as error:
        sys.exit(f"Can't keep files in {options.data}: {error.strerror}.")


def _local_is_there() -> bool:
    from emulator.engines.weights import local_is_there

    return local_is_there()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket: connections made from now on wait until the server takes them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, so that asyncio has each event leave at once (`_set_nodelay` in its `base_events`).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(128)
    return listening


def _stop_with_parent(server: uvicorn.Server) -> None:
    """Ends the server when the process that holds the other end of standard input is gone."""

    def wait() -> None:
        while sys.stdin.buffer.read(1):
            pass
        server.should_exit = True

    threading.Thread(target=wait, name="parent-pipe", daemon=True).start()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
