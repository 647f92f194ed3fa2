"""Files at the Files API: what the list tells of each."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from google.genai import types

from gemini.resources.file_list import deletion, listed, listing

DIGEST = hashlib.sha256(b"x")


@pytest.mark.parametrize(
    "told",
    [
        base64.b64encode(DIGEST.digest()),
        base64.urlsafe_b64encode(DIGEST.digest()),
        base64.b64encode(DIGEST.hexdigest().encode()),
    ],
)
def test_the_hash_is_read_however_the_api_writes_it(told: bytes) -> None:
    assert (
        listed(types.File(name="files/a", sha256_hash=told.decode())).digest == DIGEST.hexdigest()
    )
    assert listed(types.File(name="files/a", sha256_hash="!")).digest == ""


def test_what_is_ready_can_be_asked_about() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    ready = types.File(
        name="files/a", uri="https://x/files/a", mime_type="image/png", state="ACTIVE",
        expiration_time=later,
    )  # fmt: skip
    one = listed(ready)
    assert one.usable
    assert one.title == "a"
    assert one.attachment().part() == {
        "file_data": {"file_uri": "https://x/files/a", "mime_type": "image/png"}
    }
    assert one.attachment().remote
    assert not listed(ready.model_copy(update={"state": types.FileState.FAILED})).usable
    past = {"expiration_time": datetime(2020, 1, 1, tzinfo=UTC)}
    assert not listed(ready.model_copy(update=past)).usable


@pytest.mark.parametrize(
    ("title", "mime_type"), [("Clip.MP4", {"mime_type": "video/mp4"}), ("clip", {})]
)
def test_a_type_that_is_not_told_is_that_of_the_name_or_left_out(
    title: str, mime_type: dict[str, str]
) -> None:
    one = listed(types.File(name="files/a1", display_name=title, uri="https://x", state="ACTIVE"))
    assert one.usable
    assert one.attachment().part() == {"file_data": {"file_uri": "https://x", **mime_type}}


def test_the_calls() -> None:
    assert listing() == ("files.list", {"config": {"page_size": 20}})
    assert listing("t")[1]["config"]["page_token"] == "t"
    assert deletion("files/a") == ("files.delete", {"name": "files/a"})
