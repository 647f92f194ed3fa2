"""What an agent did on the way to its answer, step by step, as people read it.

Made of a run's parts: thoughts by their headings, tools with what came of them. The texts and
pictures of the answer itself are its report. A step that is unknown is an entry too, with all it
holds. Steps by their wire names: https://ai.google.dev/gemini-api/docs/interactions.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from gemini.data import table
from gemini.interactions.steps import NOT_SENT, WHOLE_STEP
from gemini.plain import mappings
from gemini.request import Part
from gemini.run import Candidate

Kind = Literal["thought", "search", "page", "code", "file", "tool", "unknown"]

HEADING = re.compile(r"^\s*\*\*(?P<title>[^*\n]+)\*\*\s*$", re.MULTILINE)
LONGEST_TITLE = 90  # characters
STEP_TIMES = "step_times"  # in a candidate's metadata: of its parts that aren't the report


@dataclass(frozen=True)
class TimelineEntry:
    """A step. `at` is seconds after the request left; None where it is unknown.

    `title` is one line. Below it may stand `text`, in Markdown if it is a thought; `code` in a
    `language`; what came of it as `output`; addresses that were read; pictures; and `data`, what
    else is known of it. `call` is the id by which its result names it.
    """

    kind: Kind
    title: str
    at: float | None = None
    text: str = ""
    code: str = ""
    language: str | None = None
    output: str = ""
    links: tuple[str, ...] = ()
    pictures: tuple[Part, ...] = ()
    failed: bool = False
    data: Any = None
    call: str = field(default="", compare=False)


def is_report(part: Part) -> bool:
    """Whether a part belongs to the answer itself, not to the way there."""
    shown = "text" in part or "inline_data" in part or "file_data" in part
    return shown and not part.get("thought") and not part.get("part_metadata")


def times_of(candidate: Candidate) -> list[float | None]:
    """When each part came that isn't the report's, in order.

    None for those that came before another process followed on.
    """
    known = candidate.metadata.get(STEP_TIMES)
    known = known if isinstance(known, list) else []
    times = [at if isinstance(at, int | float) else None for at in known]
    missing = sum(not is_report(part) for part in candidate.parts) - len(times)
    return [*[None] * missing, *times]


def trim_times(candidate: Candidate) -> None:
    """Forget when parts came that were taken away, as they are going to come again."""
    known = candidate.metadata.get(STEP_TIMES)
    if isinstance(known, list):
        del known[sum(not is_report(part) for part in candidate.parts) :]


def timeline(parts: Iterable[Part], times: Iterable[float | None] = ()) -> list[TimelineEntry]:
    """The entries of an answer's parts, in order. `times` are as `times_of` gives them."""
    entries: list[TimelineEntry] = []
    at = iter(times)
    ended = True  # whether the next thought is another one
    for part in parts:
        if is_report(part):
            ended = True
        elif part.get("thought"):
            ended = _think(entries, part, next(at, None), ended=ended)
        else:
            _act(entries, part, next(at, None))
            ended = True
    return entries


def _think(entries: list[TimelineEntry], part: Part, at: float | None, *, ended: bool) -> bool:
    """Add a thought, or its next words; whether the one after it is another one."""
    if "thought_signature" in part and not part.get("text"):
        return True
    if "text" not in part:
        entries.append(TimelineEntry("thought", "Drew an image", at, pictures=(_plain(part),)))
        return True
    text = part["text"]
    last = entries[-1] if entries else None
    grows = not ended and last is not None and last.kind == "thought" and not last.pictures
    if grows and not HEADING.match(text):
        assert last is not None
        text, at = f"{_whole(last)}{text}", last.at
        entries.pop()
    entries.extend(TimelineEntry("thought", *each) for each in _thoughts(text, at))
    return False


def _thoughts(text: str, at: float | None) -> Iterator[tuple[str, float | None, str]]:
    """Title, time and text of each thought in a text: a heading in bold begins one."""
    begins = [match.start() for match in HEADING.finditer(text)]
    cuts = [0, *(begin for begin in begins if begin), len(text)]
    for begin, end in pairwise(cuts):
        piece = text[begin:end]
        if heading := HEADING.match(piece):
            yield heading["title"].strip(), at, piece[heading.end() :].lstrip("\n")
        elif piece.strip():
            yield _line(piece), at, piece


def _whole(entry: TimelineEntry) -> str:
    """The text that a thought was made of, to be read again with more of it."""
    if entry.text.strip() and entry.title == _line(entry.text):
        return entry.text
    return f"**{entry.title}**\n\n{entry.text}"


