"""The caches page in process: made, listed, used, given another end, deleted, and refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.settings.run_settings import RunSettings
from gemini.format import time_left
from tests.fake_gemini import MODELS, FakeGemini, Reply, chunk, error
from tests.on_page import Open, checked, click, unfold

PAGE = "../pages/caches/page.py"
CHAT = "../pages/chat/page.py"


def cached(number: int = 1, model: str = "gemini-3.8-flash", minutes: float = 60) -> dict[str, Any]:
    end = datetime.now(UTC) + timedelta(minutes=minutes)
    return {
        "name": f"cachedContents/c{number}",
        "model": f"models/{model}",
        "displayName": f"Log {number}",
        "createTime": "2026-11-21T06:00:00Z",
        "expireTime": end.isoformat().replace("+00:00", "Z"),
        "usageMetadata": {"totalTokenCount": 2000},
    }


def listed(fake: FakeGemini, *entries: dict[str, Any], **more: Any) -> None:
    fake.others["GET cachedContents"] = [Reply(body={"cachedContents": list(entries), **more})]


def menu(at: AppTest, number: int, action: str) -> AppTest:
    menus = [w for w in at.main if getattr(w, "type", "") == "menu_button"]
    menus[number].set_value(action)
    return checked(at.run())


def sent(fake: FakeGemini, method: str, path: str) -> Any:
    return [s for s in fake.seen if s.method == method and path in s.path][-1].body


def names(at: AppTest) -> list[str]:
    return [m.value.split("**")[1] for m in at.main.markdown if m.value.startswith("**")]


def settings(at: AppTest) -> RunSettings:
    return at.session_state["run_settings"]


def said(at: AppTest) -> str:
    return "\n".join(e.value for kind in (at.error, at.warning, at.caption) for e in kind)


def test_an_empty_list_offers_samples(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    at = checked(app(PAGE))
    assert at.title[0].value == "Caches"
    assert "Nothing is cached" in said(at)
    assert at.button(key="sample-caches-0").label == "A year's harbour log"


def test_a_sample_is_kept_and_used_at_a_click(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    fake.others["POST cachedContents"] = [Reply(body=cached())]
    at = click(checked(app(PAGE)), "sample-caches-1")
    body = sent(fake, "POST", "cachedContents")
    assert body["model"] == "models/gemini-3.8-flash"
    assert body["ttl"] == "3600s"
    assert "harbour master" in json.dumps(body["systemInstruction"])
    assert body["contents"][0]["parts"][0]["inlineData"]["mime_type"] == "text/plain"
    assert names(at) == ["Log 1"]
    assert settings(at).config() == {"cached_content": "cachedContents/c1"}


def test_what_is_used_goes_along_in_the_chat_and_is_counted(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached())
    usage = {"promptTokenCount": 2010, "cachedContentTokenCount": 2000, "totalTokenCount": 2012}
    fake.replies = [Reply([chunk("Ten.", finish="STOP", usage=usage)])]
    at = click(checked(app(PAGE)), "cache-use-cachedContents/c1")
    at.switch_page(CHAT)
    checked(at.run())
    at.chat_input[0].set_value("How many?")
    checked(at.run())
    assert fake.generated[-1].body["cachedContent"] == "cachedContents/c1"
    assert "2,010 tokens in (2,000 cached)" in said(at)


def test_what_cannot_stand_beside_it_is_said_and_not_sent(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached())
    at = checked(app(PAGE))
    at.text_area(key="setting-system_instruction").set_value("Be brief.")
    checked(at.run())
    at = click(at, "cache-use-cachedContents/c1")
    assert settings(at).config() == {"cached_content": "cachedContents/c1"}
    assert "the system instruction can't be sent beside it" in said(at)
    at = click(at, "cache-use-cachedContents/c1")
    assert settings(at).config() == {"system_instruction": "Be brief."}


def test_one_for_another_model_brings_its_model(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached(model="gemini-2.5-flash"))
    at = click(checked(app(PAGE)), "cache-use-cachedContents/c1")
    assert settings(at).model.name == "gemini-2.5-flash"
    at = unfold(at, "Cache")
    choice = "setting-cached_content-cachedContents/c1"
    assert at.selectbox(key=choice).value == "cachedContents/c1"
    at.selectbox(key=choice).set_value(None)
    assert settings(checked(at.run())).config() == {}
    at.selectbox(key="setting-cached_content-").set_value("cachedContents/c1")
    assert settings(checked(at.run())).config() == {"cached_content": "cachedContents/c1"}


def test_made_from_a_text_a_file_and_an_instruction(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    fake.others["POST cachedContents"] = [Reply(body=cached())]
    at = checked(app(PAGE))
    at.file_uploader[0].upload("notes.txt", b"Some notes.")
    checked(at.run())
    at.text_input(key="cache-title-0").set_value("Mine")
    at.text_area(key="cache-text-0").set_value("Long")
    at.text_area(key="cache-instruction-0").set_value("Be brief.")
    at.segmented_control(key="cache-time-0").set_value("6 hours")
    at = click(at, "cache-create")
    body = sent(fake, "POST", "cachedContents")
    assert [sorted(part) for part in body["contents"][0]["parts"]] == [["inlineData"], ["text"]]
    assert (body["displayName"], body["ttl"]) == ("Mine", "21600s")
    assert at.text_area(key="cache-text-1").value == ""


def test_an_end_at_a_time_of_a_zone(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    fake.others["POST cachedContents"] = [Reply(body=cached())]
    at = checked(app(PAGE))
    at.text_area(key="cache-text-0").set_value("Long")
    at.segmented_control(key="cache-time-0").set_value("At a set time")
    checked(at.run())
    at.datetime_input(key="cache-end-0").set_value(datetime(2027, 5, 17, 9, 0))  # noqa: DTZ001
    at.selectbox(key="cache-zone-0").set_value("Asia/Tokyo")
    click(at, "cache-create")
    body = sent(fake, "POST", "cachedContents")
    assert body["expireTime"].startswith("2027-05-17T00:00:00")
    assert "ttl" not in body


def test_too_little_is_the_api_s_to_refuse_and_loses_nothing(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    words = "Cached content is too small. total_token_count=3, min_total_token_count=1024"
    fake.others["POST cachedContents"] = [error(400, "INVALID_ARGUMENT", words)]
    at = checked(app(PAGE))
    assert "at least 4,096 tokens" in said(at)
    at.text_area(key="cache-text-0").set_value("Too short")
    at = click(at, "cache-create")
    assert "min_total_token_count=1024" in "\n".join(e.value for e in at.error)
    assert at.text_area(key="cache-text-0").value == "Too short"


def test_nothing_at_all_is_not_sent(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    at = click(checked(app(PAGE)), "cache-create")
    assert "Nothing to cache" in "\n".join(e.value for e in at.error)
    assert not [s for s in fake.seen if s.method == "POST"]


def test_the_end_is_moved(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached())
    fake.others["PATCH cachedContents/c1"] = [Reply(body=cached(minutes=120))]
    at = menu(checked(app(PAGE)), 0, "Extend by an hour")
    assert 7100 <= int(sent(fake, "PATCH", "c1")["ttl"].removesuffix("s")) <= 7200
    at = menu(at, 0, "Set expiration")
    end, zone = "cache-end-cachedContents/c1", "cache-zone-cachedContents/c1"
    at.datetime_input(key=end).set_value(datetime(2027, 1, 1, 12, 0))  # noqa: DTZ001
    at.selectbox(key=zone).set_value("UTC")
    at = click(at, "cache-set-cachedContents/c1")
    assert sent(fake, "PATCH", "c1")["expireTime"].startswith("2027-01-01T12:00:00")


def test_deleting_asks_first_and_ends_the_use(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached(1), cached(2))
    fake.others["DELETE cachedContents/c1"] = [Reply(body={})]
    at = click(checked(app(PAGE)), "cache-use-cachedContents/c1")
    at = menu(at, 0, "Delete")
    assert not [s for s in fake.seen if s.method == "DELETE"]
    at = click(at, "cache-cachedContents/c1-delete")
    assert names(at) == ["Log 2"]
    assert settings(at).config() == {}


def test_a_long_list_comes_in_pages(app: Open, fake: FakeGemini) -> None:
    fake.others["GET cachedContents"] = [
        Reply(body={"cachedContents": [cached(1)], "nextPageToken": "p2"}),
        Reply(body={"cachedContents": [cached(2)]}),
    ]
    at = click(checked(app(PAGE)), "caches-more")
    assert names(at) == ["Log 1", "Log 2"]
    assert "pageToken=p2" in [s.path for s in fake.seen if "cachedContents" in s.path][-1]


def test_what_has_expired_is_not_listed(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached(1, minutes=-1), cached(2))
    assert names(checked(app(PAGE))) == ["Log 2"]


@pytest.mark.parametrize(
    "reply",
    [
        error(403, "PERMISSION_DENIED", "No"),
        error(500, "INTERNAL", "Broken"),
        Reply(body=b"<html>"),
        Reply(then="cut"),
    ],
)
def test_a_list_that_fails_is_a_problem_and_can_be_asked_again(
    app: Open, fake: FakeGemini, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.api.http.FIRST_DELAY", 0.01)
    fake.others["GET cachedContents"] = [reply]
    at = checked(app(PAGE))
    assert [*at.main.error, *at.main.warning]
    listed(fake, cached())
    next(b for b in at.button if b.label == "Refresh").click()
    assert names(checked(at.run())) == ["Log 1"]


def test_without_a_key_it_says_what_is_missing(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMULATOR_URL")
    at = checked(app(PAGE))
    assert any("No API key" in e.value for e in at.main.error)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=1, hours=4, minutes=3), "1 d 4 h left"),
        (timedelta(hours=3, seconds=9), "3 h 0 min left"),
        (timedelta(minutes=9, seconds=5), "9 min 5 s left"),
        (timedelta(seconds=7), "7 s left"),
        (timedelta(), "0 s left"),
        (None, "no expiration given"),
    ],
)
def test_time_left_in_its_two_largest_units(left: timedelta | None, words: str) -> None:
    assert time_left(left) == words


def test_made_from_a_file_that_is_uploaded_already(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    uri = "https://example.test/v1beta/files/f1"
    file = {"name": "files/f1", "uri": uri, "mimeType": "application/pdf", "state": "ACTIVE"}
    fake.others["GET files?"] = [Reply(body={"files": [file | {"displayName": "Log.pdf"}]})]
    fake.others["POST cachedContents"] = [Reply(body=cached())]
    at = click(checked(app(PAGE)), "cache-files-look")
    at.selectbox(key="cache-stored-0-0").set_value("files/f1")
    at = click(checked(at.run()), "cache-create")
    (part,) = sent(fake, "POST", "cachedContents")["contents"][0]["parts"]
    assert part == {"fileData": {"file_uri": uri, "mime_type": "application/pdf"}}


def test_the_document_page_asks_about_a_cached_document(app: Open, fake: FakeGemini) -> None:
    listed(fake, cached())
    at = click(checked(app(PAGE)), "cache-use-cachedContents/c1")
    at.switch_page("../pages/document/page.py")
    at = checked(at.run())
    at.chat_input[0].set_value("Who signed it?")
    at = checked(at.run())
    assert fake.generated[-1].body["cachedContent"] == "cachedContents/c1"
    assert [m.value for m in at.chat_message[-1].markdown] == ["ok"]
    at.chat_input[0].set_value("And when?")
    checked(at.run())
    assert len(fake.generated[-1].body["contents"]) == 3


def test_a_model_that_takes_none_is_not_offered_one(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in MODELS["models"]:
        monkeypatch.setitem(model, "supportedGenerationMethods", ["generateContent"])
    listed(fake)
    at = checked(app(PAGE))
    assert said(at).count("doesn't support cached content") == 2
    assert at.button(key="cache-create").disabled
    assert not [one for one in at.button if str(one.key).startswith("sample-")]
