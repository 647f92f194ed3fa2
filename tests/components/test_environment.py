"""Secrets come from variables or from files, and a file that can't be used is said."""

import os
from pathlib import Path

import pytest

from components import environment
from components.environment import SECRETS, load_environment, secrets_in_files, trouble_with


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_be_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    assert secrets_in_files({f"{name}_FILE": str(tmp_path / "secret")}) == ({name: "s3cret"}, {})


@pytest.mark.parametrize(
    ("content", "variable", "said"),
    [
        (None, "", "can't be read: No such file"),
        (b" \n", "", "is empty"),
        (b"\xff\xfe\x00", "", "isn't text"),
        (b"hunter1", "hunter2", "are both set and differ"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_without_the_secret(
    tmp_path: Path, content: bytes | None, variable: str, said: str
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    found, troubles = secrets_in_files(
        {"GEMINI_API_KEY_FILE": str(file), "GEMINI_API_KEY": variable}
    )
    assert not found
    assert said in troubles["GEMINI_API_KEY"]
    assert "GEMINI_API_KEY_FILE" in troubles["GEMINI_API_KEY"]
    for secret in ("hunter1", "hunter2"):
        assert secret not in troubles["GEMINI_API_KEY"]


def test_it_is_put_into_the_environment_and_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(environment, "DOTENV", os.devnull)
    monkeypatch.setenv("GEMINI_API_KEY", "")  # so that it is put back afterwards
    (tmp_path / "key").write_text("from-a-file")
    monkeypatch.setenv("GEMINI_API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "none"))
    load_environment()
    load_environment()
    assert os.environ["GEMINI_API_KEY"] == "from-a-file"
    assert trouble_with("GEMINI_API_KEY") == ""
    assert "DATABASE_URL_FILE" in trouble_with("GEMINI_API_KEY", "DATABASE_URL")
    assert len(caplog.records) == 1
    monkeypatch.delenv("DATABASE_URL_FILE")
    load_environment()
    assert trouble_with("DATABASE_URL") == ""
