"""Sources and the places they belong to: offsets in bytes, cut streams, wrong indices."""

from typing import Any

import pytest
from google.genai import types
from hypothesis import given
from hypothesis import strategies as st

from gemini.api.connect import Connection
from gemini.grounding import Citation, Grounding, grounding, safe_link, whole_texts
from gemini.request import Part, Request
from gemini.run import Candidate
from gemini.run_json import run_from_json, run_to_json
from tests.fake_gemini import FakeGemini, Reply, chunk
from tests.filled import start
from tests.grounded_replies import FIRST, SECOND, TEXT, found_places, grounded, read_pages, web

CHUNKS = [{"web": {"uri": f"https://s{n}.example/", "title": f"Source {n}"}} for n in range(3)]


def candidate(parts: list[Part], *supports: dict[str, Any], chunks: Any = None) -> Candidate:
    metadata = types.GroundingMetadata.model_validate(
        {"grounding_chunks": CHUNKS if chunks is None else chunks, "grounding_supports": supports}
    )
    kept = metadata.model_dump(mode="json", exclude_none=True)
    return Candidate(parts=parts, metadata={"grounding_metadata": kept})


def support(*cited: int, **segment: Any) -> dict[str, Any]:
    return {"segment": segment, "grounding_chunk_indices": list(cited)}


def of_reply(connection: Connection, fake: FakeGemini, reply: Reply) -> Grounding:
    """What a streamed reply rests on, after a while in the history."""
    fake.replies = [reply]
    live = start(connection, Request("m", [{"role": "user", "parts": [{"text": "Hi"}]}]))
    assert live.ended.wait(30)
    first = grounding(live.run.candidates[0])
    assert grounding(run_from_json(run_to_json(live.run)).candidates[0]) == first
    return first


# From the wire


def test_a_streamed_search(connection: Connection, fake: FakeGemini) -> None:
    found = of_reply(connection, fake, grounded())
    assert [(s.number, s.title, s.host) for s in found.sources] == [
        (1, "uefa.com", ""),
        (2, "aljazeera.com", ""),
    ]
    assert found.sources[1].link == (
        "https://vertexaisearch.cloud.google.com/grounding-api-redirect/DeF%281%29"
    )
    ends = [TEXT.index(piece) + len(piece) for piece in (FIRST, SECOND, "titles = 4")]
    assert found.citations == (
        Citation(0, ends[0], (1, 2)),
        Citation(0, ends[1], (2,)),
        Citation(0, ends[2], (1,)),
    )
    assert found.queries == ("euro 2024 winner", "spain titles")
    assert "<script>" in found.suggestions


def test_what_a_later_chunk_leaves_out_stays(connection: Connection, fake: FakeGemini) -> None:
    early = {"webSearchQueries": ["a"], "groundingChunks": [web("x.example", "1")]}
    later = {"webSearchQueries": ["a", "b"], "groundingChunks": []}
    reply = Reply(
        [
            chunk("One", groundingMetadata=early),
            chunk(" two", groundingMetadata=later),
            chunk(".", finish="STOP", groundingMetadata={}),
        ]
    )
    found = of_reply(connection, fake, reply)
    assert [s.title for s in found.sources] == ["x.example"]
    assert found.queries == ("a", "b")


def test_maps_and_pages(connection: Connection, fake: FakeGemini) -> None:
    (place,) = of_reply(connection, fake, found_places()).sources
    assert (place.kind, place.title, place.host) == ("maps", "Café Zoë", "Google Maps")
    pages = of_reply(connection, fake, read_pages()).retrieved
    assert [(p.url, p.status, p.read) for p in pages] == [
        ("https://a.example/cake", "read", True),
        ("https://b.example/pie", "behind a paywall, not read", False),
        ("https://c.example/", "judged unsafe, not read", False),
    ]


# Where a segment ends

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_any_segment_of_any_text_is_found(pieces: list[str], data: st.DataObject) -> None:
    """However the stream cut the text, and whichever part index is told."""
    text = "".join(pieces)
    end = data.draw(st.integers(1, len(text)))
    begin = data.draw(st.integers(0, end - 1))
    segment: dict[str, Any] = {"end_index": len(text[:end].encode()), "text": text[begin:end]}
    if begin:
        segment["start_index"] = len(text[:begin].encode())
    thought = data.draw(st.booleans())
    if index := data.draw(st.integers(0, 2)):
        segment["part_index"] = index
    parts: list[Part] = [{"text": "Hm", "thought": True}] if thought else []
    found = grounding(candidate([*parts, *({"text": p} for p in pieces)], support(1, **segment)))
    assert found.citations == (Citation(int(thought), end, (2,)),)


