"""Draws the parts of an answer that aren't text: media, calls with their results, code that ran.

What Gemini's own tools leave in an answer: https://ai.google.dev/gemini-api/docs/code-execution and
/tool-combination.
"""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.problem import guarded
from components.markdown.literal import literal
from gemini.format import shortened, size
from gemini.interactions.steps import WHOLE_STEP
from gemini.request import UNKNOWN_TYPE, Part

PICTURES_BY_NAME = {"image/heic", "image/heif", "image/svg+xml"}  # browsers or Pillow lack them
KINDS = {"image": "This image", "audio": "This audio", "video": "This video"}
SENT_WIDTH = 320  # pixels of a picture in a prompt; one in an answer has its own size
LONGEST = 72  # characters of a call in one line
OUTCOMES = {
    "OUTCOME_OK": ("output", "Output"),
    "OUTCOME_FAILED": ("error", "The code failed"),
    "OUTCOME_DEADLINE_EXCEEDED": ("timer_off", "The code ran too long and was stopped"),
}
STEPS = {
    "google_search": "Google Search",
    "url_context": "URL context",
    "google_maps": "Google Maps",
    "file_search": "File search",
    "mcp_server_tool": "MCP server",
}
"""Tools of Interactions by the beginning of their steps' types."""
MOST_DATA = 100_000  # characters of data in one place
TALL = 24  # lines; more than that scroll
TALL_PIXELS = 420


def draw_part(place: DeltaGenerator, part: Part) -> None:
    """Draw a part that is not plain text."""
    kind = next((k for k in part if k != "thought_signature"), "part").replace("_", " ")
    with guarded(f"This part of the answer ({literal(kind)})", place):
        _draw_part(place, part)


def _draw_part(place: DeltaGenerator, part: Part) -> None:
    if (blob := part.get("inline_data")) is not None:
        draw_blob(place, blob, width="content")
    elif file := part.get("file_data"):
        label = f"{file.get('mime_type') or 'file'}: {file.get('file_uri')}"
        place.caption(f":material/draft: {literal(label)}")
    elif call := part.get("function_call"):
        _draw_call(place, call)
    elif answer := part.get("function_response"):
        _draw_response(place, answer)
    elif not _draw_tool_part(place, part) and part.keys() - {"thought_signature"}:
        if (step := (part.get("part_metadata") or {}).get(WHOLE_STEP)) is not None:
            _draw_step(place, step)
        else:
            draw_data(place, part, expanded=False)


def draw_blob(
    place: DeltaGenerator,
    blob: Mapping[str, Any],
    name: str | None = None,
    width: int | Literal["content"] = SENT_WIDTH,
) -> None:
    """Draw a part's `inline_data`."""
    mime_type, data = blob.get("mime_type") or UNKNOWN_TYPE, blob.get("data") or b""
    draw_media(place, mime_type, data, name or blob.get("display_name"), width)


def draw_media(
    place: DeltaGenerator,
    mime_type: str,
    data: bytes,
    name: str | None = None,
    width: int | Literal["content"] = SENT_WIDTH,
) -> None:
    """Draw media that is at hand: pictures and sounds as themselves, the rest by name and size."""
    kind = mime_type.partition("/")[0]
    about = literal(name or mime_type)
    with guarded(f"{KINDS.get(kind, 'This file')} ({about}, {size(len(data))})", place):
        if kind not in KINDS or mime_type in PICTURES_BY_NAME:
            place.caption(f":material/draft: {about} ({size(len(data))})")
        elif not data:
            raise ValueError("no bytes")
        elif kind == "image":
            caption = literal(name) if name else None
            place.image(data, width=width, caption=caption, alt=name or "An image")
        elif kind == "audio":
            place.audio(data, format=mime_type)
        else:
            place.video(data, format=mime_type)


def _draw_call(place: DeltaGenerator, call: Mapping[str, Any]) -> None:
    """Draw a `function_call`: `get_weather(city="Paris")`."""
    name, args = str(call.get("name") or ""), call.get("args") or {}
    given = ", ".join(f"{key}={_json(value)}" for key, value in args.items())
    label = f"Call {_code(f'{name}({given})')}" if name else "A call without a name"
    with place.status(label, state="complete", type="step"):
        draw_data(st.container(), args)


