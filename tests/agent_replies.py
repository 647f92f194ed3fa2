"""Canned answers of agents, in the documented shapes of the Interactions API.

https://ai.google.dev/gemini-api/docs/deep-research and /antigravity-agent.
"""

import base64
import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw

from tests.fake_gemini import Reply

RESEARCH = "deep-research-preview-04-2026"
SANDBOX = "antigravity-preview-09-2026"
PLAN = """**Research plan: batteries without lithium**

1. List chemistries on sale: sodium-ion, iron-air, saltwater, lead.
2. Find prices per kWh from makers and dealers, 2025 to 2026.
3. Compare lifetime, safety and warranty.
4. Note where figures are missing.
"""
REPORT = """# Home batteries without lithium

Sodium-ion packs are sold for houses since 2025 and cost about $240 per kWh.

| Chemistry | Price per kWh | Cycles |
|---|---|---|
| Sodium-ion | $240 | 4,000 |
| Saltwater | $480 | 5,000 |
| Lead-acid | $150 | 1,200 |

"""
AFTER = "## What is missing\n\nMakers of iron-air cells publish no price for houses.\n"
WARNING = '<script>alert("x")</script> ![spy](https://tracker.example/p.png)\n'

Event = dict[str, Any]


def picture() -> str:
    """A small bar chart as base64."""
    image = Image.new("RGB", (640, 300), "white")
    draw = ImageDraw.Draw(image)
    for number, (height, colour) in enumerate(
        [(120, "#4f7cac"), (240, "#9ec1a3"), (75, "#c0a080")]
    ):
        left = 80 + number * 190
        draw.rectangle((left, 270 - height, left + 110, 270), fill=colour)
    draw.line((50, 270, 610, 270), fill="#333333", width=2)
    data = io.BytesIO()
    image.save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


def thought(*summaries: str) -> list[Event]:
    """A thought step, its summaries one delta each."""
    deltas = [
        {"type": "thought_summary", "content": {"type": "text", "text": text}} for text in summaries
    ]
    return _step({"type": "thought"}, deltas)


def search(call: str, *queries: str) -> list[Event]:
    """A search and its result."""
    asked = {"type": "google_search_call", "id": call, "arguments": {"queries": list(queries)}}
    found = {"type": "google_search_result", "call_id": call, "result": []}
    return [*_step(asked), *_step(found)]


def read(call: str, *urls: str, status: str = "success") -> list[Event]:
    """Pages that were gone for."""
    asked = {"type": "url_context_call", "id": call, "arguments": {"urls": list(urls)}}
    result = [{"url": url, "status": status} for url in urls]
    return [
        *_step(asked),
        *_step({"type": "url_context_result", "call_id": call, "result": result}),
    ]


def ran(call: str, code: str, output: str, *, failed: bool = False) -> list[Event]:
    """A command in a sandbox, and what it printed."""
    arguments = {"language": "bash", "code": code}
    asked = {"type": "code_execution_call", "id": call, "arguments": arguments}
    result = {"type": "code_execution_result", "call_id": call, "result": output}
    return [*_step(asked), *_step({**result, "is_error": failed})]


def tool(call: str, name: str, result: Any = "ok", **arguments: Any) -> list[Event]:
    """One of the sandbox's own tools, which runs by itself."""
    asked = {"type": "function_call", "id": call, "name": name, "arguments": arguments}
    answered = {"type": "function_result", "call_id": call, "name": name, "result": result}
    return [*_step(asked), *_step(answered)]


def words(*texts: str, cited: Sequence[tuple[str, str, int, int]] = ()) -> list[Event]:
    """Text of the answer, with sources (address, title, first byte, last byte) of it."""
    deltas: list[Event] = [{"type": "text", "text": text} for text in texts]
    if cited:
        notes = [
            {"type": "url_citation", "url": url, "title": title, "start_index": a, "end_index": b}
            for url, title, a, b in cited
        ]
        deltas.append({"type": "text_annotation_delta", "annotations": notes})
    return _step({"type": "model_output"}, deltas)


