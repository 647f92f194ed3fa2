"""Texts to vectors: what is sent to which model, and what is kept of what comes."""

import threading
from typing import Any

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.api.connect import Connection
from gemini.embeddings import inputs as asking
from gemini.embeddings import sending
from gemini.embeddings.inputs import EmbeddingInput, embedding_models, input_of, tasks
from gemini.embeddings.vectors import tokens_of, vectors_of
from gemini.live_run import LiveRun
from gemini.models.capabilities import of
from gemini.request import Request
from gemini.run import Run
from tests.fake_gemini import FakeGemini, Reply, error
from tests.filled import start

OLD, NEW = "gemini-embedding-001", "gemini-embedding-2"
VERTEX = {"values": [1.0], "statistics": {"token_count": 4.0}}


def vector(*values: float, tokens: int = 0) -> Reply:
    """The answer for one text."""
    usage = {"promptTokenCount": tokens, "totalTokenCount": tokens}
    return Reply(body={"embeddings": [{"values": values}], "usageMetadata": usage})


@pytest.fixture
def embeds(fake: FakeGemini, connection: Connection) -> Any:
    """Sends a request to the fake server, which has these replies; gives the ended run."""

    def embed(inputs: EmbeddingInput, *replies: Reply) -> Run:
        fake.others = {"POST models/": list(replies)}
        live = start(connection, inputs.request())
        assert live.ended.wait(30)
        return live.run

    return embed


def sent_texts(fake: FakeGemini) -> list[list[str]]:
    """The texts of each request that came in."""
    bodies = [seen.body["requests"] for seen in fake.seen if seen.path.endswith("EmbedContents")]
    return [[r["content"]["parts"][0]["text"] for r in requests] for requests in bodies]


def test_a_model_that_gives_one_vector_for_a_list_is_asked_one_text_at_a_time(
    fake: FakeGemini, embeds: Any
) -> None:
    run = embeds(EmbeddingInput(NEW, ("a", "b", "c")), vector(1, 0, tokens=2))
    assert sorted(sent_texts(fake)) == [["a"], ["b"], ["c"]]
    assert vectors_of(run) == [[1, 0]] * 3
    assert run.outcome == "done"
    assert run.usage["prompt_token_count"] == 6
    assert len(run.exchanges) == 3


def test_other_models_are_asked_for_a_hundred_at_once(fake: FakeGemini, embeds: Any) -> None:
    texts = tuple(f"text {n}" for n in range(250))
    hundred = Reply(body={"embeddings": [{"values": [0.5, n / 100]} for n in range(100)]})
    run = embeds(EmbeddingInput(OLD, texts), hundred)
    assert sorted(len(batch) for batch in sent_texts(fake)) == [50, 100, 100]
    assert sorted(t for batch in sent_texts(fake) for t in batch) == sorted(texts)
    assert [v[1] for v in vectors_of(run) if v] == [n % 100 / 100 for n in range(250)]


