"""The batches page in process, on jobs in the documented shapes."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from gemini.batches.inputs import RequestFile
from gemini.batches.tables import FolderTables
from gemini.history.database import open_history
from gemini.history.engine import data_folder
from gemini.request import Request
from gemini.tools.mcp import McpServer
from tests.batch_replies import answered, inlined, listed, operation, refused, response
from tests.fake_gemini import FakeGemini, Reply, error
from tests.on_page import Open, checked

PAGE = "../pages/batches/page.py"
HISTORY = "../pages/history/page.py"
CREATE = "POST models/gemini-3.8-flash:batchGenerateContent"
GET = "GET batches/b1"
LIST = "GET batches"


def words(at: AppTest) -> str:
    parts = [*at.markdown, *at.text, *at.caption, *at.info, *at.error, *at.warning]
    return "\n".join(str(part.value) for part in parts)


@pytest.fixture
def jobs(fake: FakeGemini) -> FakeGemini:
    """A server without jobs, which starts any."""
    fake.others = {LIST: [listed()], CREATE: [Reply(body=operation("PENDING"))]}
    return fake


def paste(at: AppTest, text: str) -> AppTest:
    at.session_state["batch-ways"] = "Paste"
    at.run()
    at.text_area(key="batch-paste").set_value(text).run()
    return checked(at.button(key="batch-take-paste").click().run())


def bring(at: AppTest, *lines: str) -> AppTest:
    """Upload a file of these lines."""
    at.session_state["batch-ways"] = "File"
    at.run()
    data = "\n".join(lines).encode()
    return checked(at.file_uploader(key="batch-file").upload("requests.jsonl", data).run())


def request_line(key: str, text: str, **more: object) -> str:
    request = {"contents": [{"parts": [{"text": text}]}], **more}
    return json.dumps({"key": key, "request": request})


def sent(fake: FakeGemini) -> dict:
    return [s for s in fake.seen if ":batchGenerateContent" in s.path][-1].body["batch"]


def test_an_empty_page_says_what_it_is_for_and_what_it_costs(app: Open, jobs: FakeGemini) -> None:
    at = checked(app(PAGE))
    assert "24 hours" in words(at)
    assert "half the price" in words(at)
    assert "No jobs yet" in words(at)
    assert at.button(key="batch-send").disabled
    assert len([b for b in at.button if str(b.key).startswith("sample-batches-")]) >= 3


def test_pasted_lines_are_sent_with_keys_and_the_settings(app: Open, jobs: FakeGemini) -> None:
    at = app(PAGE)
    at.session_state["run_settings"].values["temperature"] = 0.3
    at = paste(at, "Capital of France?\nCapital of Peru?")
    assert "About" in words(at)
    at.text_input(key="batch-title").set_value("Cities").run()
    at.button(key="batch-send").click().run()
    batch = sent(jobs)
    assert batch["displayName"] == "Cities"
    rows = batch["inputConfig"]["requests"]["requests"]
    assert [row["metadata"]["key"] for row in rows] == ["row-1", "row-2"]
    assert rows[0]["request"]["contents"][0]["parts"] == [{"text": "Capital of France?"}]
    assert rows[0]["request"]["generationConfig"]["temperature"] == 0.3
    assert "pending" in words(checked(at))
    assert "Next check in" in words(at)
    assert at.query_params["job"] == "batches/b1"


def test_a_column_is_a_variable_of_the_prompt(app: Open, jobs: FakeGemini) -> None:
    at = paste(app(PAGE), '{"city": "Oslo", "year": 1900}\n{"city": "Lima", "year": 2000}')
    assert at.text_area(key="batch-prompt").value == "{{city}}"
    at.text_area(key="batch-prompt").set_value("{{city}} in {{year}}").run()
    at.button(key="batch-send").click().run()
    rows = sent(jobs)["inputConfig"]["requests"]["requests"]
    texts = [row["request"]["contents"][0]["parts"][0]["text"] for row in rows]
    assert texts == ["Oslo in 1900", "Lima in 2000"]


def test_a_mistyped_variable_is_said_and_adds_no_column(app: Open, jobs: FakeGemini) -> None:
    at = paste(app(PAGE), '{"city": " Oslo "}')
    at = checked(at.text_area(key="batch-prompt").set_value("{{city}} in {{yaer}}").run())
    assert "no column for `{{yaer}}`" in words(at)
    draft = at.session_state["batches-draft"]
    assert (draft.sheet.columns, draft.sheet.rows) == (("city",), ((" Oslo ",),))
    at = checked(at.button(key="batch-add-columns").click().run())
    assert draft.sheet.columns == ("city", "yaer")
    assert "no column for" not in words(at)


def test_a_saved_prompt_is_sent_for_each_row(app: Open, jobs: FakeGemini) -> None:
    history = open_history()
    template = Request(
        "gemini-2.5-flash",
        [{"role": "user", "parts": [{"text": "Greet {{name}}."}]}],
        {"system_instruction": "Be {{manner}}."},
    )
    history.of().save_preset("Greeting", "chat", template)
    history.close()
    at = app(PAGE)
    at.selectbox(key="batch-preset").select("Greeting").run()
    at = paste(at, "name\tmanner\nAda\tkind\nBob\tshort")
    checked(at.button(key="batch-send").click().run())
    request = sent(jobs)["inputConfig"]["requests"]["requests"][1]["request"]
    assert request["contents"][0]["parts"][0]["text"] == "Greet Bob."
    assert request["systemInstruction"]["parts"][0]["text"] == "Be short."


@pytest.mark.parametrize(
    ("older", "name"), [(False, "responseJsonSchema"), (True, "responseSchema")]
)
def test_a_structured_prompt_is_sent_with_its_schema_in_either_form(
    app: Open, jobs: FakeGemini, older: bool, name: str
) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    config = {"response_mime_type": "application/json", "response_json_schema": schema}
    content = {"role": "user", "parts": [{"text": "Count {{prompt}}."}]}
    history = open_history()
    history.of().save_preset("Count", "structured", Request("gemini-2.5-flash", [content], config))
    history.close()
    at = app(PAGE)
    assert "batch-older-schema" not in [box.key for box in at.checkbox]
    at.selectbox(key="batch-preset").select("Count").run()
    at = paste(at, "one\ntwo")
    at.checkbox(key="batch-older-schema").set_value(older).run()
    checked(at.button(key="batch-send").click().run())
    request = sent(jobs)["inputConfig"]["requests"]["requests"][0]["request"]
    forms = {"responseJsonSchema", "responseSchema"} & set(request["generationConfig"])
    assert forms == {name}


def test_a_saved_instruction_keeps_a_cached_content_away(app: Open, jobs: FakeGemini) -> None:
    """81 of the public reports."""
    history = open_history()
    contents = [{"role": "user", "parts": [{"text": "Greet {{name}}."}]}]
    template = Request("gemini-2.5-flash", contents, {"system_instruction": "Be kind."})
    history.of().save_preset("Greeting", "chat", template)
    history.close()
    at = app(PAGE)
    cached = {"name": "cachedContents/a1", "model": "", "expires": ""}
    at.session_state["run_settings"].values["cached_content"] = cached
    at.selectbox(key="batch-preset").select("Greeting").run()
    at = paste(at, '{"name": "Ada"}')
    checked(at.button(key="batch-send").click().run())
    request = sent(jobs)["inputConfig"]["requests"]["requests"][0]["request"]
    assert request["systemInstruction"]["parts"][0]["text"] == "Be kind."
    assert "cachedContent" not in request


@pytest.mark.parametrize(
    ("text", "said"), [('{"a": 1}\nnot json', "Line 2 isn't JSON"), ("a\tb", "row of values")]
)
def test_what_is_no_table_is_said_and_changes_nothing(
    app: Open, jobs: FakeGemini, text: str, said: str
) -> None:
    at = paste(paste(app(PAGE), "One"), text)
    assert said in words(at)
    assert at.button(key="batch-send").label == "Send 1 row"


def test_results_stand_beside_their_rows_also_in_another_session(
    app: Open, jobs: FakeGemini
) -> None:
    at = paste(app(PAGE), "Capital of France?\nCapital of Peru?")
    at.button(key="batch-send").click().run()
    done = operation("SUCCEEDED", done=2, failed=1)
    whole = operation(
        "SUCCEEDED",
        done=2,
        failed=1,
        output=inlined(refused(2, "Too hot"), answered(1, "Paris")),
    )
    jobs.others |= {LIST: [listed(done)], GET: [Reply(body=whole)]}
    at = app(PAGE)  # a reload
    at.query_params["job"] = "batches/b1"
    at = checked(at.run())
    rows = at.dataframe[-1].value.to_dict("records")
    assert [row["prompt"] for row in rows] == ["Capital of France?", "Capital of Peru?"]
    assert [row["answer"] for row in rows] == ["Paris", ""]
    assert [row["error"] for row in rows] == ["", "Too hot"]
    assert "2 of 2 done" in words(at)
    assert "1 failed" in words(at)
    assert [b.label for b in at.download_button] == ["CSV", "JSONL"]
    jobs.others[CREATE] = [Reply(body=operation("PENDING", "batches/b2", total=1))]
    checked(at.button(key="batch-again").click().run())
    rows = sent(jobs)["inputConfig"]["requests"]["requests"]
    assert [row["request"]["contents"][0]["parts"][0]["text"] for row in rows] == [
        "Capital of Peru?"
    ]


def test_results_of_a_job_made_elsewhere_are_called_by_their_keys(
    app: Open, jobs: FakeGemini
) -> None:
    whole = operation("SUCCEEDED", done=1, total=1, output=inlined(answered(1, "Paris")))
    jobs.others |= {LIST: [listed(whole)], GET: [Reply(body=whole)]}
    at = app(PAGE)
    at = checked(at.button(key="batch-open-batches/b1").click().run())
    assert at.dataframe[-1].value.to_dict("records")[0]["row"] == "row-1"
    assert "isn't on this machine" in words(at)


def test_a_file_of_requests_is_uploaded_and_a_file_of_responses_fetched(
    app: Open, jobs: FakeGemini
) -> None:
    at = paste(app(PAGE), "One\nTwo")
    at.checkbox(key="batch-as-file").check().run()
    at.button(key="batch-send").click().run()
    assert sent(jobs)["inputConfig"] == {"fileName": "files/f0"}
    lines = jobs.uploaded["files/f0"].decode().splitlines()
    assert '"key": "row-2"' in lines[1]
    assert '"text": "Two"' in lines[1]
    whole = operation("SUCCEEDED", done=2, output={"responsesFile": "files/out"})
    made = b'{"key": "row-2", "response": {}}\n{"key": "row-1", "error": {"message": "No"}}\n'
    jobs.others |= {
        LIST: [listed(whole)],
        GET: [Reply(body=whole)],
        "GET files/out:download": [Reply(body=made)],
    }
    at = checked(app(PAGE).button(key="batch-open-batches/b1").click().run())
    rows = at.dataframe[-1].value.to_dict("records")
    assert [(row["prompt"], row["error"]) for row in rows] == [
        ("One", "No"),
        ("Two", "No text came back."),
    ]


def test_whole_requests_are_sent_as_they_are_and_joined_by_their_keys(
    app: Open, jobs: FakeGemini
) -> None:
    own = request_line("fr", "Capital of France?", generation_config={"temperature": 0.25})
    other = request_line("pe", "Capital of Peru?", systemInstruction={"parts": [{"text": "Hm"}]})
    at = app(PAGE)
    at.session_state["run_settings"].values["temperature"] = 1.5
    at = bring(at, own, other)
    assert "2 requests in the Batch API's format" in words(at)
    assert "keys “fr”, “pe”" in words(at)
    assert "run settings aren't added" in words(at)
    assert at.dataframe[-1].value["prompt"].tolist() == ["Capital of France?", "Capital of Peru?"]
    checked(at.button(key="batch-send").click().run())
    assert sent(jobs)["inputConfig"] == {"fileName": "files/f0"}
    assert "generationConfig" not in sent(jobs)
    assert jobs.uploaded["files/f0"].decode() == f"{own}\n{other}\n"
    whole = operation("SUCCEEDED", done=2, failed=1, output={"responsesFile": "files/out"})
    refusal = json.dumps({"key": "pe", "error": {"message": "Too hot"}})
    answer = json.dumps({"key": "fr", "response": response("Paris")})
    jobs.others |= {
        LIST: [listed(whole)],
        GET: [Reply(body=whole)],
        "GET files/out:download": [Reply(body=f"{refusal}\n{answer}\n".encode())],
    }
    at = checked(app(PAGE).button(key="batch-open-batches/b1").click().run())
    rows = at.dataframe[-1].value.to_dict("records")
    assert [(r["key"], r["prompt"], r["answer"], r["error"]) for r in rows] == [
        ("fr", "Capital of France?", "Paris", ""),
        ("pe", "Capital of Peru?", "", "Too hot"),
    ]
    jobs.others[CREATE] = [Reply(body=operation("PENDING", "batches/b2", total=1))]
    checked(at.button(key="batch-again").click().run())
    assert jobs.uploaded["files/f1"].decode() == f"{other}\n"
    assert sent(jobs)["displayName"].endswith(", again")


def test_damaged_requests_are_named_and_left_out(app: Open, jobs: FakeGemini) -> None:
    jobs.others["POST models/gemini-2.5-flash:batchGenerateContent"] = jobs.others[CREATE]
    good = request_line("a", "One", model="models/gemini-2.5-flash")
    at = bring(app(PAGE), good, "{broken", request_line("a", "Two"))
    assert "2 lines are left out" in words(at)
    assert "Line 2: it isn't JSON" in words(at)
    assert "Line 3: its key a is already used in line 1" in words(at)
    assert at.button(key="batch-send").label == "Send 1 request"
    assert "named in the lines" in words(at)
    checked(at.button(key="batch-send").click().run())
    assert "models/gemini-2.5-flash:batch" in jobs.seen[-1].path
    assert jobs.uploaded["files/f0"].decode() == f"{good}\n"


def test_requests_that_are_all_damaged_send_nothing_and_the_table_is_as_it_was(
    app: Open, jobs: FakeGemini
) -> None:
    at = bring(paste(app(PAGE), "One\nTwo"), '{"key": "a", "request": {}}')
    assert "Line 1: its request has no list of contents" in words(at)
    assert at.button(key="batch-send").disabled
    at = checked(at.button(key="batch-drop").click().run())
    assert at.button(key="batch-send").label == "Send 2 rows"


def test_pasted_requests_are_recognised_too(app: Open, jobs: FakeGemini) -> None:
    at = paste(app(PAGE), request_line("a", "One"))
    assert "1 request in the Batch API's format" in words(at)
    assert "key “a”" in words(at)


def test_deleting_everything_in_history_forgets_the_tables_of_this_owner(
    app: Open, jobs: FakeGemini
) -> None:
    at = paste(app(PAGE), "One\nTwo")
    at.button(key="batch-send").click().run()
    tables = FolderTables(data_folder() / "batches")
    tables.keep("somebody else", "batches/b1", RequestFile(()))
    assert tables.find("", "batches/b1") is not None
    at = checked(at.switch_page(HISTORY).run())
    sure = at.checkbox(key="history-sure")
    assert "the tables that my batches were made from" in sure.label
    sure.check().run()
    next(b for b in at.button if b.label == "Delete everything").click().run()
    assert not at.exception
    assert tables.find("", "batches/b1") is None
    assert "batches" not in at.session_state
    assert len(list((data_folder() / "batches").rglob("*.json"))) == 1  # somebody else's
    whole = operation("SUCCEEDED", done=1, total=1, output=inlined(answered(1, "Paris")))
    jobs.others |= {LIST: [listed(whole)], GET: [Reply(body=whole)]}
    at = checked(at.switch_page(PAGE).run())  # its address still names the job
    assert "isn't on this machine" in words(at)


def test_vectors_are_asked_for_and_joined(app: Open, jobs: FakeGemini) -> None:
    entry = {"name": "models/gemini-embedding-001", "supportedGenerationMethods": ["embedContent"]}
    jobs.models = {"models": [*jobs.models["models"], entry]}
    rows = [{"response": {"embedding": {"values": [0.5, 1.0]}, "tokenCount": "2"}}]
    rows.append({"error": {"code": 3, "message": "Too long"}})
    whole = operation("SUCCEEDED", done=2, failed=1, output=inlined(*rows))
    start = "POST models/gemini-embedding-001:asyncBatchEmbedContent"
    jobs.others |= {start: [Reply(body=whole)], GET: [Reply(body=whole)]}
    at = app(PAGE)
    at.segmented_control(key="batch-kind").set_value("Embeddings").run()
    at.number_input(key="batch-size").set_value(2).run()
    at = paste(at, "One\nTwo")
    at = checked(at.button(key="batch-send").click().run())
    sent_rows = jobs.seen[-2].body["batch"]["inputConfig"]["requests"]["requests"]
    assert [r["request"]["content"]["parts"][0]["text"] for r in sent_rows] == ["One", "Two"]
    assert sent_rows[0]["request"]["outputDimensionality"] == 2
    found = at.dataframe[-1].value.to_dict("records")
    assert [list(row["vector"]) for row in found] == [[0.5, 1.0], []]
    assert found[1]["error"] == "Too long"


def test_on_vertex_a_batch_reads_from_storage_and_writes_there(
    app: Open, fake: FakeGemini, vertex_api: None
) -> None:
    job = {
        "name": "projects/p/locations/l/batchPredictionJobs/7",
        "displayName": "Mail",
        "state": "JOB_STATE_SUCCEEDED",
        "completionStats": {"successfulCount": "3", "failedCount": "1"},
        "outputConfig": {
            "predictionsFormat": "jsonl",
            "gcsDestination": {"outputUriPrefix": "gs://bucket/out"},
        },
    }
    fake.others = {
        "GET publishers/google/models": [Reply(body={"publisherModels": []})],
        "GET batchPredictionJobs": [Reply(body={"batchPredictionJobs": []}), Reply(body=job)],
        "POST batchPredictionJobs": [Reply(body=job)],
    }
    at = checked(app(PAGE))
    assert "reads its requests from Cloud Storage or BigQuery" in words(at)
    at.text_input(key="batch-source").set_value("bucket/in").run()
    at = checked(at.button(key="batch-send").click().run())
    assert "must begin with gs:// or bq://" in words(at)
    at.text_input(key="batch-source").set_value("gs://bucket/in.jsonl").run()
    at.text_input(key="batch-destination").set_value("gs://bucket/out").run()
    at = checked(at.button(key="batch-send").click().run())
    posted = next(s.body for s in fake.seen if s.method == "POST")
    assert "gs://bucket/in.jsonl" in posted["inputConfig"]["gcsSource"]["uris"]
    assert posted["outputConfig"]["gcsDestination"]["outputUriPrefix"] == "gs://bucket/out"
    assert "4 of 4 done" in words(at)
    assert "The results are in Cloud Storage" in words(at)
    assert "aren't matched to rows here" in words(at)
    assert any(c.value == "gs://bucket/out" for c in at.code)
    assert any("gcloud storage cp --recursive gs://bucket/out ." in c.value for c in at.code)


def test_a_job_is_cancelled_and_deleted(app: Open, jobs: FakeGemini) -> None:
    jobs.others[LIST] = [listed(operation("RUNNING", done=1)), listed(operation("CANCELLED"))]
    jobs.others |= {
        "POST batches/b1:cancel": [Reply(body={})],
        "DELETE batches/b1": [Reply(body={})],
    }
    at = checked(app(PAGE))
    assert "1 of 2 done" in words(at)
    at = checked(at.button(key="batch-cancel-batches/b1").click().run())
    assert "cancelled" in words(at)
    at = checked(at.button(key="batch-delete-batches/b1").click().run())
    at = checked(at.button(key="batch-sure-batches/b1").click().run())
    assert [s.method for s in jobs.seen if s.path.endswith("batches/b1")] == ["DELETE"]
    assert "No jobs yet" in words(at)


@pytest.mark.parametrize(("state", "word"), [("FAILED", "failed"), ("EXPIRED", "expired")])
def test_why_a_job_failed_is_said(app: Open, jobs: FakeGemini, state: str, word: str) -> None:
    job = operation(state) | {"error": {"code": 13, "message": "The input file is gone."}}
    jobs.others |= {LIST: [listed(job)], GET: [Reply(body=job)]}
    at = checked(app(PAGE).button(key="batch-open-batches/b1").click().run())
    assert word in words(at)
    assert "The input file is gone." in words(at)


def test_a_refusal_loses_nothing_and_the_next_try_works(app: Open, jobs: FakeGemini) -> None:
    ok = jobs.others[CREATE][0]
    jobs.others[CREATE] = [error(400, "INVALID_ARGUMENT", "Not like this"), ok]
    at = paste(app(PAGE), "One")
    at = checked(at.button(key="batch-send").click().run())
    assert "wasn't accepted" in words(at)
    at = checked(at.button(key="batch-send").click().run())
    assert "pending" in words(at)


def test_a_list_that_can_t_be_had_is_said(app: Open, jobs: FakeGemini) -> None:
    jobs.others[LIST] = [error(403, "PERMISSION_DENIED", "No batches for you"), listed()]
    at = checked(app(PAGE))
    assert "no permission" in words(at)
    next(b for b in at.button if b.label == "Refresh").click().run()
    assert "No jobs yet" in words(checked(at))


def test_without_a_key_it_is_said(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMULATOR_URL", raising=False)
    at = app()
    monkeypatch.delenv("EMULATOR_URL", raising=False)
    assert "No API key" in words(checked(at.switch_page(PAGE).run()))


def test_a_server_with_secrets_stays_out_of_a_batch(
    app: Open, jobs: FakeGemini, gemini_api: None
) -> None:
    at = app(PAGE)
    server = McpServer("files", "https://mcp.test", ("Authorization",), ("list",))
    at.session_state["run_settings"].values.update(mcp_servers=(server,), api="interactions.create")
    at = paste(at, "Capital of France?")
    at = checked(at.button(key="batch-send").click().run())
    assert "MCP servers, which have secrets, stay out" in words(at)
    assert not [seen for seen in jobs.seen if ":batchGenerateContent" in seen.path]
    assert "Capital of France?" in str(at.session_state["batches-draft"].sheet.rows)


def test_a_job_that_is_older_than_those_listed_is_opened_by_its_address(
    app: Open, fake: FakeGemini
) -> None:
    old = operation("SUCCEEDED", done=1, output=inlined(answered(1, "Paris")))
    others = [operation("SUCCEEDED", f"batches/new{number}") for number in range(2)]
    fake.others = {LIST: [listed(*others, more="next")], GET: [Reply(body=old)]}
    at = app(PAGE)
    at.query_params["job"] = "batches/b1"
    at = checked(at.run())
    assert "Paris" in str(at.dataframe[-1].value)
    assert "no such job" not in words(at)


def test_pasted_text_outlasts_a_look_at_the_table(app: Open, jobs: FakeGemini) -> None:
    at = app(PAGE)
    at.session_state["batch-ways"] = "Paste"
    at.run()
    at.text_area(key="batch-paste").set_value("Capital of France?").run()
    for tab in ("Table", "Paste"):
        at.session_state["batch-ways"] = tab
        at = checked(at.run())
    assert at.text_area(key="batch-paste").value == "Capital of France?"
