"""Answers as a file: Markdown with pictures in it, or a page of HTML that prints well.

What a model wrote is never HTML here: tags in it are shown as text, pictures of other servers are
links, and the page allows no script and fetches nothing.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from components.answer.citations import MARK, cited
from components.markdown.reading import seek_less
from gemini.api.methods import without_bytes
from gemini.grounding import Grounding, Source, grounding, safe_link
from gemini.request import Content, Part
from gemini.run import Candidate, Run

LONGEST_NAME = 60  # characters of a file's name
LONGEST_TITLE = 120  # characters
POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'"
CSS = """
:root { color-scheme: light; --text: #1b1f23; --faint: #5c6570; --page: #fff; --box: #f4f6f8;
  --line: #d8dde3; --link: #2457c5 }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --text: #e6e9ef;
  --faint: #a3abb8; --page: #14171c; --box: #1f242c; --line: #343b46; --link: #8ab4ff } }
body { font: 17px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--text); background: var(--page); overflow-wrap: break-word } a { color: var(--link) }
h1, h2, h3 { line-height: 1.25 } h1 { font-size: 1.9rem } h2 { margin-top: 2.2rem }
.about { color: var(--faint); font-size: .9rem; border-bottom: 1px solid var(--line);
  padding-bottom: 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left;
  vertical-align: top }
