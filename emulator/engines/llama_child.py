"""The process that holds the text model: llama.cpp's own server, in a cap of memory.

Run by `llama_process`, never by hand. It writes one JSON line, `{"url"}` or `{"error"}`, to its
standard output, and ends when its standard input is closed.
"""

import argparse
import importlib
import json
import os
import sys
from typing import Any

KEY_VARIABLE = "LLAMA_CHILD_KEY"


def main() -> None:
    """Loads the model and serves it until the parent is gone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--context", type=int, required=True, help="tokens shared by all slots")
    parser.add_argument("--slots", type=int, required=True, help="answers made at the same time")
    parser.add_argument("--memory", type=int, required=True, help="most bytes of address space")
    options = parser.parse_args()
    _cap_memory(options.memory)
    try:
        server = _serve(options)
    except Exception as error:
        _tell({"error": str(error) or type(error).__name__})
        sys.exit(1)
    _tell({"url": server.listening_address})
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)  # llama.cpp would finish its answers first; nobody waits for them any more


def _serve(options: argparse.Namespace):
    # Set before llama.cpp loads: threads that spin while they wait starve each other when more
    # answers are made than there are cores.
    os.environ["OMP_WAIT_POLICY"] = "passive"
    xllamacpp: Any = importlib.import_module("xllamacpp")  # it has no types
    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.port = 0
    params.api_keys = [os.environ.pop(KEY_VARIABLE)]
    params.n_ctx = options.context
    params.n_parallel = options.slots
    params.kv_unified = True  # a long prompt may take the whole context, when it is alone
    params.cache_ram_mib = 0
    params.fit_params = False
    params.warmup = False
    params.verbosity = -1
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.cpuparams.n_threads = os.cpu_count() or 2
    return xllamacpp.Server(params)


def _cap_memory(limit: int) -> None:
    """Where the system knows such a limit. A runaway grammar then ends here, not the machine."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, ValueError, OSError):
        pass


def _tell(message: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
