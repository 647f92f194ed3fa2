"""The Batch API: requests inline and in files, states, results by row, cancelling, going on."""

import io
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from google import genai
from google.genai import errors, types

from emulator import launch
from emulator.batches import store as batch_store
from emulator.batches.store import BatchStore

MODEL = "gemini-2.5-flash"


def row(text: str, **metadata: str) -> types.InlinedRequest:
    content = types.Content(role="user", parts=[types.Part(text=text)])
    return types.InlinedRequest(contents=[content], metadata=metadata or None)


def ended(client: genai.Client, job: types.BatchJob) -> types.BatchJob:
    """The job once it is done."""
    for _ in range(500):
        assert job.name
        job = client.batches.get(name=job.name)
        if job.done:
            return job
        time.sleep(0.01)
    raise AssertionError(f"still {job.state}")


def upload(client: genai.Client, lines: list[str]) -> str:
    data = "\n".join(lines).encode()
    options = types.UploadFileConfig(mime_type="jsonl")
    name = client.files.upload(file=io.BytesIO(data), config=options).name
    assert name
    return name


def raw(client: genai.Client, job: types.BatchJob) -> dict:
    """The operation as it is on the wire: the SDK leaves the counts out."""
    got = client._api_client.request("get", job.name or "", {}, None)
    return json.loads(got.body)


def test_requests_sent_inline_come_back_in_order_with_their_metadata(client: genai.Client) -> None:
    requests = [row("One"), row("Two", key="b"), row("Three", key="c")]
    job = client.batches.create(model=MODEL, src=requests, config={"display_name": "Numbers"})
    assert job.state is types.JobState.JOB_STATE_PENDING
    assert (job.display_name, job.model) == ("Numbers", f"models/{MODEL}")
    job = ended(client, job)
    assert job.state is types.JobState.JOB_STATE_SUCCEEDED
    assert job.create_time <= job.end_time
    responses = job.dest.inlined_responses
    assert [r.metadata for r in responses] == [None, {"key": "b"}, {"key": "c"}]
    for response, word in zip(responses, ["One", "Two", "Three"], strict=True):
        assert word in response.response.text
        assert response.response.usage_metadata.total_token_count
    stats = raw(client, job)["metadata"]["batchStats"]
    assert stats == {"requestCount": "3", "successfulRequestCount": "3"}


def test_the_settings_of_a_row_are_kept_to(client: genai.Client) -> None:
    one = row("Count to a hundred")
    one.config = types.GenerateContentConfig(max_output_tokens=2)
    response = ended(client, client.batches.create(model=MODEL, src=[one])).dest.inlined_responses
    candidate = response[0].response.candidates[0]
    assert candidate.finish_reason is types.FinishReason.MAX_TOKENS


def test_a_row_that_fails_has_its_error_and_the_others_their_answers(client: genai.Client) -> None:
    bad = row("Too hot", key="bad")
    bad.config = types.GenerateContentConfig(temperature=9.0)
    job = ended(client, client.batches.create(model=MODEL, src=[row("Fine"), bad]))
    assert job.state is types.JobState.JOB_STATE_SUCCEEDED
    fine, failed = job.dest.inlined_responses
    assert "Fine" in fine.response.text
    assert failed.response is None
    assert (failed.error.code, failed.metadata) == (3, {"key": "bad"})
    assert "temperature" in failed.error.message
    assert raw(client, job)["metadata"]["batchStats"]["failedRequestCount"] == "1"


def test_requests_in_a_file_give_a_file_of_responses(client: genai.Client) -> None:
    request = {"contents": [{"role": "user", "parts": [{"text": "Hello file"}]}]}
    lines = [
        json.dumps({"key": "first", "request": request}),
        "",
        "this is no JSON",
        json.dumps({"key": "no-request"}),
        json.dumps({"key": "other", "request": request | {"model": "models/echo"}}),
    ]
    job = client.batches.create(model=MODEL, src=upload(client, lines))
    job = ended(client, job)
    assert job.dest.file_name
    made = client.files.get(name=job.dest.file_name)
    assert made.source is types.FileSource.GENERATED
    assert made.download_uri
    data = client.files.download(file=job.dest.file_name)
    first, damaged, without, other = [json.loads(line) for line in data.splitlines()]
    assert first["key"] == "first"
    text = first["response"]["candidates"][0]["content"]["parts"][0]["text"]
    assert "Hello file" in text
    assert (damaged["error"]["code"], without["key"]) == (3, "no-request")
    assert "request" in without["error"]["message"]
    assert "models/echo" in other["error"]["message"]


def test_embeddings_in_a_batch(client: genai.Client) -> None:
    src = types.EmbeddingsBatchJobSource(
        inlined_requests=types.EmbedContentBatch(
            contents=["one", "two"], config=types.EmbedContentConfig(output_dimensionality=8)
        )
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        job = client.batches.create_embeddings(model="gemini-embedding-001", src=src)
    responses = ended(client, job).dest.inlined_embed_content_responses
    vectors = [response.response.embedding.values for response in responses]
    assert [len(vector) for vector in vectors] == [8, 8]
    assert vectors[0] != vectors[1]
    single = client.models.embed_content(
        model="gemini-embedding-001", contents="one", config={"output_dimensionality": 8}
    )
    assert single.embeddings[0].values == vectors[0]
    assert responses[0].response.token_count == 1


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ({}, "either requests or file_name"),
        ({"input_config": {"file_name": "files/nothing"}}, "may not exist"),
        ({"input_config": {"requests": {"requests": [{"metadata": {}}]}}}, "requests\\[0\\]"),
        (
            {"input_config": {"requests": {"requests": [{"request": {"contens": []}}]}}},
            "requests\\[0\\].*contens",
        ),
        (
            {
                "input_config": {"requests": {"requests": [{"request": {}}]}},
                "webhook_config": {"uris": ["http://x"]},
            },
            "webhooks",
        ),
    ],
)
def test_what_can_t_be_started_is_refused(client: genai.Client, batch: dict, message: str) -> None:
    with pytest.raises(errors.ClientError, match=message):
        client._api_client.request(
            "post", f"models/{MODEL}:batchGenerateContent", {"batch": batch}, None
        )


