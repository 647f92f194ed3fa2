"""Tuned models as either backend lists them."""

from datetime import UTC, datetime

from google.genai import types

from gemini.resources.tunings import Tuned, listing, tuned_of

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_gemini_api_lists_models() -> None:
    assert listing("gemini", "next") == (
        "models.list",
        {"config": {"query_base": False, "page_size": 50, "page_token": "next"}},
    )
    info = types.TunedModelInfo(base_model="models/gemini-2.5-flash", create_time=DAY)
    model = types.Model(name="tunedModels/t1", display_name="Mine", tuned_model_info=info)
    assert tuned_of(model) == Tuned("tunedModels/t1", "Mine", "models/gemini-2.5-flash", "", DAY)


def test_vertex_lists_jobs_and_the_endpoint_is_what_answers() -> None:
    assert listing("vertex")[0] == "tunings.list"
    job = types.TuningJob(
        name="projects/p/locations/l/tuningJobs/1",
        base_model="gemini-2.5-flash",
        tuned_model_display_name="Mine",
        state=types.JobState.JOB_STATE_SUCCEEDED,
        create_time=DAY,
        tuned_model=types.TunedModel(
            model="projects/p/locations/l/models/2", endpoint="projects/p/locations/l/endpoints/3"
        ),
    )
    assert tuned_of(job) == Tuned(
        "projects/p/locations/l/endpoints/3",
        "Mine",
        "gemini-2.5-flash",
        "JOB_STATE_SUCCEEDED",
        DAY,
        "projects/p/locations/l/tuningJobs/1",
    )


def test_a_job_that_goes_on_has_no_model_yet() -> None:
    job = types.TuningJob(name="tuningJobs/1", state=types.JobState.JOB_STATE_RUNNING)
    assert tuned_of(job) == Tuned("", "tuningJobs/1", "", "JOB_STATE_RUNNING", job="tuningJobs/1")