def _draw_response(place: DeltaGenerator, response: Mapping[str, Any]) -> None:
    """Draw a `function_response`; one with an `error` is a step that failed."""
    name, result = str(response.get("name") or ""), response.get("response") or {}
    failed = "error" in result
    value = result["error"] if failed else result.get("output", result)
    text = value if isinstance(value, str) else _json(value)
    label = f"{'Error' if failed else 'Result'} of {_code(name)}: {_code(text)}"
    with place.status(label, state="error" if failed else "complete", type="step"):
        draw_data(st.container(), result)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _code(text: str) -> str:
    """Text in one line as code in Markdown, cut where it is long."""
    line = shortened(" ".join(text.replace("`", "'").split()), LONGEST)
    return f"`{line}`" if line else "nothing"


def _draw_tool_part(place: DeltaGenerator, part: Part) -> bool:
    """Draw a part that one of these tools made; False for any other."""
    if code := part.get("executable_code"):
        place.caption(":material/terminal: Code that the model wrote and ran")
        draw_lines(place, code.get("code") or "", _name(code.get("language")).lower() or "python")
    elif result := part.get("code_execution_result"):
        outcome = _name(result.get("outcome")) or "OUTCOME_OK"
        icon, title = OUTCOMES.get(outcome, ("help", literal(outcome)))
        place.caption(f":material/{icon}: {title}")
        draw_lines(place, result.get("output") or "(nothing was printed)", None)
    elif call := part.get("tool_call"):
        _draw_tool(place, f"{_title(call)}: called", call.get("args"))
    elif answer := part.get("tool_response"):
        _draw_tool(place, f"{_title(answer)}: answered", answer.get("response"))
    else:
        return False
    return True


def draw_data(place: DeltaGenerator, data: Any, *, expanded: bool = True) -> None:
    """Draw a text, or data to be unfolded; the beginning of what would keep the browser busy."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, default=str)
    if len(text) > MOST_DATA:
        place.code(text[:MOST_DATA], language=None, wrap_lines=True, height=TALL_PIXELS)
        place.caption(
            f"The first {MOST_DATA:,} of {len(text):,} characters. An export has them all."
        )
    elif isinstance(data, str):
        place.text(data)
    else:
        place.json(data, expanded=expanded)


def draw_lines(place: DeltaGenerator, text: str, language: str | None) -> None:
    """Draw code or what it printed: what is tall scrolls, what is huge is cut."""
    tall = text.count("\n") > TALL
    if len(text) > MOST_DATA:
        draw_data(place, text)
    else:
        place.code(text.rstrip("\n"), language=language, height=TALL_PIXELS if tall else "content")


def _draw_tool(place: DeltaGenerator, label: str, data: Any) -> None:
    with place.status(label, state="complete", type="step"):
        draw_data(st.container(), data or {})


def _draw_step(place: DeltaGenerator, step: Mapping[str, Any]) -> None:
    """Draw a step of Interactions: what a tool of Gemini's, or of an MCP server, did."""
    kind = str(step.get("type") or "A step")
    owner, name = step.get("server_name"), step.get("name")
    called = f"{owner}: {name}" if owner and name else name or owner
    if kind.endswith("_call"):
        given = step.get("arguments") or {}
        verb, shown = "called", ", ".join(f"{k}={_json(v)}" for k, v in given.items())
    elif kind.endswith("_result"):
        given = step.get("result")
        verb, shown = "answered", given if isinstance(given, str) else ""
    else:
        given, verb, shown = dict(step), "", ""
    title = literal(str(called or STEPS.get(_bare(kind)) or _bare(kind).replace("_", " ")))
    about = f": {_code(shown)}" if shown else ""
    state = "error" if step.get("is_error") else "complete"
    label = f"{title[:1].upper()}{title[1:]} {verb}{about}".strip()
    with place.status(label, state=state, type="step"):
        draw_data(st.container(), given or {})


def _bare(kind: str) -> str:
    """The tool in a step's type: `google_search` of `google_search_call`."""
    return kind.removesuffix("_call").removesuffix("_result")


def _title(call: dict[str, Any]) -> str:
    """`GOOGLE_SEARCH_WEB` as people write it: Google search web."""
    return literal(_name(call.get("tool_type")).replace("_", " ").capitalize()) or "Tool"


def _name(value: Any) -> str:
    """An enum of the SDK, or its name as it is after a while in the history."""
    return str(value.value if isinstance(value, Enum) else value or "")
