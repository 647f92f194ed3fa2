"""Sources, searches and pages read, collected from steps as they end.

They are given as generateContent says them of a candidate (`types.GroundingMetadata`,
`types.UrlContextMetadata`), so that what shows sources need know one form only. The words of a
transcript, which are annotations too, are given as `types.WordInfo`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gemini.interactions.steps import Step
from gemini.media.transcripts import WORDS
from gemini.plain import mappings


class Sources:
    """What the steps so far refer to. `known` is the metadata there was, to be added to."""

    def __init__(self, known: Mapping[str, Any] | None = None) -> None:
        grounding = dict((known or {}).get("grounding_metadata") or {})
        self._chunks: list[dict[str, Any]] = list(grounding.pop("grounding_chunks", None) or [])
        self._supports: list[dict[str, Any]] = list(grounding.pop("grounding_supports", None) or [])
        self._grounding = grounding
        pages = (known or {}).get("url_context_metadata") or {}
        self._pages: list[dict[str, Any]] = list(pages.get("url_metadata") or [])
        self._words: list[dict[str, Any]] = list((known or {}).get(WORDS) or [])

    def take(self, step: Step) -> None:
        """Add what a step refers to. To be called once for each."""
        kind = step.get("type")
        if kind == "google_search_call":
            queries = (step.get("arguments") or {}).get("queries") or []
            known = self._grounding.get("web_search_queries") or []
            self._grounding["web_search_queries"] = [*known, *queries]
        elif kind == "google_search_result":
            for result in mappings(step.get("result")):
                if html := result.get("search_suggestions"):
                    self._grounding["search_entry_point"] = {"rendered_content": html}
        elif kind == "url_context_result":
            for result in mappings(step.get("result")):
                status = f"URL_RETRIEVAL_STATUS_{str(result.get('status')).upper()}"
                page = {"retrieved_url": result.get("url"), "url_retrieval_status": status}
                self._pages.append(page)
        elif kind == "model_output":
            for item in mappings(step.get("content")):
                if annotations := mappings(item.get("annotations")):
                    text = (item.get("text") or "").encode(errors="replace")
                    for annotation in annotations:
                        self._cite(annotation, text)
                        self._words += _heard(annotation)

    def metadata(self) -> dict[str, Any]:
        """What there is so far; nothing where there is nothing."""
        grounding = dict(self._grounding)
        if self._chunks:
            grounding["grounding_chunks"] = list(self._chunks)
            grounding["grounding_supports"] = list(self._supports)
        metadata: dict[str, Any] = {"grounding_metadata": grounding} if grounding else {}
        if self._words:
            metadata[WORDS] = list(self._words)
        if self._pages:
            metadata["url_context_metadata"] = {"url_metadata": list(self._pages)}
        return metadata

    def _cite(self, annotation: dict[str, Any], text: bytes) -> None:
        """Add a citation: its source, and the bytes `start_index` to `end_index` of a text."""
        kind, title = annotation.get("type"), annotation.get("title")
        if kind == "url_citation":
            chunk = {"web": {"uri": annotation.get("url"), "title": title}}
        elif kind == "place_citation":
            chunk = {"maps": {"uri": annotation.get("url"), "title": annotation.get("name")}}
        elif kind == "file_citation":
            about = {"uri": annotation.get("document_uri"), "title": annotation.get("file_name")}
            chunk = {"retrieved_context": about}
        else:
            return
        if chunk not in self._chunks:
            self._chunks.append(chunk)
        start, end = annotation.get("start_index") or 0, annotation.get("end_index")
        if end is None:
            return
        words = text[start:end].decode(errors="ignore")
        segment = {"start_index": start, "end_index": end, "text": words}
        number = self._chunks.index(chunk)
        self._supports.append({"segment": segment, "grounding_chunk_indices": [number]})


def _heard(annotation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A transcribed word as in `types.WordInfo`, with who said it."""
    if annotation.get("type") == "word_info":
        about = {k: annotation[k] for k in ("start_offset", "end_offset") if k in annotation}
        speaker = annotation.get("speaker")
        yield {"word": annotation.get("text") or "", **about, "speaker_label": speaker or ""}
