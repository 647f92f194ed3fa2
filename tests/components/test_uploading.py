"""What waits for uploads: sent once when all are stored, given back when not, never both."""

import pytest

from components.attachments import uploading
from components.attachments.uploading import Sending, Stored
from gemini.api.problems import Problem
from gemini.media.attachment import Attachment
from gemini.resources.files import StoredFile, Upload, Uploads

FILES = [Attachment(name, "text/plain", name.encode()) for name in ("a.txt", "b.txt")]


@pytest.fixture(autouse=True)
def _connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "current_connection", object)
    monkeypatch.setattr(uploading, "upload", lambda _, files: Uploads([Upload(f) for f in files]))


def begin(sending: Sending, log: list[tuple[str, Stored]], name: str = "", files=FILES) -> None:
    def note(what: str):
        return lambda stored: log.append((f"{what}{name}", stored))

    sending.begin(files, note("sent"), note("back"), "Hello")


def end(sending: Sending, *failing: str) -> None:
    """End the uploads, those of some names with a problem."""
    assert sending.uploads
    for one in sending.uploads.each:
        if (name := one.attachment.name) in failing:
            one.problem = Problem("file_failed", "No", "It failed.", "Retry.")
        else:
            one.file = StoredFile(name, name, "text/plain", expires=None)  # pyright: ignore
        one._end("failed" if one.problem else "active")


def test_without_files_it_is_sent_at_once() -> None:
    log = []
    begin(sending := Sending(), log, files=[])
    assert log == [("sent", {})]
    assert not sending.running


def test_it_is_sent_once_when_all_are_stored() -> None:
    log = []
    begin(sending := Sending(), log)
    sending.settle()
    assert sending.running
    assert not log
    end(sending)
    sending.settle()
    sending.settle()
    assert [(what, set(stored)) for what, stored in log] == [("sent", {f.digest for f in FILES})]
    assert not sending.running
    assert not sending.failed


def test_a_failed_one_is_named_and_the_prompt_given_back() -> None:
    log = []
    begin(sending := Sending(), log)
    end(sending, "b.txt")
    sending.settle()
    assert [(what, set(stored)) for what, stored in log] == [("back", {FILES[0].digest})]
    assert [one.attachment.name for one in sending.failed] == ["b.txt"]
    begin(sending, log)
    assert not sending.failed


def test_stopped_it_is_given_back_and_never_sent() -> None:
    log = []
    begin(sending := Sending(), log)
    sending.stop()
    sending.stop()
    sending.settle()
    assert log == [("back", {})]
    assert not sending.running
    assert not sending.failed


def test_stopped_when_all_is_stored_it_is_not_sent_either() -> None:
    log = []
    begin(sending := Sending(), log)
    end(sending)
    sending.stop()
    assert [what for what, _ in log] == ["back"]


def test_something_else_gives_back_what_waited() -> None:
    log = []
    begin(sending := Sending(), log, " first")
    begin(sending, log, " second")
    end(sending)
    sending.settle()
    assert [what for what, _ in log] == ["back first", "sent second"]
