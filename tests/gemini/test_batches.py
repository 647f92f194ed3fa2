"""Tables into jobs and results back to their rows, without a screen."""

import csv
import io
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from gemini.api.call import begin
from gemini.api.connect import Connection, Target
from gemini.batches.inputs import requests_in, table_of_file, table_of_text
from gemini.batches.jobs import download, job_of, jobs_in, listing
from gemini.batches.plan import (
    BatchPlan,
    creation,
    estimated_tokens,
    in_older_form,
    lines,
    size,
)
from gemini.batches.results import (
    as_csv,
    as_jsonl,
    checked,
    failed,
    joined,
    notes,
    results_in,
    results_of,
)
from gemini.batches.tables import DAY, DAYS, FolderTables
from gemini.embeddings.texts import Sheet
from gemini.request import EMBED_CONTENT, Request
from tests.batch_replies import answered, inlined, listed, operation, refused, response
from tests.fake_gemini import FakeGemini, Reply

INPUTS = Path(__file__).parents[1] / "inputs/batches"
TARGET = Target("gemini", "any-key-123456")
SHEET = Sheet(("city", "year"), (("Oslo", "1900"), ("Lima", "2000")))


def plan(sheet: Sheet = SHEET, **config: Any) -> BatchPlan:
    contents = [{"role": "user", "parts": [{"text": "{{city}} in {{year}}"}]}]
    return BatchPlan(Request("gemini-2.5-flash", contents, config), sheet)


@pytest.mark.parametrize(
    ("text", "sheet"),
    [
        ("One\n\n Two ", Sheet(("prompt",), (("One",), (" Two ",)))),
        ("{{x}} is what?\nTwo", Sheet(("prompt",), (("{{x}} is what?",), ("Two",)))),
        ("a\tb\n x \ty ", Sheet(("a", "b"), ((" x ", "y "),))),
        ("a\tb\n1\t2", Sheet(("a", "b"), (("1", "2"),))),
        (
            '{"a": "x"}\n\n{"b": [1, "ü"], "a": null}',
            Sheet(("a", "b"), (("x", ""), ("", '[1, "ü"]'))),
        ),
    ],
)
def test_pasted_text_is_a_table(text: str, sheet: Sheet) -> None:
    assert table_of_text(text) == sheet


