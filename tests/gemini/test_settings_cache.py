"""The run setting of a cached content: for one model, and alone with what the API refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from gemini.models.capabilities import unknown
from gemini.settings.checks import validate
from gemini.settings.config import build_config, changed, with_extra

FLASH, PRO = unknown("gemini-2.5-flash"), unknown("gemini-2.5-pro")
LATER = (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def chosen(model: str = FLASH.name, expires: str = LATER) -> dict[str, Any]:
    return {"cached_content": {"name": "cachedContents/a1", "model": model, "expires": expires}}


def sent(values: dict[str, Any], extra: dict[str, Any] | None = None, caps=FLASH) -> dict[str, Any]:
    return with_extra(build_config(values, caps), extra or {}, caps, vertex=False)


def warnings(values: dict[str, Any], caps=FLASH) -> list[str]:
    return [text for text in validate(values, caps) if text.startswith("Cached content")]


def test_it_is_sent_by_its_name() -> None:
    assert sent(chosen()) == {"cached_content": "cachedContents/a1"}
    assert changed(chosen(), FLASH) == ["cached_content"]
    assert warnings(chosen()) == []


def test_one_for_another_model_stays_away_and_says_so() -> None:
    assert sent(chosen(), caps=PRO) == {}
    assert warnings(chosen(), PRO) == [
        "Cached content: not sent, it was created for gemini-2.5-flash."
    ]
    assert sent(chosen(model=""), caps=PRO) == {"cached_content": "cachedContents/a1"}


def test_what_the_api_refuses_beside_it_is_left_out_and_named() -> None:
    values = chosen() | {"system_instruction": "Be brief.", "google_search": True, "seed": 1}
    assert sent(values) == {"cached_content": "cachedContents/a1", "seed": 1}
    (text,) = warnings(values)
    assert "the system instruction and the tools can't be sent beside it and are left out" in text
    (alone,) = warnings(chosen() | {"system_instruction": "Be brief."})
    assert "the system instruction can't be sent beside it and is left out" in alone


def test_a_page_that_needs_its_tools_goes_without_the_cache() -> None:
    tools = [{"function_declarations": [{"name": "f"}]}]
    values = chosen() | {"system_instruction": "Be brief."}
    assert sent(values, {"tools": tools}) == {"system_instruction": "Be brief.", "tools": tools}


def test_an_expired_one_is_named() -> None:
    (text,) = warnings(chosen(expires="2020-01-01T00:00:00+00:00"))
    assert "has expired" in text