def drawn() -> list[Event]:
    """A picture in the answer."""
    delta = {"type": "image", "mime_type": "image/png", "data": picture()}
    return _step({"type": "model_output"}, [delta])


def _step(step: Event, deltas: Sequence[Event] = ()) -> list[Event]:
    middle = [{"event_type": "step.delta", "delta": delta} for delta in deltas]
    return [{"event_type": "step.start", "step": step}, *middle, {"event_type": "step.stop"}]


def interaction(
    *steps: list[Event], name: str = "a", status: str = "completed", agent: str = RESEARCH,
    **about: Any,
) -> list[Event]:  # fmt: skip
    """All the events of an interaction, numbered, `about` in what is said of it."""
    said = {"id": f"v1_{name}", "agent": agent, **about}
    first = {"event_type": "interaction.created", "interaction": {**said, "status": "in_progress"}}
    usage = {"total_input_tokens": 250_000, "total_output_tokens": 60_000, "total_tokens": 310_000}
    last = {
        "event_type": "interaction.completed",
        "interaction": {**said, "status": status, "usage": usage},
    }
    middle, index = [], -1
    for event in (event for step in steps for event in step):
        index += event["event_type"] == "step.start"
        middle.append(
            {**event, "index": index} if event["event_type"].startswith("step") else event
        )
    events = [first, *middle, last]
    return [{**event, "event_id": f"{name}{n}"} for n, event in enumerate(events)]


def plan(name: str = "plan", text: str = PLAN) -> list[Event]:
    """The plan of a research."""
    return interaction(thought("**Reading the task**\n\nWhat is asked?"), words(text), name=name)


def research(name: str = "report", **about: Any) -> list[Event]:
    """A research with every kind of step, and one that nobody knows."""
    sources = [
        ("https://natrium.example/home", "Natrium Home", 34, 110),
        ("https://energy.example/prices?a=1", "Prices [2026] of <energy>", 34, 110),
    ]
    return interaction(
        thought("**Listing chemistries**\n\nSodium-ion, saltwater and lead are on sale."),
        search("s1", "sodium-ion home battery price 2026", "saltwater battery price per kWh"),
        read("u1", "https://natrium.example/home", "https://energy.example/prices"),
        thought(
            "**Comparing prices**\n\nTwo dealers disagree.", "**Checking cycles**\n\nData sheets."
        ),
        read("u2", "https://paywall.example/report", status="error"),
        search("s2", "lead-acid cycle life home storage"),
        ran("c1", "python -c 'print(240*10)'", "2400"),
        _step({"type": "brand_new_step", "note": "nobody knows this"}),
        words(*REPORT.splitlines(keepends=True), cited=sources),
        drawn(),
        words(AFTER, WARNING),
        name=name,
        **about,
    )


def task(name: str = "task", status: str = "completed") -> list[Event]:
    """Work in a sandbox."""
    return interaction(
        thought("**Setting up**\n\nA simulation needs NumPy."),
        ran("c1", "pip install numpy matplotlib", "Successfully installed numpy-2.3"),
        tool("f1", "write_to_file", TargetFile="/workspace/queue.py", CodeContent="import numpy\n"),
        ran("c2", "python /workspace/queue.py", "Traceback: no module", failed=True),
        tool("f2", "view_file", "import numpy", AbsolutePath="/workspace/queue.py"),
        tool("f3", "list_dir", "queue.py\nwaits.csv", DirectoryPath="/workspace"),
        words("Done: `queue.py`, `waits.csv` and a chart are in `/workspace`."),
        name=name,
        status=status,
        agent=SANDBOX,
        environment_id="env_1",
    )


def streamed(events: list[Event], **how: Any) -> Reply:
    """Events as a streamed reply."""
    return Reply(list(events), **how)