def test_a_file_is_read_by_its_ending() -> None:
    assert table_of_file("a.JSONL", b'\xef\xbb\xbf{"a": 1}') == Sheet(("a",), (("1",),))
    assert table_of_file("a.csv", b"a;b\n1;2\n") == Sheet(("a", "b"), (("1", "2"),))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a": 1}\n{"a": ', "Line 2 isn't JSON"),
        (b"\xff", "Line 1 isn't JSON"),
        (b"[1]", "not an object"),
        (b"\n\n", "no row"),
        (b"{}", "no row"),
        (b" " * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_jsonl_is_said(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table_of_file("rows.jsonl", data)


def test_every_row_has_its_request_its_settings_and_its_key() -> None:
    method, arguments = creation(plan(system_instruction="Be {{year}}.", top_k=3), "Cities")
    assert method == "batches.create"
    assert arguments["config"] == {"display_name": "Cities"}
    second = arguments["src"][1]
    assert second["contents"][0]["parts"] == [{"text": "Lima in 2000"}]
    assert second["config"] == {"system_instruction": "Be 2000.", "top_k": 3}
    assert second["metadata"] == {"key": "row-2"}


def test_a_variable_without_a_column_is_named() -> None:
    lacking = plan(Sheet(("city",), (("Oslo",),)))
    assert lacking.missing == ["year"]
    with pytest.raises(ValueError, match="no value for year"):
        creation(lacking, "")


def test_embeddings_are_asked_for_in_their_own_call() -> None:
    contents = [{"role": "user", "parts": [{"text": "{{city}}"}]}]
    config = {"output_dimensionality": 8}
    made = BatchPlan(Request("gemini-embedding-001", contents, config, EMBED_CONTENT), SHEET)
    method, arguments = creation(made, "Vectors")
    assert method == "batches.create_embeddings"
    inside = arguments["src"]["inlined_requests"]
    assert [c["parts"][0]["text"] for c in inside["contents"]] == ["Oslo", "Lima"]
    assert inside["config"] == config
    first, _ = [json.loads(line) for line in lines(made, TARGET).splitlines()]
    assert first["key"] == "row-1"
    assert first["request"]["content"]["parts"] == [{"text": "Oslo"}]
    assert first["request"]["outputDimensionality"] == 8


def test_lines_are_what_the_sdk_would_have_sent() -> None:
    made = plan(temperature=0.5, system_instruction="Be brief.", safety_settings=[])
    second = json.loads(lines(made, TARGET).splitlines()[1])
    assert second["key"] == "row-2"
    assert second["request"]["contents"] == [{"parts": [{"text": "Lima in 2000"}], "role": "user"}]
    assert second["request"]["generationConfig"]["temperature"] == 0.5
    assert second["request"]["systemInstruction"]["parts"] == [{"text": "Be brief."}]


def test_what_it_will_take_is_estimated() -> None:
    assert estimated_tokens(plan()) == 6  # two texts of twelve characters, four a token
    assert size(plan()) < 400
    large = Sheet(("city", "year"), (("x" * 1_000_000, "1"),) * 2)
    assert size(plan(large)) > 2_000_000


def test_a_plan_is_kept_and_found_again(tmp_path: Path) -> None:
    tables = FolderTables(tmp_path / "batches")
    tables.keep("ada", "batches/1", plan(top_k=3))
    assert tables.find("ada", "batches/1") == plan(top_k=3)
    assert tables.find("bob", "batches/1") is None
    assert tables.find("ada", "batches/2") is None
    tables.forget("ada", "batches/1")
    assert tables.find("ada", "batches/1") is None


def test_old_and_damaged_tables_are_none(tmp_path: Path) -> None:
    tables = FolderTables(tmp_path)
    tables.keep("", "batches/1", plan())
    (kept,) = tmp_path.rglob("*.json")
    kept.write_text('{"columns": []}')
    assert tables.find("", "batches/1") is None
    old = time.time() - DAYS * DAY - 60
    os.utime(kept, (old, old))
    tables.keep("", "batches/2", plan())
    assert not kept.exists()


def test_all_tables_of_one_owner_are_removed_and_of_nobody_else(tmp_path: Path) -> None:
    tables = FolderTables(tmp_path / "batches")
    tables.forget("ada")  # before there are any
    for owner, job in (("ada", "batches/1"), ("ada", "batches/2"), ("bob", "batches/1")):
        tables.keep(owner, job, plan())
    tables.forget("ada")
    assert tables.find("ada", "batches/1") is None
    assert tables.find("ada", "batches/2") is None
    assert tables.find("bob", "batches/1") == plan()
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_some_rows_are_a_plan_of_their_own() -> None:
    assert plan().only(["row-2"]).sheet.rows == (("Lima", "2000"),)
    assert plan().only(["row-2"]).keys == ["row-1"]


def test_jobs_are_listed_with_the_counts_of_the_wire(
    connection: Connection, fake: FakeGemini
) -> None:
    running = operation("RUNNING", "batches/a", done=1, failed=1, total=4)
    broken = operation("FAILED", "batches/b") | {"error": {"code": 13, "message": "Why not"}}
    fake.others["GET batches"] = [listed(running, broken, more="next")]
    call = begin(connection, *listing()).result()
    first, second = jobs_in(call)
    assert (first.state, first.total, first.succeeded, first.failed) == ("RUNNING", 4, 0, 1)
    assert (first.is_open, first.share, first.model) == (True, 0.25, "gemini-2.5-flash")
    assert (second.state, second.is_open, second.error) == ("FAILED", False, "Why not")
    assert call.next_page_token == "next"


def test_a_job_of_vertex_ai_has_counts_and_a_place() -> None:
    job = types.BatchJob(
        name="projects/p/locations/l/batchPredictionJobs/1",
        model="publishers/google/models/gemini-2.5-flash",
        state=types.JobState.JOB_STATE_PARTIALLY_SUCCEEDED,
        completion_stats=types.CompletionStats(successful_count=3, failed_count=1),
        dest=types.BatchJobDestination(format="jsonl", gcs_uri="gs://b/out"),
        error=types.JobError(message="One failed"),
    )
    made = job_of(job, {})
    assert (made.title, made.model, made.state) == ("1", "gemini-2.5-flash", "PARTIALLY_SUCCEEDED")
    assert (made.total, made.share, made.address) == (4, 1.0, "gs://b/out")
    assert made.error == "One failed"


def test_results_are_joined_by_their_keys(connection: Connection, fake: FakeGemini) -> None:
    output = inlined(answered(2, "Lima!"), refused(1, "Too hot"))
    fake.others["GET batches/b1"] = [Reply(body=operation("SUCCEEDED", done=2, output=output))]
    results = results_in(begin(connection, "batches.get", {"name": "batches/b1"}).result().response)
    assert failed(results, plan()) == ["row-1"]
    rows = joined(plan(), results)
    assert rows == [
        {"city": "Oslo", "year": "1900", "answer": "", "error": "Too hot", "tokens": None},
        {"city": "Lima", "year": "2000", "answer": "Lima!", "error": "", "tokens": 8},
    ]
    text = as_csv(rows).decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text)))[1]["answer"] == "Lima!"
    whole = [json.loads(line) for line in as_jsonl(plan(), results).splitlines()]
    assert [line["city"] for line in whole] == ["Oslo", "Lima"]
    assert whole[1]["result"]["response"]["usageMetadata"]["totalTokenCount"] == 8
    assert whole[0]["result"]["error"]["message"] == "Too hot"


