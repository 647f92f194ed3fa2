"""A report as one file: Markdown with its pictures in it, or a page of HTML that prints well.

What a model wrote is never HTML here: tags in it are shown as text, pictures of other servers are
links, and the page allows no script and fetches nothing.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from components.answer.citations import MARK, cited
from gemini.format import duration
from gemini.grounding import Grounding, Source, grounding, safe_link
from gemini.interactions.agents import agents
from gemini.interactions.timeline import is_report
from gemini.request import Part
from gemini.run import Candidate, Run

LONGEST_NAME = 60  # characters of a file's name
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
CSS = """
body { font: 17px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1f23; background: #fff; overflow-wrap: break-word }
h1, h2, h3 { line-height: 1.25 } h1 { font-size: 1.9rem } h2 { margin-top: 2.2rem }
.about { color: #5c6570; font-size: .9rem; border-bottom: 1px solid #d8dde3; padding-bottom: 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { border: 1px solid #d8dde3; padding: .35rem .6rem; text-align: left; vertical-align: top }
th { background: #f4f6f8 } img { max-width: 100%; height: auto } figure { margin: 1.5rem 0 }
pre { background: #f4f6f8; padding: .8rem; overflow-x: auto } code { font-size: .9em }
blockquote { border-left: 3px solid #d8dde3; margin-left: 0; padding-left: 1rem; color: #444c56 }
sup a { text-decoration: none } .sources { font-size: .9rem }
@media print { body { margin: 0; max-width: none; font-size: 11pt } a { color: inherit }
  table { display: table } h1, h2, h3 { break-after: avoid }
  tr, figure, pre { break-inside: avoid } }
"""


def report_of(candidate: Candidate) -> Candidate:
    """The answer without the way there. Texts that steps stood between are paragraphs apart.

    Searches and pages read are among the steps; what Google wants shown beside its sources stays.
    """
    metadata = {k: v for k, v in candidate.metadata.items() if k != "url_context_metadata"}
    if known := metadata.get("grounding_metadata"):
        metadata["grounding_metadata"] = {
            name: value for name, value in known.items() if name != "web_search_queries"
        }
    return replace(candidate, parts=_report_parts(candidate.parts), metadata=metadata)


def _report_parts(parts: Sequence[Part]) -> list[Part]:
    result: list[Part] = []
    between = False
    for part in parts:
        if not is_report(part):
            between = True
            continue
        if between and result and "text" in part and "text" in result[-1]:
            result.append({"text": "\n\n"})
        result.append(part)
        between = False
    return result


def file_name(question: str) -> str:
    """A file's name of what was asked, without an ending."""
    words = re.sub(r"[^\w]+", "-", question.lower())[:LONGEST_NAME].strip("-")
    return words or "report"


def report_markdown(run: Run, question: str) -> str:
    """The report in Markdown: numbers for its sources, which are listed below with its pictures."""
    candidate = report_of(run.candidates[0])
    known, pictures, pieces = grounding(candidate), [], []
    for part in cited(candidate.parts, known.citations):
        if blob := part.get("inline_data"):
            pictures.append(f"[image-{len(pictures) + 1}]: {_data_address(blob)}")
            number = len(pictures)
            pieces.append(f"\n\n![Image {number}][image-{number}]\n\n")
        elif file := part.get("file_data"):
            pieces.append(f"\n\n{file.get('file_uri')}\n\n")
        else:
            pieces.append(MARK.sub(lambda match: _number(match, known), part.get("text") or ""))
    text = f"{''.join(pieces).strip()}\n"
    if known.sources:
        text += "\n## Sources\n\n" + "\n".join(map(_source, known.sources)) + "\n"
    quoted = "\n".join(f"> {line}" for line in question.splitlines())
    text += f"\n---\n\n{quoted}\n\n{_about(run)}\n"
    return f"{text}\n{chr(10).join(pictures)}\n" if pictures else text


def report_html(run: Run, question: str) -> str:
    """The report as a page of its own: pictures inside, sources below, nothing fetched."""
    candidate = report_of(run.candidates[0])
    known = grounding(candidate)
    body = "".join(_html(cited(candidate.parts, known.citations)))
    body = MARK.sub(lambda match: _html_number(match, known), body)
    title = escape(" ".join(question.split())[:120] or "Report")
    sources = "".join(map(_html_source, known.sources))
    listed = f'<h2>Sources</h2><ol class="sources">{sources}</ol>' if sources else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{CSS}</style></head><body>"
        f'<p class="about">{escape(question)}<br>{escape(_about(run))}</p>'
        f"<main>{body}</main>{listed}</body></html>"
    )


def _about(run: Run) -> str:
    """Who wrote it, when, in what time."""
    agent = agents().get(run.request.model)
    name = f"{agent.title} ({agent.name})" if agent else run.request.model
    took = f", {duration(run.timing.end)}" if run.timing.end else ""
    return f"{name}, {run.created:%d %B %Y}{took}. Made with AI: check it against its sources."


def _data_address(blob: dict[str, object]) -> str:
    data = blob.get("data")
    encoded = base64.b64encode(data if isinstance(data, bytes) else b"").decode("ascii")
    return f"data:{_media_type(blob)};base64,{encoded}"


def _media_type(blob: dict[str, object]) -> str:
    """The type of a picture, if it is written like one: it stands in an address."""
    said = str(blob.get("mime_type") or "")
    return said if re.fullmatch(r"[\w.+-]+/[\w.+-]+", said) else "application/octet-stream"


def _number(match: re.Match[str], known: Grounding) -> str:
    source = _by_number(match, known)
    if source is None:
        return ""
    return f"[\\[{source.number}\\]]({source.link})" if source.link else f"\\[{source.number}\\]"


def _by_number(match: re.Match[str], known: Grounding) -> Source | None:
    number = int(match[1])
    return known.sources[number - 1] if 0 < number <= len(known.sources) else None


def _source(source: Source) -> str:
    title = re.sub(r"([\\\[\]`*_<>])", r"\\\1", source.title)
    place = f" ({source.host})" if source.host else ""
    return f"{source.number}. {f'[{title}]({source.link})' if source.link else title}{place}"


def _html(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if blob := part.get("inline_data"):
            if _media_type(blob).startswith("image/"):
                yield f'<figure><img alt="" src="{_data_address(blob)}"></figure>'
        elif file := part.get("file_data"):
            yield f"<p>{escape(str(file.get('file_uri') or ''))}</p>"
        elif text := part.get("text"):
            yield _reader().render(text)


@cache
def _reader() -> MarkdownIt:
    """Markdown to HTML: no HTML of the text's own, no pictures of other servers."""
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

    def image(tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        link = safe_link(str(token.attrGet("src") or ""))
        label = escape(token.content or "Picture")
        return f'<a href="{escape(link)}">{label}</a>' if link else label

    reader.renderer.rules["image"] = image  # type: ignore[attr-defined]
    return reader


def _html_number(match: re.Match[str], known: Grounding) -> str:
    source = _by_number(match, known)
    return f'<sup><a href="#source-{source.number}">[{source.number}]</a></sup>' if source else ""


def _html_source(source: Source) -> str:
    title = escape(source.title)
    linked = f'<a href="{escape(source.link)}">{title}</a>' if source.link else title
    place = f" ({escape(source.host)})" if source.host else ""
    return f'<li id="source-{source.number}">{linked}{place}</li>'
