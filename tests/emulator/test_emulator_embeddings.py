"""Embeddings through Google's SDK: sizes, tasks, titles, batches, and what they mean."""

from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from emulator.messages.base import TASKS

KEY = {"x-goog-api-key": "any-key"}


def embed(
    client: genai.Client, texts: list[str], model: str = "gemini-embedding-001", **config: Any
) -> list[list[float]]:
    contents = [types.Content(parts=[types.Part(text=text)]) for text in texts]
    response = client.models.embed_content(
        model=model,
        contents=contents,  # pyright: ignore[reportArgumentType]
        config=types.EmbedContentConfig(**config),
    )
    return [embedding.values or [] for embedding in response.embeddings or []]


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_more_numbers_than_there_are_end_in_zeros_and_change_no_cosine(
    client: genai.Client,
) -> None:
    texts = ["a cat on a mat", "the cat sat on the mat"]
    whole, padded = embed(client, texts), embed(client, texts, output_dimensionality=3072)
    assert [len(vector) for vector in padded] == [3072, 3072]
    assert padded[0] == whole[0] + [0.0] * (3072 - len(whole[0]))
    assert dot(*padded) == pytest.approx(dot(*whole))


@pytest.mark.parametrize("task", TASKS.split())
def test_every_task_type_is_taken(client: genai.Client, task: str) -> None:
    assert embed(client, ["Hi"], task_type=task)


def test_a_title_counts_and_no_title_does_not(client: genai.Client) -> None:
    plain, titled = (
        embed(client, ["Open from nine to six."], task_type="RETRIEVAL_DOCUMENT", **title)
        for title in ({}, {"title": "Hours of the shop"})
    )
    assert plain != titled


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("task: search result | query: a cat", "a cat"),
        ("task: sentence similarity | query: a cat", "a cat"),
        ("title: none | text: a cat", "a cat"),
        ("title: Pets | text: a cat", "Pets\na cat"),
        ("a task: nothing | query: a cat", "a task: nothing | query: a cat"),
    ],
)
def test_the_words_that_say_a_task_are_no_part_of_the_text(
    client: genai.Client, said: str, meant: str
) -> None:
    assert embed(client, [said], "gemini-embedding-2") == embed(client, [meant])


def test_a_batch_of_a_hundred_is_taken_and_one_more_is_not(echo: launch.Emulator) -> None:
    url = f"{echo.url}/v1beta/models/gemini-embedding-001:batchEmbedContents"
    one = {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "Hi"}]}}
    reply = httpx2.post(url, json={"requests": [one] * 100}, headers=KEY)
    assert len(reply.json()["embeddings"]) == 100
    assert reply.json()["usageMetadata"]["promptTokenCount"] == 100
    assert httpx2.post(url, json={"requests": [one] * 101}, headers=KEY).status_code == 400
    assert httpx2.post(url, json={"requests": []}, headers=KEY).status_code == 400


def test_a_list_of_strings_is_one_text_for_the_newer_model(client: genai.Client) -> None:
    """As with the service: the SDK makes one content of them."""
    for model, count in (("gemini-embedding-001", 2), ("gemini-embedding-2", 1)):
        response = client.models.embed_content(model=model, contents=["a cat", "a dog"])
        assert len(response.embeddings or []) == count


@pytest.mark.parametrize("size", [0, -1, 3073])
def test_a_size_out_of_range_is_refused_by_name(client: genai.Client, size: int) -> None:
    with pytest.raises(errors.ClientError, match=r"output_dimensionality.*\[1, 3072\]") as caught:
        embed(client, ["Hi"], output_dimensionality=size)
    assert caught.value.code == 400


def test_the_local_model_embeds_by_what_is_meant(small: genai.Client) -> None:
    texts = ["The cat is sleeping on the sofa.", "Die Katze schläft auf dem Sofa.",
             "The train leaves at eight.", "Der Zug fährt um acht ab."]  # fmt: skip
    cat, katze, train, zug = embed(small, texts)
    assert len(cat) == 3072
    assert dot(cat, katze) > 0.7
    assert dot(train, zug) > 0.7
    assert dot(cat, train) < 0.4
    question, refund, hours = embed(
        small,
        ["How do I get my money back?", "Refunds are paid within 14 days.", "We open at nine."],
    )
    assert dot(question, refund) > dot(question, hours) + 0.2


def test_the_local_model_says_what_embeds(small: genai.Client) -> None:
    about = small.models.get(model="gemini-embedding-001")
    assert "Universal Sentence Encoder" in (about.display_name or "")
    assert "512 numbers" in (about.description or "")


@pytest.mark.parametrize("text", ["", " ", "😀" * 50, "word " * 20_000])
def test_any_text_has_a_vector_here(local: launch.Emulator, text: str) -> None:
    url = f"{local.url}/v1beta/models/gemini-embedding-001:embedContent"
    body = {"content": {"parts": [{"text": text}]}}
    reply = httpx2.post(url, json=body, headers=KEY, timeout=150)
    values = reply.json()["embedding"]["values"]
    assert len(values) == 3072
    assert dot(values, values) == pytest.approx(1, abs=1e-5)
