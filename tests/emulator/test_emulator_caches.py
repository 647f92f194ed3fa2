"""Context caching: made, listed, used, changed, expired, and refused in the API's own words."""

import base64
import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from emulator.caches.store import CacheRecord, CacheStore
from emulator.errors import ApiError

MODEL = "gemini-2.5-flash"
MEDIA = Path(__file__).parents[2] / "samples" / "media"
LONG = "The lighthouse keeper counts the ships. " * 400
NOT_FOUND = "CachedContent not found"


def create(client: genai.Client, model: str = MODEL, **config) -> types.CachedContent:
    options = {"contents": LONG, **config}
    return client.caches.create(model=model, config=types.CreateCachedContentConfig(**options))


def ask(client: genai.Client, cached: str | None, model: str = MODEL, **config):
    options = types.GenerateContentConfig(cached_content=cached, **config)
    return client.models.generate_content(model=model, contents="How many?", config=options)


@pytest.fixture
def cache(client: genai.Client) -> types.CachedContent:
    return create(client, display_name="The keeper", system_instruction="Be brief.")


def test_what_was_created_is_told_again(client: genai.Client, cache: types.CachedContent) -> None:
    assert cache.name.startswith("cachedContents/")
    assert (cache.model, cache.display_name) == (f"models/{MODEL}", "The keeper")
    assert cache.usage_metadata.total_token_count > 2048
    assert (cache.expire_time - cache.create_time) == timedelta(hours=1)
    got = client.caches.get(name=cache.name)
    assert got.model_dump(exclude={"sdk_http_response"}) == cache.model_dump(
        exclude={"sdk_http_response"}
    )


def test_an_answer_says_how_much_of_its_prompt_was_cached(
    client: genai.Client, cache: types.CachedContent
) -> None:
    plain, cached = ask(client, None), ask(client, cache.name)
    size = cache.usage_metadata.total_token_count
    usage = cached.usage_metadata
    assert usage.cached_content_token_count == size
    assert usage.prompt_token_count == plain.usage_metadata.prompt_token_count + size
    assert [(d.modality, d.token_count) for d in usage.cache_tokens_details] == [
        (types.MediaModality.TEXT, size)
    ]
    assert plain.usage_metadata.cached_content_token_count is None


def test_what_is_cached_comes_before_the_question(small: genai.Client) -> None:
    """The engine on this machine finds in a cached text what it is asked for."""
    facts = "The harbour is quiet in winter. " * 320 + "The keeper's dog is called Biscuit."
    cache = create(
        small, contents=[types.Part.from_bytes(data=facts.encode(), mime_type="text/plain")]
    )
    options = types.GenerateContentConfig(cached_content=cache.name)
    question = "What is the keeper's dog called?"
    reply = small.models.generate_content(model=MODEL, contents=question, config=options)
    assert "Biscuit" in reply.text


def test_a_stream_counts_the_cached_tokens_too(
    client: genai.Client, cache: types.CachedContent
) -> None:
    options = types.GenerateContentConfig(cached_content=cache.name)
    *_, last = client.models.generate_content_stream(model=MODEL, contents="Hi", config=options)
    size = cache.usage_metadata.total_token_count
    assert last.usage_metadata.cached_content_token_count == size


def test_tokens_of_a_whole_request_include_the_cached(
    echo: launch.Emulator, cache: types.CachedContent
) -> None:
    request = {
        "model": f"models/{MODEL}",
        "contents": [{"parts": [{"text": "How many?"}]}],
        "cachedContent": cache.name,
    }
    url = f"{echo.url}/v1beta/models/{MODEL}:countTokens"
    body = {"generateContentRequest": request}
    counted = httpx2.post(url, json=body, headers={"x-goog-api-key": "k"}).json()
    size = cache.usage_metadata.total_token_count
    assert counted["cachedContentTokenCount"] == size
    assert counted["totalTokens"] > size


def test_a_file_may_be_deleted_once_it_is_cached(client: genai.Client) -> None:
    data = (MEDIA / "sign.png").read_bytes()
    file = client.files.upload(file=io.BytesIO(data), config={"mime_type": "image/png"})
    part = types.Part.from_uri(file_uri=file.uri, mime_type="image/png")
    cache = create(client, contents=[part] * 5)
    client.files.delete(name=file.name)
    usage = ask(client, cache.name).usage_metadata
    assert usage.cached_content_token_count == 5 * 2 * 258  # two tiles each
    assert [d.modality for d in usage.cache_tokens_details] == [types.MediaModality.IMAGE]


def test_signed_parts_and_functions_survive_the_disk(client: genai.Client) -> None:
    """Echo calls the cached function, whose declaration the request doesn't have."""
    declared = {"name": "count_ships", "description": "Counts the ships in the harbour."}
    signed = {"text": LONG, "thought_signature": base64.b64encode(b"\xff\x00").decode()}
    cache = create(
        client,
        contents=[{"role": "user", "parts": [signed]}],
        tools=[{"function_declarations": [declared]}],
        tool_config={"function_calling_config": {"mode": "ANY"}},
    )
    reply = ask(client, cache.name)
    assert [call.name for call in reply.function_calls] == ["count_ships"]


@pytest.mark.parametrize(
    "beside",
    [
        {"system_instruction": "Be long."},
        {"tools": [{"function_declarations": [{"name": "f", "description": "x"}]}]},
        {"tool_config": {"function_calling_config": {"mode": "ANY"}}},
    ],
)
def test_what_the_cache_has_can_t_stand_beside_it(
    client: genai.Client, cache: types.CachedContent, beside: dict
) -> None:
    with pytest.raises(errors.ClientError, match="move those values to CachedContent") as caught:
        ask(client, cache.name, **beside)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_a_cache_is_for_one_model(client: genai.Client, cache: types.CachedContent) -> None:
    with pytest.raises(errors.ClientError, match="has to be the same") as caught:
        ask(client, cache.name, model="gemini-2.5-pro")
    assert caught.value.code == 400