def test_a_file_without_requests_is_refused(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="no requests"):
        client.batches.create(model=MODEL, src=upload(client, ["", " "]))


def test_a_generating_model_makes_no_embeddings(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="not supported for asyncBatchEmbedContent"):
        client._api_client.request("post", f"models/{MODEL}:asyncBatchEmbedContent", {}, None)


def test_a_batch_is_listed_newest_first_and_deleted(client: genai.Client) -> None:
    jobs = [client.batches.create(model=MODEL, src=[row(text)]) for text in ("a", "b", "c")]
    first = client.batches.list(config={"page_size": 2})
    assert [job.name for job in first.page] == [jobs[2].name, jobs[1].name]
    assert next(iter(client.batches.list(config={"page_size": 1}))).dest is None
    for job in jobs:
        client.batches.delete(name=job.name)
        with pytest.raises(errors.ClientError, match="not found") as caught:
            client.batches.get(name=job.name)
        assert caught.value.code == 404


def test_cancelling_ends_a_batch_and_the_next_one_goes_on(connect: Callable) -> None:
    with launch.start("echo", echo_delay=0.2) as slow:
        client = connect(slow.url)
        long = client.batches.create(model=MODEL, src=[row("word " * 200)] * 50)
        waiting = client.batches.create(model=MODEL, src=[row("x" * 4)])
        client.batches.cancel(name=long.name)
        job = client.batches.get(name=long.name)
        assert job.state is types.JobState.JOB_STATE_CANCELLED
        assert job.dest is None
        assert raw(client, job)["error"]["code"] == 1
        client.batches.cancel(name=long.name)  # once more: no error, no change
        client.batches.delete(name=long.name)
        assert ended(client, waiting).state is types.JobState.JOB_STATE_SUCCEEDED


def test_a_stopped_emulator_goes_on_where_it_was(tmp_path: Path) -> None:
    kept = BatchStore(tmp_path)
    batch = kept.add("GenerateContentBatch", MODEL, "", "", [b'{"n":1}', b'{"n":2}', b'{"n":3}'])
    kept.start(batch.id)
    kept.add_result(batch.id, {"response": {}})
    kept.add_result(batch.id, {"error": {"code": 3}})
    with kept.results(batch.id).open("ab") as cut:
        cut.write(b'{"response": {"cand')
    again = BatchStore(tmp_path)
    found = again.next_open()
    assert found is not None
    assert (found.state, found.succeeded, found.failed) == ("RUNNING", 1, 1)
    assert list(again.requests(found)) == [b'{"n":3}\n']
    again.add_result(batch.id, {"response": {"n": 3}})
    assert [json.loads(line) for line in again.results(batch.id).open()][2] == {
        "response": {"n": 3}
    }


def test_a_batch_that_waited_too_long_expires(tmp_path: Path) -> None:
    clock = [1000.0]
    kept = BatchStore(tmp_path, now=lambda: clock[0])
    batch = kept.add("GenerateContentBatch", MODEL, "", "", [b"{}"])
    clock[0] += batch_store.LIFETIME
    assert kept.next_open() is None
    wire = kept.get(batch.id).wire()
    assert wire["metadata"]["state"] == "BATCH_STATE_EXPIRED"
    assert (wire["done"], wire["error"]["code"]) == (True, 4)


def test_a_damaged_note_is_removed_with_what_belongs_to_it(tmp_path: Path) -> None:
    kept = BatchStore(tmp_path)
    batch = kept.add("GenerateContentBatch", MODEL, "", "", [b"{}"])
    (tmp_path / f"{batch.id}.json").write_text("{")
    assert BatchStore(tmp_path).newest() == []
    assert list(tmp_path.iterdir()) == []


def test_pictures_travel_in_a_row(client: genai.Client) -> None:
    sign = (Path(__file__).parents[2] / "samples" / "media" / "sign.png").read_bytes()
    blob = types.Blob(data=sign, mime_type="image/png")
    content = types.Content(role="user", parts=[types.Part(inline_data=blob)])
    src = [types.InlinedRequest(contents=[content])]
    response = ended(client, client.batches.create(model=MODEL, src=src)).dest.inlined_responses[0]
    details = response.response.usage_metadata.prompt_tokens_details
    assert types.MediaModality.IMAGE in [detail.modality for detail in details]


def test_nothing_is_tuned_and_it_is_said(client: genai.Client) -> None:
    with pytest.raises(errors.ServerError, match="can't tune models") as caught:
        client._api_client.request("post", "tunedModels", {}, None)
    assert (caught.value.code, caught.value.status) == (501, "UNIMPLEMENTED")
    for method, path in (("get", "tunedModels/mine"), ("post", "tunedModels/mine:cancel")):
        with pytest.raises(errors.ClientError, match="the emulator can't tune models"):
            client._api_client.request(method, path, {}, None)
    assert list(client.models.list(config={"query_base": False})) == []


def test_there_are_no_operations_but_batches(client: genai.Client) -> None:
    assert json.loads(client._api_client.request("get", "operations", {}, None).body) == {}
    for path in ("operations/x", f"models/{MODEL}/operations/x"):
        with pytest.raises(errors.ClientError, match="Operation x does not exist"):
            client._api_client.request("get", path, {}, None)
