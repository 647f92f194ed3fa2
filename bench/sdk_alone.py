"""The SDK with nothing around it: the limit for whatever is built on it.

A process that is told on its standard input what to ask, a line of JSON each time (`Line`), and
answers with a line: ``{"first_ms": [...], "total_ms": [...]}``, a value a thread. By itself:
``echo '{"pace": "paced"}' | python -m bench.sdk_alone``. The base URL and the key come from the
environment, as for the apps.
"""

import json
import sys
import threading
import time
from typing import Any, NotRequired, TypedDict

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


def interact(client: genai.Client, contents: list[types.Content]) -> tuple[float, float]:
    """The same by the Interactions API; the last of the contents is the prompt."""
    parts = contents[-1].parts or []
    start = time.perf_counter()
    first = last = 0.0
    events: Any = client.interactions.create(
        model=MODEL, input="".join(part.text or "" for part in parts), stream=True
    )
    for event in events:
        if event.event_type == "step.delta" and event.delta.type == "text":
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


def at_once(
    client: genai.Client, contents: list[types.Content], threads: int
) -> list[tuple[float, float]]:
    """`threads` streams started together on one client, a thread each."""
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


class Line(TypedDict):
    """A line of the input: the pace of the answer, the turns before it, the threads at once, and
    the API where it isn't generateContent.
    """

    pace: str
    turns: NotRequired[int]
    threads: NotRequired[int]
    api: NotRequired[str]


def main() -> None:
    """Measure what each line asks for, and print it."""
    with genai.Client() as client:
        # As the apps: the first request of a process is not what is compared here.
        stream(client, conversation("short", 0))
        for line in sys.stdin:
            sent: Line = json.loads(line)
            contents = conversation(sent["pace"], sent.get("turns", 0))
            threads = sent.get("threads", 1)
            alone = threads == 1  # a thread of its own would be measured along
            ask = interact if sent.get("api") == "Interactions" else stream
            rounds = [ask(client, contents)] if alone else at_once(client, contents, threads)
            first, total = zip(*rounds, strict=True)
            print(json.dumps({"first_ms": first, "total_ms": total}), flush=True)


if __name__ == "__main__":
    main()