def test_a_model_without_explicit_caching_makes_none(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="not supported for createCachedContent") as caught:
        create(client, "gemini-4-argon")
    assert caught.value.code == 404


@pytest.mark.parametrize(("model", "least"), [(MODEL, 2048), ("gemini-3.8-flash", 4096)])
def test_too_little_is_refused_with_the_minimum(
    client: genai.Client, model: str, least: int
) -> None:
    words = f"too small. total_token_count=2, min_total_token_count={least}"
    with pytest.raises(errors.ClientError, match=words) as caught:
        create(client, model, contents="Hello there")
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("config", "code", "why"),
    [
        ({"ttl": "60s", "expire_time": datetime(2099, 1, 1, tzinfo=UTC)}, 400, "already set"),
        ({"ttl": "an hour"}, 400, "must end with 's'"),
        ({"ttl": "-5s"}, 400, "must be positive"),
        ({"expire_time": datetime(2020, 1, 1, tzinfo=UTC)}, 400, "in the future"),
        ({"display_name": "x" * 129}, 400, "at most 128"),
        (
            {"contents": [types.Part.from_uri(file_uri="gs://a/b", mime_type="text/plain")]},
            400,
            "uri",
        ),
        ({"tools": [{"google_search": {}}]}, 400, "no Google Search"),
    ],
)
def test_what_breaks_a_rule_is_refused(
    client: genai.Client, config: dict, code: int, why: str
) -> None:
    with pytest.raises(errors.ClientError, match=why) as caught:
        create(client, **config)
    assert caught.value.code == code


def test_a_model_has_to_be_named_and_known(client: genai.Client, echo: launch.Emulator) -> None:
    with pytest.raises(errors.ClientError, match="not found") as caught:
        create(client, "gemini-0")
    assert caught.value.code == 404
    url, headers = f"{echo.url}/v1beta/cachedContents", {"x-goog-api-key": "k"}
    assert "model is not specified" in httpx2.post(url, json={}, headers=headers).text
    assert httpx2.post(url, json={}).status_code == 403


def test_the_end_can_be_moved_and_nothing_else(
    client: genai.Client, cache: types.CachedContent
) -> None:
    later = client.caches.update(name=cache.name, config={"ttl": "7200s"})
    assert later.expire_time - cache.expire_time > timedelta(minutes=59)
    assert later.create_time == cache.create_time
    when = datetime(2099, 5, 17, 12, tzinfo=UTC)
    fixed = client.caches.update(name=cache.name, config={"expire_time": when})
    assert fixed.expire_time == client.caches.get(name=cache.name).expire_time == when
    with pytest.raises(errors.ClientError, match="Only ttl or expire_time"):
        client.caches.update(name=cache.name, config={})


def test_caches_are_listed_newest_first_in_pages(client: genai.Client) -> None:
    names = [create(client).name for _ in range(3)]
    pager = client.caches.list(config={"page_size": 2})
    assert len(pager.page) == 2
    assert [cache.name for cache in pager][:3] == names[::-1]


def test_a_deleted_cache_is_gone(client: genai.Client, cache: types.CachedContent) -> None:
    client.caches.delete(name=cache.name)
    for gone in (client.caches.get, client.caches.delete):
        with pytest.raises(errors.ClientError, match=NOT_FOUND) as caught:
            gone(name=cache.name)
        assert (caught.value.code, caught.value.status) == (403, "PERMISSION_DENIED")
    with pytest.raises(errors.ClientError, match=NOT_FOUND):
        client.caches.update(name=cache.name, config={"ttl": "60s"})
    with pytest.raises(errors.ClientError, match=NOT_FOUND):
        ask(client, cache.name)


def test_it_really_expires(client: genai.Client) -> None:
    cache = create(client, ttl="0.2s")
    deadline = time.monotonic() + 10
    while any(each.name == cache.name for each in client.caches.list()):
        assert time.monotonic() < deadline, "it never expires"
        time.sleep(0.02)
    with pytest.raises(errors.ClientError, match=NOT_FOUND) as caught:
        ask(client, cache.name)
    assert caught.value.code == 403


def test_what_has_expired_leaves_nothing_on_disk(tmp_path: Path) -> None:
    clock = [1000.0]
    store = CacheStore(tmp_path, now=lambda: clock[0])
    cache = store.add(CacheRecord(MODEL, "", {"TEXT": 2000}, 1000.0, 1000.0, 1060.0), b"{}")
    clock[0] += 59
    assert store.prefix(store.get(cache.id)) == b"{}"
    clock[0] += 1
    with pytest.raises(ApiError, match=NOT_FOUND):
        store.get(cache.id)
    assert list(tmp_path.iterdir()) == []


def test_caches_in_a_folder_of_one_s_own_outlive_the_emulator(tmp_path: Path) -> None:
    kept = CacheRecord(MODEL, "Mine", {"TEXT": 2000}, 0.0, 0.0, time.time() + 60)
    CacheStore(tmp_path).add(kept, b"{}")
    (tmp_path / "stray.prefix").write_bytes(b"no note")
    (tmp_path / "broken.json").write_text("{")
    again = CacheStore(tmp_path)
    assert again.all() == [kept]
    assert again.prefix(kept) == b"{}"
    assert {path.stem for path in tmp_path.iterdir()} == {kept.id}
    again.close()
    assert {path.stem for path in tmp_path.iterdir()} == {kept.id}
