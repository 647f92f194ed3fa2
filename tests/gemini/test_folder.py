"""Folders and zips on their way into a prompt: what is left out and why, and what is refused."""

import io
import zipfile
from pathlib import Path

import pytest

from gemini.media import folder as limits
from gemini.media.folder import (
    A_LINK,
    BY_GITIGNORE,
    NOT_TEXT,
    Folder,
    FolderError,
    checked_path,
    folder_of,
)

INPUTS = Path(__file__).parents[1] / "inputs" / "media"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def reasons(folder: Folder, *taken: str) -> dict[str, str]:
    return {file.path: file.reason for file in folder.files(taken)}


FILES = {
    "site/b.py": b"print(1)\n",
    "site/A.md": "# Grüße".encode(),
    "site/node_modules/x/index.js": b"x",
    "site/uv.lock": b"lock",
    "site/.env": b"KEY=1",
    "site/.env.example": b"KEY=",
    "site/logo.png": b"\x89PNG\0\0",
    "site/latin.txt": b"Gr\xfc\xdfe",
    "site/empty.txt": b" \n",
    "site/.gitignore": b"local/\n*.tmp\n",
    "site/local/notes.md": b"mine",
}


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_left_out_says_why(packed: bool) -> None:
    folder = Folder("site.zip", zip_data=zipped(FILES)) if packed else folder_of("s", FILES.items())
    assert reasons(folder) == {
        "site/.env": "may hold secrets",
        "site/.env.example": "",
        "site/.gitignore": "",
        "site/A.md": "",
        "site/b.py": "",
        "site/empty.txt": "empty",
        "site/latin.txt": "",
        "site/local/notes.md": BY_GITIGNORE,
        "site/logo.png": NOT_TEXT,
        "site/node_modules/x/index.js": "installed packages",
        "site/uv.lock": "lock file",
    }
    texts = {file.path: file.text for file in folder.files()}
    assert texts["site/A.md"] == "# Grüße"
    assert texts["site/uv.lock"] is None


def test_a_rule_need_not_hold_but_a_fact_does() -> None:
    folder = folder_of("s", FILES.items())
    found = reasons(folder, "lock file", BY_GITIGNORE, NOT_TEXT)
    assert found["site/uv.lock"] == found["site/local/notes.md"] == ""
    assert found["site/logo.png"] == NOT_TEXT
    by_path = {f.path: f.reason for f in folder_of("s", FILES.items()).files(paths=["site/.env"])}
    assert by_path["site/.env"] == ""
    assert by_path["site/uv.lock"] == "lock file"
    assert limits.liftable("lock file")
    assert limits.liftable(BY_GITIGNORE)
    assert not limits.liftable(NOT_TEXT)


def test_tokens_are_estimated_by_text_or_by_size() -> None:
    files = {file.path: file for file in folder_of("s", FILES.items()).files()}
    assert files["site/A.md"].tokens == 2
    assert files["site/uv.lock"].tokens == 1


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/etc/passwd", "C:\\x", "..\\x", "\\\\host\\x"]
)
def test_paths_that_lead_out_are_refused(path: str) -> None:
    files = {"ok.txt": b"ok", path: b"x"}
    packed = Folder("z", zip_data=zipped(files))
    with pytest.raises(FolderError, match="points outside"):
        packed.files()
    with pytest.raises(FolderError, match="points outside"):
        folder_of("f", files.items())


def test_a_path_with_a_control_character_is_refused() -> None:
    with pytest.raises(FolderError, match="points outside"):
        checked_path("a/\0b")


def test_paths_are_made_plain() -> None:
    assert checked_path("a\\b\\c.txt") == "a/b/c.txt"
    assert checked_path("./a//b.txt") == "a/b.txt"


def test_a_link_is_left_out_and_the_rest_is_taken() -> None:
    folder = Folder("z", zip_data=(INPUTS / "link.zip").read_bytes())
    assert reasons(folder) == {"l": A_LINK, "ok.txt": ""}
    [link, _] = folder.files(paths=["l"])
    assert (link.reason, link.text) == (A_LINK, None)


def test_files_of_one_name_are_all_there() -> None:
    files = Folder("z", zip_data=(INPUTS / "dup.zip").read_bytes()).files()
    assert sorted(file.text or "" for file in files) == ["one", "three", "two", "x"]
    twice = folder_of("z", [("a.txt", b"1"), ("./a.txt", b"2")])
    assert [file.path for file in twice.files()] == ["a (2).txt", "a.txt"]


def test_an_empty_zip_says_so() -> None:
    with pytest.raises(FolderError, match="has no files"):
        Folder("z", zip_data=(INPUTS / "emptyz.zip").read_bytes()).files()


@pytest.mark.parametrize("packed", [True, False])
def test_files_in_other_encodings_are_read(packed: bool) -> None:
    names = ["gb18030.txt", "sjis.txt", "euckr.txt", "utf16nobom.txt", "utf32.txt"]
    contents = {name: (INPUTS / name).read_bytes() for name in names}
    folder = Folder("z", zip_data=zipped(contents)) if packed else folder_of("z", contents.items())
    texts = {file.path: file.text for file in folder.files()}
    assert texts["gb18030.txt"] == "库存清单：苹果三箱"
    assert texts["utf16nobom.txt"] == "hello wörld"
    chosen = folder.files(encodings={"sjis.txt": "EUC-KR"})
    assert {f.path: f.encoding for f in chosen}["sjis.txt"] == "EUC-KR"


def test_a_bomb_is_not_unpacked_beyond_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE", 1000)
    assert reasons(Folder("z", zip_data=zipped({"bomb.txt": b"x" * 10**7}))) == {
        "bomb.txt": "larger than 1 KB"
    }
    monkeypatch.setattr(limits, "MOST_TEXT", 2500)
    with pytest.raises(FolderError, match="any model reads"):
        Folder("z", zip_data=zipped({f"{n}.txt": b"x" * 900 for n in range(5)})).files()


def test_an_entry_that_lies_about_its_size_is_not_believed() -> None:
    honest = zipped({"bomb.txt": b"x" * 300_000})
    lying = honest.replace((300_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(FolderError, match="damaged"):
        Folder("z", zip_data=lying).files()


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_FILES", 2)
    many = {f"{n}.txt": b"x" for n in range(3)}
    with pytest.raises(FolderError, match="3 files"):
        Folder("z", zip_data=zipped(many)).files()
    with pytest.raises(FolderError, match="3 files"):
        folder_of("f", many.items())


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04rubbish", b"isn't a zip", zipped({"a.txt": b"abc" * 99})[:-40]],
    ids=["rubbish", "text", "cut"],
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(FolderError, match="isn't a zip"):
        Folder("z.zip", zip_data=data).files()


def test_damaged_contents_are_refused() -> None:
    data = bytearray(zipped({"a.txt": b"some words"}, zipfile.ZIP_STORED))
    data[data.index(b"some")] ^= 1
    with pytest.raises(FolderError, match="damaged"):
        Folder("z.zip", zip_data=bytes(data)).files()


def test_a_password_is_said() -> None:
    data = bytearray(zipped({"a.txt": b"some words"}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flags] |= 1
    with pytest.raises(FolderError, match="needs a password"):
        Folder("z.zip", zip_data=bytes(data)).files()