def test_a_file_of_responses_is_read_line_by_line() -> None:
    thought = {"content": {"parts": [{"text": "hm", "thought": True}, {"text": "Yes"}]}}
    data = [
        {"key": "b", "response": {"candidates": [thought]}},
        {"key": "a", "response": {"promptFeedback": {"blockReason": "SAFETY"}}},
        {"response": {"candidates": [{"finishReason": "MAX_TOKENS"}]}},
        {"key": "v", "response": {"embedding": {"values": [0.5, 1]}, "tokenCount": "3"}},
        {"key": "e", "error": {"code": 3}},
    ]
    results = results_of("\n".join([*map(json.dumps, data), "not json"]).encode())
    assert [r.key for r in results] == ["b", "a", "line-3", "v", "e", "line-6"]
    assert [r.text for r in results][:2] == ["Yes", ""]
    assert [r.error for r in results] == [
        "",
        "No text came back: SAFETY.",
        "No text came back: MAX_TOKENS.",
        "",
        "It failed, and no reason was given.",
        "The line of this result isn't a JSON object.",
    ]
    assert (results[3].vector, results[3].tokens) == ((0.5, 1), 3)


def test_a_line_that_cannot_be_read_takes_no_other_row_s_place() -> None:
    results = results_of((INPUTS / "batch_results_bad_line.jsonl").read_bytes())
    assert [row["answer"] for row in joined(plan(), results)] == ["A", "B"]
    assert failed(results, plan()) == []
    rows = joined(plan(), results[:2])
    assert [row["answer"] for row in rows] == ["", "B"]
    assert rows[0]["error"].endswith("a line of the results can't be read.")
    assert failed(results[:2], plan()) == ["row-1"]
    assert joined(None, results)[1] == {
        "row": "line-2",
        "answer": "",
        "error": "The line of this result isn't a JSON object.",
        "tokens": None,
    }


def test_columns_that_are_called_like_results_stay_apart() -> None:
    sheet = Sheet(("answer", "city", "year"), (("mine", "Oslo", "1"),))
    results = results_of(json.dumps({"key": "row-1", "response": response("Yes")}).encode())
    row = joined(plan(sheet), results)[0]
    assert (row["answer"], row["answer (result)"]) == ("mine", "Yes")


def test_a_row_without_a_result_says_so_and_rows_without_a_table_are_called_by_key() -> None:
    results = results_of(json.dumps({"key": "row-2", "response": response("Yes")}).encode())
    assert joined(plan(), results)[0]["error"] == "There is no result for this row."
    assert joined(None, results)[0]["row"] == "row-2"
    assert download("files/x") == ("files.download", {"file": "files/x"})


def keyed(number: int, text: str) -> dict[str, Any]:
    return {"metadata": {"key": f"row-{number}"}, "response": response(text)}


