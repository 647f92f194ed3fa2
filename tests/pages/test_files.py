"""The files page in process: uploaded, listed, asked about, put on a page, deleted, and refused."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply, error
from tests.on_page import Open, checked, click

PAGE = "../pages/files/page.py"
IMAGE = "../pages/image/page.py"
CAT = Path(__file__).parents[2] / "samples" / "media" / "cat.jpg"


def stored(number: int = 1, mime_type: str = "image/jpeg", **more: Any) -> dict[str, Any]:
    end = datetime.now(UTC) + timedelta(hours=47, minutes=30)
    return {
        "name": f"files/f{number}",
        "displayName": f"File {number}",
        "mimeType": mime_type,
        "sizeBytes": "204800",
        "uri": f"https://example.test/v1beta/files/f{number}",
        "state": "ACTIVE",
        "expirationTime": end.isoformat().replace("+00:00", "Z"),
        **more,
    }


def listed(fake: FakeGemini, *entries: dict[str, Any], **more: Any) -> None:
    fake.others["GET files?"] = [Reply(body={"files": list(entries), **more})]


def rows(at: AppTest) -> list[str]:
    return [m.value for m in at.main.markdown if ":small[:gray[" in m.value]


def said(at: AppTest) -> str:
    return "\n".join(e.value for kind in (at.error, at.warning, at.info, at.caption) for e in kind)


def test_what_is_known_of_each(app: Open, fake: FakeGemini) -> None:
    failed = stored(2, "application/pdf", state="FAILED", error={"message": "Encrypted."})
    listed(fake, stored(1), failed, stored(3, "video/mp4", state="PROCESSING"))
    at = checked(app(PAGE))
    first, second, third = rows(at)
    assert "File 1" in first
    assert "image/jpeg · 205 KB · 1 d 23 h left" in first
    assert "failed" in second
    assert "Encrypted." in said(at)
    assert "processing" in third
    assert [b.label for b in at.main.button].count("Ask") == 1  # of the one that is ready


def test_an_empty_list_offers_samples(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    at = checked(app(PAGE))
    assert at.title[0].value == "Files"
    assert "Nothing is stored" in said(at)
    assert at.button(key="sample-files-0").label == "A photo"


def test_a_sample_is_uploaded_and_shown(app: Open, fake: FakeGemini) -> None:
    data = CAT.read_bytes()
    listed(fake)
    at = checked(app(PAGE))
    digest = base64.b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    listed(fake, stored(0, sha256Hash=digest))
    at = click(at, "sample-files-0")
    assert fake.uploaded["files/f0"] == data
    assert len(rows(at)) == 1
    assert at.main.get("image"), "its bytes are here, so it is shown"


def test_several_files_are_uploaded_and_the_failed_one_stays(app: Open, fake: FakeGemini) -> None:
    listed(fake)
    at = checked(app(PAGE))
    for name in ("a.txt", "b.txt"):
        at.file_uploader[0].upload(name, name.encode())
        at = checked(at.run())
    fake.file_states = ["ACTIVE", "FAILED"]
    at = click(at, "files-upload")
    assert sorted(fake.uploaded.values()) == [b"a.txt", b"b.txt"]
    assert "couldn't be processed" in said(at)
    assert at.button(key="files-upload").label == "Upload"


def test_asking_about_one_begins_in_the_chat(app: Open, fake: FakeGemini) -> None:
    listed(fake, stored(1))
    at = click(checked(app(PAGE)), "file-ask-files/f1")
    at.text_input(key="file-prompt-files/f1").set_value("Which animal?")
    next(b for b in at.button if b.label == "Ask in Chat").click()
    at = checked(at.run())
    uri = "https://example.test/v1beta/files/f1"
    parts = fake.generated[-1].body["contents"][0]["parts"]
    assert parts == [
        {"fileData": {"file_uri": uri, "mime_type": "image/jpeg"}},
        {"text": "Which animal?"},
    ]
    assert "File 1" in said(at)


def test_a_file_of_which_nothing_is_told(app: Open, fake: FakeGemini) -> None:
    bare = {"name": "files/a1", "uri": "https://example.test/a1", "sizeBytes": "0"}
    listed(
        fake, bare | {"state": "ACTIVE"}, bare | {"name": "files/a2", "state": "STATE_UNSPECIFIED"}
    )
    at = checked(app(PAGE))
    first, second = rows(at)
    assert "unknown type · no expiration given" in first
    assert "unknown type · state unspecified" in second
    at = click(at, "file-ask-files/a1")
    next(b for b in at.button if b.label == "Ask in Chat").click()
    checked(at.run())
    part = fake.generated[-1].body["contents"][0]["parts"][0]
    assert part == {"fileData": {"file_uri": "https://example.test/a1"}}


def test_one_is_put_on_the_page_for_its_kind(app: Open, fake: FakeGemini) -> None:
    listed(fake, stored(1))
    at = click(checked(app(PAGE)), "file-use-files/f1")
    at.switch_page(IMAGE)
    at = checked(at.run())
    assert any("File 1" in row and "Files API" in row for row in rows(at))
    at.chat_input[0].set_value("Which animal?")
    checked(at.run())
    assert "fileData" in fake.generated[-1].body["contents"][0]["parts"][0]


def test_deleting_asks_first(app: Open, fake: FakeGemini) -> None:
    listed(fake, stored(1), stored(2))
    fake.others["DELETE files/f1"] = [Reply(body={})]
    at = click(checked(app(PAGE)), "file-open-delete-files/f1")
    assert not [s for s in fake.seen if s.method == "DELETE"]
    at = click(at, "file-files/f1-delete")
    assert ["File 2" in row for row in rows(at)] == [True]


def test_all_are_deleted_and_one_that_is_gone_is_no_problem(app: Open, fake: FakeGemini) -> None:
    listed(fake, stored(1), stored(2))
    gone = "You do not have permission to access the File f1 or it may not exist."
    fake.others["DELETE files/f1"] = [error(403, "PERMISSION_DENIED", gone)]
    fake.others["DELETE files/f2"] = [Reply(body={})]
    at = click(checked(app(PAGE)), "files-delete-all")
    assert rows(at) == []


def test_a_long_list_comes_in_pages(app: Open, fake: FakeGemini) -> None:
    fake.others["GET files?"] = [
        Reply(body={"files": [stored(1)], "nextPageToken": "p2"}),
        Reply(body={"files": [stored(2)]}),
    ]
    at = click(checked(app(PAGE)), "files-more")
    assert len(rows(at)) == 2


def test_vertex_ai_has_none_and_the_page_says_so(app: Open, vertex_api: None) -> None:
    at = checked(app(PAGE))
    assert any("Vertex AI has no Files API" in info.value for info in at.main.info)
    assert not at.file_uploader


@pytest.mark.parametrize(
    "reply", [error(403, "PERMISSION_DENIED", "No"), Reply(body=b"<html>"), Reply(then="cut")]
)
def test_a_list_that_fails_is_a_problem_and_can_be_asked_again(
    app: Open, fake: FakeGemini, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.api.http.FIRST_DELAY", 0.01)
    fake.others["GET files?"] = [reply]
    at = checked(app(PAGE))
    assert [*at.main.error, *at.main.warning]
    listed(fake, stored(1))
    next(b for b in at.button if b.label == "Refresh").click()
    assert len(rows(checked(at.run()))) == 1
