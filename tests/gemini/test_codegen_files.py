"""Media as files, the notebook and the zip."""

import io
import json
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.api.connect import Target
from gemini.codegen.bundle import bundle, notebook
from gemini.codegen.curl import curl
from gemini.codegen.fields import typed
from gemini.codegen.files import CODE_FILES, digest_of, media_files
from gemini.codegen.javascript import javascript
from gemini.codegen.layout import JAVASCRIPT, PYTHON, group, layout
from gemini.codegen.python import python
from tests.fake_gemini import FakeGemini, answer
from tests.gemini.codegen_sending import KEY, page_sends
from tests.gemini.codegen_table import JPEG, PDF, PNG, REQUESTS, WAV, asked, media, text

GEMINI = Target("gemini")
MIXED = asked(
    media(), media(JPEG, "image/jpeg"), media(PDF, "application/pdf"), media(), text("Both?")
)


def names_of(request_names: dict[bytes, str]) -> list[str]:
    given_names = {digest_of(data): name for data, name in request_names.items()}
    return [file.name for file in media_files(typed(MIXED), given_names).values()]


def test_files_without_a_name_get_their_kind_and_number() -> None:
    assert names_of({}) == ["image-1.png", "image-2.jpg", "document-1.pdf"]


def test_given_names_are_kept_and_the_same_content_is_one_file() -> None:
    named = {PNG: "cat.png", PDF: "Größe 1.pdf"}
    assert names_of(named) == ["cat.png", "image-1.jpg", "Größe 1.pdf"]


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("a<b>:c|?*.png", "abc.png"),
        ("line\nend.png", "lineend.png"),
        ("..", "image-1.png"),
        (" .png. ", "png"),
        ("x" * 200 + ".png", "x" * 80 + ".png"),
        ("request.py", "request-2.py"),
        ("Request.PY", "Request-2.PY"),
    ],
)
def test_names_are_made_safe_to_write(given_name: str, name: str) -> None:
    assert names_of({PNG: given_name})[0] == name


def test_equal_names_are_told_apart_also_where_case_does_not_count() -> None:
    named = {PNG: "cat.png", JPEG: "CAT.png", PDF: "cat.png"}
    assert names_of(named) == ["cat.png", "CAT-2.png", "cat-3.png"]


@given(st.lists(st.text(), min_size=3, max_size=3))
def test_any_names_become_three_plain_files(given_names: list[str]) -> None:
    names = names_of(dict(zip((PNG, JPEG, PDF), given_names, strict=True)))
    assert len({name.casefold() for name in names} | set(CODE_FILES)) == 3 + len(CODE_FILES)
    for name in names:
        assert name == PurePosixPath(name).name
        assert name not in {"", ".", ".."}
        assert "\\" not in name


def test_the_zip_holds_the_code_and_the_media() -> None:
    data = bundle(MIXED, GEMINI)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        files = {info.filename: archive.read(info) for info in archive.infolist()}
        script = archive.getinfo("request.sh")
    assert files.keys() == {*CODE_FILES, "image-1.png", "image-2.jpg", "document-1.pdf"}
    assert files["image-1.png"] == PNG
    assert files["request.py"].decode() == python(MIXED, GEMINI)
    assert b"async def main" in files["request_async.py"]
    assert files["request.sh"].decode() == curl(MIXED, GEMINI)
    assert files["request.mjs"].decode() == javascript(MIXED, GEMINI)
    assert files["request.ipynb"].decode() == notebook(MIXED, GEMINI)
    assert script.external_attr >> 16 & 0o111
    assert data == bundle(MIXED, GEMINI)


@pytest.mark.parametrize("name", ["defaults", "an image", "a conversation", "prompt: controls"])
def test_a_notebook_run_cell_by_cell_sends_what_the_page_sends(
    name: str, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: KEY)
    monkeypatch.setenv("GEMINI_API_KEY", "")  # so that what the notebook sets is undone
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    monkeypatch.chdir(tmp_path)
    fake.replies = [answer("ok")]
    document = json.loads(notebook(REQUESTS[name], GEMINI))
    for file in media_files(typed(REQUESTS[name]), {}).values():
        (tmp_path / file.name).write_bytes(file.data)
    variables = {"__name__": "__main__"}
    for cell in document["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.startswith("%pip"):
            exec(compile(source, cell["id"], "exec"), variables)
    assert fake.generated[-1].body == page_sends()[name].body
    assert fake.generated[-1].headers["x-goog-api-key"] == KEY


def test_a_notebook_is_of_the_current_format_and_has_its_cells_in_order() -> None:
    document = json.loads(notebook(MIXED, GEMINI))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in document["cells"]]
    assert ids == ["title", "install", "key", "media", "request"]
    for cell in document["cells"]:
        is_code = cell["cell_type"] == "code"
        assert cell.keys() == {"cell_type", "id", "metadata", "source"} | (
            {"execution_count", "outputs"} if is_code else set()
        )
    assert "media" not in {cell["id"] for cell in json.loads(notebook(asked(), GEMINI))["cells"]}


def test_a_notebook_says_which_file_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    cells = {c["id"]: "".join(c["source"]) for c in json.loads(notebook(MIXED, GEMINI))["cells"]}
    with pytest.raises(FileNotFoundError, match=r"Put image-1\.png beside this notebook"):
        exec(cells["media"], {})


def test_speech_is_named_as_what_it_is() -> None:
    request = asked(
        media(WAV, "audio/L16;codec=pcm;rate=24000"), media(PNG, "x/y"), media(b"v", "")
    )
    names = [file.name for file in media_files(typed(request), {}).values()]
    assert names == ["audio-1.pcm", "document-1", "document-2"]


def test_brackets_stay_on_a_line_while_they_fit() -> None:
    short = group("f(", [("a=", "1"), ("", group("[", [("", "2")], "]"))], ")")
    assert layout(short, PYTHON, before="x = ", after=";") == "x = f(a=1, [2]);"
    assert layout(group("{", [], "}"), JAVASCRIPT) == "{}"
    assert layout(group("{", [("a: ", "1")], "}"), JAVASCRIPT) == "{ a: 1 }"


def test_brackets_that_do_not_fit_have_an_item_a_line() -> None:
    long = group("f(", [("a=", "1" * 40), ("b=", group("[", [("", "2" * 50)], "]"))], ")")
    assert layout(long, PYTHON, before="x = ", indent=4) == (
        f"x = f(\n        a={'1' * 40},\n        b=[{'2' * 50}],\n    )"
    )


def test_wide_letters_count_as_two_columns() -> None:
    node = group("f(", [("", '"' + "東" * 42 + '"')], ")")
    assert "\n" in layout(node, PYTHON)
    assert "\n" not in layout(group("f(", [("", '"' + "e" * 42 + '"')], ")"), PYTHON)
