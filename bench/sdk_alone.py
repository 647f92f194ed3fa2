"""The SDK with nothing around it: the limit for whatever is built on it.

Run by itself: ``python -m bench.sdk_alone paced --repeat 5`` prints one JSON object,
``{"total_ms": [...], "first_ms": [...]}``, a value a round. The base URL and the key come from
the environment, as for the apps.
"""

import argparse
import json
import threading
import time

from google import genai
from google.genai import types

from bench.paces import PACES, prompt
from bench.text import TAGS, chunks

MODEL = "gemini-2.5-flash"


def stream(client: genai.Client, contents: list[types.Content]) -> tuple[float, float]:
    """Ask once; milliseconds to the first and to the last text."""
    start = time.perf_counter()
    first = last = 0.0
    for response in client.models.generate_content_stream(model=MODEL, contents=[*contents]):
        if response.text:
            last = time.perf_counter()
            first = first or last
    return (first - start) * 1000, (last - start) * 1000


def conversation(pace: str, turns: int) -> list[types.Content]:
    """`turns` finished turns of short answers and the next prompt, a Content per turn."""
    answer = "".join(chunks("zz", PACES["short"].chunks))
    contents = []
    for turn in range(turns):
        contents.append(types.UserContent(prompt("short", TAGS[turn])))
        contents.append(types.ModelContent(answer))
    return [*contents, types.UserContent(prompt(pace, "zz"))]


def at_once(client: genai.Client, pace: str, threads: int) -> list[tuple[float, float]]:
    """`threads` streams started together on one client, a thread each."""
    contents = conversation(pace, 0)
    start = threading.Barrier(threads)
    results: list[tuple[float, float]] = []

    def one() -> None:
        start.wait()
        results.append(stream(client, contents))

    workers = [threading.Thread(target=one) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pace", choices=PACES)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--turns", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with genai.Client() as client:
        # As the apps: the first request of a process is not what is compared here.
        stream(client, conversation("short", 0))
        rounds: list[tuple[float, float]] = []
        for _ in range(options.repeat):
            if options.threads > 1:
                rounds += at_once(client, options.pace, options.threads)
            else:
                rounds.append(stream(client, conversation(options.pace, options.turns)))
    first, total = zip(*rounds, strict=True)
    print(json.dumps({"first_ms": first, "total_ms": total}))


if __name__ == "__main__":
    main()
