"""Finding runs: words, filters, pages; the same on every database."""

import io
from datetime import timedelta

import pytest

from gemini.conversation import Conversation
from gemini.history.archive import Imported
from gemini.history.database import History
from gemini.history.search import Filter, RunPage
from gemini.history.store import HistoryStore
from gemini.media.names import named
from tests.gemini.history.sample_runs import MORNING, ended, picture


def minutes(page: RunPage) -> list[int]:
    """When the runs of a page were made, in minutes after the first."""
    return [round((r.created - MORNING) / timedelta(minutes=1)) for r in page.runs]


@pytest.fixture
def store(history: History) -> HistoryStore:
    store = history.of()
    prompts = [
        ("Tell me of the Zugspitze", "The highest mountain of Germany."),
        ("ZUGSPITZBAHN timetable?", "I can't look it up. Use generate_content(model='x')."),
        ("Über Straßen", "Die Straße ist naß; internationalization matters."),
        ("東京タワーはどこ", "東京にあります。"),
        ("What is C++?", "A language -> compiled."),
    ]
    for n, (prompt, answer) in enumerate(prompts):
        store.record(ended(prompt, answer, minutes=n, model=f"model-{n % 2}"), f"page{n % 3}")
    return store


QUERIES = [
    ("zugspitze", [0]),
    ("zugspitz", [1, 0]),
    ("MOUNTAIN zug", [0]),
    ("mountain timetable", []),
    ("uber strassen", [2]),
    ("straße", [2]),
    ("bahn", [1]),
    ("gspitz table", [1]),
    ("ountai erman", [0]),
    ("ナ", []),
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


def test_search_finds_what_holds_every_term(store: HistoryStore) -> None:
    for query, found in QUERIES:
        assert minutes(store.find(Filter(text=query))) == found, query


ODD = [
    ('C++ AND "quotes" * -not NEAR(x)', ['"quotes" *', "NEAR(", "c++", "-not", "not near"]),
    ("東京の天気", ["京の", "天気", "東京の天気"]),
    ("naïve café", ["cafe", "CAFÉ", "naive caf", "aïve"]),
    ("100%_done", ["%", "_", "100%", "%_d", "done"]),
    ("It's a\0b", ["'", "it's", "ab", "a\0b"]),
]
"""What was said, and what finds it."""


def test_odd_characters_are_found_as_they_are(history: History) -> None:
    store = history.of()
    ids = {}
    for prompt, _ in ODD:
        run = ended(prompt)
        ids[prompt] = run.id
        store.record(run, "chat")
    for prompt, queries in ODD:
        for query in queries:
            found = [run.id for run in store.find(Filter(text=query)).runs]
            assert ids[prompt] in found, query
    for query in ("x" * 5_000, "\0", "\ud83d", "NEAR(", '"', "'", "\\", "%%", "__"):
        store.find(Filter(text=query))


def test_parts_of_words_are_found_page_by_page(history: History) -> None:
    store = history.of()
    for n in range(5):
        store.record(ended(f"Nebelhornbahn {n}", minutes=n), "chat")
    first = store.find(Filter(text="hornbahn"), limit=3)
    assert minutes(first) == [4, 3, 2]
    assert minutes(store.find(Filter(text="hornbahn"), first.next, limit=3)) == [1, 0]


def test_nul_anywhere_is_kept_found_and_exported(history: History) -> None:
    nul, store = "a\0b", history.of("ann")
    run = ended(f"Zugspitze {nul}", nul, picture(), model=f"models/{nul}")
    run.request.contents[0]["parts"][1]["inline_data"]["mime_type"] = "image/png\0"
    call = {"function_call": {"name": nul, "args": {nul: nul}}}
    run.candidates[0].parts += [call, {"function_response": {"name": nul, "response": {nul: nul}}}]
    conversation = Conversation()
    parts = [named(part, nul) for part in run.request.contents[0]["parts"]]
    conversation.add(parts, None).run = run
    store.record(run, "chat", conversation=conversation)
    store.rename_run(run.id, nul)
    store.rename_conversation(conversation.id, nul)
    store.save_preset(nul, "chat", run.request)
    assert store.rename_preset(nul, f"{nul}{nul}")
    assert [p.name for p in store.preset_versions(f"{nul}{nul}")] == ["abab"]
    for text in (nul, "zugspitze", '"zugspitze ab"'):
        assert [r.id for r in store.find(Filter(text=text)).runs] == [run.id]
    assert store.find(Filter(model=store.choices().models[0])).runs[0].name == "ab"
    file = io.BytesIO()
    store.export(file)
    theirs = history.of("bob")
    assert theirs.import_archive(file) == Imported(1, 1, 1)
    assert theirs.run(run.id) == store.run(run.id) == run
    found = theirs.conversation(conversation.id)
    assert found is not None
    assert found.turns == conversation.turns


def test_a_name_is_searched_too(store: HistoryStore) -> None:
    run = store.find(Filter(text="timetable")).runs[0]
    assert store.rename_run(run.id, "  Everest  ")
    found = store.find(Filter(text="everest timetable")).runs
    assert [(r.id, r.name) for r in found] == [(run.id, "Everest")]
    store.rename_run(run.id, "")
    assert store.find(Filter(text="everest")).runs == []


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


def test_filters_narrow_together(store: HistoryStore) -> None:
    starred = store.find(Filter(text="strassen")).runs[0]
    assert store.star_run(starred.id)
    for wanted, found in FILTERS:
        assert minutes(store.find(wanted)) == found, wanted


@pytest.mark.parametrize("text", ["", "prompt", '"prompt number"'])
def test_pages_follow_each_other_without_gaps(history: History, text: str) -> None:
    store = history.of()
    runs = [ended(f"Prompt number {n}", minutes=n // 2) for n in range(11)]  # pairs of one moment
    for run in runs:
        store.record(run, "chat")
    seen, after = [], None
    for expected in (4, 4, 3):
        page = store.find(Filter(text=text), after, limit=4)
        assert len(page.runs) == expected
        seen += [r.id for r in page.runs]
        after = page.next
    assert after is None
    assert sorted(seen) == sorted(r.id for r in runs)


def test_the_choices_are_what_occurs(store: HistoryStore) -> None:
    choices = store.choices()
    assert choices.pages == ["page0", "page1", "page2"]
    assert choices.models == ["model-0", "model-1"]


def test_a_result_shows_where_the_words_are(history: History) -> None:
    store = history.of()
    store.record(ended("word " * 400 + "needle here"), "chat")
    assert "needle here" in store.find(Filter(text="needle")).runs[0].prompt
    assert "needle" not in store.find().runs[0].prompt
