"""Where others reach the server, a person sees their own files, caches and batches by default."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.own_things import OWN_NAMES
from gemini.history.database import open_history
from gemini.models.capabilities import unknown
from tests.fake_gemini import FakeGemini, Reply
from tests.on_page import Open, checked

PAGES = {
    "files": ("GET files?", "files"),
    "caches": ("GET cachedContents?", "cachedContents"),
    "batches": ("GET batches?", "batches"),
}


def entry(page: str, number: int) -> dict[str, Any]:
    kind = PAGES[page][1]
    named = {"name": f"{kind}/{number}", "displayName": f"Thing {number}"}
    if page == "batches":
        return {"name": named["name"], "metadata": {**named, "state": "BATCH_STATE_SUCCEEDED"}}
    return {**named, "state": "ACTIVE", "mimeType": "text/plain"}


def things(at: AppTest) -> list[str]:
    assert not at.exception, at.exception[0].message
    found = [m.value for m in at.main.markdown]
    return [f"Thing {n}" for n in (1, 2) if any(f"**Thing {n}**" in text for text in found)]


def said(at: AppTest) -> str:
    return "\n".join(c.value for c in at.caption)


@pytest.fixture(params=sorted(PAGES))
def page(request: pytest.FixtureRequest, fake: FakeGemini) -> str:
    call, kind = PAGES[request.param]
    key = "operations" if kind == "batches" else kind
    fake.others[call] = [Reply(body={key: [entry(request.param, n) for n in (1, 2)]})]
    return request.param


def opened(app: Open, page: str) -> AppTest:
    return app(f"../pages/{page}/page.py")


def test_on_ones_own_machine_all_are_listed(page: str, app: Open) -> None:
    at = opened(app, page)
    assert things(at) == ["Thing 1", "Thing 2"]
    assert not at.main.toggle
    history = open_history()
    assert history.people.own("") == frozenset()
    history.close()


def test_on_a_shared_server_only_ones_own_are_listed(
    page: str, app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    at = opened(app, page)
    assert things(at) == []
    assert "those you made here" in said(at)
    assert not at.main.toggle


def test_an_operator_sees_everyones_when_asking_for_them(
    page: str, app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    monkeypatch.setattr("components.own_things.is_operator", lambda: True)
    at = opened(app, page)
    assert things(at) == []
    at.main.toggle[0].set_value(True).run()
    assert things(at) == ["Thing 1", "Thing 2"]
    assert "Other people's are listed too" in said(at)
    assert not any("Delete all" in (b.label or "") for b in at.button)


def test_who_signed_in_finds_their_own_again(
    page: str, app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    monkeypatch.setattr("components.own_things.current_owner", lambda: "ann")
    history = open_history()
    history.people.add_own("ann", f"{PAGES[page][1]}/2")
    history.people.add_own("ann", f"{PAGES[page][1]}/2")
    history.people.add_own("bob", f"{PAGES[page][1]}/1")
    history.close()
    assert things(opened(app, page)) == ["Thing 2"]


def test_what_one_uploads_is_ones_own(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    fake.others["GET files?"] = [Reply(body={"files": []})]
    at = opened(app, "files")
    own = {**entry("files", 1), "name": "files/f0"}  # as the fake server names the first
    fake.others["GET files?"] = [Reply(body={"files": [own, entry("files", 2)]})]
    at.button(key="sample-files-0").click().run()
    assert things(at) == ["Thing 1"]
    assert things(opened(app, "files")) == []


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"name": None, "displayName": None},
        {"createTime": "2026-01-01T00:00:00", "expirationTime": "2026-01-01T00:00:00"},
        {"metadata": None, "error": None},
        {"metadata": {"batchStats": {"requestCount": "many"}, "createTime": "2026-01-01T00:00"}},
        {"metadata": {"batchStats": []}, "error": "words"},
    ],
)
def test_odd_entries_take_no_page_down(
    page: str, app: Open, fake: FakeGemini, odd: dict[str, Any]
) -> None:
    call, kind = PAGES[page]
    key = "operations" if page == "batches" else kind
    twice = [entry(page, 1), entry(page, 1), entry(page, 1) | odd, odd, odd]
    fake.others[call] = [Reply(body={key: [*twice, entry(page, 2)]})]
    at = opened(app, page)
    assert not at.exception, at.exception[0].message


@pytest.mark.parametrize(
    "page", sorted(PAGES.keys() - {"files"}), indirect=True
)  # those are uploaded
def test_what_is_made_without_a_name_is_said(page: str, app: Open, fake: FakeGemini) -> None:
    fake.others["POST "] = [Reply(body={})]
    at = opened(app, page)
    for number in (0, 1):
        at.button(key=f"sample-{page}-{number}").click()
        at = at.run()
    assert not at.exception, at.exception[0].message
    assert any("couldn't be read" in error.value for error in at.error)


@pytest.mark.parametrize(
    "body", [[], "words", None, 7, {"files": 3}, {"operations": None}, {"cachedContents": [None]}]
)
def test_rubbish_in_the_place_of_a_list_is_said(
    page: str, app: Open, fake: FakeGemini, body: Any
) -> None:
    fake.others[PAGES[page][0]] = [Reply(body=body)]
    at = opened(app, page)
    assert not at.exception, at.exception[0].message


def test_a_guessed_cached_content_is_not_asked_about(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    at = checked(app())
    settings = at.session_state["run_settings"]
    settings.values["cached_content"] = {"name": "cachedContents/2", "model": "", "expires": ""}
    checked(at.chat_input[0].set_value("What is in it?").run())
    assert not fake.generated
    assert any("This cached content isn't yours" in e.value for e in at.error)
    at.session_state[OWN_NAMES] = {"cachedContents/2"}
    checked(at.chat_input[0].set_value("What is in it?").run())
    assert fake.generated[0].body["cachedContent"] == "cachedContents/2"


def test_a_guessed_batch_is_not_looked_at(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    fake.others["GET batches?"] = [Reply(body={"operations": [entry("batches", 2)]})]
    at = opened(app, "batches")
    at.query_params["job"] = "batches/2"
    checked(at.run())
    assert any("There's no such job" in i.value for i in at.info)
    assert not any(seen.path.endswith("batches/2") for seen in fake.seen)


def test_a_model_that_somebody_tuned_is_not_offered_to_others(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [unknown("gemini-2.5-flash"), unknown("tunedModels/theirs")]
    monkeypatch.setattr("components.connection.known_models", lambda _: (known, None, False))
    assert offered(app("models")) == ["gemini-2.5-flash", "tunedModels/theirs"]
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    assert offered(app("models")) == ["gemini-2.5-flash"]


def offered(at: AppTest) -> list[str]:
    return list(checked(at).dataframe[0].value["Model"])
