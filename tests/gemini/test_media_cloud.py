"""Files in Cloud Storage by their address."""

import pytest

from gemini.media.attachment import MediaError
from gemini.media.remote import cloud_file, is_cloud


def test_an_address_is_a_part_with_its_type() -> None:
    file = cloud_file(" gs://my-bucket/reports/Q3 (final).PDF ")
    assert file.part() == {
        "file_data": {
            "file_uri": "gs://my-bucket/reports/Q3 (final).PDF",
            "mime_type": "application/pdf",
        }
    }
    assert file.name == "Q3 (final).PDF"
    assert file.kind == "document"
    assert file.remote
    assert file.where == "Cloud Storage"
    assert file.digest != cloud_file("gs://other-bucket/reports/Q3 (final).PDF").digest


@pytest.mark.parametrize(
    "address", ["gs://", "gs://bucket", "gs://bucket/", "gs://B/x.pdf", "https://x/y.pdf", "x"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MediaError, match="looks like gs://"):
        cloud_file(address)


@pytest.mark.parametrize("name", ["main.ts", "kernel.cu", "notes.jsonl", "conf.TOML", "app.py"])
def test_source_is_plain_text_whatever_others_call_it(name: str) -> None:
    assert cloud_file(f"gs://my-bucket/{name}").mime_type == "text/plain"


@pytest.mark.parametrize("name", ["report.docx", "report", "folder/"])
def test_a_name_that_tells_no_type_is_refused(name: str) -> None:
    with pytest.raises(MediaError, match="must end in one of"):
        cloud_file(f"gs://my-bucket/{name}")


def test_what_is_meant_to_be_one_is_known() -> None:
    assert is_cloud("GS://bucket/x")
    assert not is_cloud("https://storage.googleapis.com/bucket/x")
