"""Models, token counts and embeddings."""

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch


def test_the_own_model_is_first_and_stand_ins_say_so(client: genai.Client) -> None:
    models = list(client.models.list())
    assert models[0].name == "models/echo"
    by_name = {model.name: model for model in models}
    flash = by_name["models/gemini-2.5-flash"]
    assert flash.display_name == "Gemini 2.5 Flash (stand-in: echo, no model)"
    assert flash.thinking is True
    assert {"generateContent", "countTokens", "createCachedContent"} <= set(flash.supported_actions)
    assert flash.input_token_limit == 1_048_576
    assert by_name["models/gemini-embedding-001"].thinking is None
    others = [m for m in models[1:] if "stand-in" not in (m.display_name or "")]
    assert others == []


def test_models_come_in_pages(client: genai.Client) -> None:
    pager = client.models.list(config={"page_size": 4})
    assert len(pager.page) == 4
    assert len(list(pager)) == len({m.name for m in client.models.list()})


def test_one_model(client: genai.Client) -> None:
    assert client.models.get(model="gemini-2.5-pro").name == "models/gemini-2.5-pro"
    with pytest.raises(errors.ClientError, match="models/gemini-0 is not found"):
        client.models.get(model="gemini-0")


@pytest.mark.parametrize("query", ["pageSize=x", "pageSize=-1", "pageToken=%C3%A4", "pageToken=!"])
def test_wrong_pages_are_400(echo: launch.Emulator, query: str) -> None:
    url = f"{echo.url}/v1beta/models?{query}"
    response = httpx2.get(url, headers={"x-goog-api-key": "k"})
    assert response.status_code == 400
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_count_tokens_is_what_usage_says(client: genai.Client) -> None:
    contents = ["One two three.", "And four?"]
    counted = client.models.count_tokens(model="echo", contents=contents)
    answered = client.models.generate_content(model="echo", contents=contents)
    assert counted.total_tokens == answered.usage_metadata.prompt_token_count == 7


def test_count_tokens_of_a_whole_request(echo: launch.Emulator) -> None:
    contents = [{"parts": [{"text": "one two"}]}]
    whole = {"contents": contents, "systemInstruction": {"parts": [{"text": "three"}]}}
    url = f"{echo.url}/v1beta/models/echo:countTokens"
    key = {"x-goog-api-key": "k"}
    reply = httpx2.post(url, json={"generateContentRequest": whole}, headers=key).json()
    assert reply == {
        "totalTokens": 3,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 3}],
    }
    both = {"generateContentRequest": whole, "contents": contents}
    assert httpx2.post(url, json=both, headers=key).status_code == 400


def embed(client: genai.Client, texts: list[str], **config) -> list[list[float]]:
    response = client.models.embed_content(
        model="gemini-embedding-001",
        contents=texts,  # pyright: ignore[reportArgumentType]
        config=types.EmbedContentConfig(**config),
    )
    return [embedding.values or [] for embedding in response.embeddings or []]


def dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("size", [None, 128, 1])
def test_embeddings_are_unit_vectors_of_the_size_asked_for(client: genai.Client, size) -> None:
    for vector in embed(
        client, ["a cat on a mat", "", "?"][: 1 if size else 3], **{"output_dimensionality": size}
    ):
        assert len(vector) == (size or 3072)
        assert dot(vector, vector) == pytest.approx(1)


def test_texts_that_share_words_are_nearer(client: genai.Client) -> None:
    cat, kitten, money = embed(
        client, ["the cat sat on the mat", "a cat on a mat", "shares fell in London today"]
    )
    assert dot(cat, kitten) > dot(cat, money) + 0.2
    assert embed(client, ["the cat sat on the mat"]) == [cat]


@pytest.mark.parametrize(
    "config", [{"output_dimensionality": 0}, {"output_dimensionality": 3073}, {"task_type": "SING"}]
)
def test_wrong_embedding_settings_are_400(client: genai.Client, config: dict) -> None:
    with pytest.raises(errors.ClientError) as caught:
        embed(client, ["Hi"], **config)
    assert caught.value.code == 400