@given(WORDS, st.integers(0, 60), st.integers(-1, 60), st.integers(-1, 3))
def test_any_offsets_are_places_in_the_text(text: str, start_at: int, end: int, part: int) -> None:
    segment = {"start_index": start_at, "end_index": end, "part_index": part}
    for citation in grounding(candidate([{"text": text}], support(0, **segment))).citations:
        assert 0 <= citation.at <= len(text)


def test_offsets_without_a_text_are_believed_in_the_part_they_name() -> None:
    parts = [{"text": "Zoë"}, {"executable_code": {"code": "1"}}, {"text": "größer"}]
    found = grounding(candidate(parts, support(0, end_index=4, part_index=2)))
    assert found.citations == (Citation(2, 3, (1,)),)
    assert grounding(candidate(parts, support(0, end_index=99))).citations == ()


def test_wrong_offsets_give_way_to_the_text() -> None:
    parts = [{"text": "One. Two. Two."}]
    found = grounding(candidate(parts, support(0, start_index=7, end_index=10, text="One.")))
    assert found.citations == (Citation(0, 4, (1,)),)
    twice = support(0, start_index=7, end_index=10, text="Two.")
    assert grounding(candidate(parts, twice)).citations == ()


def test_a_place_has_all_its_sources_once() -> None:
    segment = {"end_index": 4, "text": "One."}
    found = grounding(
        candidate([{"text": "One. Two."}], support(2, 0, **segment), support(0, 9, **segment))
    )
    assert found.citations == (Citation(0, 4, (3, 1)),)


def test_the_same_address_is_one_source() -> None:
    chunks = [CHUNKS[0], {"web": {}}, CHUNKS[1], CHUNKS[0], {}]
    found = grounding(
        candidate([{"text": "One."}], support(3, 2, 4, end_index=4, text="One."), chunks=chunks)
    )
    assert [s.title for s in found.sources] == ["Source 0", "Untitled", "Source 1"]
    assert found.citations == (Citation(0, 4, (1, 3)),)


def test_every_kind_of_chunk() -> None:
    chunks = [
        {"web": {"title": "A page", "uri": "https://www.a.example/x"}},
        {"web": {"uri": "https://b.example/y"}},
        {"image": {"title": "Bird", "source_uri": "https://c.example", "domain": "c.example"}},
        {"retrieved_context": {"title": "notes.txt", "uri": "gs://bucket/notes.txt"}},
    ]
    found = grounding(candidate([], chunks=chunks))
    assert [(s.kind, s.title, s.link, s.host) for s in found.sources] == [
        ("web", "A page", "https://www.a.example/x", "www.a.example"),
        ("web", "b.example", "https://b.example/y", ""),
        ("image", "Bird", "https://c.example", "c.example"),
        ("file", "notes.txt", None, ""),
    ]


@pytest.mark.parametrize(
    "metadata", ["text", [1], {"grounding_chunks": "x"}, {"unknown": 1}, {"grounding_chunks": [3]}]
)
def test_rubbish_is_no_grounding(metadata: Any) -> None:
    found = grounding(Candidate(metadata={"grounding_metadata": metadata}))
    assert not found


def test_texts_are_joined_across_signatures_and_not_across_thoughts() -> None:
    parts = [
        {"text": "Hm", "thought": True},
        {"text": "a", "thought_signature": b"x"},
        {"text": "b"},
        {"function_call": {"name": "f"}},
        {"text": "c"},
    ]
    assert whole_texts(parts) == [
        {"text": "Hm", "thought": True},
        {"text": "ab"},
        {"function_call": {"name": "f"}},
        {"text": "c"},
    ]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/b?c=d&e=%20f#g", "https://a.example/b?c=d&e=%20f#g"),
        ("HTTP://A.example", "http://A.example"),
        ('https://a.example/(x) "y" [z]', "https://a.example/%28x%29%20%22y%22%20%5Bz%5D"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example", None),
        ("https://", None),
        ("https://[::1", None),
        ("gs://bucket/x", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links(address: str | None, link: str | None) -> None:
    assert safe_link(address) == link