def _act(entries: list[TimelineEntry], part: Part, at: float | None) -> None:
    """Add a step, or what came of one to its entry."""
    notes = part.get("part_metadata") or {}
    if (call := part.get("function_call")) is not None:
        entries.append(_function(call, at))
        return
    if (step := notes.get(WHOLE_STEP)) is None:
        if "inline_data" in part or "file_data" in part:
            _add_picture(entries, part, at)
        elif shown := notes.get(NOT_SENT) or _plain(part):
            entries.append(_unknown(shown, at))
        return
    kind = str(step.get("type"))
    if kind.endswith("_result"):
        _result(entries, step, at)
    elif kind.endswith("_call"):
        entries.append(_call(step, at))
    else:
        entries.append(_unknown(step, at))


def _call(step: dict[str, Any], at: float | None) -> TimelineEntry:
    kind, call = str(step.get("type")), str(step.get("id") or "")
    arguments = step.get("arguments")
    given: dict[str, Any] = arguments if isinstance(arguments, dict) else {}
    if kind == "google_search_call":
        queries = _texts(given.get("queries"))
        return TimelineEntry("search", _line(" · ".join(queries)) or "Searched the web", at,
                     text="\n".join(queries), call=call)  # fmt: skip
    if kind == "url_context_call":
        links = _texts(given.get("urls"))
        return TimelineEntry("page", _pages(links), at, links=tuple(links), call=call)
    if kind == "code_execution_call":
        code = str(given.get("code") or given.get("command") or "")
        language = str(given.get("language") or ("python" if "code" in given else "bash"))
        return TimelineEntry(
            "code", _line(code) or "Ran code", at, code=code, language=language, call=call
        )
    name = str(step.get("name") or kind.removesuffix("_call").replace("_", " "))
    server = f"{step['server_name']}: " if step.get("server_name") else ""
    return TimelineEntry("tool", _line(f"{server}{name}"), at, data=arguments, call=call)


def _function(call: dict[str, Any], at: float | None) -> TimelineEntry:
    """A call of a function: of the sandbox's tools for files, mostly."""
    name, given, key = (
        str(call.get("name") or ""),
        call.get("args") or {},
        str(call.get("id") or ""),
    )
    known = table("agents")["file_tools"].get(name)
    path = str(given.get(known["path"]) or "") if known else ""
    if not path:
        return TimelineEntry(
            "tool", _line(name) or "A call without a name", at, data=given, call=key
        )
    text = str(given.get(known.get("text", "")) or "")
    language = path.rpartition(".")[2] if "." in path.rpartition("/")[2] else None
    return TimelineEntry(
        "file", f"{known['said']} {path}", at, code=text, language=language, call=key
    )


def _result(entries: list[TimelineEntry], step: dict[str, Any], at: float | None) -> None:
    """Put what came of a call into its entry; into one of its own where there is no such call."""
    call = str(step.get("call_id") or "")
    numbers = reversed(range(len(entries)))
    of_call = next((n for n in numbers if call and entries[n].call == call), None)
    if of_call is None:
        title = str(step.get("type")).removesuffix("_result").replace("_", " ")
        entries.append(TimelineEntry("tool", f"Result: {title}", at, data=step))
        return
    entry, result = entries[of_call], step.get("result")
    failed = bool(step.get("is_error")) or _unread(entry, result)
    text = "" if entry.kind in {"search", "page"} else _said(result)
    entries[of_call] = replace(entry, failed=failed, output=text)


def _unread(entry: TimelineEntry, result: Any) -> bool:
    """Whether pages were gone for, and none could be read."""
    pages = mappings(result)
    states = [str(page.get("status") or "success").lower() for page in pages]
    return entry.kind == "page" and bool(states) and all(each != "success" for each in states)


def _add_picture(entries: list[TimelineEntry], part: Part, at: float | None) -> None:
    """Put a picture that code has drawn with the code."""
    if entries:
        last = entries[-1]
        entries[-1] = replace(last, pictures=(*last.pictures, _plain(part)))
    else:
        entries.append(TimelineEntry("tool", "An image", at, pictures=(_plain(part),)))


def _unknown(data: Any, at: float | None) -> TimelineEntry:
    kind = data.get("type") or data.get("event_type") if isinstance(data, dict) else None
    return TimelineEntry("unknown", _line(str(kind or "A step of an unknown kind")), at, data=data)


def _said(result: Any) -> str:
    """What a tool gave back, as text."""
    if isinstance(result, str):
        return result
    if isinstance(result, list):
        texts = [
            r["text"] for r in result if isinstance(r, dict) and isinstance(r.get("text"), str)
        ]
        if texts or all(isinstance(r, dict) and r.get("data") for r in result):
            return "\n".join(texts)
    return "" if result in (None, {}, []) else json.dumps(result, ensure_ascii=False, indent=1)


def _pages(links: Sequence[str]) -> str:
    hosts = [re.sub(r"^\w+://(?:www\.)?", "", link) for link in links]
    return _line(" · ".join(hosts)) or "Read a page"


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value if each] if isinstance(value, list) else []


def _plain(part: Part) -> Part:
    return {k: v for k, v in part.items() if k not in {"part_metadata", "thought"}}


def _line(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