def test_never_more_than_a_few_at_once(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST models/": [Reply(then="hang")]}
    live = start(connection, EmbeddingInput(NEW, tuple("abcdefghijklmnopqrst")).request())
    come = threading.Event()
    for _ in range(100):
        if len(sent_texts(fake)) >= sending.AT_ONCE:
            break
        come.wait(0.05)
    come.wait(0.2)
    assert len(sent_texts(fake)) == sending.AT_ONCE
    live.stop()
    assert live.run.outcome == "stopped"
    assert all(seen.closed.wait(30) for seen in fake.seen if "embed" in seen.path.lower())


def test_a_failure_keeps_what_came_and_begins_nothing_more(fake: FakeGemini, embeds: Any) -> None:
    bad = error(400, "INVALID_ARGUMENT", "one text is too long")
    run = embeds(EmbeddingInput(NEW, tuple("abcdefghijklmnopqrst")), vector(1), vector(1), bad)
    came = [v for v in vectors_of(run) if v]
    assert 2 == len(came) < len(sent_texts(fake)) < 20
    assert run.outcome == "failed"
    assert run.problem
    assert "too long" in run.problem.cause + (run.problem.detail or "")


def test_a_stopped_run_keeps_what_came(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST models/": [vector(1), Reply(then="hang")]}
    live: LiveRun = start(connection, EmbeddingInput(NEW, ("a", "b")).request())
    for _ in range(100):
        if live.run.result:
            break
        live.ended.wait(0.05)
    live.stop()
    assert sorted(map(bool, vectors_of(live.run))) == [False, True]


@pytest.mark.parametrize(
    ("embeddings", "expected"),
    [
        ([{"values": [1.0, 2.0]}], [[1.0, 2.0], None, None]),
        ([{"values": [1.0]}] * 5, [[1.0]] * 3),
        ([{"values": [1.0, 2.0]}, {}, {"values": [3.0, 4.0]}], [[1.0, 2.0], None, [3.0, 4.0]]),
        ([{"values": [1.0]}, {"values": [1.0, 2.0]}, {"values": [3.0]}], [[1.0], None, [3.0]]),
        ([{"values": [float("nan")]}, {"values": [1.0]}, {"values": []}], [None, [1.0], None]),
        ([], [None, None, None]),
    ],
)
def test_what_is_no_vector_counts_as_not_come(embeddings: list[Any], expected: list[Any]) -> None:
    run = Run(EmbeddingInput(OLD, ("a", "b", "c")).request(), result={"embeddings": embeddings})
    assert vectors_of(run) == expected


def test_settings_go_into_the_config_of_models_that_have_them() -> None:
    inputs = EmbeddingInput(OLD, ("one",), "RETRIEVAL_DOCUMENT", "Rules", 256)
    assert inputs.request().config == {
        "task_type": "RETRIEVAL_DOCUMENT",
        "title": "Rules",
        "output_dimensionality": 256,
    }
    assert EmbeddingInput(OLD, ("one",), "CLUSTERING", "Rules").request().config == {
        "task_type": "CLUSTERING"
    }
    assert EmbeddingInput(OLD, ("one",)).request().config == {}


@pytest.mark.parametrize(
    ("task", "title", "text"),
    [
        (None, "Rules", "one {text}"),
        ("RETRIEVAL_DOCUMENT", "Rules", "title: Rules | text: one {text}"),
        ("RETRIEVAL_DOCUMENT", "", "title: none | text: one {text}"),
        ("RETRIEVAL_QUERY", "Rules", "task: search result | query: one {text}"),
        ("CODE_RETRIEVAL_QUERY", "", "task: code retrieval | query: one {text}"),
    ],
)
def test_the_newer_model_is_told_the_task_in_words(task: Any, title: str, text: str) -> None:
    request = EmbeddingInput(NEW, ("one {text}",), task, title, 256).request()
    assert request.contents == [{"role": "user", "parts": [{"text": text}]}]
    assert request.config == {"output_dimensionality": 256}


TEXTS = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4).map(tuple)


@settings(max_examples=80, deadline=None)
@given(
    model=st.sampled_from([OLD, NEW]),
    texts=TEXTS,
    task=st.sampled_from(list(tasks())),
    size=st.none() | st.integers(1, 3072),
)
def test_a_request_tells_what_was_asked(model: str, texts: Any, task: str, size: Any) -> None:
    title = "Title" if asking.takes_title(task) else ""
    inputs = EmbeddingInput(model, texts, task, title, size, tuple(f"label {t}" for t in texts))
    assert input_of(inputs.request()) == inputs


def test_labels_are_kept_and_not_sent(fake: FakeGemini, embeds: Any) -> None:
    run = embeds(EmbeddingInput(OLD, ("a", "b"), labels=("x", "y")), Reply(body={"embeddings": []}))
    assert "labels" not in str(fake.seen[-1].body)
    assert input_of(run.request).labels == ("x", "y")
    assert input_of(run.request).only([1]) == EmbeddingInput(OLD, ("b",), labels=("y",))


def test_a_text_that_is_looked_for_is_a_query_of_documents_and_else_one_of_them() -> None:
    documents = EmbeddingInput(OLD, ("a", "b"), "RETRIEVAL_DOCUMENT", "T", 256)
    assert documents.looked_for("q") == EmbeddingInput(OLD, ("q",), "RETRIEVAL_QUERY", "", 256)
    alike = EmbeddingInput(OLD, ("a", "b"), "CLUSTERING")
    assert alike.looked_for("q") == EmbeddingInput(OLD, ("q",), "CLUSTERING")
    assert EmbeddingInput(OLD, ("a",)).looked_for("q").task is None


def test_every_task_is_one_that_the_api_has_and_leads_to_one() -> None:
    assert {task.query for task in tasks().values()} <= set(tasks())
    assert all("{text}" in task.words and task.use.endswith(".") for task in tasks().values())


@pytest.mark.parametrize(("typed", "size"), [(None, None), (" ", None), ("1", 1), (" 3072 ", 3072)])
def test_a_size_may_be_typed(typed: str | None, size: int | None) -> None:
    assert asking.size_of(typed) == size


@pytest.mark.parametrize("typed", ["0", "3073", "-1", "many", "1.5", "²", "9" * 99])
def test_a_size_that_cannot_be_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Dimensions must be from 1 to 3,072, not .*\.$"):
        asking.size_of(typed)


def test_models_that_embed_are_told_by_their_methods_or_on_vertex_by_their_name() -> None:
    known = [
        of(types.Model(name="models/echo", supported_actions=["generateContent", "embedContent"])),
        of(types.Model(name="models/gemini-embedding-001", supported_actions=["embedContent"])),
        of(types.Model(name="models/gemini-2.5-flash", supported_actions=["generateContent"])),
        of(types.Model(name="publishers/google/models/text-embedding-005")),
        of(types.Model(name="publishers/google/models/gemini-2.5-pro")),
    ]
    names = [model.name for model in embedding_models(known)]
    assert names == ["gemini-embedding-001", "text-embedding-005", "echo"]


@pytest.mark.parametrize(
    ("usage", "result", "expected"),
    [
        ({"prompt_token_count": 9}, {}, (9, True)),
        ({}, {"embeddings": [VERTEX, VERTEX]}, (8, True)),
        ({}, {"embeddings": [VERTEX, {}]}, (4, False)),
    ],
)
def test_tokens_are_the_apis_own_or_a_guess(usage: Any, result: Any, expected: Any) -> None:
    request: Request = EmbeddingInput(OLD, ("12345678", "12345678")).request()
    assert tokens_of(Run(request, usage=usage, result=result)) == expected
