"""Cached contents: what the API tells of them, and the calls that manage them."""

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from google.genai import errors, types

from gemini.api.problems import explain
from gemini.models.capabilities import of, unknown
from gemini.models.estimate import CHARACTERS_PER_TOKEN
from gemini.models.prices import load, saved
from gemini.resources import caches
from tests.gemini.codegen_table import user

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = ["gemini-3.8-flash", "gemini-4-argon", "gemini-2.5-flash-image", "veo-3", "something-new"]


def made(**fields) -> caches.Cache:
    return caches.cache_of(types.CachedContent(name="cachedContents/a1", **fields))


def test_what_the_api_tells() -> None:
    usage = {"total_token_count": 2000}
    one = made(model="models/gemini-2.5-flash", display_name="Log", usage_metadata=usage)
    assert (one.model, one.title, one.tokens) == ("gemini-2.5-flash", "Log", 2000)
    plain = made()
    assert (plain.model, plain.title, plain.tokens, plain.left()) == ("", "a1", None, None)
    path = "projects/p/locations/l/publishers/google/models/gemini-2.5-pro"
    assert made(model=path).model == "gemini-2.5-pro"


def test_how_long_it_lasts() -> None:
    one = made(expire_time=NOW + timedelta(minutes=5))
    assert one.left(NOW) == timedelta(minutes=5)
    assert one.left(NOW + timedelta(hours=1)) == timedelta()
    assert made(expire_time=datetime(2020, 1, 1, tzinfo=UTC)).gone


def test_the_calls() -> None:
    contents = [user({"text": "Long"})]
    assert caches.creation("m", contents, caches.lasting(timedelta(hours=1))) == (
        "caches.create",
        {"model": "m", "config": {"ttl": "3600s", "contents": contents}},
    )
    _, full = caches.creation(
        "m", [], caches.lasting(timedelta(1)), system_instruction="Be", title=" " + "x" * 200
    )
    assert full["config"]["system_instruction"] == "Be"
    assert full["config"]["display_name"] == "x" * 128
    assert "contents" not in full["config"]
    there = datetime(2026, 11, 21, 18, tzinfo=timezone(timedelta(hours=9)))
    assert caches.change("n", caches.until(there)) == (
        "caches.update",
        {"name": "n", "config": {"expire_time": "2026-11-21T09:00:00+00:00"}},
    )
    assert caches.listing("t")[1]["config"] == {"page_size": 20, "page_token": "t"}
    assert caches.listing()[1]["config"] == {"page_size": 20}
    assert caches.deletion("n") == ("caches.delete", {"name": "n"})


def test_extending_adds_to_what_is_left() -> None:
    one = made(expire_time=datetime.now(UTC) + timedelta(hours=1, seconds=1))
    seconds = int(caches.extended(one, timedelta(hours=1))["ttl"].removesuffix("s"))
    assert 7190 <= seconds <= 7201


def test_the_least_that_is_worth_it_is_the_model_s() -> None:
    assert caches.minimum_tokens("gemini-3.8-flash") == 4096
    assert caches.minimum_tokens("gemini-3.1-pro-preview") == 4096
    assert caches.minimum_tokens("gemini-2.5-pro") == 2048
    assert caches.minimum_tokens("models/gemini-2.5-flash") == 2048
    assert caches.minimum_tokens("gemini-3-flash-preview") == 1024
    assert caches.minimum_tokens("something-new") == 1024


def test_models_without_explicit_caching_are_known_by_name_or_by_the_api() -> None:
    takes = [name for name in NAMES if caches.takes_caches(unknown(name))]
    assert takes == ["gemini-3.8-flash", "something-new"]
    methods = ["generateContent", "createCachedContent"]
    listed = of(types.Model(name="models/gemini-4-argon", supported_actions=methods))
    assert caches.takes_caches(listed)
    unlisted = of(types.Model(name="models/something-new", supported_actions=methods[:1]))
    assert not caches.takes_caches(unlisted)


def test_each_sample_is_large_enough_for_every_model() -> None:
    for sample in tomllib.loads((SAMPLES / "caches.toml").read_text("utf-8"))["samples"]:
        text = (SAMPLES / sample["file"]).read_text("utf-8")
        assert len(text) / CHARACTERS_PER_TOKEN > 4096


def test_what_was_saved_is_the_difference_to_the_full_price() -> None:
    usage = {"prompt_token_count": 1_000_100, "cached_content_token_count": 1_000_000}
    table = load()
    assert round(saved(usage, "gemini-2.5-flash", table) or 0, 6) == 0.27
    assert saved({"prompt_token_count": 5}, "gemini-2.5-flash", table) is None
    assert saved(usage, "no-such-model", table) is None


def test_what_is_gone_is_said_to_be_gone() -> None:
    def problem(message: str) -> str:
        body = {"error": {"code": 403, "message": message, "status": "PERMISSION_DENIED"}}
        return explain(errors.ClientError(403, body)).kind

    assert problem("CachedContent not found (or permission denied)") == "cache_gone"
    file = "You do not have permission to access the File a1b2 or it may not exist."
    assert problem(file) == "file_gone"
    assert problem("The caller does not have permission") == "permission"
