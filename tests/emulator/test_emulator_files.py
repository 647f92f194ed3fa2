"""The Files API: resumable uploads, states, lists, expiry, and files as parts of a request."""

import base64
import hashlib
import http.client
import io
import json
import time
from pathlib import Path

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch, records
from emulator.errors import ApiError
from emulator.files import store

MEDIA = Path(__file__).parents[2] / "samples" / "media"
CHUNK = 8 * 1024 * 1024


def upload(client: genai.Client, data: bytes, mime_type: str, **config) -> types.File:
    options = types.UploadFileConfig(mime_type=mime_type, **config)
    return client.files.upload(file=io.BytesIO(data), config=options)


def settled(client: genai.Client, file: types.File) -> types.File:
    """The file once it is no longer PROCESSING."""
    for _ in range(500):
        assert file.name
        file = client.files.get(name=file.name)
        if file.state is not types.FileState.PROCESSING:
            return file
        time.sleep(0.01)
    raise AssertionError("still PROCESSING")


def start(url: str, name: str = "", **headers: str) -> httpx2.Response:
    usual = {
        "x-goog-api-key": "k",
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        "x-goog-upload-header-content-type": "text/plain",
    }
    body = {"file": {"name": name} if name else {}}
    return httpx2.post(f"{url}/upload/v1beta/files", json=body, headers=usual | headers)


def test_an_upload_becomes_active_and_is_what_was_sent(client: genai.Client) -> None:
    data = (MEDIA / "sign.png").read_bytes()
    sent = upload(client, data, "image/png", display_name="The sign")
    assert sent.state is types.FileState.PROCESSING
    file = settled(client, sent)
    assert file.state is types.FileState.ACTIVE
    assert (file.display_name, file.mime_type, file.size_bytes) == (
        "The sign",
        "image/png",
        len(data),
    )
    assert base64.b64decode(file.sha256_hash).decode() == hashlib.sha256(data).hexdigest()
    assert (file.expiration_time - file.create_time).total_seconds() == 48 * 3600
    assert file.source is types.FileSource.UPLOADED


def test_a_large_file_comes_in_chunks(client: genai.Client, echo: launch.Emulator) -> None:
    data = b"0123456789abcdef" * (CHUNK // 16 * 2 + 1)
    file = settled(client, upload(client, data, "text/plain"))
    assert file.size_bytes == len(data)
    assert base64.b64decode(file.sha256_hash).decode() == hashlib.sha256(data).hexdigest()


def test_an_upload_of_100_mb_doesn_t_sit_in_memory(connect) -> None:
    with launch.start("echo") as emulator:
        client = connect(emulator.url)
        status = Path(f"/proc/{emulator._process.pid}/status")
        before = peak(status)
        settled(client, upload(client, bytes(100 * 1024 * 1024), "video/mp4"))
        assert peak(status) - before < 40_000


def peak(status: Path) -> int:
    """The most memory a process ever held, in KB."""
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


@pytest.mark.parametrize("name", ["broken.png", "broken.pdf", "broken.wav"])
def test_what_can_t_be_read_fails_and_says_why(client: genai.Client, name: str) -> None:
    mime_type = {"png": "image/png", "pdf": "application/pdf", "wav": "audio/wav"}[name[-3:]]
    file = settled(client, upload(client, b"nothing of the kind", mime_type))
    assert file.state is types.FileState.FAILED
    assert file.error.message
    with pytest.raises(errors.ClientError, match="not in an ACTIVE state"):
        client.models.generate_content(model="echo", contents=[file, "Look"])


def test_an_uploaded_file_is_read_like_an_inline_one(small: genai.Client) -> None:
    data = (MEDIA / "sign.png").read_bytes()
    file = settled(small, upload(small, data, "image/png"))
    contents = [file, "Read the text."]
    response = small.models.generate_content(model="gemini-2.5-flash", contents=contents)
    assert response.text.startswith("PIER 7")
    counted = small.models.count_tokens(model="gemini-2.5-flash", contents=contents)
    assert counted.total_tokens == response.usage_metadata.prompt_token_count


def test_files_are_listed_newest_first_in_pages(client: genai.Client) -> None:
    names = [upload(client, b"x", "text/plain").name for _ in range(5)]
    pager = client.files.list(config={"page_size": 2})
    assert len(pager.page) == 2
    listed = [file.name for file in pager]
    assert listed[:5] == names[::-1]


def test_a_deleted_file_is_gone(client: genai.Client) -> None:
    file = upload(client, b"x", "text/plain", name="files/mine-1")
    assert file.name == "files/mine-1"
    with pytest.raises(errors.ClientError, match="already exists") as caught:
        upload(client, b"y", "text/plain", name="files/mine-1")
    assert caught.value.code == 409
    client.files.delete(name=file.name)
    for gone in (client.files.get, client.files.delete):
        with pytest.raises(errors.ClientError, match="may not exist") as caught:
            gone(name=file.name)
        assert caught.value.code == 403


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"name": "files/-Bad"}, "no dash at its ends"),
        ({"display_name": "x" * 513}, "at most 512"),
        ({"mime_type": "bad/type"}, "Unsupported MIME type"),
    ],
)
def test_uploads_that_break_a_rule_are_400(client: genai.Client, config: dict, why: str) -> None:
    with pytest.raises(errors.ClientError, match=why) as caught:
        upload(client, b"x", **({"mime_type": "text/plain"} | config))
    assert caught.value.code == 400


