"""Examples checked before they are sent, and the calls for either backend."""

import json

from google.genai import types

from gemini.api.connect import Target
from gemini.codegen.target import sent_call
from gemini.embeddings.texts import Sheet
from gemini.resources.tunings import (
    LONGEST_OUTPUT,
    Example,
    Hyperparameters,
    as_jsonl,
    creation,
    examples_of,
    findings,
    tuning_of,
)


def test_examples_are_two_columns_of_a_table() -> None:
    sheet = Sheet(("id", "q", "a"), (("1", " What? ", "That."),))
    assert examples_of(sheet, "q", "a") == [Example("What?", "That.")]


def test_good_examples_have_nothing_amiss() -> None:
    assert list(findings([Example(f"q{n}", f"a{n}") for n in range(20)])) == []


def test_what_is_amiss_is_named_with_its_rows() -> None:
    examples = [Example(f"q{n}", "a") for n in range(30)]
    examples[1] = Example("", "a")
    examples[2] = Example("q", "")
    examples[3] = Example("long", "x" * (LONGEST_OUTPUT + 1))
    examples[9] = examples[8]
    assert list(findings(examples)) == [
        "Rows without a prompt: 2.",
        "Rows without an answer: 3.",
        "Rows with an answer of more than 5,000 characters: 4.",
        "Rows that repeat an earlier one: 10.",
    ]


def test_many_rows_are_cut_short_and_few_examples_said() -> None:
    said = list(findings([Example("", "a")] * 8))
    assert "There are 8 examples" in said[0]
    assert said[1] == "Rows without a prompt: 1, 2, 3, 4, 5 and 3 more."


def test_only_what_is_set_is_sent() -> None:
    how = Hyperparameters(epochs=3, learning_rate=0.5)
    method, arguments = creation("m", "gs://a/b", "", how, "  ")
    assert method == "tunings.tune"
    assert arguments["training_dataset"] == {"gcs_uri": "gs://a/b"}
    assert arguments["config"] == {"epoch_count": 3, "learning_rate_multiplier": 0.5}
    _, arguments = creation("m", "gs://a/b", "gs://a/c", Hyperparameters(), "Mine")
    validation = {"gcs_uri": "gs://a/c"}
    assert arguments["config"] == {
        "tuned_model_display_name": "Mine",
        "validation_dataset": validation,
    }


def test_the_file_holds_a_conversation_of_two_turns_a_line() -> None:
    first, second = as_jsonl([Example("q", "ä"), Example("r", "b")]).decode().splitlines()
    assert '"ä"' in first
    turns = json.loads(second)["contents"]
    assert [(t["role"], t["parts"][0]["text"]) for t in turns] == [("user", "r"), ("model", "b")]


def test_the_sdk_leaves_the_examples_out_for_the_gemini_api() -> None:
    """Why the page does not offer it there, besides Google's word. When this fails, look again."""
    dataset = {"examples": [{"text_input": "q", "output": "a"}]}
    arguments = {"base_model": "m", "training_dataset": dataset, "config": {"epoch_count": 1}}
    sent = sent_call("tunings.tune", arguments, Target("gemini", "any-key-123456"))
    assert json.loads(sent.content) == {
        "baseModel": "m",
        "tuningTask": {"hyperparameters": {"epochCount": 1}},
    }


def test_a_job_s_model_is_its_endpoint() -> None:
    made = types.TunedModel(model="m", endpoint="e")
    job = types.TuningJob(name="j", state=types.JobState.JOB_STATE_RUNNING, tuned_model=made)
    tuning = tuning_of(job)
    assert (tuning.model, tuning.state, tuning.is_open) == ("e", "RUNNING", True)
