"""What an answer rests on: sources, the places in the text they belong to, searches, pages read.

Read from a candidate's metadata as `gemini.filling` keeps it
(https://ai.google.dev/gemini-api/docs/google-search, /maps-grounding, /url-context). A run that
was imported can hold anything: what can't be read as such metadata counts as none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

from google.genai import types
from pydantic import BaseModel, ValidationError

from gemini.request import Part
from gemini.run import Candidate

Metadata = TypeVar("Metadata", bound=BaseModel)
SourceKind = Literal["web", "maps", "image", "file"]

METADATA = ("grounding_metadata", "url_context_metadata")

REDIRECTS = "vertexaisearch.cloud.google.com"
"""Where links of Google Search lead first: it says nothing of the source, its title does."""

KEPT_IN_LINKS = "/:?#@!$&*+,;=%~-._"  # not brackets or quotes, which end a link in Markdown

RETRIEVAL = {
    "URL_RETRIEVAL_STATUS_SUCCESS": "read",
    "URL_RETRIEVAL_STATUS_ERROR": "couldn't be read",
    "URL_RETRIEVAL_STATUS_PAYWALL": "behind a paywall, not read",
    "URL_RETRIEVAL_STATUS_UNSAFE": "judged unsafe, not read",
}


@dataclass(frozen=True)
class Source:
    """A source by its number in the answer, from 1. `link` is None where none is safe to open.

    `host` is empty where it would only repeat the title.
    """

    number: int
    kind: SourceKind
    title: str
    link: str | None
    host: str = ""


@dataclass(frozen=True)
class Retrieved:
    """A page that URL context went for, and how that ended, in words."""

    url: str
    link: str | None
    status: str
    read: bool


@dataclass(frozen=True)
class Citation:
    """Sources, by number, of the text that ends at character `at` of part `part`."""

    part: int
    at: int
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Grounding:
    """All of it. `suggestions` is Google's HTML, which has to be shown as it is."""

    sources: tuple[Source, ...] = ()
    citations: tuple[Citation, ...] = ()
    queries: tuple[str, ...] = ()
    suggestions: str = ""
    retrieved: tuple[Retrieved, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sources or self.queries or self.suggestions or self.retrieved)


NOTHING = Grounding()


def grounding(candidate: Candidate) -> Grounding:
    """What the candidate rests on. Citations are places in `whole_texts` of its parts."""
    if candidate.metadata.keys().isdisjoint(METADATA):
        return NOTHING
    metadata = _read(types.GroundingMetadata, candidate.metadata.get("grounding_metadata"))
    pages = _read(types.UrlContextMetadata, candidate.metadata.get("url_context_metadata"))
    sources, numbers = _sources(metadata.grounding_chunks or [])
    entry = metadata.search_entry_point
    return Grounding(
        sources=tuple(sources),
        citations=tuple(_citations(candidate.parts, metadata.grounding_supports or [], numbers)),
        queries=(
            *(metadata.web_search_queries or ()),
            *(metadata.image_search_queries or ()),
            *(metadata.retrieval_queries or ()),
        ),
        suggestions=(entry.rendered_content if entry else None) or "",
        retrieved=tuple(_retrieved(page) for page in pages.url_metadata or []),
    )


def whole_texts(parts: Iterable[Part]) -> list[Part]:
    """The parts as the model wrote them: texts that the stream cut are joined again.

    For the screen and for offsets only: signatures of joined texts are let go.
    """
    result: list[Part] = []
    for part in parts:
        last = result[-1] if result else {}
        if "text" in part and "text" in last and _is_thought(part) == _is_thought(last):
            result[-1] = {**last, "text": last["text"] + part["text"]}
        else:
            result.append({k: v for k, v in part.items() if k != "thought_signature"})
    return result


def safe_link(address: str | None) -> str | None:
    """An http(s) address fit for a link in Markdown; None for any other."""
    try:
        metadata = urlsplit((address or "").strip())
        if metadata.scheme not in {"http", "https"} or not metadata.hostname:
            return None
    except ValueError:
        return None
    return quote(metadata.geturl(), safe=KEPT_IN_LINKS)


