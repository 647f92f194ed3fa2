"""Finding runs: words, filters, pages; the same on every database."""

from datetime import timedelta

import pytest

from gemini.history import Filter, History, Page, Shelf
from tests.gemini.history.sample_runs import MORNING, ended


def minutes(page: Page) -> list[int]:
    """When the runs of a page were made, in minutes after the first."""
    return [round((r.created - MORNING) / timedelta(minutes=1)) for r in page.runs]


@pytest.fixture
def shelf(history: History) -> Shelf:
    mine = history.of()
    prompts = [
        ("Tell me of the Zugspitze", "The highest mountain of Germany."),
        ("ZUGSPITZBAHN timetable?", "I can't look it up. Use generate_content(model='x')."),
        ("Über Straßen", "Die Straße ist naß; internationalization matters."),
        ("東京タワーはどこ", "東京にあります。"),
        ("What is C++?", "A language -> compiled."),
    ]
    for n, (prompt, answer) in enumerate(prompts):
        mine.record(ended(prompt, answer, minutes=n, model=f"model-{n % 2}"), f"page{n % 3}")
    return mine


QUERIES = [
    ("zugspitze", [0]),
    ("zugspitz", [1, 0]),
    ("MOUNTAIN zug", [0]),
    ("mountain timetable", []),
    ("uber strassen", [2]),
    ("straße", [2]),
    ("internationalization", [2]),
    ("internationalize", []),
    ("generate_content", [1]),
    ('"highest mountain"', [0]),
    ('"mountain highest"', []),
    ("東京", [3]),
    ("京東", []),
    ("タワー", [3]),
    ("c++", [4]),
    ("->", [4]),
    ("'; DROP TABLE runs; --", []),
    ("\" ' & | ! :* ( ) NEAR AND OR NOT", []),
    ("zugspitze " * 5_000, [0]),
    ("nul \0 \ud83d", []),
    ("", [4, 3, 2, 1, 0]),
]
"""What is asked, and the minutes of the runs that are found."""


def test_search_finds_what_holds_every_term(shelf: Shelf) -> None:
    for query, found in QUERIES:
        assert minutes(shelf.find(Filter(text=query))) == found, query


def test_a_name_is_searched_too(shelf: Shelf) -> None:
    run = shelf.find(Filter(text="timetable")).runs[0]
    assert shelf.rename_run(run.id, "  Everest  ")
    found = shelf.find(Filter(text="everest timetable")).runs
    assert [(r.id, r.name) for r in found] == [(run.id, "Everest")]
    shelf.rename_run(run.id, "")
    assert shelf.find(Filter(text="everest")).runs == []


FILTERS = [
    (Filter(page="page0"), [3, 0]),
    (Filter(model="model-1"), [3, 1]),
    (Filter(page="page0", model="model-1"), [3]),
    (Filter(text="zug", model="model-1"), [1]),
    (Filter(outcome="done"), [4, 3, 2, 1, 0]),
    (Filter(outcome="failed"), []),
    (Filter(starred=True), [2]),
    (Filter(starred=False), [4, 3, 1, 0]),
    (Filter(cut=True), []),
    (Filter(conversation_id="none"), []),
    (Filter(since=MORNING + timedelta(minutes=3)), [4, 3]),
    (Filter(until=MORNING + timedelta(minutes=1)), [0]),
    (Filter(text="zug", since=MORNING + timedelta(minutes=1)), [1]),
]


def test_filters_narrow_together(shelf: Shelf) -> None:
    starred = shelf.find(Filter(text="strassen")).runs[0]
    assert shelf.star_run(starred.id)
    for wanted, found in FILTERS:
        assert minutes(shelf.find(wanted)) == found, wanted


@pytest.mark.parametrize("text", ["", "prompt", '"prompt number"'])
def test_pages_follow_each_other_without_gaps(history: History, text: str) -> None:
    mine = history.of()
    runs = [ended(f"Prompt number {n}", minutes=n // 2) for n in range(11)]  # pairs of one moment
    for run in runs:
        mine.record(run, "chat")
    seen, after = [], None
    for expected in (4, 4, 3):
        page = mine.find(Filter(text=text), after, limit=4)
        assert len(page.runs) == expected
        seen += [r.id for r in page.runs]
        after = page.next
    assert after is None
    assert sorted(seen) == sorted(r.id for r in runs)


def test_the_choices_are_what_occurs(shelf: Shelf) -> None:
    choices = shelf.choices()
    assert choices.pages == ["page0", "page1", "page2"]
    assert choices.models == ["model-0", "model-1"]


def test_a_result_shows_where_the_words_are(history: History) -> None:
    mine = history.of()
    mine.record(ended("word " * 400 + "needle here"), "chat")
    assert "needle here" in mine.find(Filter(text="needle")).runs[0].prompt
    assert "needle" not in mine.find().runs[0].prompt