def test_the_upload_url_is_on_the_host_that_was_called(echo: launch.Emulator) -> None:
    port = echo.url.rpartition(":")[2]
    reply = start(f"http://localhost:{port}")
    assert reply.headers["x-goog-upload-url"].startswith(f"http://localhost:{port}/upload/")
    assert start(echo.url, **{"x-goog-api-key": ""}).status_code == 403


def test_a_chunk_may_be_sent_again_but_none_left_out(echo: launch.Emulator) -> None:
    url = start(echo.url, **{"x-goog-upload-header-content-length": "6"}).headers[
        "x-goog-upload-url"
    ]

    def send(data: bytes, offset: int, command: str = "upload") -> httpx2.Response:
        headers = {"x-goog-upload-command": command, "x-goog-upload-offset": str(offset)}
        return httpx2.post(url, content=data, headers=headers)

    assert send(b"abc", 0).headers["x-goog-upload-status"] == "active"
    assert send(b"abc", 0).headers["x-goog-upload-status"] == "active"
    assert "isn't where" in send(b"ef", 4).json()["error"]["message"]
    assert "were announced" in send(b"", 3, "upload, finalize").json()["error"]["message"]
    assert send(b"", 0, "query").headers["x-goog-upload-size-received"] == "3"
    done = send(b"def", 3, "upload, finalize")
    assert done.headers["x-goog-upload-status"] == "final"
    assert done.json()["file"]["sizeBytes"] == "6"
    assert send(b"", 6).status_code == 404
    again = send(b"def", 3, "upload, finalize")  # as after a reply that got lost
    assert again.headers["x-goog-upload-status"] == "final"
    assert again.json()["file"]["name"] == done.json()["file"]["name"]


def test_an_unfinished_upload_holds_no_name(client: genai.Client, echo: launch.Emulator) -> None:
    left = start(echo.url, name="files/left-1").headers["x-goog-upload-url"]
    assert upload(client, b"whole", "text/plain", name="files/left-1").size_bytes == 5
    late = httpx2.post(left, content=b"x", headers={"x-goog-upload-command": "upload, finalize"})
    assert late.status_code == 404


def test_a_client_that_leaves_in_an_upload_is_no_fault() -> None:
    with launch.start("echo") as emulator:
        url = httpx2.URL(start(emulator.url).headers["x-goog-upload-url"])
        connection = http.client.HTTPConnection(url.host, url.port)
        connection.putrequest("POST", url.raw_path.decode())
        connection.putheader("content-length", "1000")
        connection.putheader("x-goog-upload-command", "upload, finalize")
        connection.endheaders(b"only this")
        connection.close()
        httpx2.get(f"{emulator.url}/healthz")
        said = emulator.log()
    assert said == ""