def jsonl(*rows: Any) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def test_results_in_another_order_come_to_their_rows() -> None:
    rows = [keyed(number, text) for number, text in ((3, "c"), (1, "a"), (4, "d"), (2, "b"))]
    dest = types.BatchJobDestination.model_validate({"inlinedResponses": rows})
    results = results_in(types.BatchJob(dest=dest))
    table = plan(Sheet(("city", "year"), tuple((name, "1") for name in "ABCD")))
    assert [row["answer"] for row in joined(table, results)] == ["a", "b", "c", "d"]
    assert [row["answer"] for row in joined(table, results_of(jsonl(*rows)))] == [*"abcd"]
    assert notes(table, results) == []


def test_vectors_without_keys_are_joined_by_their_order_and_that_is_said() -> None:
    vectors = [{"response": {"embedding": {"values": [value]}}} for value in (0.5, 1.5)]
    dest = types.BatchJobDestination.model_validate({"inlinedEmbedContentResponses": vectors})
    results = results_in(types.BatchJob(dest=dest))
    assert [row["vector"] for row in joined(plan(), results)] == [[0.5], [1.5]]
    (said,) = notes(plan(), results)
    assert "by their order" in said


def test_a_line_that_is_damaged_takes_no_row_s_place() -> None:
    results = results_of(jsonl(keyed(2, "Lima!"), '{"key": "row-1", "respo', keyed(1, "Oslo!")))
    assert [row["answer"] for row in joined(plan(), results)] == ["Oslo!", "Lima!"]
    assert notes(plan(), results) == ["1 result without a row: line-2."]


def test_of_two_results_for_a_row_the_first_good_one_counts() -> None:
    bad = {"metadata": {"key": "row-1"}, "error": {"message": "no"}}
    results = results_of(
        jsonl(bad, keyed(1, "first"), keyed(1, "second"), keyed(2, "x"), keyed(9, "y"))
    )
    assert joined(plan(), results)[0]["answer"] == "first"
    assert notes(plan(), results) == [
        "There's more than one result for row-1: the first good one is shown.",
        "1 result without a row: row-9.",
    ]


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
JSON_CONFIG = {"response_mime_type": "application/json", "response_json_schema": SCHEMA}


@pytest.mark.parametrize(
    ("text", "answer", "error"),
    [
        ('{"a": 1}', '{"a": 1}', ""),
        ('```json\n{"a": 1}\n```', '{"a": 1}', ""),
        ('{"a": ', '{"a": ', "The answer is incomplete"),
        ("Sorry, no.", "Sorry, no.", "There's no JSON in the answer"),
        ('{"a": "x"}', '{"a": "x"}', "It doesn't fit the schema. $.a: should be an integer"),
    ],
)
def test_answers_that_were_to_be_json_are_checked(text: str, answer: str, error: str) -> None:
    results = results_of(jsonl(keyed(1, text), keyed(2, '{"a": 2}')))
    first, second = checked(plan(**JSON_CONFIG), results)
    assert first.text == answer
    assert first.error.startswith(error)
    assert failed([first, second]) == (["row-1"] if error else [])
    assert checked(plan(), results) == results
    assert checked(None, results) == results


def test_a_schema_can_be_sent_in_the_older_form_and_is_checked_there_too() -> None:
    older = in_older_form(plan(**JSON_CONFIG).template)
    assert older is not None
    assert "response_json_schema" not in older.config
    assert older.config["response_schema"]["properties"] == {"a": {"type": "INTEGER"}}
    table = BatchPlan(older, SHEET)
    results = results_of(jsonl(keyed(1, '{"a": "x"}'), keyed(2, '{"a": 2}')))
    assert failed(checked(table, results)) == ["row-1"]
    itself = {"type": "array", "items": {"$ref": "#/$defs/a"}}
    recursive = {"$ref": "#/$defs/a", "$defs": {"a": itself}}
    assert in_older_form(plan(response_json_schema=recursive).template) is None
    assert in_older_form(plan().template) is None


def test_whole_requests_are_checked_each_by_its_own_schema() -> None:
    config = {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}
    request = {"contents": [{"parts": [{"text": "Go"}]}]}
    asked = [{"key": "j", "request": {**request, "generationConfig": config}},
             {"key": "t", "request": request}]  # fmt: skip
    table = requests_in(jsonl(*asked))
    results = results_of(jsonl(*({"key": key, "response": response("words")} for key in "jt")))
    assert failed(checked(table, results)) == ["j"]