th { background: var(--box) } img, video { max-width: 100%; height: auto }
img { background: #fff } figure { margin: 1.5rem 0 }
pre { background: var(--box); padding: .8rem; overflow-x: auto } code { font-size: .9em }
blockquote { border-left: 3px solid var(--line); margin-left: 0; padding-left: 1rem;
  color: var(--faint) }
sup a { text-decoration: none } .sources { font-size: .9rem }
.prompt { background: var(--box); border-radius: .5rem; padding: .2rem 1rem; margin: 2rem 0 1rem }
.prompt p { white-space: pre-wrap } .thoughts { color: var(--faint); font-size: .9rem }
@media print { body { margin: 0; max-width: none; font-size: 11pt } a { color: inherit }
  table { display: table } h1, h2, h3 { break-after: avoid }
  tr, figure, pre, .prompt { break-inside: avoid } .prompt { border: 1px solid var(--line) } }
"""
"""In the colours that the reader's system has; on paper in those of a light page."""


def file_name(words: str, default: str) -> str:
    """A file's name of what was asked, without an ending."""
    name = re.sub(r"[^\w]+", "-", words.lower())[:LONGEST_NAME].strip("-")
    return name or default


def html_page(title: str, about: str, body: str) -> str:
    """A page of its own around a body of HTML; `about` is HTML too, `title` is text."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(' '.join(title.split())[:LONGEST_TITLE])}</title>"
        f"<style>{CSS}</style></head><body>"
        f'<p class="about">{about}</p><main>{body}</main></body></html>'
    )


def answer_html(candidate: Candidate, key: str = "") -> str:
    """An answer as HTML, its sources below. `key` tells the sources of several answers apart."""
    known = grounding(candidate)
    body = "".join(parts_html(cited(candidate.parts, known.citations)))
    body = MARK.sub(lambda match: _html_number(match, known, key), body)
    sources = "".join(_html_source(source, key) for source in known.sources)
    listed = f'<h2>Sources</h2><ol class="sources">{sources}</ol>' if sources else ""
    return body + listed


def parts_html(parts: Iterable[Part]) -> Iterator[str]:
    """Parts as HTML; of media those that a browser shows."""
    for part in parts:
        if blob := part.get("inline_data"):
            yield _medium_html(blob)
        elif file := part.get("file_data"):
            yield f"<p>{escape(str(file.get('file_uri') or ''))}</p>"
        elif code := part.get("executable_code"):
            yield f"<pre><code>{escape(code.get('code') or '')}</code></pre>"
        elif result := part.get("code_execution_result"):
            yield f"<pre>{escape(result.get('output') or '')}</pre>"
        elif call := part.get("function_call") or part.get("function_response"):
            yield f"<pre>{escape(_call(call))}</pre>"
        elif text := part.get("text"):
            shown = markdown_html(text)
            yield f'<div class="thoughts">{shown}</div>' if part.get("thought") else shown


def markdown_html(text: str) -> str:
    """Markdown as HTML, in which nothing of the text is HTML of its own."""
    return _reader().render(text)


def _medium_html(blob: Mapping[str, Any]) -> str:
    kind = media_type(blob).partition("/")[0]
    if kind == "image":
        return f'<figure><img alt="" src="{data_address(blob)}"></figure>'
    if kind in {"audio", "video"}:
        return f'<figure><{kind} controls src="{data_address(blob)}"></{kind}></figure>'
    name = escape(str(blob.get("display_name") or media_type(blob)))
    return f'<p><a download href="{data_address(blob)}">{name}</a></p>'


def runs_html(title: str, runs: Sequence[Run]) -> str:
    """Answers as a page of their own: the prompt, and each answer with the model that gave it.

    Their settings and thoughts are left out. A prompt stands above the first of the answers to it.
    """
    body, before = f"<h1>{escape(title)}</h1>", None
    for number, run in enumerate(runs, 1):
        contents = run.request.contents
        if contents != before:
            body += "".join(_content_html(content) for content in contents)
        before = contents
        body += f"<section><h2>{escape(run.model_version or run.request.model)}</h2>"
        for index, candidate in enumerate(run.candidates):
            parts = [part for part in candidate.parts if not part.get("thought")]
            body += answer_html(replace(candidate, parts=parts), f"{number}-{index}-")
        body += f"<p>{escape(run.problem.title)}.</p>" if run.problem else ""
        body += "</section>"
    day = f"{runs[0].created:%d %B %Y}. " if runs else ""
    return html_page(title, f"{day}Answers are made with AI.", body)


def _content_html(content: Content) -> str:
    """A turn of a prompt; what a model said in it is Markdown."""
    parts = [part for part in content.get("parts") or [] if not part.get("thought")]
    if content.get("role") == "model":
        return f"<section>{''.join(parts_html(parts))}</section>"
    media = "".join(parts_html(part for part in parts if "text" not in part))
    words = "".join(f"<p>{escape(part['text'])}</p>" for part in parts if part.get("text"))
    return f'<section class="prompt">{media}{words}</section>'


def answer_markdown(candidate: Candidate, pictures: list[str]) -> str:
    """An answer in Markdown: numbers for its sources, which are listed below it.

    Its pictures are added to `pictures`, as the lines that say where `image-1` leads.
    """
    known = grounding(candidate)
    pieces: list[str] = []
    for part in cited(candidate.parts, known.citations):
        if part.get("text"):
            pieces.append(MARK.sub(lambda match: _number(match, known), part["text"]))
        else:
            pieces.append(part_markdown(part, pictures))
    text = f"{''.join(pieces).strip()}\n"
    if known.sources:
        text += "\n## Sources\n\n" + "\n".join(map(_source, known.sources)) + "\n"
    return text


def part_markdown(part: Part, pictures: list[str]) -> str:
    """A part that isn't text in Markdown, a paragraph of its own; "" for what says nothing."""
    if blob := part.get("inline_data"):
        if media_type(blob).partition("/")[0] != "image":
            return f"\n\n({media_type(blob)})\n\n"
        pictures.append(f"[image-{len(pictures) + 1}]: {data_address(blob)}")
        return f"\n\n![Image {len(pictures)}][image-{len(pictures)}]\n\n"
    if file := part.get("file_data"):
        return f"\n\n{file.get('file_uri')}\n\n"
    if code := part.get("executable_code"):
        return f"\n\n```python\n{code.get('code') or ''}\n```\n\n"
    if result := part.get("code_execution_result"):
        return f"\n\n```\n{result.get('output') or ''}\n```\n\n"
    if call := part.get("function_call") or part.get("function_response"):
        return f"\n\n```\n{_call(call)}\n```\n\n"
    return ""


def _call(call: Mapping[str, Any]) -> str:
    """A function call, or what the function gave back, in a line."""
    values = call.get("args") or call.get("response") or {}
    return f"{call.get('name')}: {json.dumps(without_bytes(values), ensure_ascii=False)}"


def quoted(text: str) -> str:
    """A text as a quotation in Markdown, line by line."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def data_address(blob: Mapping[str, Any]) -> str:
    """A medium as an address that holds it."""
    data = blob.get("data")
    encoded = base64.b64encode(data if isinstance(data, bytes) else b"").decode("ascii")
    return f"data:{media_type(blob)};base64,{encoded}"


def media_type(blob: Mapping[str, Any]) -> str:
    """The type of a medium, if it is written like one: it stands in an address."""
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


@cache
def _reader() -> MarkdownIt:
    """Markdown to HTML: no HTML of the text's own, no pictures of other servers."""
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    seek_less(reader)

    def image(tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        link = safe_link(str(token.attrGet("src") or ""))
        label = escape(token.content or "Picture")
        return f'<a href="{escape(link)}">{label}</a>' if link else label

    reader.renderer.rules["image"] = image  # type: ignore[attr-defined]
    return reader


def _html_number(match: re.Match[str], known: Grounding, key: str) -> str:
    source = _by_number(match, known)
    if source is None:
        return ""
    return f'<sup><a href="#source-{key}{source.number}">[{source.number}]</a></sup>'


def _html_source(source: Source, key: str) -> str:
    title = escape(source.title)
    linked = f'<a href="{escape(source.link)}">{title}</a>' if source.link else title
    place = f" ({escape(source.host)})" if source.host else ""
    return f'<li id="source-{key}{source.number}">{linked}{place}</li>'