def _read(kind: type[Metadata], metadata: Any) -> Metadata:
    try:
        return kind.model_validate(metadata or {})
    except ValidationError:
        return kind()


def _is_thought(part: Part) -> bool:
    return bool(part.get("thought"))


def _sources(chunks: Sequence[types.GroundingChunk]) -> tuple[list[Source], dict[int, int]]:
    """The sources, each address once, and their numbers by the chunks' indices."""
    sources: list[Source] = []
    numbers: dict[int, int] = {}
    known: dict[tuple[str, str], int] = {}
    for index, chunk in enumerate(chunks):
        metadata = _origin(chunk)
        if metadata is None:
            continue
        kind, title, address, host = metadata
        number = known.setdefault((title, address), len(known) + 1)
        numbers[index] = number
        if number > len(sources):
            link = safe_link(address)
            host = host or (urlsplit(link).hostname or "" if link else "")
            title = title or host or "Untitled"
            host = "" if host in {title, REDIRECTS} else host
            sources.append(Source(number, kind, title, link, host))
    return sources, numbers


def _origin(chunk: types.GroundingChunk) -> tuple[SourceKind, str, str, str] | None:
    """Kind, title, address and host of a chunk, as far as they are told."""
    if (web := chunk.web) is not None:
        return "web", web.title or "", web.uri or "", web.domain or ""
    if (place := chunk.maps) is not None:
        return "maps", place.title or "", place.uri or "", "Google Maps"
    if (image := chunk.image) is not None:
        return "image", image.title or "", image.source_uri or "", image.domain or ""
    if (file := chunk.retrieved_context) is not None:
        return "file", file.title or file.document_name or "", file.uri or "", ""
    return None


def _citations(
    parts: Sequence[Part], supports: Sequence[types.GroundingSupport], numbers: dict[int, int]
) -> list[Citation]:
    """The places in the text, in their order, each with all of its sources."""
    texts = {
        index: part["text"].encode()
        for index, part in enumerate(whole_texts(parts))
        if part.get("text") and not _is_thought(part)
    }
    places: dict[tuple[int, int], list[int]] = {}
    for support in supports:
        cited = [numbers[i] for i in support.grounding_chunk_indices or () if i in numbers]
        place = _end_of(support.segment, texts) if support.segment and cited else None
        if place is not None:
            known = places.setdefault(place, [])
            known += [number for number in cited if number not in known]
    return [Citation(*place, tuple(cited)) for place, cited in sorted(places.items())]


def _end_of(segment: types.Segment, texts: dict[int, bytes]) -> tuple[int, int] | None:
    """Where a segment ends: (part, character); None where that can't be told for sure.

    Offsets are bytes of UTF-8 in the part named by `part_index`, and 0 is left out of JSON. That
    index is often missing although a thought comes first
    (https://github.com/googleapis/python-genai/issues/961), so offsets are believed where the
    segment's text is found there; else that text decides, if it is in the answer just once.
    """
    named = segment.part_index or 0
    order = sorted(texts, key=lambda index: (index != named, index))
    start, end = segment.start_index or 0, segment.end_index
    said = segment.text.encode() if segment.text else None
    if end is not None and 0 <= start < end:
        for index in order if said else order[:1]:
            if end <= len(texts[index]) and said in {None, texts[index][start:end]}:
                return index, _characters(texts[index], end)
    if said and sum(text.count(said) for text in texts.values()) == 1:
        index = next(index for index in order if said in texts[index])
        return index, _characters(texts[index], texts[index].index(said) + len(said))
    return None


def _characters(text: bytes, end: int) -> int:
    """The characters that `end` bytes hold; of one that is cut, none."""
    return len(text[:end].decode("utf-8", "ignore"))


def _retrieved(page: types.UrlMetadata) -> Retrieved:
    status = page.url_retrieval_status
    name = status.value if status else "URL_RETRIEVAL_STATUS_UNSPECIFIED"
    words = RETRIEVAL.get(name, name.removeprefix("URL_RETRIEVAL_STATUS_").lower())
    url = page.retrieved_url or ""
    return Retrieved(url, safe_link(url), words, name.endswith("_SUCCESS"))
