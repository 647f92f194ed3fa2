"""Uploads to the Files API, through the real SDK and a fake server."""

from datetime import UTC, datetime, timedelta

import pytest

from gemini.api import http
from gemini.api.connect import Connection, Target
from gemini.media.attachment import Attachment
from gemini.resources import files
from gemini.resources.files import Uploads, known_file, too_large_inline, upload
from tests.fake_gemini import FakeGemini, Reply

SOUND = Attachment("Grüße 你好.mp3", "audio/mp3", b"sound" * 10)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(files, "FIRST_LOOK", 0.01)


def ended(uploads: Uploads) -> Uploads:
    for one in uploads.each:
        assert one.ended.wait(30)
    return uploads


def test_it_is_sent_in_chunks_and_waited_for(fake: FakeGemini, connection: Connection) -> None:
    fake.file_states = ["PROCESSING", "PROCESSING", "ACTIVE"]
    large = Attachment("large.wav", "audio/wav", b"\1" * (8 * 2**20 + 5))
    one = ended(upload(connection, [large])).each[0]
    assert (one.state, one.share, one.problem) == ("active", 1.0, None)
    assert fake.uploaded["files/f0"] == large.data
    chunks = [s.headers for s in fake.seen if isinstance(s.body, bytes)]
    assert [c["x-goog-upload-offset"] for c in chunks] == ["0", str(8 * 2**20)]
    assert one.file is not None
    assert one.file.part() == {
        "file_data": {"file_uri": f"{fake.url}/v1beta/files/f0", "mime_type": "audio/wav"}
    }


def test_a_type_the_api_does_not_tell_is_the_one_that_was_sent(
    fake: FakeGemini, connection: Connection
) -> None:
    bare = {"name": "files/a1", "uri": "https://x/files/a1", "state": "ACTIVE", "sizeBytes": "0"}
    fake.others["GET files/"] = [Reply(body=bare)]
    stored = ended(upload(connection, [SOUND])).each[0].file
    assert stored is not None
    assert stored.part()["file_data"]["mime_type"] == SOUND.mime_type
    assert stored.fresh


def test_any_name_is_taken(fake: FakeGemini, connection: Connection) -> None:
    ended(upload(connection, [SOUND]))
    assert fake.stored["files/f0"]["displayName"] == "Grüße 你好.mp3"


def test_the_same_content_is_not_sent_again(fake: FakeGemini, connection: Connection) -> None:
    ended(upload(connection, [SOUND]))
    again = ended(upload(connection, [Attachment("other name.mp3", "audio/mp3", SOUND.data)]))
    assert again.complete
    assert list(fake.stored) == ["files/f0"]


def test_what_was_deleted_meanwhile_is_sent_again(fake: FakeGemini, connection: Connection) -> None:
    ended(upload(connection, [SOUND]))
    del fake.stored["files/f0"]
    fake.stored["files/other"] = {}
    assert ended(upload(connection, [SOUND])).complete
    assert "files/f1" in fake.stored


def test_what_is_about_to_expire_is_not_used(fake: FakeGemini, connection: Connection) -> None:
    stored = ended(upload(connection, [SOUND])).each[0].file
    assert stored is not None
    assert stored.fresh
    assert known_file(connection, SOUND) == stored
    soon = datetime.now(UTC) + timedelta(minutes=5)
    old = files.StoredFile(stored.name, stored.uri, stored.mime_type, soon)
    files._remember(connection, SOUND, old)
    assert known_file(connection, SOUND) is None


def test_another_connection_has_files_of_its_own(fake: FakeGemini, connection: Connection) -> None:
    ended(upload(connection, [SOUND]))
    other = Connection(Target("server", "other-key-123456", base_url=fake.url))
    try:
        assert known_file(other, SOUND) is None
    finally:
        other.close()


def test_a_file_that_can_not_be_read_is_a_problem(fake: FakeGemini, connection: Connection) -> None:
    fake.file_states = ["FAILED"]
    uploads = ended(upload(connection, [SOUND]))
    assert uploads.problem is not None
    assert uploads.problem.title == "The file couldn't be processed"
    assert "could not be read" in uploads.problem.detail
    assert not uploads.complete


def test_stop_ends_it(fake: FakeGemini, connection: Connection) -> None:
    fake.upload_pause = 30
    uploads = upload(connection, [SOUND])
    assert uploads.running
    uploads.stop()
    assert not uploads.running
    assert uploads.each[0].state == "stopped"
    assert known_file(connection, SOUND) is None


def test_a_server_that_is_away_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Connection(Target("server", "test-key-123456", base_url="http://127.0.0.1:9"))
    try:
        problem = ended(upload(away, [SOUND])).problem
    finally:
        away.close()
    assert problem is not None
    assert problem.kind == "offline"


@pytest.mark.parametrize(
    ("sizes", "other", "stored"),
    [([3, 3], 0, []), ([30, 3], 0, [0]), ([30, 60, 3], 0, [1, 0]), ([3, 3], 100, [0, 1])],
)
def test_the_whole_request_counts(sizes: list[int], other: int, stored: list[int]) -> None:
    media = [Attachment(str(n), "audio/mp3", b"x" * size) for n, size in enumerate(sizes)]
    assert [int(a.name) for a in too_large_inline(media, other, limit=20)] == stored