@pytest.mark.parametrize("kind", ["related", "form-data"])
def test_an_upload_may_come_in_one_request(echo: launch.Emulator, kind: str) -> None:
    data = bytes(range(256)) + b"\r\n--b-not-the-end\r\n"
    about = json.dumps({"file": {"displayName": "Bytes", "mimeType": "text/plain"}}).encode()
    body = (
        b'--b0und\r\nContent-Disposition: form-data; name="metadata"\r\n'
        b"Content-Type: application/json; charset=utf-8\r\n\r\n" + about + b"\r\n"
        b"--b0und\r\nContent-Type: image/png\r\n\r\n" + data + b"\r\n--b0und--\r\n"
    )
    headers = {
        "x-goog-api-key": "k",
        "x-goog-upload-protocol": "multipart",
        "content-type": f'multipart/{kind}; boundary="b0und"',
    }
    url = f"{echo.url}/upload/v1beta/files"
    file = httpx2.post(url, content=body, headers=headers).json()["file"]
    assert (file["displayName"], file["mimeType"]) == ("Bytes", "text/plain")
    assert file["sizeBytes"] == str(len(data))
    cut = httpx2.post(url, content=body[:-9], headers=headers)
    assert "doesn't end" in cut.json()["error"]["message"]
    plain = headers | {"content-type": "text/plain"}
    assert httpx2.post(url, content=body, headers=plain).status_code == 400


def test_a_cancelled_upload_leaves_nothing(echo: launch.Emulator) -> None:
    url = start(echo.url).headers["x-goog-upload-url"]
    reply = httpx2.post(url, headers={"x-goog-upload-command": "cancel"})
    assert reply.headers["x-goog-upload-status"] == "cancelled"
    assert httpx2.post(url, headers={"x-goog-upload-command": "query"}).status_code == 404


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("https://www.youtube.com/watch?v=9hE5-98ZeCg", "can't watch videos"),
        ("https://example.com/a.png", "opens no web addresses"),
        ("https://generativelanguage.googleapis.com/v1beta/files/none", "may not exist"),
    ],
)
def test_files_that_aren_t_here_are_refused(client: genai.Client, uri: str, why: str) -> None:
    part = types.Part.from_uri(file_uri=uri, mime_type="image/png")
    with pytest.raises(errors.ClientError, match=why):
        client.models.generate_content(model="echo", contents=[part])


def test_files_expire_with_their_bytes(tmp_path: Path) -> None:
    clock = [1000.0]
    files = store.FileStore(tmp_path, lifetime=60, now=lambda: clock[0])
    file = files.update(files.create("", "text/plain", "", 0), size=0)
    clock[0] += 59
    assert files.get(file.id).id == file.id
    clock[0] += 1
    with pytest.raises(ApiError, match="may not exist"):
        files.get(file.id)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_one_s_own_outlives_the_emulator(tmp_path: Path) -> None:
    first = store.FileStore(tmp_path)
    kept = first.update(first.create("files/kept", "text/plain", "", 1), size=1)
    first.create("files/half", "text/plain", "", 1)
    first.close()
    assert [file.id for file in store.FileStore(tmp_path).complete()] == [kept.id]
    assert not (tmp_path / "half.bin").exists()


def test_the_limits_are_the_api_s(tmp_path: Path) -> None:
    files = store.FileStore(tmp_path)
    with pytest.raises(ApiError, match="at most 2 GB") as caught:
        files.create("", "text/plain", "", store.MAX_FILE_BYTES + 1)
    assert caught.value.code == 400
    files.update(files.create("", "text/plain", "", 1), size=store.MAX_ALL_BYTES)
    with pytest.raises(ApiError, match="20 GB") as caught:
        files.create("", "text/plain", "", 1)
    assert caught.value.code == 429


def test_a_temporary_folder_goes_with_the_emulator(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(records.tempfile, "tempdir", str(tmp_path))
    files = store.FileStore()
    files.create("", "text/plain", "", 0)
    assert len(list(tmp_path.iterdir())) == 1
    files.close()
    assert list(tmp_path.iterdir()) == []
