"""Files of whole requests: recognised, checked line by line, sent as they are."""

import json
from pathlib import Path

import pytest

from gemini.batches.inputs import (
    LARGEST_REQUESTS,
    RequestFile,
    creation_of_requests,
    requests_in,
)
from gemini.batches.results import joined, results_of
from gemini.batches.tables import FolderTables
from tests.batch_replies import response

FIRST = '{"key": "a",  "request": {"contents": [{"parts": [{"text": "One"}]}]}}'
SECOND = (
    '{"request": {"contents": [{"role": "user", "parts": [{"text": "Two"}, {"inlineData": '
    '{"mimeType": "image/png", "data": "AA=="}}]}], "generation_config": {"temperature": 1.0}, '
    '"aFieldOfTomorrow": true}, "key": "ü"}'
)


def line(key: str = "b", **request: object) -> str:
    whole = {"contents": [{"parts": [{"text": "Again"}]}], **request}
    return json.dumps({"key": key, "request": whole})


def found(*lines: str) -> RequestFile:
    made = requests_in("\n".join(lines).encode())
    assert made is not None
    return made


def test_the_lines_go_out_as_they_are() -> None:
    made = found("\ufeff" + FIRST, "", f"  {SECOND}\r")
    assert made.keys == ["a", "ü"]
    assert made.data() == f"{FIRST}\n{SECOND}\n".encode()
    assert made.sheet.columns == ("key", "prompt")
    assert made.sheet.rows == (("a", "One"), ("ü", "Two\n[inlineData]"))
    assert (made.damaged, made.model, made.estimated_tokens) == ((), "", 5)


@pytest.mark.parametrize(
    "data",
    [
        b'{"city": "Oslo"}\n{"city": "Lima"}',
        b'{"request": "a column of texts"}',
        b"key,request\na,{}\n",
        b"[1]\nnot json\n\xff",
        b"",
    ],
)
def test_tables_are_no_requests(data: bytes) -> None:
    assert requests_in(data) is None


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ('{"key": "b", "request": {', "it isn't JSON in UTF-8"),
        (line(temperature=float("nan")), "it isn't JSON in UTF-8"),
        ("[" * 100_000, "it isn't JSON in UTF-8"),
        ("[1]", "not an object with a key and a request"),
        ('{"request": {"contents": [{"parts": [{"text": "x"}]}]}}', "it has no key"),
        (line(key=""), "it has no key"),
        ('{"key": 7, "request": {}}', "it has no key"),
        ('{"key": "b"}', "it has no request"),
        ('{"key": "b", "request": "One"}', "it has no request"),
        ('{"key": "b", "request": {"content": {}}}', "it asks for an embedding"),
        (line(contents="One"), "no list of contents"),
        (line(contents=[]), "no list of contents"),
        (line(contents=["One"]), "no list of contents"),
        (line(contents=[{"parts": "One"}]), "no list of parts"),
        (line(contents=[{"parts": []}]), "no list of parts"),
        (line(key="a"), "its key a is already used in line 1"),
        (line(key="\ud83d"), "half a character"),
        (line(model=3), "its model isn't a name"),
    ],
)
def test_a_damaged_line_is_named_and_the_others_are_kept(damaged: str, reason: str) -> None:
    made = found(FIRST, damaged, line("c"))
    assert made.keys == ["a", "c"]
    (said,) = made.damaged
    assert said.startswith("Line 2: ")
    assert reason in said


def test_a_line_that_is_no_utf_8_is_named() -> None:
    made = requests_in(b"\xff\xfe\n" + FIRST.encode())
    assert made is not None
    assert (made.keys, made.damaged) == (["a"], ("Line 1: it isn't JSON in UTF-8.",))


def test_a_job_has_the_one_model_that_its_lines_name() -> None:
    made = found(FIRST, line(model="models/gemini-2.5-pro"), line("c", model="gemini-2.5-flash"))
    assert made.model == "gemini-2.5-pro"
    assert made.keys == ["a", "b"]
    assert made.damaged == (
        "Line 3: it asks for gemini-2.5-flash, and line 2 for gemini-2.5-pro; a job has one model.",
    )
    method, arguments = creation_of_requests(made, "files/x", "Mail")
    assert method == "batches.create"
    assert arguments == {
        "model": "gemini-2.5-pro",
        "src": {"file_name": "files/x"},
        "config": {"display_name": "Mail"},
    }


def test_what_is_too_large_is_said() -> None:
    with pytest.raises(ValueError, match="larger than 50 MB"):
        requests_in(FIRST.encode() + b"\n" + b" " * LARGEST_REQUESTS)


def test_results_are_joined_to_the_lines_by_their_keys() -> None:
    data = [{"key": "ü", "response": response("Deux")}, {"key": "a", "error": {"message": "No"}}]
    rows = joined(found(FIRST, SECOND), results_of("\n".join(map(json.dumps, data)).encode()))
    assert [(r["key"], r["prompt"], r["answer"], r["error"]) for r in rows] == [
        ("a", "One", "", "No"),
        ("ü", "Two\n[inlineData]", "Deux", ""),
    ]


def test_a_part_of_it_keeps_its_keys() -> None:
    assert found(FIRST, SECOND).only(["ü"]).data() == f"{SECOND}\n".encode()


def test_it_is_kept_and_found_again(tmp_path: Path) -> None:
    made = found(FIRST, SECOND, line("c", model="models/gemini-2.5-pro"))
    tables = FolderTables(tmp_path)
    tables.keep("ada", "batches/1", made)
    assert tables.find("ada", "batches/1") == made


@pytest.mark.parametrize(
    "text", ["[]", "7", '{"lines": 3, "model": ""}', '{"lines": ["x"], "model": ""}']
)
def test_what_was_kept_and_is_damaged_is_none(tmp_path: Path, text: str) -> None:
    tables = FolderTables(tmp_path)
    tables.keep("ada", "batches/1", found(FIRST))
    (kept,) = tmp_path.rglob("*.json")
    kept.write_text(text)
    assert tables.find("ada", "batches/1") is None
